// Whoever spawns coroutines also stops and waits for them.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <list>
#include <memory>

#include "base/async.h"
#include "base/clock.h"

namespace mtc {

// All calls on the executor's thread.
class TaskGroup {
 public:
  explicit TaskGroup(asio::any_io_executor executor);
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  // An exception that leaves the coroutine is logged with this name and ends that coroutine only; a
  // cancelled one ends quietly.
  void spawn(std::string name, Async<> work);
  // Cancels all coroutines that run now.
  void stop();
  // Resumes when none is left.
  Async<> join();
  std::size_t size() const { return running_.size(); }

 private:
  struct Task {
    std::string name;
    asio::cancellation_signal cancel;
  };
  asio::any_io_executor executor_;
  // Shared with the completion handlers, which may run after the group is gone.
  std::list<std::shared_ptr<Task>> running_;
  asio::steady_timer empty_;          // cancelled when the last task ends
  std::shared_ptr<TaskGroup*> self_;  // tells completion handlers whether the group still lives
};

}  // namespace mtc
