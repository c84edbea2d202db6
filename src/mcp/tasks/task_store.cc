#include "mcp/tasks/task_store.h"

#include <fmt/format.h>

namespace mtc::mcp {

Error no_such_task() {
  return {.code = Errc::not_found, .message = "There is no such task, or it has expired"};
}

Error task_has_changed() {
  return {.code = Errc::conflict, .message = "The task has changed meanwhile"};
}

Error too_many_tasks(int open) {
  return {
      .code = Errc::resource_exhausted,
      .message = fmt::format("{} tasks are not finished yet — wait for one, or cancel one", open)};
}

}  // namespace mtc::mcp
