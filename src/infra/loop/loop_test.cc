#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <stdexcept>
#include <thread>

#include "infra/loop/off_loop.h"
#include "infra/loop/run.h"
#include "infra/loop/sleeper.h"
#include "infra/loop/task_group.h"

namespace mtc {
namespace {

using namespace std::chrono_literals;

Async<bool> works_elsewhere_and_returns(asio::thread_pool& pool) {
  const auto home = std::this_thread::get_id();
  const auto there =
      co_await off_loop<std::thread::id>(pool, [] { return std::this_thread::get_id(); });
  co_return there != home&& std::this_thread::get_id() == home;
}

TEST(OffLoop, RunsOnThePoolAndResumesOnTheLoop) {
  asio::thread_pool pool(1);
  EXPECT_TRUE(run(works_elsewhere_and_returns(pool)));
}

TEST(OffLoop, ExceptionsComeThrough) {
  asio::thread_pool pool(1);
  EXPECT_THROW(run(off_loop<int>(pool, []() -> int { throw std::runtime_error("no"); })),
               std::runtime_error);
}

Async<> sleep_long(Sleeper& sleeper, bool& finished) {
  co_await sleeper.sleep(1h);
  finished = true;
}

Async<bool> stop_ends_sleepers() {
  LoopSleeper sleeper;
  TaskGroup group(co_await asio::this_coro::executor);
  bool finished = false;
  group.spawn("a", sleep_long(sleeper, finished));
  group.spawn("b", sleep_long(sleeper, finished));
  co_await asio::post(asio::use_awaitable);
  const bool both = group.size() == 2;
  group.stop();
  co_await group.join();
  co_return both && !finished && group.size() == 0;
}

Async<> stop_all(TaskGroup& group) {
  group.stop();
  co_return;
}

Async<bool> one_stops_all() {
  TaskGroup group(co_await asio::this_coro::executor);
  group.spawn("stops itself too, without ever waiting", stop_all(group));
  co_await group.join();
  co_return group.size() == 0;
}

TEST(TaskGroup, CoroutineCancelledBeforeItEverWaitedEndsQuietly) {
  EXPECT_TRUE(run(one_stops_all()));
}

TEST(TaskGroup, StopCancelsAndJoinWaits) {
  EXPECT_TRUE(run(stop_ends_sleepers()));
}

}  // namespace
}  // namespace mtc
