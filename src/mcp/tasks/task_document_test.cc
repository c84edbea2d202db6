#include "mcp/tasks/task_document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mtc::mcp {
namespace {

using ::testing::HasSubstr;

TEST(TaskDocument, WhatIsMissingOrUnknownIsNamed) {
  Json document = to_json(Task{});
  ASSERT_TRUE(task_from_json(document));
  document["status"] = "asleep";
  EXPECT_THAT(task_from_json(document).error().message, HasSubstr("asleep"));
  document.erase("tool");
  const auto broken = task_from_json(document);
  EXPECT_EQ(broken.error().code, Errc::internal);
  EXPECT_THAT(broken.error().message, HasSubstr("tool"));
  EXPECT_FALSE(task_from_json(Json("text")));
}

TEST(TaskDocument, WhatEarlierVersionsKeptBesidesIsIgnored) {
  Task task;
  task.client.roots = true;
  Json document = to_json(task);
  document["client"]["apps"] = true;
  EXPECT_EQ(task_from_json(document)->client, task.client);
}

TEST(TaskDocument, EveryMemberComesBack) {
  const TimePoint created(std::chrono::hours(24 * 20'000));
  const Task task{.id = "t1",
                  .number = 3,
                  .tool = "copy",
                  .arguments = {{"from", "广州"}},
                  .principal = {.subject = "alice",
                                .name = "Alice",
                                .scopes = {"ops.read", "ops.operate"},
                                .channel = "http",
                                .trust = "voice"},
                  .client_name = "tester",
                  .voice = true,
                  .client = {.form_elicitation = true,
                             .url_elicitation = true,
                             .sampling = true,
                             .roots = true,
                             .tasks = true},
                  .can_ask = true,
                  .status = TaskStatus::input_required,
                  .message = "copying",
                  .created = created,
                  .updated = created + Millis(7),
                  .ttl = std::chrono::hours(24),
                  .state = {{"done", 3}},
                  .restarts = 2,
                  .asked = {{"sure-2", {{"method", "elicitation/create"}}}},
                  .keys = {{"sure-2", "sure"}},
                  .answers = {{"sure", {{"action", "accept"}}}},
                  .result = {{"content", Json::array()}},
                  .error = {{"code", -32603}}};
  EXPECT_TRUE(task_from_json(to_json(task)) == task) << to_json(task);
}

TEST(TaskDocument, EveryStatusComesBack) {
  for (const auto status : {TaskStatus::working, TaskStatus::input_required, TaskStatus::completed,
                            TaskStatus::failed, TaskStatus::cancelled}) {
    Task task;
    task.status = status;
    EXPECT_EQ(task_from_json(to_json(task))->status, status);
  }
}

}  // namespace
}  // namespace mtc::mcp
