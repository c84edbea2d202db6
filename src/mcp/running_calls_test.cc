#include "mcp/running_calls.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "infra/loop/run.h"

namespace mtc::mcp {
namespace {

// As if the first thing it said had shown that the client is gone.
Async<Answer> answer_although_cancelled(RunningCalls& calls) {
  calls.cancel_all();
  co_return Answer{.body = "answer"};
}
Async<Answer> break_down_when_cancelled(RunningCalls& calls) {
  calls.cancel_all();
  throw std::runtime_error("broken");
  co_return Answer{};
}

TEST(RunningCalls, CallMayBeCancelledBeforeItHasWaitedForAnything) {
  const auto calls = std::make_shared<RunningCalls>();
  const auto answer = mtc::run(calls->run_apart("1", nullptr, answer_although_cancelled(*calls)));
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->body, "answer");
  EXPECT_EQ(calls->size(), 0U);
}

TEST(RunningCalls, CallMayBreakDownBeforeItHasWaitedForAnything) {
  const auto calls = std::make_shared<RunningCalls>();
  EXPECT_THROW(mtc::run(calls->run_apart("1", nullptr, break_down_when_cancelled(*calls))),
               std::runtime_error);
  EXPECT_EQ(calls->size(), 0U);
}

TEST(RunningCalls, CallInItsCallersCoroutineIsStoppedByIdAndGivesNoAnswer) {
  const auto calls = std::make_shared<RunningCalls>();
  std::string stopped;
  const auto stop = [&stopped](std::string id) { return [&stopped, id] { stopped += id; }; };
  const auto work = [](RunningCalls& running, RequestId cancelled) -> Async<Answer> {
    EXPECT_EQ(running.size(), 1U);
    running.cancel(cancelled);
    co_return Answer{.body = "answer"};
  };
  EXPECT_FALSE(mtc::run(calls->run("1", stop("1"), work(*calls, "1"))).has_value());
  EXPECT_TRUE(mtc::run(calls->run("2", stop("2"), work(*calls, "3"))).has_value());
  EXPECT_EQ(stopped, "1");
  EXPECT_EQ(calls->size(), 0U);
}

TEST(RunningCalls, CallThatBreaksDownBecauseItWasStoppedGivesNoAnswerEither) {
  const auto calls = std::make_shared<RunningCalls>();
  const auto work = [](RunningCalls& running, bool by_peer) -> Async<Answer> {
    if (by_peer) running.cancel("1");
    throw std::runtime_error("broken");
    co_return Answer{};
  };
  EXPECT_FALSE(mtc::run(calls->run("1", [] {}, work(*calls, true))).has_value());
  EXPECT_THROW(mtc::run(calls->run("1", [] {}, work(*calls, false))), std::runtime_error);
  EXPECT_EQ(calls->size(), 0U);
}

}  // namespace
}  // namespace mtc::mcp
