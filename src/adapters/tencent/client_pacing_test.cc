// How often the client asks, how many at once, and what becomes of calls that are given up.
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "adapters/tencent/client_fixture.h"

namespace mtc::tencent {
namespace {

using namespace std::chrono_literals;

TEST(TencentClient, WaitsForItsTurnWhenItAsksTooOften) {
  World world;
  world.options.requests_per_second = 5;
  world.http.otherwise([](const OutboundRequest&) { return OutboundResponse{200, {}, good()}; });
  for (int i = 0; i < 15; ++i) ASSERT_TRUE(world.call(reading()));
  EXPECT_EQ(world.clock.time - kNow, 2100ms);  // five at once, then five a second (with a margin)
  auto elsewhere = reading();
  elsewhere.region = "ap-beijing";
  const auto slept = world.sleeper.slept.size();
  ASSERT_TRUE(world.call(elsewhere));
  EXPECT_EQ(world.sleeper.slept.size(), slept) << "another region has its own budget";
}

TEST(TencentClient, RefusesWhatCouldNotBeSentInTime) {
  World world;
  world.options.requests_per_second = 1;
  world.sleeper.clock = nullptr;  // time stands still
  world.http.otherwise([](const OutboundRequest&) { return OutboundResponse{200, {}, good()}; });
  auto call = reading();
  call.timeout = 1500ms;
  ASSERT_TRUE(world.call(call));
  ASSERT_TRUE(world.call(call));  // a second from now
  const auto answer = world.call(call);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::rate_limited);
  EXPECT_EQ(world.http.requests.size(), 2U);
}

// Starts a call, cancels it when it waits, and tells how it ended.
Result<Json> cancel_when_it_waits(TencentClient& client, ApiCall call) {
  asio::io_context loop;
  asio::cancellation_signal cancel;
  Result<Json> answer = fail(Errc::internal, "the call did not end");
  asio::co_spawn(loop, client.call(std::move(call)),
                 asio::bind_cancellation_slot(cancel.slot(),
                                              [&](const std::exception_ptr& error, auto result) {
                                                EXPECT_FALSE(error);
                                                answer = std::move(result);
                                              }));
  loop.poll();
  cancel.emit(asio::cancellation_type::all);
  loop.run();
  return answer;
}

TEST(TencentClient, CancellingTheCallerCancelsTheRequest) {
  World world;
  world.http.hang_then([](const OutboundRequest&) { return OutboundResponse{200, {}, good()}; });
  const auto answer = cancel_when_it_waits(world.client(), reading());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::cancelled);
  EXPECT_EQ(world.http.cancelled, 1);
  EXPECT_EQ(world.http.requests.size(), 1U);
}

TEST(TencentClient, CancellingWhileItPausesEndsTheCall) {
  World world;
  LoopSleeper sleeper;
  TencentClient client(
      world.http, world.credentials, world.clock, sleeper, world.random,
      {.first_backoff = std::chrono::minutes(1), .max_backoff = std::chrono::minutes(1)});
  world.http.answer(200, bad("RequestLimitExceeded"));
  auto call = reading();
  call.timeout = std::chrono::hours(1);
  const auto answer = cancel_when_it_waits(client, call);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::cancelled);
}

TEST(TencentClient, RunsOnlySoManyCallsOfALaneAtATime) {
  World world;
  for (int i = 0; i < 30; ++i) {
    world.http.hang_then([](const OutboundRequest&) { return OutboundResponse{200, {}, good()}; });
  }
  world.options.requests_per_second = 1000;
  auto call = reading();
  call.lane = "topic-1";
  call.lane_limit = 12;
  asio::io_context loop;
  int done = 0;
  for (int i = 0; i < 30; ++i) {
    asio::co_spawn(loop, world.client().call(call),
                   [&](const std::exception_ptr&, auto result) { done += result ? 1 : 0; });
  }
  std::size_t peak = 0;
  while (done < 30) {
    loop.restart();
    loop.poll();
    peak = std::max(peak, world.http.hanging());
    world.http.release();
  }
  EXPECT_EQ(peak, 12U);
}

TEST(TencentClient, ACallThatIsCancelledInItsLaneTakesNoPlace) {
  World world;
  world.http.hang_then([](const OutboundRequest&) { return OutboundResponse{200, {}, good()}; });
  world.http.otherwise([](const OutboundRequest&) { return OutboundResponse{200, {}, good()}; });
  auto call = reading();
  call.lane = "topic-1";
  asio::io_context loop;
  asio::cancellation_signal cancel;
  std::vector<std::string> ended;
  asio::co_spawn(loop, world.client().call(call),
                 [&](const std::exception_ptr&, auto) { ended.push_back("first"); });
  asio::co_spawn(
      loop, world.client().call(call),
      asio::bind_cancellation_slot(cancel.slot(), [&](const std::exception_ptr&, auto result) {
        ended.push_back(result ? "second" : std::string(name_of(result.error().code)));
      }));
  asio::co_spawn(loop, world.client().call(call),
                 [&](const std::exception_ptr&, auto) { ended.push_back("third"); });
  loop.poll();
  cancel.emit(asio::cancellation_type::all);
  loop.restart();
  loop.poll();
  world.http.release();
  loop.restart();
  loop.run();
  EXPECT_THAT(ended, testing::ElementsAre("cancelled", "first", "third"));
}

}  // namespace
}  // namespace mtc::tencent
