#include "services/common/task_tools.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "infra/loop/run.h"
#include "services/common/fake_callers.h"

namespace mtc::services {
namespace {

using mcp::Task;
using mcp::TaskStatus;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const std::string kId = "t_0123456789012345678901234567890123456789";

// The tasks of alice, the newest first.
struct FakeTasks final : mcp::Tasks {
  std::vector<Task> kept;
  std::vector<std::string> cancelled;

  Async<Result<Task>> start(Request) override { co_return fail(Errc::internal, "not used"); }
  Async<Result<Task>> find(std::string id, std::string subject) override {
    const auto it = std::ranges::find(kept, id, &Task::id);
    if (it == kept.end() || subject != "alice") co_return fail(Errc::not_found, "no such task");
    co_return *it;
  }
  Async<Result<>> answer(std::string, std::string, mcp::Answers) override {
    co_return fail(Errc::internal, "not used");
  }
  Async<Result<>> cancel(std::string id, std::string) override {
    cancelled.push_back(id);
    const auto it = std::ranges::find(kept, id, &Task::id);
    if (!mcp::is_final(it->status)) it->status = TaskStatus::cancelled;
    co_return Result<>{};
  }
  Async<Result<std::vector<Task>>> list(std::string subject, int limit) override {
    std::vector<Task> out;
    for (const auto& task : kept) {
      if (subject == "alice" && std::ssize(out) < limit) out.push_back(task);
    }
    co_return out;
  }
  Async<Result<Task>> wait(std::string id, std::string subject, Millis) override {
    return find(std::move(id), std::move(subject));
  }
  Millis poll_interval() const override { return std::chrono::seconds(2); }
};

class TaskToolsTest : public ::testing::Test {
 protected:
  TaskToolsTest() { callers.add("alice"); }

  void add(std::int64_t number, TaskStatus status) {
    Task task;
    task.id = kId + std::to_string(number);
    task.number = number;
    task.tool = "copy";
    task.message = "已复制 3/9";
    task.status = status;
    if (status == TaskStatus::completed) {
      task.result = Json::parse(R"({"content":[{"type":"text","text":"九个都复制了。"}],
                                    "structuredContent":{"copied":9}})");
    }
    tasks.kept.insert(tasks.kept.begin(), std::move(task));
  }
  Result<mcp::Reply> call(const mcp::Tool& tool, Json arguments = Json::object(),
                          std::string subject = "alice") {
    auto outcome = run(tool.call(std::move(arguments), {}, called_by(std::move(subject))));
    if (!outcome) return fail(outcome.error());
    return std::get<mcp::Reply>(*outcome);
  }

  FakeTasks tasks;
  FakeCallers callers;
  mcp::Tool get = get_task_tool(tasks, callers);
  mcp::Tool cancel = cancel_task_tool(tasks, callers);
};

TEST_F(TaskToolsTest, TheNewestIsMeantWhenNothingIsSaid) {
  EXPECT_EQ(call(get)->speech, "没有正在做的任务。");
  EXPECT_FALSE(call(get)->is_error);
  add(1, TaskStatus::completed);
  add(2, TaskStatus::working);
  EXPECT_EQ(call(get)->speech, "任务 2 还在做：已复制 3/9。");
  EXPECT_EQ(call(get, {{"task", " "}})->data["number"], 2);
}

TEST_F(TaskToolsTest, ATaskIsFoundByNumberAndById) {
  add(1, TaskStatus::working);
  add(2, TaskStatus::working);
  for (const auto& name : {std::string("1"), std::string("任务一"), kId + "1"}) {
    EXPECT_EQ(call(get, {{"task", name}})->data["number"], 1) << name;
  }
  for (const auto& name : {std::string("7"), std::string("备份"), kId + "7"}) {
    const auto reply = call(get, {{"task", name}});
    EXPECT_TRUE(reply->is_error) << name;
    EXPECT_THAT(reply->speech, HasSubstr("没有任务"));
  }
}

TEST_F(TaskToolsTest, WhatCameOfItIsPassedOnInFull) {
  add(1, TaskStatus::completed);
  const auto reply = call(get).value();
  EXPECT_EQ(reply.speech, "任务 1 完成了：九个都复制了。");
  EXPECT_EQ(reply.data, Json::parse(R"({"number":1,"id":")" + kId + R"(1","status":"completed",
      "message":"已复制 3/9","created":"1970-01-01T00:00:00.000Z",
      "updated":"1970-01-01T00:00:00.000Z","tool":"copy","result":{"copied":9}})"));
}

TEST_F(TaskToolsTest, TheUsersLanguageIsSpoken) {
  add(1, TaskStatus::working);
  callers.people["alice"].user.language = Language::en;
  EXPECT_EQ(call(get)->speech, "Task 1 is still running: 已复制 3/9.");
}

TEST_F(TaskToolsTest, TheNewestThatRunsIsCancelled) {
  EXPECT_EQ(call(cancel)->speech, "没有正在做的任务。");
  add(1, TaskStatus::working);
  add(2, TaskStatus::input_required);
  add(3, TaskStatus::completed);
  const auto reply = call(cancel).value();
  EXPECT_EQ(reply.speech, "任务 2 已经取消：已复制 3/9。");
  EXPECT_EQ(reply.data["status"], "cancelled");
  EXPECT_THAT(tasks.cancelled, ElementsAre(kId + "2"));
}

TEST_F(TaskToolsTest, AFinishedTaskStaysAsItIs) {
  add(1, TaskStatus::completed);
  EXPECT_EQ(call(cancel)->speech, "没有正在做的任务。");
  const auto reply = call(cancel, {{"task", "1"}}).value();
  EXPECT_EQ(reply.speech, "任务 1 已经结束了，不用取消。");
  EXPECT_EQ(reply.data["status"], "completed");
  EXPECT_TRUE(call(cancel, {{"task", "7"}})->is_error);
}

TEST_F(TaskToolsTest, StrangersHearNothing) {
  add(1, TaskStatus::working);
  EXPECT_EQ(call(get, Json::object(), "mallory").error().code, Errc::unauthenticated);
  EXPECT_EQ(call(cancel, Json::object(), "mallory").error().code, Errc::unauthenticated);
  EXPECT_THAT(tasks.cancelled, IsEmpty());
}

TEST_F(TaskToolsTest, WhyItFailedIsInTheData) {
  add(1, TaskStatus::failed);
  tasks.kept.front().error = {{"code", -32603}, {"message", "The tool broke down"}};
  const auto reply = call(get).value();
  EXPECT_EQ(reply.data["error"], "The tool broke down");
  EXPECT_THAT(reply.speech, Not(HasSubstr("The tool")));
}

TEST_F(TaskToolsTest, CancellingNeedsMoreThanLooking) {
  EXPECT_EQ(get.scope, identity::name_of(identity::Scope::read));
  EXPECT_EQ(cancel.scope, identity::name_of(identity::Scope::operate));
  EXPECT_TRUE(get.hints.read_only);
  EXPECT_FALSE(cancel.hints.destructive);
  EXPECT_TRUE(cancel.hints.idempotent);
}

}  // namespace
}  // namespace mtc::services
