// One task while this process works on it.
#pragma once

#include <boost/asio/cancellation_signal.hpp>
#include <functional>
#include <memory>
#include <string>

#include "base/async.h"
#include "infra/loop/task_group.h"
#include "mcp/tasks/task_environment.h"
#include "mcp/tool.h"

namespace mtc::mcp {

// Calls the tool's handler and writes down what comes of it, as long as the task is held under this
// run's name. Every write looks whether it still is.
class TaskRun : public std::enable_shared_from_this<TaskRun> {
 public:
  enum class Begin { first, again };  // again: a process that worked on it has ended

  // Environment and helpers (for writes that nobody waits for) outlive it; `task` has been stored
  // as `working`, held by `holder`.
  TaskRun(const TaskEnvironment& environment, TaskGroup& helpers, Task task, std::string holder);

  // Returns when the task has ended, waits for answers, belongs to somebody else, or has been given
  // back after stop().
  Async<> work(Begin begin);

  // Ends the handler early; the task stays `working` and is given back.
  void stop();
  // Ends the handler early; what happens to the task is decided elsewhere.
  void let_go();
  // Renews the lease, with a message that has not been stored yet. Lets go if that is refused.
  Async<> renew();

  // Puts the newest message into the task as stored, if it is held by this run.
  void bring_up_to_date(StoredTask& stored) const;

 private:
  class Link;
  using Edit = std::function<void(Task&)>;
  enum class Hold { keep, give_back };

  bool may_go_on() const { return !stopping_ && !lost_; }
  Async<> call_until_settled(const Tool& tool);
  Async<Result<Outcome>> call(const Tool& tool);
  Async<Result<>> write(Edit edit, Hold hold = Hold::keep);
  void note_written(Task task);
  Async<> persist(Edit edit);
  Async<> give_back();
  Async<> pause(Millis duration);
  void interrupt();

  void note_progress(std::string_view message);
  static Async<> store_progress(std::shared_ptr<TaskRun> run);
  Async<Result<>> save_state(Json state);

  const TaskEnvironment& environment_;
  TaskGroup& helpers_;
  Task task_;  // as last written
  const std::string holder_;

  std::string message_;  // the newest
  TimePoint message_time_;
  TimePoint message_due_{};  // it is not stored before
  bool message_stored_ = true;

  bool stopping_ = false;
  bool lost_ = false;   // it is not ours any more
  bool ended_ = false;  // and that by our own writing
  asio::cancellation_signal interruption_;
};

}  // namespace mtc::mcp
