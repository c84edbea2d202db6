#include "mcp/testing/fake_tasks.h"

namespace mtc::mcp {

Async<Result<Task>> FakeTasks::start(Tasks::Request request) {
  if (full) co_return fail(Errc::resource_exhausted, "Too many tasks");
  Task task{.id = "task-" + std::to_string(all.size() + 1),
            .tool = request.tool,
            .principal = request.context.principal,
            .message = request.message,
            .ttl = Millis{60'000},
            .state = request.context.state};
  all[task.id] = task;
  started.push_back(std::move(request));
  co_return task;
}

Async<Result<Task>> FakeTasks::find(std::string id, std::string subject) {
  auto* task = of(id, subject);
  if (task == nullptr) co_return fail(Errc::not_found, "none");
  co_return *task;
}

Async<Result<>> FakeTasks::answer(std::string id, std::string subject, Answers answers) {
  if (of(id, subject) == nullptr) co_return fail(Errc::not_found, "none");
  answered = std::move(answers);
  co_return Result<>{};
}

Async<Result<>> FakeTasks::cancel(std::string id, std::string subject) {
  auto* task = of(id, subject);
  if (task == nullptr) co_return fail(Errc::not_found, "none");
  if (!is_final(task->status)) task->status = TaskStatus::cancelled;
  co_return Result<>{};
}

Async<Result<std::vector<Task>>> FakeTasks::list(std::string, int) {
  co_return std::vector<Task>{};
}

Async<Result<Task>> FakeTasks::wait(std::string id, std::string subject, Millis patience) {
  waited.push_back(patience);
  auto* task = of(id, subject);
  if (task == nullptr) co_return fail(Errc::not_found, "none");
  while_waiting(*task);
  co_return *task;
}

Task* FakeTasks::of(const std::string& id, const std::string& subject) {
  const auto it = all.find(id);
  return it == all.end() || it->second.principal.subject != subject ? nullptr : &it->second;
}

}  // namespace mtc::mcp
