// The loop's own way to wait, and one for tests (the port is base/sleeper.h).
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <vector>

#include "base/async.h"
#include "base/clock.h"
#include "base/sleeper.h"

namespace mtc {

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
