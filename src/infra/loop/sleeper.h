// Waiting as a port: back-off and schedules wait through it, so that tests need not.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <vector>

#include "base/async.h"
#include "base/clock.h"

namespace mtc {

class Sleeper {
 public:
  virtual ~Sleeper() = default;
  // Resumes after that time. Throws boost::system::system_error (operation_aborted) if the
  // coroutine is cancelled.
  virtual Async<> sleep(Millis duration) = 0;
};

class LoopSleeper final : public Sleeper {
 public:
  Async<> sleep(Millis duration) override {
    asio::steady_timer timer(co_await asio::this_coro::executor, duration);
    co_await timer.async_wait(asio::use_awaitable);
  }
};

// Returns at once and notes what it was asked for; moves the clock along, if it has one.
struct FakeSleeper final : Sleeper {
  FakeClock* clock = nullptr;
  std::vector<Millis> slept;
  Async<> sleep(Millis duration) override {
    slept.push_back(duration);
    if (clock != nullptr) clock->time += duration;
    co_return;
  }
};

}  // namespace mtc
