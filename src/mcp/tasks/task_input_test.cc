// Tasks that have to ask.
#include "mcp/tasks/task_fixture.h"

namespace mtc::mcp {
namespace {

using ::testing::HasSubstr;
using ::testing::Key;
using ::testing::UnorderedElementsAre;

const Json kYes = {{"action", "accept"}, {"content", {{"confirm", true}}}};
const Json kNo = {{"action", "decline"}};

class TaskInputTest : public TaskRunnerTest {};

TEST_F(TaskInputTest, ATaskThatAsksWaitsWithoutRunning) {
  const Task task = start();
  answer(ask({"sure"}, {{"step", 2}}));
  const Task waits = find(task.id).value();
  EXPECT_EQ(waits.status, TaskStatus::input_required);
  EXPECT_THAT(waits.asked, UnorderedElementsAre(Key("sure")));
  EXPECT_EQ(server->await(tasks.find(task.id))->lease, TaskLease{}) << "nobody holds it";
  server->keep_house();
  EXPECT_EQ(calls.size(), 1U);
}

TEST_F(TaskInputTest, ItGoesOnWhenTheLastAnswerIsThere) {
  const Task task = start();
  answer(ask({"sure", "where"}, {{"step", 2}}));
  ASSERT_TRUE(give(task.id, {{"where", kNo}, {"unknown", kYes}}));
  EXPECT_EQ(status(task.id), TaskStatus::input_required);
  EXPECT_THAT(find(task.id)->asked, UnorderedElementsAre(Key("sure")));
  ASSERT_TRUE(give(task.id, {{"where", kYes}})) << "answered already: ignored";
  EXPECT_EQ(calls.size(), 1U);

  ASSERT_TRUE(give(task.id, {{"sure", kYes}}));
  EXPECT_EQ(status(task.id), TaskStatus::working);
  ASSERT_EQ(calls.size(), 2U);
  EXPECT_TRUE(call().context.background);
  EXPECT_EQ(call().context.state, Json({{"step", 2}}));
  EXPECT_EQ(call().context.answers, (Answers{{"sure", kYes}, {"where", kNo}}));
  answer(Reply{.speech = "done"});
  EXPECT_EQ(status(task.id), TaskStatus::completed);
}

TEST_F(TaskInputTest, AKeyIsNeverUsedTwice) {
  const Task task = start();
  answer(ask({"sure"}));
  ASSERT_TRUE(give(task.id, {{"sure", kNo}}));
  answer(ask({"sure"}));
  EXPECT_THAT(find(task.id)->asked, UnorderedElementsAre(Key("sure-2")));
  ASSERT_TRUE(give(task.id, {{"sure", kYes}})) << "late, for the first round";
  EXPECT_EQ(status(task.id), TaskStatus::input_required);
  ASSERT_TRUE(give(task.id, {{"sure-2", kYes}}));
  ASSERT_EQ(calls.size(), 3U);
  EXPECT_EQ(call().context.answers, (Answers{{"sure", kYes}})) << "by the handler's own key";
}

TEST_F(TaskInputTest, AnswersThatAreNoneAreRefused) {
  const Task task = start();
  answer(ask({"sure"}));
  const auto refused = give(task.id, {{"sure", "yes"}});
  EXPECT_EQ(refused.error().code, Errc::invalid_argument);
  EXPECT_THAT(refused.error().message, HasSubstr("sure"));
  const auto large = give(task.id, {{"sure", {{"text", std::string(300'000, 'x')}}}});
  EXPECT_EQ(large.error().code, Errc::invalid_argument);
  EXPECT_EQ(status(task.id), TaskStatus::input_required);
}

TEST_F(TaskInputTest, AnswersNobodyAskedForAreIgnored) {
  const Task task = start();
  ASSERT_TRUE(give(task.id, {{"sure", kYes}}));
  answer(Reply{.speech = "done"});
  ASSERT_TRUE(give(task.id, {{"sure", kYes}}));
  EXPECT_EQ(status(task.id), TaskStatus::completed);
  EXPECT_EQ(calls.size(), 1U);
}

TEST_F(TaskInputTest, AWaitingTaskIsCancelled) {
  const Task task = start();
  answer(ask({"sure"}));
  ASSERT_TRUE(cancel(task.id));
  ASSERT_TRUE(give(task.id, {{"sure", kYes}}));
  EXPECT_EQ(status(task.id), TaskStatus::cancelled);
  EXPECT_EQ(calls.size(), 1U);
}

TEST_F(TaskInputTest, AnotherServerGoesOnWithTheAnswer) {
  const Task task = start();
  answer(ask({"sure"}, {{"step", 2}}));
  auto* other = start_server();
  ASSERT_TRUE(other->await(other->runner.answer(task.id, "alice", {{"sure", kYes}})));
  ASSERT_EQ(calls.size(), 2U);
  EXPECT_EQ(call().context.state, Json({{"step", 2}}));
  call().answer(Reply{.speech = "done"});
  other->settle();
  EXPECT_EQ(status(task.id), TaskStatus::completed);
}

TEST_F(TaskInputTest, AClientWithoutTheExtensionIsNotAsked) {
  auto context = context_of("alice");
  context.client.tasks = false;
  const auto task = server->await(
      server->runner.start({.tool = "work", .arguments = Json::object(), .context = context}));
  EXPECT_FALSE(call().context.can_ask);
  answer(ask({"sure"}));
  EXPECT_EQ(find(task->id)->result["isError"], true);
}

TEST_F(TaskInputTest, AClientThatCannotAnswerIsNotAskedForEver) {
  auto context = context_of("alice");
  context.can_ask = false;
  const auto task = server->await(
      server->runner.start({.tool = "work", .arguments = Json::object(), .context = context}));
  auto need = ask({"maybe"});
  need.questions[0].required = false;
  for (int i = 0; i < 8; ++i) {
    ASSERT_EQ(calls.size(), static_cast<std::size_t>(i + 1));
    answer(need);
  }
  EXPECT_EQ(status(task->id), TaskStatus::failed);
}

}  // namespace
}  // namespace mtc::mcp
