// Questions under way that several may wait for, each at most once at a time.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/async.h"
#include "base/clock.h"

namespace mtc::clusters {

// On one executor, which outlives what is under way. What a flight works on is the flight's own, or
// outlives the executor's loop: it goes on when those who waited have left.
class Flights {
 public:
  // No flight takes longer: then its coroutine is cancelled.
  explicit Flights(Millis limit);
  Flights(const Flights&) = delete;
  Flights& operator=(const Flights&) = delete;
  ~Flights();

  using Work = std::function<Async<>()>;  // throws nothing but for being cancelled

  // Nothing, if that key's is under way.
  void begin(const asio::any_io_executor& executor, const std::string& key, Work work);
  bool is_under_way(const std::string& key) const;
  // Resumes when none of these is under way any more, at the latest after `patience`.
  Async<> wait(std::vector<std::string> keys, Millis patience);

 private:
  struct Board;
  class Landing;
  static Async<> fly(std::unique_ptr<Landing> landing, Work work);

  Millis limit_;
  std::shared_ptr<Board> board_;  // those in the air come back to it
};

}  // namespace mtc::clusters
