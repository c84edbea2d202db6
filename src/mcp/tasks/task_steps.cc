#include "mcp/tasks/task_steps.h"

#include <fmt/format.h>

#include "base/text.h"
#include "mcp/json_rpc.h"
#include "mcp/render.h"

namespace mtc::mcp {
namespace {

constexpr std::size_t kMaxMessage = 500;               // characters
constexpr std::size_t kMaxResult = 8UL * 1024 * 1024;  // bytes

// What it could have gone on with is kept no longer: that may be large, and the row stays for a
// day.
void end(Task& task, TaskStatus status) {
  task.status = status;
  task.asked.clear();
  task.answers.clear();
  task.state = nullptr;
}

void complete(Task& task, std::string members) {
  if (members.size() > kMaxResult) {
    members = render_failure("The answer is too large to be kept — ask for less");
  }
  auto result = parse_json("{" + members + "}");
  if (!result) return break_off(task, "The tool's answer cannot be shown");
  end(task, TaskStatus::completed);
  task.result = std::move(*result);
}

void fail_tool(Task& task, const Error& error) {
  if (error.code == Errc::internal) return break_off(task, error.message);
  complete(task, render_failure(describe_failure(error)));
}

// A key that was never on the wire in this task.
std::string fresh_key(const Task& task, const std::string& key) {
  std::string fresh = key;
  for (int i = 2; task.keys.contains(fresh); ++i) fresh = fmt::format("{}-{}", key, i);
  return fresh;
}

bool can_answer(const Task& task, const Question& question) {
  return task.can_ask && missing_capability(task.client, question.method, question.params).empty();
}

void ask(Task& task, const NeedInput& need) {
  for (const auto& question : need.questions) {
    if (question.required && !can_answer(task, question)) {
      return fail_tool(task, {.code = Errc::unavailable,
                              .message = "This needs an answer to " + question.method +
                                         ", which the client cannot give"});
    }
  }
  task.state = need.state;
  task.answers.clear();
  for (const auto& question : need.questions) {
    if (!can_answer(task, question)) continue;
    const auto key = fresh_key(task, question.key);
    task.keys[key] = question.key;
    task.asked[key] = {{"method", question.method}, {"params", question.params}};
  }
  if (!task.asked.empty()) task.status = TaskStatus::input_required;
}

}  // namespace

void settle(Task& task, const Result<Outcome>& outcome, const Tool& tool) {
  if (!outcome) return fail_tool(task, outcome.error());
  if (const auto* reply = std::get_if<Reply>(&*outcome)) {
    complete(task, render_reply(*reply, tool, kModern));
  } else if (const auto* need = std::get_if<NeedInput>(&*outcome)) {
    ask(task, *need);
  } else {
    break_off(task, "The tool put off what it was to do now");
  }
}

void break_off(Task& task, std::string_view message) {
  end(task, TaskStatus::failed);
  task.error = {{"code", rpc::kInternalError}, {"message", fit_message(message)}};
}

void cancel(Task& task) {
  end(task, TaskStatus::cancelled);
}

Result<bool> take_answers(Task& task, const Answers& answers) {
  if (task.status != TaskStatus::input_required) return false;
  for (const auto& [key, answer] : answers) {
    if (task.asked.contains(key) && !answer.is_object()) {
      return fail(Errc::invalid_argument,
                  fmt::format("The answer to {} must be an object", fit_message(key)));
    }
  }
  bool taken = false;
  for (const auto& [key, answer] : answers) {
    if (task.asked.erase(key) == 0) continue;
    task.answers[task.keys.at(key)] = answer;
    taken = true;
  }
  if (task.asked.empty()) task.status = TaskStatus::working;
  return taken;
}

std::string fit_message(std::string_view message) {
  return shorten_characters(sanitize_utf8(message), kMaxMessage);
}

}  // namespace mtc::mcp
