// Where tasks are kept, so that they survive the process that works on them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/async.h"
#include "base/clock.h"
#include "base/result.h"
#include "mcp/tasks.h"

namespace mtc::mcp {

// Who works on a task, and until when nobody else may. An empty holder: nobody.
struct TaskLease {
  std::string holder;
  TimePoint until{};
  friend bool operator==(const TaskLease&, const TaskLease&) = default;
};

struct StoredTask {
  Task task;
  TaskLease lease;
};

inline TimePoint expiry_of(const Task& task) {
  return task.created + task.ttl;
}

// What the stores answer in common, so that whoever asks hears the same of each.
Error no_such_task();
Error task_has_changed();
Error too_many_tasks(int open);

// Several servers may share one. What a successful call has written is durable.
class TaskStore {
 public:
  virtual ~TaskStore() = default;

  // Gives the task its number (one more than the highest that is kept of its subject) and version.
  // Errc::resource_exhausted if the subject has `max_open` tasks already that are neither ended nor
  // expired at task.created; Errc::conflict if the id is taken.
  virtual Async<Result<Task>> create(Task task, TaskLease lease, int max_open) = 0;

  // Errc::not_found.
  virtual Async<Result<StoredTask>> find(std::string id) = 0;

  // Writes a task read before, and who holds it from now on; returns it with its new version.
  // Errc::conflict if it has been written or taken over since, Errc::not_found if it is gone.
  virtual Async<Result<Task>> replace(Task task, TaskLease lease) = 0;

  // The newest first, expired ones too.
  virtual Async<Result<std::vector<StoredTask>>> list(std::string subject, int limit) = 0;

  // Gives the lease of one task that is `working`, not expired, and held by nobody at `now`: the
  // one that has waited longest. Nullopt if there is none. Of several who ask at once one gets it.
  virtual Async<Result<std::optional<Task>>> take_over(TaskLease lease, TimePoint now) = 0;

  // Moves the end of a lease, also of one that has run out. False if the task is not `working` any
  // more, is held by somebody else or gone: whoever works on it has to stop.
  virtual Async<Result<bool>> renew(std::string id, TaskLease lease) = 0;

  // Deletes what has expired, whatever its status.
  virtual Async<Result<>> forget_expired(TimePoint now) = 0;
};

}  // namespace mtc::mcp
