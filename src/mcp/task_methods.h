// tasks/get, tasks/update and tasks/cancel of the Tasks extension.
#pragma once

#include "base/async.h"
#include "mcp/answer.h"
#include "mcp/registry.h"
#include "mcp/request.h"
#include "mcp/results.h"
#include "mcp/server_options.h"
#include "mcp/tasks.h"

namespace mtc::mcp {

class TaskMethods {
 public:
  // All of them outlive it; no tasks: null.
  TaskMethods(const ToolRegistry& tools, const ServerOptions& options, Tasks* tasks,
              const Results& results)
      : tools_(tools), options_(options), tasks_(tasks), results_(results) {}

  // Whether the method is one of them and there are tasks.
  bool serves(std::string_view method) const;
  // A task is its tool's call: who may not use the tool has no business with the task, even if
  // another token of the same subject began it.
  Async<Answer> handle(Request& request) const;

 private:
  Async<Answer> handle_known(Request& request, Task task) const;

  const ToolRegistry& tools_;
  const ServerOptions& options_;
  Tasks* const tasks_;
  const Results& results_;
};

}  // namespace mtc::mcp
