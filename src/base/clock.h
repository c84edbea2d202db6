// Time as a port: whoever needs "now" takes a Clock&, so that tests decide what time it is.
#pragma once

#include <chrono>

namespace mtc {

using Millis = std::chrono::milliseconds;
// UTC, milliseconds: what the log service counts in.
using TimePoint = std::chrono::sys_time<Millis>;
// For what must not jump with the machine's clock: deadlines, intervals.
using SteadyTime = std::chrono::steady_clock::time_point;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual TimePoint now() const = 0;
};

// The machine's clock. Safe from any thread.
class SystemClock final : public Clock {
 public:
  TimePoint now() const override {
    return std::chrono::floor<Millis>(std::chrono::system_clock::now());
  }
};

// A clock that a test sets and moves by hand.
struct FakeClock final : Clock {
  TimePoint time{};
  TimePoint now() const override { return time; }
};

}  // namespace mtc
