#include "mcp/running_calls.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "infra/loop/run.h"
#include "mcp/testing/rich_server.h"

namespace mtc::mcp {
namespace {

// As if the first thing it said had shown that the client is gone.
Async<Answer> answer_although_cancelled(RunningCalls& calls) {
  calls.end();
  co_return Answer{.body = "answer"};
}
Async<Answer> break_down_when_cancelled(RunningCalls& calls) {
  calls.end();
  throw std::runtime_error("broken");
  co_return Answer{};
}

TEST(RunningCalls, CallMayBeCancelledBeforeItHasWaitedForAnything) {
  const auto calls = std::make_shared<RunningCalls>();
  const auto answer = mtc::run(calls->run_apart("1", answer_although_cancelled(*calls)));
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->body, "answer");
  EXPECT_EQ(calls->size(), 0U);
}

TEST(RunningCalls, CallMayBreakDownBeforeItHasWaitedForAnything) {
  const auto calls = std::make_shared<RunningCalls>();
  EXPECT_THROW(mtc::run(calls->run_apart("1", break_down_when_cancelled(*calls))),
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

using RunningCallsTest = RichServer;

TEST_F(RunningCallsTest, IdsMayRepeatAndOneCancellationStopsThemAll) {
  open("2025-11-25", Json::object());
  const auto& first = start(legacy("tools/call", {{"name", "steps"}}));
  const auto& second = start(legacy("tools/call", {{"name", "other"}}));
  EXPECT_EQ(peer.running->size(), 2U);
  start(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}})");
  EXPECT_EQ(world.gate.cancelled, 1);
  EXPECT_EQ(world.other_gate.cancelled, 1);
  EXPECT_TRUE(first.ended && second.ended);
  EXPECT_TRUE(first.answer.is_null() && second.answer.is_null());
}

TEST_F(RunningCallsTest, WhatIsCancelledFromInsideIsStillAnswered) {
  open("2025-11-25", Json::object());
  for (const auto* method : {"resources/read", "tools/call"}) {
    world.gate = {};
    const auto& call = start(legacy(method, {{"uri", "ops://slow"}, {"name", "steps"}}));
    EXPECT_FALSE(call.ended) << method;
    peer.running->end();
    poll();
    ASSERT_TRUE(call.ended) << method;
    EXPECT_FALSE(call.broken) << method;
    EXPECT_EQ(call.answer["id"], 1) << method;
  }
}

}  // namespace
}  // namespace mtc::mcp
