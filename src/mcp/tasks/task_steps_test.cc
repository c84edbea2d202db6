#include "mcp/tasks/task_steps.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"

namespace mtc::mcp {
namespace {

using ::testing::HasSubstr;
using ::testing::Key;
using ::testing::UnorderedElementsAre;

const Tool kTool{.name = "copy", .call = {}};

Task asking_task() {
  Task task;
  task.can_ask = true;
  task.client.form_elicitation = true;
  return task;
}

Question question(std::string key) {
  return ask_person(std::move(key), "Sure?", {{"type", "object"}});
}

Task after(Task task, Result<Outcome> outcome) {
  settle(task, outcome, kTool);
  return task;
}

TEST(TaskSteps, AReplyCompletesWithWhatTheCallWouldHaveAnswered) {
  const auto task = after({}, Reply{.speech = "好了。", .data = {{"copied", 9}}});
  EXPECT_EQ(task.status, TaskStatus::completed);
  EXPECT_EQ(task.result, Json::parse(R"({"content":[{"type":"text","text":"好了。"}],
                                         "structuredContent":{"copied":9}})"));
}

TEST(TaskSteps, AFailureOfTheToolIsAnAnswerToo) {
  const auto task = after({}, fail(Errc::unavailable, "The cloud does not answer"));
  EXPECT_EQ(task.status, TaskStatus::completed);
  EXPECT_EQ(task.result["isError"], true);
  EXPECT_EQ(task.result["content"][0]["text"], "The cloud does not answer — try again in a moment");
}

TEST(TaskSteps, OurOwnFaultIsAProtocolError) {
  const auto task = after({}, fail(Errc::internal, "The tool broke down"));
  EXPECT_EQ(task.status, TaskStatus::failed);
  EXPECT_EQ(task.error, Json::parse(R"({"code":-32603,"message":"The tool broke down"})"));
}

TEST(TaskSteps, WhatIsPutOffAgainFails) {
  EXPECT_EQ(after({}, LongWork{}).status, TaskStatus::failed);
}

TEST(TaskSteps, AnAnswerTooLargeToKeepIsAFailure) {
  const auto task = after({}, Reply{.speech = std::string(9UL * 1024 * 1024, 'x')});
  EXPECT_EQ(task.result["isError"], true);
  EXPECT_LT(dump_json(task.result).size(), 1000U);
}

TEST(TaskSteps, QuestionsWaitUntilTheLastIsAnswered) {
  Task task = after(asking_task(),
                    NeedInput{.questions = {question("a"), question("b")}, .state = {{"step", 2}}});
  EXPECT_EQ(task.status, TaskStatus::input_required);
  EXPECT_EQ(task.state, Json({{"step", 2}}));
  EXPECT_EQ(task.asked["a"]["method"], "elicitation/create");
  EXPECT_EQ(task.asked["a"]["params"]["message"], "Sure?");

  EXPECT_TRUE(*take_answers(task, {{"a", {{"action", "accept"}}}, {"x", {{"y", 1}}}}));
  EXPECT_EQ(task.status, TaskStatus::input_required);
  EXPECT_THAT(task.asked, UnorderedElementsAre(Key("b")));
  EXPECT_FALSE(*take_answers(task, {{"a", {{"action", "decline"}}}, {"x", "no object"}}));
  EXPECT_TRUE(*take_answers(task, {{"b", {{"action", "cancel"}}}}));
  EXPECT_EQ(task.status, TaskStatus::working);
  EXPECT_EQ(Json(task.answers),
            Json::parse(R"({"a":{"action":"accept"},"b":{"action":"cancel"}})"));
  EXPECT_FALSE(*take_answers(task, {{"b", Json::object()}}));
}

TEST(TaskSteps, AnAnswerThatIsNoObjectIsRefusedWithAllOthers) {
  Task task = after(asking_task(), NeedInput{.questions = {question("a"), question("b")}});
  const auto refused = take_answers(task, {{"a", {{"action", "accept"}}}, {"b", "yes"}});
  EXPECT_EQ(refused.error().code, Errc::invalid_argument);
  EXPECT_THAT(refused.error().message, HasSubstr("b"));
  EXPECT_THAT(task.asked, UnorderedElementsAre(Key("a"), Key("b")));
}

TEST(TaskSteps, KeysAreNeverUsedAgainInATasksLife) {
  Task task = asking_task();
  for (const std::string expected : {"sure", "sure-2", "sure-3"}) {
    task = after(std::move(task), NeedInput{.questions = {question("sure")}});
    EXPECT_THAT(task.asked, UnorderedElementsAre(Key(expected)));
    EXPECT_TRUE(*take_answers(task, {{expected, {{"key", expected}}}}));
    EXPECT_EQ(Json(task.answers), Json({{"sure", {{"key", expected}}}}));
  }
}

TEST(TaskSteps, OnlyWhatTheClientCanAnswerIsAsked) {
  Question sampling{.key = "s", .method = "sampling/createMessage", .required = false};
  const NeedInput need{.questions = {question("a"), sampling}};
  EXPECT_THAT(after(asking_task(), need).asked, UnorderedElementsAre(Key("a")));

  Task alone = after(asking_task(), NeedInput{.questions = {sampling}, .state = 7});
  EXPECT_EQ(alone.status, TaskStatus::working) << "it goes on without answers";
  EXPECT_EQ(alone.state, 7);
  EXPECT_TRUE(alone.answers.empty());

  Task deaf = asking_task();
  deaf.can_ask = false;
  deaf = after(std::move(deaf), need);
  EXPECT_EQ(deaf.status, TaskStatus::completed);
  EXPECT_EQ(deaf.result["isError"], true);
  EXPECT_THAT(std::string(deaf.result["content"][0]["text"]), HasSubstr("elicitation/create"));
}

TEST(TaskSteps, ACancelledTaskAsksNothing) {
  Task task = after(asking_task(), NeedInput{.questions = {question("a")}});
  cancel(task);
  EXPECT_EQ(task.status, TaskStatus::cancelled);
  EXPECT_TRUE(task.asked.empty());
  EXPECT_FALSE(*take_answers(task, {{"a", Json::object()}}));
}

TEST(TaskSteps, WhatHasEndedKeepsNothingToGoOnWith) {
  Task task = asking_task();
  task.state = {{"step", 2}};
  task.answers = {{"a", {{"action", "accept"}}}};
  Task broken = task;
  break_off(broken, "gone");
  Task cancelled = task;
  cancel(cancelled);
  for (const auto& ended :
       {after(task, Reply{.speech = "done"}), after(task, fail(Errc::unavailable, "away")),
        after(task, fail(Errc::internal, "broken")), broken, cancelled}) {
    EXPECT_EQ(ended.state, nullptr) << name_of(ended.status);
    EXPECT_TRUE(ended.answers.empty()) << name_of(ended.status);
  }
}

TEST(TaskSteps, MessagesAreValidAndShort) {
  EXPECT_EQ(fit_message("已复制 3/9"), "已复制 3/9");
  EXPECT_EQ(count_characters(fit_message(std::string(10'000, 'x'))), 500U);
  EXPECT_EQ(fit_message("\xff"), "\uFFFD");
}

}  // namespace
}  // namespace mtc::mcp
