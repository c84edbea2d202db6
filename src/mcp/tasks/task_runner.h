// Runs tools in the background: each task is a call of its own that outlives the request which
// began it and, by its store, the process.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "infra/loop/task_group.h"
#include "mcp/tasks.h"
#include "mcp/tasks/task_environment.h"
#include "mcp/tasks/task_run.h"

namespace mtc::mcp {

// A process works on a task while it holds its lease; one that has to let go (because the task was
// cancelled elsewhere, or taken over after this process stood still for long) learns it with its
// next save or renewal and stops. A handler that must not act twice saves before it acts.
//
// Progress: the newest message shows at once in find(), list() and wait() of this process. It is
// stored, and told to the ChangeHub, at most every progress_store_interval; an empty one changes
// nothing.
//
// A handler whose process has ended is called again from the start, with the state it saved last
// and the answers it had.
//
// On the executor's thread. stop() before it is destroyed.
class TaskRunner final : public Tasks {
 public:
  explicit TaskRunner(TaskEnvironment environment);

  // Goes on with what other processes left behind; from then on renews leases, takes over and
  // forgets what has expired. Once, before the first task.
  Async<> resume();
  // Interrupts the handlers, gives their tasks back for whoever comes next, and waits until all
  // have ended.
  Async<> stop();

  // Errc::not_found if there is no such tool, Errc::invalid_argument for too large input,
  // Errc::resource_exhausted for too many tasks, Errc::unavailable after stop().
  Async<Result<Task>> start(Request request) override;
  Async<Result<Task>> find(std::string id, std::string subject) override;
  // Errc::invalid_argument for an answer that is not an object, or too large ones.
  Async<Result<>> answer(std::string id, std::string subject, Answers answers) override;
  Async<Result<>> cancel(std::string id, std::string subject) override;
  Async<Result<std::vector<Task>>> list(std::string subject, int limit) override;
  // Looks into the store every poll interval, for the sake of tasks that run elsewhere.
  Async<Result<Task>> wait(std::string id, std::string subject, Millis patience) override;

  Millis poll_interval() const override { return environment_.options.poll_interval; }

 private:
  using Runs = std::map<std::string, std::shared_ptr<TaskRun>>;  // by the task's id
  // Changes the task; false: there is nothing to change.
  using Decision = std::function<Result<bool>(Task&)>;

  Async<Result<StoredTask>> find_of(std::string id, std::string subject);
  Async<Result<std::optional<Task>>> change(std::string id, std::string subject, Decision decide,
                                            TaskLease lease);
  Result<> check_size(std::string_view what, const Json& input) const;
  Task shown(StoredTask stored) const;

  void launch(Task task, std::string holder, TaskRun::Begin begin);
  void let_go(const std::string& id);
  Async<> drive(std::shared_ptr<TaskRun> run, std::string id, TaskRun::Begin begin);
  Async<> keep_house();
  Async<> renew_leases();
  Async<> take_over_stale();
  Async<> forget_expired();

  const TaskEnvironment environment_;
  Runs runs_;
  bool stopping_ = false;
  TimePoint forget_next_{};
  TaskGroup housekeeping_;
  TaskGroup workers_;
};

}  // namespace mtc::mcp
