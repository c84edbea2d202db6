#include "domain/clusters/gather.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <set>

#include "infra/loop/run.h"

namespace mtc::clusters {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

TEST(Breaker, OpensAfterThreeFailuresInARowAndProbesAfterAPause) {
  Breaker breaker;
  TimePoint now{};
  for (int i = 0; i < 2; ++i) breaker.failed(now);
  EXPECT_TRUE(breaker.allows(now));
  breaker.succeeded();
  for (int i = 0; i < 3; ++i) breaker.failed(now);
  EXPECT_FALSE(breaker.allows(now));
  EXPECT_FALSE(breaker.allows(now + 29s));
  EXPECT_TRUE(breaker.allows(now + 30s));
  EXPECT_FALSE(breaker.allows(now + 30s)) << "only one probe";
  breaker.failed(now + 31s);
  EXPECT_FALSE(breaker.allows(now + 60s));
  EXPECT_TRUE(breaker.allows(now + 61s));
  breaker.succeeded();
  EXPECT_TRUE(breaker.allows(now + 61s));
  EXPECT_FALSE(breaker.is_open());
}

class GatherTest : public testing::Test {
 protected:
  Async<Result<int>> ask(std::string key) {
    asked.push_back(key);
    if (silent.contains(key)) {
      asio::steady_timer never(co_await asio::this_coro::executor,
                               asio::steady_timer::time_point::max());
      const Note cancelled{ended, key};
      co_await never.async_wait(asio::use_awaitable);
    }
    co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
    if (const auto it = broken.find(key); it != broken.end()) co_return fail(it->second);
    if (throwing.contains(key)) throw std::runtime_error("oops");
    co_return ++answers;
  }
  std::vector<Part<int>> gather(std::vector<std::string> keys) {
    return run(numbers.gather(std::move(keys)));
  }

  struct Note {
    std::vector<std::string>& ended;
    std::string key;
    ~Note() { ended.push_back(key); }
  };
  FakeClock clock;
  std::vector<std::string> asked, ended;
  std::set<std::string> silent, throwing;
  std::map<std::string, Error> broken;
  int answers = 0;
  GatherOptions options{.deadline = 20ms, .limit = 40ms};
  Gather<int> numbers{[this](std::string key) { return ask(std::move(key)); }, clock, options};
};

TEST_F(GatherTest, EachIsAskedAndAnAnswerServesForAWhile) {
  const auto parts = gather({"a", "b"});
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_TRUE(parts[0].fresh());
  EXPECT_EQ(*parts[1].snapshot->value, 2);
  clock.time += 9s;
  gather({"a", "b"});
  EXPECT_THAT(asked, ElementsAre("a", "b"));
  clock.time += 1s;
  gather({"a"});
  EXPECT_THAT(asked, ElementsAre("a", "b", "a"));
}

TEST_F(GatherTest, WhoeverIsSilentDoesNotHoldUpTheOthersAndIsNotWaitedForForEver) {
  silent = {"slow"};
  asio::io_context loop(1);
  std::vector<Part<int>> parts;
  asio::co_spawn(loop, numbers.gather({"a", "slow"}),
                 [&](const std::exception_ptr&, std::vector<Part<int>> got) {
                   parts = std::move(got);
                   EXPECT_TRUE(ended.empty()) << "a late answer still serves";
                 });
  loop.run();  // ends: nothing is left under way
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_TRUE(parts[0].fresh());
  EXPECT_FALSE(parts[1].snapshot);
  EXPECT_EQ(parts[1].trouble->code, Errc::timed_out);
  EXPECT_THAT(ended, ElementsAre("slow")) << "cancelled at its limit";
}

TEST_F(GatherTest, AnOldAnswerIsGivenWithWhatIsWrong) {
  gather({"a"});
  clock.time += 5min;
  broken["a"] = {.code = Errc::unavailable, .message = "no route"};
  const auto parts = gather({"a"});
  ASSERT_TRUE(parts[0].snapshot);
  EXPECT_EQ(parts[0].snapshot->taken, TimePoint{});
  EXPECT_EQ(parts[0].trouble->message, "no route");
  EXPECT_FALSE(parts[0].fresh());
  clock.time += 56min;
  EXPECT_FALSE(gather({"a"})[0].snapshot) << "an hour is too old";
}

TEST_F(GatherTest, OneThatFailsAndFailsIsLeftAlone) {
  broken["a"] = {.code = Errc::unavailable, .message = "no route"};
  for (int i = 0; i < 5; ++i) gather({"a"});
  EXPECT_EQ(asked.size(), 3U);
  EXPECT_EQ(gather({"a"})[0].trouble->message, "no route");
  clock.time += 30s;
  broken.clear();
  EXPECT_TRUE(gather({"a"})[0].fresh());
  EXPECT_EQ(asked.size(), 4U);
}

TEST_F(GatherTest, ARefusalIsNoTroubleOfTheOtherSide) {
  broken["a"] = {.code = Errc::denied, .message = "not yours"};
  for (int i = 0; i < 5; ++i) EXPECT_EQ(gather({"a"})[0].trouble->code, Errc::denied);
  EXPECT_EQ(asked.size(), 5U);
}

TEST_F(GatherTest, AnExceptionIsAFailureOfThatOneOnly) {
  throwing = {"a"};
  const auto parts = gather({"a", "b"});
  EXPECT_EQ(parts[0].trouble->code, Errc::internal);
  EXPECT_TRUE(parts[1].fresh());
}

TEST_F(GatherTest, ManyWhoAskAtOnceAreOneQuestion) {
  asio::io_context loop(1);
  int got = 0;
  for (int i = 0; i < 50; ++i) {
    asio::co_spawn(loop, numbers.gather({"a", "b"}),
                   [&](const std::exception_ptr&, std::vector<Part<int>> parts) {
                     got += parts[0].fresh() && parts[1].fresh() ? 1 : 0;
                   });
  }
  loop.run();
  EXPECT_EQ(got, 50);
  EXPECT_EQ(asked.size(), 2U);
}

TEST_F(GatherTest, AQuestionThatDiedWithItsLoopIsAskedAgain) {
  silent = {"a"};
  EXPECT_FALSE(gather({"a"})[0].snapshot);  // its loop is gone now, and the question with it
  silent.clear();
  EXPECT_TRUE(gather({"a"})[0].fresh());
}

}  // namespace
}  // namespace mtc::clusters
