// tasks/get, tasks/update and tasks/cancel of the Tasks extension.
#pragma once

#include "base/async.h"
#include "mcp/answer.h"
#include "mcp/request.h"
#include "mcp/results.h"
#include "mcp/tasks.h"

namespace mtc::mcp {

class TaskMethods {
 public:
  TaskMethods(Tasks* tasks, const Results& results) : tasks_(tasks), results_(results) {}

  // Whether the method is one of them and there are tasks.
  bool serves(std::string_view method) const;
  Async<Answer> handle(Request& request) const;

 private:
  Tasks* const tasks_;
  const Results& results_;
};

}  // namespace mtc::mcp
