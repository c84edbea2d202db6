// Tasks that end with the process: for tests, and for servers that one client starts for itself.
#pragma once

#include <map>

#include "mcp/tasks/task_store.h"

namespace mtc::mcp {

// On one thread.
class TaskStoreInMemory final : public TaskStore {
 public:
  Async<Result<Task>> create(Task task, TaskLease lease, int max_open) override;
  Async<Result<StoredTask>> find(std::string id) override;
  Async<Result<Task>> replace(Task task, TaskLease lease) override;
  Async<Result<std::vector<StoredTask>>> list(std::string subject, int limit) override;
  Async<Result<std::optional<Task>>> take_over(TaskLease lease, TimePoint now) override;
  Async<Result<bool>> renew(std::string id, TaskLease lease) override;
  Async<Result<>> forget_expired(TimePoint now) override;

 private:
  std::map<std::string, StoredTask> tasks_;  // by id
};

}  // namespace mtc::mcp
