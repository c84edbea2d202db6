// TaskRunner: what goes on besides the requests, from resume() to stop().
#include <spdlog/spdlog.h>

#include "mcp/tasks/task_runner.h"

namespace mtc::mcp {
namespace {

// A process that runs as many leaves what lies around to others.
constexpr std::size_t kMaxRuns = 64;
constexpr Millis kForgetEvery = std::chrono::minutes(10);

}  // namespace

Async<> TaskRunner::resume() {
  co_await take_over_stale();
  housekeeping_.spawn("mcp: tasks", keep_house());
}

Async<> TaskRunner::stop() {
  stopping_ = true;
  housekeeping_.stop();
  // A copy: an interrupted run may end at once and leave the list.
  for (const auto& [id, run] : Runs(runs_)) run->stop();
  co_await housekeeping_.join();
  co_await workers_.join();
}

Async<> TaskRunner::keep_house() {
  while (!stopping_) {
    co_await environment_.sleeper.sleep(environment_.options.lease / 3);
    co_await renew_leases();
    co_await take_over_stale();
    co_await forget_expired();
  }
}

Async<> TaskRunner::renew_leases() {
  const Runs runs = runs_;  // some end meanwhile
  for (const auto& [id, run] : runs) co_await run->renew();
}

Async<> TaskRunner::take_over_stale() {
  while (!stopping_ && runs_.size() < kMaxRuns) {
    const auto lease = environment_.lease_for(environment_.new_holder());
    const auto task = co_await environment_.store.take_over(lease, environment_.clock.now());
    if (!task) spdlog::error("Tasks cannot be taken over: {}", task.error().message);
    if (!task || !*task) co_return;
    spdlog::info("Goes on with task {} of {} ({})", (*task)->number, (*task)->principal.subject,
                 (*task)->tool);
    launch(**task, lease.holder, TaskRun::Begin::again);
  }
}

Async<> TaskRunner::forget_expired() {
  const TimePoint now = environment_.clock.now();
  if (now < forget_next_) co_return;
  forget_next_ = now + kForgetEvery;
  const auto forgotten = co_await environment_.store.forget_expired(now);
  if (!forgotten) spdlog::error("Old tasks cannot be forgotten: {}", forgotten.error().message);
}

}  // namespace mtc::mcp
