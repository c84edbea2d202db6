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
  const auto answer = mtc::run(calls->run("1", nullptr, answer_although_cancelled(*calls)));
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->body, "answer");
  EXPECT_EQ(calls->size(), 0U);
}

TEST(RunningCalls, CallMayBreakDownBeforeItHasWaitedForAnything) {
  const auto calls = std::make_shared<RunningCalls>();
  EXPECT_THROW(mtc::run(calls->run("1", nullptr, break_down_when_cancelled(*calls))),
               std::runtime_error);
  EXPECT_EQ(calls->size(), 0U);
}

}  // namespace
}  // namespace mtc::mcp
