// What keeps us below the vendor's limits: calls a second for each action, calls at the same time
// for each topic.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/async.h"
#include "base/clock.h"
#include "base/result.h"

namespace mtc::tencent {

// At most so many calls in any second for each key (the service counts over a sliding second; a
// plain token bucket lets twice as many through just after a pause). Calls are let through in the
// order they came.
class RateLimiter {
 public:
  // Books the next free moment and returns how long to wait for it; nullopt (and nothing booked) if
  // longer than max_wait.
  std::optional<Millis> reserve(const std::string& key, double per_second, TimePoint now,
                                Millis max_wait);

 private:
  std::map<std::string, std::deque<TimePoint>>
      booked_;  // the latest moments, as many as a window may hold
};

// Coroutines that wait to be woken. All calls on one executor's thread.
class WaitList {
 public:
  // True when woken, false after that time. Throws operation_aborted if the coroutine is cancelled
  // first.
  static Async<bool> wait(std::shared_ptr<WaitList> list, Millis timeout);
  bool wake_one();  // the one that waits longest; false if there is none
  void wake_all();
  bool empty() const { return waiting_.empty(); }

 private:
  struct Entry {
    asio::steady_timer* timer;
    bool woken = false;
  };
  std::list<Entry*> waiting_;
};

// At most so many at a time for each key; the others queue.
class Lanes {
 public:
  // A place in a lane; given back when destroyed.
  class Place {
   public:
    Place() = default;
    Place(Place&& other) noexcept = default;
    Place& operator=(Place&&) = delete;
    ~Place();

   private:
    friend class Lanes;
    struct State;
    explicit Place(std::shared_ptr<State> state) : state_(std::move(state)) {}
    std::shared_ptr<State> state_;
  };

  // Errc::rate_limited if no place gets free in time.
  Async<Result<Place>> enter(std::string key, int limit, Millis timeout);

 private:
  std::map<std::string, std::weak_ptr<Place::State>> lanes_;
};

}  // namespace mtc::tencent
