// Listings that the client remembers, and questions it asks once for several.
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "adapters/tencent/client_fixture.h"

namespace mtc::tencent {
namespace {

using namespace std::chrono_literals;

TEST(TencentClient, AnswersListingsFromMemoryForAWhile) {
  World world;
  world.http.otherwise([&](const OutboundRequest&) {
    return OutboundResponse{200, {}, good("\"N\":" + std::to_string(world.http.requests.size()))};
  });
  auto call = reading();
  call.cache_for = 60s;
  EXPECT_EQ(integer_or(*world.call(call), "N"), 1);
  world.clock.time += 59s;
  EXPECT_EQ(integer_or(*world.call(call), "N"), 1);
  auto other = call;
  other.body = Json{{"Limit", 2}};
  EXPECT_EQ(integer_or(*world.call(other), "N"), 2);
  world.clock.time += 1s;
  EXPECT_EQ(integer_or(*world.call(call), "N"), 3);
}

TEST(TencentClient, ForgetsListingsOfARegionThatItChanges) {
  World world;
  world.http.otherwise([&](const OutboundRequest&) {
    return OutboundResponse{200, {}, good("\"N\":" + std::to_string(world.http.requests.size()))};
  });
  auto listing = reading();
  listing.cache_for = 60s;
  auto elsewhere = listing;
  elsewhere.region = "ap-shanghai";
  EXPECT_EQ(integer_or(*world.call(listing), "N"), 1);
  EXPECT_EQ(integer_or(*world.call(elsewhere), "N"), 2);
  auto change = reading();
  change.read_only = false;
  ASSERT_TRUE(world.call(change));
  EXPECT_EQ(integer_or(*world.call(listing), "N"), 4);
  EXPECT_EQ(integer_or(*world.call(elsewhere), "N"), 2);
}

TEST(TencentClient, DoesNotKeepAListingThatAChangeHasOvertaken) {
  World world;
  world.http.hang_then([](const OutboundRequest&) { return OutboundResponse{200, {}, good()}; });
  auto listing = reading();
  listing.cache_for = 60s;
  auto change = reading();
  change.read_only = false;
  asio::io_context loop;
  int answers = 0;
  const auto count = [&](const std::exception_ptr&, const auto& result) {
    answers += result.has_value() ? 1 : 0;
  };
  asio::co_spawn(loop, world.client().call(listing), count);
  loop.poll();
  world.http.answer(200, good());
  asio::co_spawn(loop, world.client().call(change), count);
  loop.poll();
  // Who asks after the change is not told what was on its way before it.
  world.http.answer(200, good("\"N\":2"));
  asio::co_spawn(loop, world.client().call(listing), count);
  loop.poll();
  EXPECT_EQ(world.http.requests.size(), 3U);
  world.http.release();
  loop.run();
  ASSERT_EQ(answers, 3);
  const auto kept = world.call(listing);
  ASSERT_TRUE(kept);
  EXPECT_EQ(integer_or(*kept, "N"), 2);
  EXPECT_EQ(world.http.requests.size(), 3U);
}

TEST(TencentClient, DoesNotRememberFailures) {
  World world;
  world.http.answer(200, bad("UnauthorizedOperation")).answer(200, good());
  auto call = reading();
  call.cache_for = 60s;
  ASSERT_FALSE(world.call(call));
  ASSERT_TRUE(world.call(call));
}

TEST(TencentClient, AsksOnceForAllWhoAskAtTheSameTime) {
  World world;
  world.http.hang_then([](const OutboundRequest&) { return OutboundResponse{200, {}, good()}; });
  auto call = reading();
  call.cache_for = 60s;
  asio::io_context loop;
  int good_answers = 0;
  for (int i = 0; i < 5; ++i) {
    asio::co_spawn(loop, world.client().call(call), [&](const std::exception_ptr&, auto result) {
      good_answers += result.has_value() ? 1 : 0;
    });
  }
  loop.poll();
  EXPECT_EQ(world.http.requests.size(), 1U);
  world.http.release();
  loop.run();
  EXPECT_EQ(good_answers, 5);
  EXPECT_EQ(world.http.requests.size(), 1U);
}

TEST(TencentClient, AnotherAsksWhenTheFirstIsCancelled) {
  World world;
  world.http.hang_then([](const OutboundRequest&) { return OutboundResponse{200, {}, good()}; });
  world.http.answer(200, good());
  auto call = reading();
  call.cache_for = 60s;
  asio::io_context loop;
  asio::cancellation_signal cancel;
  std::optional<Result<Json>> second;
  asio::co_spawn(
      loop, world.client().call(call),
      asio::bind_cancellation_slot(cancel.slot(), [](const std::exception_ptr&, auto) {}));
  asio::co_spawn(loop, world.client().call(call),
                 [&](const std::exception_ptr&, auto result) { second = result; });
  loop.poll();
  cancel.emit(asio::cancellation_type::all);
  loop.run();
  ASSERT_TRUE(second);
  EXPECT_TRUE(*second);
  EXPECT_EQ(world.http.requests.size(), 2U);
}

}  // namespace
}  // namespace mtc::tencent
