// Tasks that go on only when a test says so.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "mcp/tasks.h"

namespace mtc::mcp {

struct FakeTasks final : Tasks {
  std::map<std::string, Task> all;
  std::vector<Tasks::Request> started;
  Answers answered;
  std::vector<Millis> waited;
  std::function<void(Task&)> while_waiting = [](Task&) {};
  bool full = false;

  Async<Result<Task>> start(Tasks::Request request) override {
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
  Async<Result<Task>> find(std::string id, std::string subject) override {
    auto* task = of(id, subject);
    if (task == nullptr) co_return fail(Errc::not_found, "none");
    co_return *task;
  }
  Async<Result<>> answer(std::string id, std::string subject, Answers answers) override {
    if (of(id, subject) == nullptr) co_return fail(Errc::not_found, "none");
    answered = std::move(answers);
    co_return Result<>{};
  }
  Async<Result<>> cancel(std::string id, std::string subject) override {
    auto* task = of(id, subject);
    if (task == nullptr) co_return fail(Errc::not_found, "none");
    if (!is_final(task->status)) task->status = TaskStatus::cancelled;
    co_return Result<>{};
  }
  Async<Result<std::vector<Task>>> list(std::string, int) override {
    co_return std::vector<Task>{};
  }
  Async<Result<Task>> wait(std::string id, std::string subject, Millis patience) override {
    waited.push_back(patience);
    auto* task = of(id, subject);
    if (task == nullptr) co_return fail(Errc::not_found, "none");
    while_waiting(*task);
    co_return *task;
  }
  Millis poll_interval() const override { return Millis{500}; }

 private:
  Task* of(const std::string& id, const std::string& subject) {
    const auto it = all.find(id);
    return it == all.end() || it->second.principal.subject != subject ? nullptr : &it->second;
  }
};

}  // namespace mtc::mcp
