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

  Async<Result<Task>> start(Tasks::Request request) override;
  Async<Result<Task>> find(std::string id, std::string subject) override;
  Async<Result<>> answer(std::string id, std::string subject, Answers answers) override;
  Async<Result<>> cancel(std::string id, std::string subject) override;
  Async<Result<std::vector<Task>>> list(std::string, int) override;
  Async<Result<Task>> wait(std::string id, std::string subject, Millis patience) override;
  Millis poll_interval() const override { return Millis{500}; }

 private:
  Task* of(const std::string& id, const std::string& subject);
};

}  // namespace mtc::mcp
