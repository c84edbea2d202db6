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
