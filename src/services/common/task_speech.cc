#include "services/common/task_speech.h"

#include <fmt/format.h>

#include "base/text.h"

namespace mtc::services {
namespace {

constexpr std::size_t kMaxHeard = 260;  // characters of what a tool says, beside our own words

struct Words {
  std::string_view task, started, ask_any_time, working, completed, unsuccessful, failed, waits,
      cancelled, over, none, no_such, colon, stop;
};
constexpr Words kChinese{
    .task = "任务 {}",
    .started = "已开始，",
    .ask_any_time = "随时可以问我任务怎么样了。",
    .working = "还在做",
    .completed = "完成了",
    .unsuccessful = "没有成功",
    .failed = "失败了，没有做完。还要做的话，再说一遍",
    .waits = "在等你回答",
    .cancelled = "已经取消",
    .over = "已经结束了，不用取消",
    .none = "没有正在做的任务。",
    .no_such = "没有任务{}。要听最近的任务，问我任务怎么样了。",
    .colon = "：",
    .stop = "。",
};
constexpr Words kEnglish{
    .task = "Task {}",
    .started = "Started. ",
    .ask_any_time = " Ask me about the task any time.",
    .working = " is still running",
    .completed = " is done",
    .unsuccessful = " did not succeed",
    .failed = " failed and is not finished. To try again, just ask",
    .waits = " waits for your answer",
    .cancelled = " is cancelled",
    .over = " had ended already",
    .none = "No task is running.",
    .no_such = "There is no task {}. For the newest one, ask how the task is going.",
    .colon = ": ",
    .stop = ".",
};

const Words& words_of(Language language) {
  return language == Language::zh ? kChinese : kEnglish;
}

std::string name_of(const mcp::Task& task, const Words& words) {
  return fmt::format(fmt::runtime(words.task), task.number);
}

bool ends_a_sentence(std::string_view text) {
  for (const std::string_view end : {"。", "！", "？", "…", ".", "!", "?"}) {
    if (text.ends_with(end)) return true;
  }
  return false;
}

// ": detail." or just "."
std::string finish(std::string_view detail, const Words& words) {
  const auto text = shorten_characters(trim(detail), kMaxHeard);
  if (text.empty()) return std::string(words.stop);
  return fmt::format("{}{}{}", words.colon, text, ends_a_sentence(text) ? "" : words.stop);
}

std::string answer_of(const mcp::Task& task) {
  const auto& content = array_or_empty(task.result, "content");
  return content.empty() ? "" : string_or(content[0], "text");
}

std::string question_of(const mcp::Task& task) {
  if (task.asked.empty()) return "";
  return string_or(object_or_empty(task.asked.begin()->second, "params"), "message");
}

struct Standing {
  std::string_view how;
  std::string detail;
};

Standing standing_of(const mcp::Task& task, const Words& words) {
  switch (task.status) {
    case mcp::TaskStatus::working:
      return {words.working, task.message};
    case mcp::TaskStatus::input_required:
      return {words.waits, question_of(task)};
    case mcp::TaskStatus::completed:
      return {bool_or(task.result, "isError") ? words.unsuccessful : words.completed,
              answer_of(task)};
    case mcp::TaskStatus::failed:
      // The error is the protocol's, for programs: get_task has it in its data.
      return {words.failed, ""};
    case mcp::TaskStatus::cancelled:
      return {words.cancelled, ""};
  }
  return {};
}

// "任务 3还在做" reads badly; "Task 3 is" has its blank already.
std::string sentence(const mcp::Task& task, std::string_view how, std::string_view detail,
                     const Words& words) {
  const bool needs_blank = !how.starts_with(' ');
  return fmt::format("{}{}{}{}", name_of(task, words), needs_blank ? " " : "", how,
                     finish(detail, words));
}

}  // namespace

std::string say_started(const mcp::Task& task, Language language) {
  const auto& words = words_of(language);
  return fmt::format("{}{}{}{}", words.started, name_of(task, words), finish(task.message, words),
                     words.ask_any_time);
}

std::string say_task(const mcp::Task& task, Language language) {
  const auto& words = words_of(language);
  const auto standing = standing_of(task, words);
  return sentence(task, standing.how, standing.detail, words);
}

std::string say_cancelled(const mcp::Task& task, Language language) {
  const auto& words = words_of(language);
  const bool cancelled = task.status == mcp::TaskStatus::cancelled;
  return sentence(task, cancelled ? words.cancelled : words.over, cancelled ? task.message : "",
                  words);
}

std::string say_no_task(Language language) {
  return std::string(words_of(language).none);
}

std::string say_no_task_called(std::string_view name, Language language) {
  const auto& words = words_of(language);
  return fmt::format(fmt::runtime(words.no_such), fmt::format(" {}", shorten_characters(name, 20)));
}

}  // namespace mtc::services
