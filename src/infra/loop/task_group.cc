#include "infra/loop/task_group.h"

#include <spdlog/spdlog.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include "infra/loop/end_quietly.h"

namespace mtc {
namespace {

void report(const std::string& name, const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const boost::system::system_error& e) {
    if (e.code() != asio::error::operation_aborted) {
      spdlog::error("{}: {}", name, e.code().message());
    }
  } catch (const std::exception& e) {
    spdlog::error("{}: {}", name, e.what());
  }
}

}  // namespace

TaskGroup::TaskGroup(asio::any_io_executor executor)
    : executor_(std::move(executor)), empty_(executor_), self_(std::make_shared<TaskGroup*>(this)) {
  empty_.expires_at(asio::steady_timer::time_point::max());
}

void TaskGroup::spawn(std::string name, Async<> work) {
  const auto task = std::make_shared<Task>();
  task->name = std::move(name);
  running_.push_back(task);
  asio::co_spawn(executor_, end_quietly(std::move(work)),
                 asio::bind_cancellation_slot(
                     task->cancel.slot(),
                     [task, group = std::weak_ptr(self_)](const std::exception_ptr& error) {
                       if (error) report(task->name, error);
                       if (const auto alive = group.lock()) {
                         (*alive)->running_.remove(task);
                         if ((*alive)->running_.empty()) (*alive)->empty_.cancel();
                       }
                     }));
}

void TaskGroup::stop() {
  // A copy: a cancelled coroutine may end at once and leave the list.
  const auto running = running_;
  for (const auto& task : running) task->cancel.emit(asio::cancellation_type::all);
}

Async<> TaskGroup::join() {
  while (!running_.empty()) {
    co_await empty_.async_wait(asio::as_tuple(asio::use_awaitable));
  }
}

}  // namespace mtc
