// What a client sees of its tasks while one server looks after them.
#include "mcp/tasks/task_runner.h"

#include "base/text.h"
#include "mcp/tasks/task_fixture.h"

namespace mtc::mcp {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using namespace std::chrono_literals;

TEST_F(TaskRunnerTest, ATaskIsThereAtOnceAndUnderWay) {
  const Task task = start();
  EXPECT_GE(task.id.size(), 43U) << "256 bits";
  EXPECT_EQ(task.number, 1);
  EXPECT_EQ(task.status, TaskStatus::working);
  EXPECT_EQ(task.message, "copying");
  EXPECT_EQ(task.ttl, 24h);
  EXPECT_EQ(status(task.id), TaskStatus::working);
  ASSERT_EQ(calls.size(), 1U);
  EXPECT_EQ(call().arguments, Json({{"from", "广州"}}));
  EXPECT_TRUE(call().context.background);
  EXPECT_TRUE(call().context.can_ask);
  EXPECT_TRUE(call().context.client.form_elicitation);
  EXPECT_EQ(call().context.principal.subject, "alice");
  EXPECT_EQ(call().context.client_name, "tester");
}

TEST_F(TaskRunnerTest, TheHandlerGetsWhatItLearnedBefore) {
  auto context = context_of("alice");
  context.state = {{"plan", 7}};
  context.answers = {{"sure", {{"action", "accept"}}}};
  context.voice = true;
  ASSERT_TRUE(server->await(
      server->runner.start({.tool = "work", .arguments = Json::object(), .context = context})));
  EXPECT_EQ(call().context.state, Json({{"plan", 7}}));
  EXPECT_EQ(call().context.answers.at("sure"), Json({{"action", "accept"}}));
  EXPECT_TRUE(call().context.voice);
}

TEST_F(TaskRunnerTest, ItsAnswerStays) {
  const Task task = start();
  clock.time += 5s;
  answer(Reply{.speech = "好了。", .data = {{"copied", 9}}});
  const Task done = find(task.id).value();
  EXPECT_EQ(done.status, TaskStatus::completed);
  EXPECT_EQ(done.result["content"][0]["text"], "好了。");
  EXPECT_EQ(done.result["structuredContent"], Json({{"copied", 9}}));
  EXPECT_EQ(done.created, task.created);
  EXPECT_EQ(done.updated, clock.now());
}

TEST_F(TaskRunnerTest, AFailureIsItsAnswer) {
  const Task task = start();
  answer(fail(Errc::unavailable, "The cloud does not answer"));
  const Task done = find(task.id).value();
  EXPECT_EQ(done.status, TaskStatus::completed);
  EXPECT_EQ(done.result["isError"], true);
}

TEST_F(TaskRunnerTest, ABrokenToolTellsNoSecrets) {
  const Task task = start("broken");
  server->settle();
  const Task done = find(task.id).value();
  EXPECT_EQ(done.status, TaskStatus::failed);
  EXPECT_EQ(done.error["code"], -32603);
  EXPECT_THAT(dump_json(describe_task(done, 2s)), Not(HasSubstr("secret")));
}

TEST_F(TaskRunnerTest, WhatCannotBegin) {
  EXPECT_EQ(try_start("unknown").error().code, Errc::not_found);
  const auto large = server->await(server->runner.start(
      {.tool = "work", .arguments = {{"text", std::string(300'000, 'x')}}, .context = {}}));
  EXPECT_EQ(large.error().code, Errc::invalid_argument);
  EXPECT_THAT(large.error().message, HasSubstr("arguments"));
  const Json much{{"text", std::string(300'000, 'x')}};
  auto context = context_of("alice");
  context.answers = {{"sure", much}};
  const auto answered = server->await(
      server->runner.start({.tool = "work", .arguments = Json::object(), .context = context}));
  EXPECT_EQ(answered.error().code, Errc::invalid_argument);
  EXPECT_THAT(answered.error().message, HasSubstr("answers"));
  context = context_of("alice");
  context.state = much;
  const auto kept = server->await(
      server->runner.start({.tool = "work", .arguments = Json::object(), .context = context}));
  EXPECT_EQ(kept.error().code, Errc::invalid_argument);
  EXPECT_THAT(kept.error().message, HasSubstr("state"));
  EXPECT_TRUE(calls.empty());
  EXPECT_TRUE(server->await(server->runner.list("alice", 5))->empty());
}

TEST_F(TaskRunnerTest, ASubjectHasSoManyTasksAtOnceAndNoMore) {
  for (int i = 0; i < 16; ++i) start();
  EXPECT_EQ(try_start("work").error().code, Errc::resource_exhausted);
  EXPECT_TRUE(try_start("work", "bob"));
  calls.front().answer(Reply{.speech = "done"});
  server->settle();
  EXPECT_EQ(try_start("work")->number, 17);
}

TEST_F(TaskRunnerTest, ProgressShowsAtOnceAndIsStoredNowAndThen) {
  const Task task = start();
  const auto stored = [&] { return server->await(tasks.find(task.id))->task.message; };
  const auto report = [&](std::string_view message) {
    call().context.report(1, 9, message);
    server->settle();
  };
  report("copied 1/9");
  EXPECT_EQ(stored(), "copied 1/9");
  clock.time += 400ms;
  report("copied 2/9");
  EXPECT_EQ(find(task.id)->message, "copied 2/9");
  EXPECT_EQ(find(task.id)->updated, clock.now());
  EXPECT_EQ(server->await(server->runner.list("alice", 5))->at(0).message, "copied 2/9");
  EXPECT_EQ(stored(), "copied 1/9");
  clock.time += 600ms;
  report("copied 3/9");
  EXPECT_EQ(stored(), "copied 3/9");
  report("copied 4/9");
  server->keep_house();
  EXPECT_EQ(stored(), "copied 4/9") << "with the next renewal at the latest";
  report("");
  EXPECT_EQ(find(task.id)->message, "copied 4/9");
  report(std::string(10'000, 'x'));
  EXPECT_EQ(count_characters(find(task.id)->message), 500U);
}

TEST_F(TaskRunnerTest, NothingIsHeardOfACallThatIsOver) {
  const Task task = start();
  const auto link = call().context.link;
  answer(Reply{.speech = "done"});
  link->progress(9, 9, "late");
  EXPECT_EQ(server->await(link->save(1)).error().code, Errc::cancelled);
  EXPECT_EQ(find(task.id)->message, "copying");
}

TEST_F(TaskRunnerTest, WhatTheHandlerSavesIsDurable) {
  const Task task = start();
  call().context.report(1, 9, "copied 1/9");
  ASSERT_TRUE(save({{"copied", 1}}));
  const auto stored = server->await(tasks.find(task.id))->task;
  EXPECT_EQ(stored.state, Json({{"copied", 1}}));
  EXPECT_EQ(stored.message, "copied 1/9");
  EXPECT_EQ(stored.status, TaskStatus::working);
}

TEST_F(TaskRunnerTest, ARunningTaskIsCancelled) {
  const Task task = start();
  ASSERT_TRUE(cancel(task.id));
  EXPECT_TRUE(call().interrupted);
  EXPECT_EQ(status(task.id), TaskStatus::cancelled);
  server->settle();
  EXPECT_EQ(status(task.id), TaskStatus::cancelled);
  ASSERT_TRUE(cancel(task.id)) << "again is no mistake";
}

TEST_F(TaskRunnerTest, AnEndIsFinal) {
  const Task done = start();
  answer(Reply{.speech = "done"});
  ASSERT_TRUE(cancel(done.id));
  EXPECT_EQ(status(done.id), TaskStatus::completed);

  const Task cancelled = start();
  call().when_interrupted = Reply{.speech = "too late"};
  ASSERT_TRUE(cancel(cancelled.id));
  server->settle();
  EXPECT_TRUE(call().interrupted);
  EXPECT_EQ(status(cancelled.id), TaskStatus::cancelled);
  EXPECT_EQ(find(cancelled.id)->result, nullptr);
}

TEST_F(TaskRunnerTest, NobodySeesTheTasksOfOthers) {
  const Task task = start();
  auto& runner = server->runner;
  const auto none = server->await(runner.find("t_unknown", "bob")).error();
  EXPECT_EQ(none.code, Errc::not_found);
  EXPECT_EQ(server->await(runner.find(task.id, "bob")).error(), none);
  EXPECT_EQ(server->await(runner.cancel(task.id, "bob")).error(), none);
  EXPECT_EQ(server->await(runner.answer(task.id, "bob", {})).error(), none);
  EXPECT_EQ(server->await(runner.wait(task.id, "bob", 1h)).error(), none);
  EXPECT_TRUE(server->await(runner.list("bob", 10))->empty());
  EXPECT_EQ(status(task.id), TaskStatus::working);
}

TEST_F(TaskRunnerTest, TasksAreListedTheNewestFirst) {
  start();
  start();
  start();
  std::vector<std::int64_t> numbers;
  for (const auto& task : *server->await(server->runner.list("alice", 2))) {
    numbers.push_back(task.number);
  }
  EXPECT_THAT(numbers, ElementsAre(3, 2));
  EXPECT_TRUE(server->await(server->runner.list("alice", -1))->empty());
}

TEST_F(TaskRunnerTest, WhatHasExpiredIsForgotten) {
  const Task done = start();
  answer(Reply{.speech = "done"});
  clock.time += 24h - 1ms;
  EXPECT_TRUE(find(done.id));
  clock.time += 1ms;
  EXPECT_EQ(find(done.id).error().code, Errc::not_found);
  EXPECT_TRUE(server->await(server->runner.list("alice", 5))->empty());
  EXPECT_TRUE(server->await(tasks.find(done.id)));
  server->keep_house();
  EXPECT_FALSE(server->await(tasks.find(done.id)));
}

TEST_F(TaskRunnerTest, ATaskThatRunsUntilItExpiresIsStopped) {
  start();
  clock.time += 24h;
  server->keep_house();
  server->keep_house();
  EXPECT_TRUE(call().interrupted);
}

TEST_F(TaskRunnerTest, EveryChangeIsToldToItsSubject) {
  std::vector<std::string> heard;
  const auto subscription = server->changes.subscribe([&](const Change& change) {
    EXPECT_EQ(change.kind, Change::Kind::task);
    EXPECT_EQ(change.task["taskId"], change.id);
    heard.push_back(change.subject + " " + std::string(change.task["status"]) + " " +
                    string_or(change.task, "statusMessage"));
  });
  const Task task = start();
  call().context.report(1, 9, "copied 1/9");
  server->settle();
  answer(ask({"sure"}));
  ASSERT_TRUE(give(task.id, {{"sure", Json::object()}}));
  answer(Reply{.speech = "done"});
  ASSERT_TRUE(cancel(task.id));
  EXPECT_THAT(heard, ElementsAre("alice working copying", "alice working copied 1/9",
                                 "alice input_required copied 1/9", "alice working copied 1/9",
                                 "alice completed copied 1/9"));
}

TEST_F(TaskRunnerTest, WaitingEndsWithTheTask) {
  const Task task = start();
  std::optional<Task> seen;
  asio::co_spawn(server->loop, server->runner.wait(task.id, "alice", 1h),
                 [&](const std::exception_ptr&, Result<Task> found) { seen = found.value(); });
  server->settle();
  EXPECT_FALSE(seen);
  call().context.report(1, 9, "copied 1/9");
  server->settle();
  EXPECT_FALSE(seen) << "progress is no end";
  answer(Reply{.speech = "done"});
  server->settle();
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->status, TaskStatus::completed);
  EXPECT_EQ(server->await(server->runner.wait(task.id, "alice", 1h))->status,
            TaskStatus::completed);
}

TEST_F(TaskRunnerTest, WaitingEndsWithAQuestionAndWithPatience) {
  const Task task = start();
  EXPECT_EQ(server->await(server->runner.wait(task.id, "alice", 1ms))->status, TaskStatus::working);
  answer(ask({"sure"}));
  EXPECT_EQ(server->await(server->runner.wait(task.id, "alice", 1h))->status,
            TaskStatus::input_required);
}

TEST_F(TaskRunnerTest, AResultIsNotLostWhenTheStoreIsAway) {
  const Task task = start();
  server->store.failures = 2;
  answer(Reply{.speech = "done"});
  EXPECT_EQ(status(task.id), TaskStatus::working);
  server->keep_house();
  EXPECT_EQ(status(task.id), TaskStatus::working);
  server->keep_house();
  EXPECT_EQ(status(task.id), TaskStatus::completed);
}

}  // namespace
}  // namespace mtc::mcp
