// Runs coroutines a few at a time until none is left; each may add more while it runs.
#pragma once

#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <memory>

#include "base/async.h"

namespace mtc {

// On one thread. Kept by shared_ptr, because jobs that run outlive a caller that is cancelled.
class JobQueue : public std::enable_shared_from_this<JobQueue> {
 public:
  using Job = std::function<Async<>()>;  // called once; what it captures lives as long as the job

  void push(Job job) {
    if (!closed_) jobs_.push_back(std::move(job));
  }
  // Resumes when every job has ended. An exception of a job drops the jobs that have not begun and
  // comes out here.
  Async<> run(std::size_t at_once);

 private:
  static Async<> run_one(Job job);
  // Jobs hold what they work on, which holds the queue: whoever leaves it early breaks the circle.
  void close() {
    closed_ = true;
    jobs_.clear();
  }

  std::deque<Job> jobs_;
  std::size_t running_ = 0;
  bool closed_ = false;
  std::exception_ptr error_;
};

}  // namespace mtc
