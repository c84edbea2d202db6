#include "base/job_queue.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace mtc {

// The job is a parameter, so that its captures live in this frame until its coroutine has ended.
Async<> JobQueue::run_one(Job job) {
  co_await job();
}

Async<> JobQueue::run(std::size_t at_once) {
  const auto self = shared_from_this();
  // Also when the caller is cancelled, which leaves through an exception: no further job begins.
  const std::unique_ptr<JobQueue, void (*)(JobQueue*)> closed_at_last(
      this, [](JobQueue* q) { q->close(); });
  const auto executor = co_await asio::this_coro::executor;
  const auto one_ended = std::make_shared<asio::steady_timer>(executor);
  while (!jobs_.empty() || running_ > 0) {
    while (!jobs_.empty() && running_ < at_once) {
      ++running_;
      Job job = std::move(jobs_.front());
      jobs_.pop_front();
      asio::co_spawn(executor, run_one(std::move(job)),
                     [self, one_ended](const std::exception_ptr& error) {
                       --self->running_;
                       if (error && !self->error_) {
                         self->error_ = error;
                         self->close();
                       }
                       one_ended->cancel();
                     });
    }
    // A job that ended while it was being started has nothing left to announce: look again before
    // waiting.
    if (running_ == 0 || (!jobs_.empty() && running_ < at_once)) continue;
    one_ended->expires_at(asio::steady_timer::time_point::max());
    // Ends with an error in any case: the timer never fires, it is cancelled when a job has ended.
    co_await one_ended->async_wait(asio::as_tuple(asio::use_awaitable));
  }
  if (error_) std::rethrow_exception(error_);
}

}  // namespace mtc
