#include "services/common/task_speech.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace mtc::services {
namespace {

using mcp::Task;
using mcp::TaskStatus;

Task task_of(TaskStatus status) {
  Task task;
  task.number = 3;
  task.status = status;
  task.message = "已复制 3/9";
  return task;
}

Task completed(std::string text, bool is_error = false) {
  Task task = task_of(TaskStatus::completed);
  task.result = {{"content", {{{"type", "text"}, {"text", std::move(text)}}}}};
  if (is_error) task.result["isError"] = true;
  return task;
}

Task failed() {
  Task task = task_of(TaskStatus::failed);
  task.error = {{"code", -32603}, {"message", "The tool broke down"}};
  return task;
}

Task asking() {
  Task task = task_of(TaskStatus::input_required);
  task.asked["sure"] = {{"method", "elicitation/create"}, {"params", {{"message", "要继续吗？"}}}};
  return task;
}

TEST(TaskSpeech, SaysHowATaskStands) {
  const struct {
    Task task;
    const char *zh, *en;
  } cases[] = {
      {task_of(TaskStatus::working), "任务 3 还在做：已复制 3/9。",
       "Task 3 is still running: 已复制 3/9."},
      {completed("九个文件都复制了。"), "任务 3 完成了：九个文件都复制了。",
       "Task 3 is done: 九个文件都复制了。"},
      {completed("磁盘满了", true), "任务 3 没有成功：磁盘满了。",
       "Task 3 did not succeed: 磁盘满了."},
      {failed(), "任务 3 失败了，没有做完。还要做的话，再说一遍。",
       "Task 3 failed and is not finished. To try again, just ask."},
      {asking(), "任务 3 在等你回答：要继续吗？", "Task 3 waits for your answer: 要继续吗？"},
      {task_of(TaskStatus::cancelled), "任务 3 已经取消。", "Task 3 is cancelled."},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(say_task(c.task, Language::zh), c.zh);
    EXPECT_EQ(say_task(c.task, Language::en), c.en);
  }
}

TEST(TaskSpeech, SaysThatItHasBegun) {
  Task task = task_of(TaskStatus::working);
  task.message = "备份订单库";
  EXPECT_EQ(say_started(task, Language::zh),
            "已开始，任务 3：备份订单库。随时可以问我任务怎么样了。");
  task.message = "";
  EXPECT_EQ(say_started(task, Language::en), "Started. Task 3. Ask me about the task any time.");
}

TEST(TaskSpeech, SaysWhetherThereWasSomethingToCancel) {
  EXPECT_EQ(say_cancelled(task_of(TaskStatus::cancelled), Language::zh),
            "任务 3 已经取消：已复制 3/9。");
  EXPECT_EQ(say_cancelled(completed("好了。"), Language::zh), "任务 3 已经结束了，不用取消。");
  EXPECT_EQ(say_cancelled(completed("好了。"), Language::en), "Task 3 had ended already.");
}

TEST(TaskSpeech, SaysThatThereIsNone) {
  EXPECT_EQ(say_no_task(Language::zh), "没有正在做的任务。");
  EXPECT_EQ(say_no_task_called("7", Language::zh),
            "没有任务 7。要听最近的任务，问我任务怎么样了。");
}

TEST(TaskSpeech, CanBeHeardToItsEnd) {
  const std::string endless(5000, 'x');
  EXPECT_LE(count_characters(say_task(completed(endless), Language::zh)), 300U);
  EXPECT_LE(count_characters(say_no_task_called(endless, Language::zh)), 300U);
}

TEST(TaskSpeech, StandsWhatAResultHasNotGot) {
  Task task = task_of(TaskStatus::completed);
  EXPECT_EQ(say_task(task, Language::zh), "任务 3 完成了。");
  task.result = {{"content", {"text", 7}}};
  EXPECT_EQ(say_task(task, Language::zh), "任务 3 完成了。");
}

}  // namespace
}  // namespace mtc::services
