// Tasks that outlive a server, and servers that share them.
#include "mcp/tasks/task_fixture.h"

namespace mtc::mcp {
namespace {

using namespace std::chrono_literals;

class TaskResumeTest : public TaskRunnerTest {
 protected:
  void finish(TaskServer& there) {
    call().answer(Reply{.speech = "done"});
    there.settle();
  }
};

TEST_F(TaskResumeTest, WhatADeadServerLeftGoesOnWithWhatItSaved) {
  const Task task = start();
  ASSERT_TRUE(save({{"copied", 3}}));
  // The first server is never turned again: it has died.
  clock.time += 30s;
  auto* next = start_server();
  ASSERT_EQ(calls.size(), 2U);
  EXPECT_EQ(call().context.state, Json({{"copied", 3}}));
  EXPECT_EQ(call().arguments, Json({{"from", "广州"}}));
  EXPECT_EQ(call().context.principal.scopes, std::vector<std::string>{"ops.read"});
  EXPECT_TRUE(call().context.background);
  finish(*next);
  EXPECT_EQ(find(*next, task.id)->status, TaskStatus::completed);
}

TEST_F(TaskResumeTest, AnAnswerIsNotAskedForAgain) {
  const Task task = start();
  answer(ask({"sure"}, 7));
  ASSERT_TRUE(give(task.id, {{"sure", {{"action", "accept"}}}}));
  clock.time += 30s;
  start_server();
  ASSERT_EQ(calls.size(), 3U);
  EXPECT_EQ(call().context.answers.at("sure"), Json({{"action", "accept"}}));
  EXPECT_EQ(call().context.state, 7);
}

TEST_F(TaskResumeTest, NothingRunsTwiceWhileItsServerLives) {
  start();
  auto* other = start_server();
  for (int i = 0; i < 10; ++i) {
    clock.time += 10s;
    server->keep_house();
    other->keep_house();
  }
  EXPECT_EQ(calls.size(), 1U);
  EXPECT_FALSE(call().interrupted);
}

TEST_F(TaskResumeTest, ALivingServerTakesOverFromADeadOne) {
  start();
  auto* other = start_server();
  clock.time += 29s;
  other->keep_house();
  EXPECT_EQ(calls.size(), 1U);
  clock.time += 1s;
  other->keep_house();
  EXPECT_EQ(calls.size(), 2U);
}

TEST_F(TaskResumeTest, WhoeverStoodStillTooLongStops) {
  const Task task = start();
  auto* other = start_server();
  clock.time += 30s;
  other->keep_house();
  ASSERT_EQ(calls.size(), 2U);
  auto& late = calls.front();
  EXPECT_EQ(server->await(late.context.link->save(1)).error().code, Errc::cancelled);
  server->settle();
  EXPECT_TRUE(late.interrupted);
  EXPECT_EQ(find(*other, task.id)->state, nullptr);
  finish(*other);
  EXPECT_EQ(find(*other, task.id)->status, TaskStatus::completed);
}

TEST_F(TaskResumeTest, WhoTakesOverFromItselfStopsWhatRan) {
  const Task task = start();
  server->store.renews = false;
  clock.time += 30s;
  server->keep_house();
  server->settle();
  ASSERT_EQ(calls.size(), 2U);
  EXPECT_TRUE(calls.front().interrupted);
  EXPECT_FALSE(call().interrupted);
  server->store.renews = true;
  finish(*server);
  EXPECT_EQ(find(task.id)->result["content"][0]["text"], "done");
  server->await(server->runner.stop());
}

TEST_F(TaskResumeTest, ALateAnswerDoesNotReplaceTheOneThatCounts) {
  const Task task = start();
  auto* other = start_server();
  clock.time += 30s;
  other->keep_house();
  calls.front().answer(Reply{.speech = "late"});
  server->settle();
  EXPECT_EQ(find(*other, task.id)->status, TaskStatus::working);
  finish(*other);
  EXPECT_EQ(find(*server, task.id)->result["content"][0]["text"], "done");
}

TEST_F(TaskResumeTest, ATaskIsCancelledThroughAnyServer) {
  const Task task = start();
  auto* other = start_server();
  std::vector<std::string> heard;
  const auto subscription = server->changes.subscribe(
      [&](const Change& change) { heard.push_back(change.task["status"]); });
  ASSERT_TRUE(other->await(other->runner.cancel(task.id, "alice")));
  EXPECT_EQ(status(task.id), TaskStatus::cancelled);
  EXPECT_FALSE(call().interrupted);
  server->keep_house();
  EXPECT_TRUE(call().interrupted) << "it learns with the next renewal";
  EXPECT_EQ(heard, std::vector<std::string>{"cancelled"});
}

TEST_F(TaskResumeTest, AHandlerThatSavesIsToldThatItIsNotWantedAnyMore) {
  const Task task = start("careful");
  auto* other = start_server();
  ASSERT_TRUE(other->await(other->runner.cancel(task.id, "alice")));
  answer(Reply{.speech = "done"});
  server->settle();
  const Task cancelled = find(task.id).value();
  EXPECT_EQ(cancelled.status, TaskStatus::cancelled);
  EXPECT_EQ(cancelled.state, nullptr);
  EXPECT_EQ(cancelled.result, nullptr);
}

TEST_F(TaskResumeTest, WaitingSeesWhatHappensElsewhere) {
  options.poll_interval = 1ms;
  auto* other = start_server();
  const Task task = start();
  std::optional<Task> seen;
  asio::co_spawn(other->loop, other->runner.wait(task.id, "alice", 1h),
                 [&](const std::exception_ptr&, Result<Task> found) { seen = found.value(); });
  other->settle();
  answer(Reply{.speech = "done"});
  while (!seen) other->loop.run_one();
  EXPECT_EQ(seen->status, TaskStatus::completed);
}

TEST_F(TaskResumeTest, AServerThatStopsGivesItsTasksBackAtOnce) {
  const Task task = start();
  ASSERT_TRUE(save({{"copied", 3}}));
  server->await(server->runner.stop());
  EXPECT_TRUE(call().interrupted);
  EXPECT_EQ(try_start("work").error().code, Errc::unavailable);
  auto* next = start_server();
  EXPECT_EQ(find(*next, task.id)->status, TaskStatus::working);
  ASSERT_EQ(calls.size(), 2U);
  EXPECT_EQ(call().context.state, Json({{"copied", 3}}));
}

TEST_F(TaskResumeTest, AFailureOfAStoppingServerIsNoAnswer) {
  const Task task = start();
  call().when_interrupted = fail(Errc::unavailable, "interrupted in the middle");
  server->await(server->runner.stop());
  EXPECT_EQ(status(task.id), TaskStatus::working);
}

TEST_F(TaskResumeTest, ASuccessOfAStoppingServerIs) {
  const Task task = start();
  call().when_interrupted = Reply{.speech = "just in time"};
  server->await(server->runner.stop());
  EXPECT_EQ(status(task.id), TaskStatus::completed);
}

TEST_F(TaskResumeTest, AToolThatIsGoneFails) {
  const Task task = start();
  clock.time += 30s;
  const ToolRegistry nothing;
  auto* next = start_server(nothing);
  const Task failed = find(*next, task.id).value();
  EXPECT_EQ(failed.status, TaskStatus::failed);
  EXPECT_EQ(failed.error["code"], -32603);
  next->await(next->runner.stop());
}

TEST_F(TaskResumeTest, AHandlerThatKillsItsServerIsNotTriedForEver) {
  options.max_restarts = 3;
  const Task task = start();
  for (int i = 0; i < 3; ++i) {
    clock.time += 30s;
    start_server();
  }
  EXPECT_EQ(calls.size(), 4U);
  clock.time += 30s;
  auto* last = start_server();
  EXPECT_EQ(calls.size(), 4U);
  EXPECT_EQ(find(*last, task.id)->status, TaskStatus::failed);
}

TEST_F(TaskResumeTest, AHandlerThatGetsOnMayBeRestartedAnyNumberOfTimes) {
  options.max_restarts = 1;
  start();
  for (int i = 0; i < 5; ++i) {
    clock.time += 30s;
    auto* next = start_server();
    ASSERT_EQ(calls.size(), static_cast<std::size_t>(i + 2));
    ASSERT_TRUE(next->await(call().context.link->save(i)));
  }
}

}  // namespace
}  // namespace mtc::mcp
