#include "mcp/tasks/task_environment.h"

namespace mtc::mcp {

std::string TaskEnvironment::new_holder() const {
  return options.holder + "/" + random_token(random, 12);
}

TaskLease TaskEnvironment::lease_for(std::string holder) const {
  return {.holder = std::move(holder), .until = clock.now() + options.lease};
}

void TaskEnvironment::publish(const Task& task) const {
  changes.publish({.kind = Change::Kind::task,
                   .subject = task.principal.subject,
                   .id = task.id,
                   .task = describe_task(task, options.poll_interval)});
}

}  // namespace mtc::mcp
