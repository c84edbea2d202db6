#include "mcp/tasks/task_run.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "infra/loop/end_quietly.h"
#include "mcp/call_safely.h"
#include "mcp/tasks/task_steps.h"

namespace mtc::mcp {
namespace {

// A handler whose questions the client may leave unanswered, and that asks them again and again.
constexpr int kMaxRounds = 8;
// Between processes and coroutines that write the same task at once.
constexpr int kMaxAttempts = 16;

// The arguments were accepted when the call began; whatever was forgiven then is forgiven now.
constexpr ParseOptions kTolerant{.unknown_keys = UnknownKeys::drop, .coerce_text = true};

CallContext context_of(const Task& task, std::shared_ptr<CallLink> link) {
  return {.principal = task.principal,
          .client_name = task.client_name,
          .voice = task.voice,
          .client = task.client,
          .can_ask = task.can_ask,
          .answers = task.answers,
          .state = task.state,
          .background = true,
          .link = std::move(link)};
}

// For the log: without the id, which is as good as a key.
std::string label_of(const Task& task) {
  return fmt::format("task {} of {} ({})", task.number, task.principal.subject, task.tool);
}

bool is_failure(const Result<Outcome>& outcome) {
  if (!outcome) return true;
  const auto* reply = std::get_if<Reply>(&*outcome);
  return reply != nullptr && reply->is_error;
}

}  // namespace

// A handler may keep its link for longer than the task runs.
class TaskRun::Link final : public CallLink {
 public:
  explicit Link(std::weak_ptr<TaskRun> run) : run_(std::move(run)) {}

  void progress(double, std::optional<double>, std::string_view message) override {
    if (const auto run = run_.lock()) run->note_progress(message);
  }
  Async<Result<>> save(Json state) override {
    const auto run = run_.lock();
    if (run == nullptr) co_return fail(Errc::cancelled, "The task has ended");
    co_return co_await run->save_state(std::move(state));
  }

 private:
  std::weak_ptr<TaskRun> run_;
};

TaskRun::TaskRun(const TaskEnvironment& environment, TaskGroup& helpers, Task task,
                 std::string holder)
    : environment_(environment),
      helpers_(helpers),
      task_(std::move(task)),
      holder_(std::move(holder)),
      message_(task_.message),
      message_time_(task_.updated) {}

Async<> TaskRun::work(Begin begin) {
  if (begin == Begin::again && may_go_on()) co_await persist([](Task& task) { ++task.restarts; });
  const Tool* tool = environment_.tools.find(task_.tool);
  if (tool == nullptr) {
    co_await persist([](Task& task) { break_off(task, "There is no such tool any more"); });
  } else if (task_.restarts > environment_.options.max_restarts) {
    co_await persist([](Task& task) { break_off(task, "The server ended too often over this"); });
  } else {
    co_await call_until_settled(*tool);
  }
  if (stopping_ && !lost_ && !ended_) co_await give_back();
}

Async<> TaskRun::call_until_settled(const Tool& tool) {
  for (int round = 0; round < kMaxRounds && may_go_on(); ++round) {
    const auto outcome = co_await call(tool);
    // One that was told to stop has failed for that reason.
    if (lost_ || (stopping_ && is_failure(outcome))) co_return;
    co_await persist([&](Task& task) { settle(task, outcome, tool); });
    if (ended_) co_return;
  }
  if (may_go_on()) {
    co_await persist([](Task& task) { break_off(task, "The tool asks the same again and again"); });
  }
}

Async<Result<Outcome>> TaskRun::call(const Tool& tool) {
  const auto link = std::make_shared<Link>(weak_from_this());
  auto [error, outcome] = co_await asio::co_spawn(
      environment_.executor,
      end_quietly(
          call_safely(tool, task_.arguments, kTolerant, context_of(task_, link), label_of(task_))),
      asio::bind_cancellation_slot(interruption_.slot(), asio::as_tuple(asio::use_awaitable)));
  if (error) co_return fail(Errc::internal, tool.name + " failed inside the server");
  co_return std::move(outcome);
}

Async<Result<>> TaskRun::write(Edit edit, Hold hold) {
  for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
    auto stored = co_await environment_.store.find(task_.id);
    if (ended_ || lost_) break;
    if (!stored && stored.error().code != Errc::not_found) co_return fail(stored.error());
    if (!stored || stored->lease.holder != holder_) {
      let_go();
      if (stored && is_final(stored->task.status)) environment_.publish(stored->task);
      break;
    }
    Task task = std::move(stored->task);
    task.message = message_;
    task.updated = environment_.clock.now();
    edit(task);
    const bool held = task.status == TaskStatus::working && hold == Hold::keep;
    auto written = co_await environment_.store.replace(
        std::move(task), held ? environment_.lease_for(holder_) : TaskLease{});
    if (!written && written.error().code == Errc::conflict) continue;
    if (!written) co_return fail(written.error());
    if (!held) ended_ = true;
    note_written(std::move(*written));
    co_return Result<>{};
  }
  co_return fail(Errc::cancelled, "The task has ended, or somebody else goes on with it");
}

void TaskRun::note_written(Task task) {
  if (task.version < task_.version) return;  // two writes, and the second was heard of first
  task_ = std::move(task);
  message_stored_ = message_ == task_.message;
  environment_.publish(task_);
}

// What a tool has done must not be forgotten because the store is away for a while.
Async<> TaskRun::persist(Edit edit) {
  for (Millis wait = std::chrono::seconds(1);;
       wait = std::min(2 * wait, environment_.options.lease)) {
    const auto written = co_await write(edit);
    if (written || lost_ || ended_) co_return;
    spdlog::error("{} cannot be stored: {}", label_of(task_), written.error().message);
    if (stopping_) co_return;
    co_await pause(wait);
  }
}

Async<> TaskRun::give_back() {
  const auto written = co_await write([](Task&) {}, Hold::give_back);
  if (!written && !lost_) {
    spdlog::error("{} waits for its lease to end: {}", label_of(task_), written.error().message);
  }
}

Async<> TaskRun::pause(Millis duration) {
  co_await asio::co_spawn(
      environment_.executor, end_quietly(environment_.sleeper.sleep(duration)),
      asio::bind_cancellation_slot(interruption_.slot(), asio::as_tuple(asio::use_awaitable)));
}

void TaskRun::stop() {
  stopping_ = true;
  interrupt();
}

void TaskRun::let_go() {
  lost_ = true;
  interrupt();
}

void TaskRun::interrupt() {
  interruption_.emit(asio::cancellation_type::terminal);
}

Async<> TaskRun::renew() {
  if (ended_ || lost_) co_return;
  if (message_stored_) {
    const auto held = co_await environment_.store.renew(task_.id, environment_.lease_for(holder_));
    if (!held)
      spdlog::warn("{}: its lease is not renewed: {}", label_of(task_), held.error().message);
    if (!held || *held) co_return;
  }
  co_await store_progress(shared_from_this());
}

void TaskRun::bring_up_to_date(StoredTask& stored) const {
  if (stored.lease.holder != holder_) return;
  stored.task.message = message_;
  stored.task.updated = std::max(stored.task.updated, message_time_);
}

void TaskRun::note_progress(std::string_view message) {
  auto text = fit_message(message);
  if (text.empty() || text == message_ || ended_ || lost_) return;
  message_ = std::move(text);
  message_time_ = environment_.clock.now();
  message_stored_ = false;
  if (message_time_ < message_due_) return;  // renew() stores it, if nothing does before
  message_due_ = message_time_ + environment_.options.progress_store_interval;
  helpers_.spawn("mcp: task progress", store_progress(shared_from_this()));
}

// What cannot be stored now is stored with the next renewal.
Async<> TaskRun::store_progress(std::shared_ptr<TaskRun> run) {
  (void)co_await run->write([](Task&) {});
}

Async<Result<>> TaskRun::save_state(Json state) {
  co_return co_await write([&state](Task& task) {
    task.state = state;
    task.restarts = 0;
  });
}

}  // namespace mtc::mcp
