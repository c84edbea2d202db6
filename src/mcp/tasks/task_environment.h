// What everything that works on tasks needs, in one place.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <string>

#include "base/clock.h"
#include "base/random.h"
#include "infra/loop/sleeper.h"
#include "mcp/change_hub.h"
#include "mcp/registry.h"
#include "mcp/tasks/task_store.h"

namespace mtc::mcp {

struct TaskRunnerOptions {
  Millis ttl = std::chrono::hours(24);
  Millis poll_interval = std::chrono::seconds(2);
  // How long a process that has died keeps others from its tasks. Renewed in thirds.
  Millis lease = std::chrono::seconds(30);
  std::string holder = "server";     // this process, for whoever reads the store; at most 80 bytes
  int max_running_per_subject = 16;  // those that wait for answers count
  Millis progress_store_interval = std::chrono::seconds(1);
  int max_restarts = 20;  // of a handler by other processes, before it has saved anything
  // Of each: the arguments, answers and state that a task begins with, and later all answers of one
  // request.
  std::size_t max_input_bytes = 256UL * 1024;
};

// All references outlive it.
struct TaskEnvironment {
  const ToolRegistry& tools;
  TaskStore& store;
  ChangeHub& changes;
  const Clock& clock;
  Random& random;
  Sleeper& sleeper;
  asio::any_io_executor executor;
  TaskRunnerOptions options;

  // A name nobody else holds a task by, not even this process for another one: so that a handler
  // which lost its task can be told from the one that goes on with it.
  std::string new_holder() const;
  TaskLease lease_for(std::string holder) const;
  void publish(const Task& task) const;
};

}  // namespace mtc::mcp
