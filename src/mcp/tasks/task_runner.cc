#include "mcp/tasks/task_runner.h"

#include <fmt/format.h>
#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "mcp/tasks/task_steps.h"

namespace mtc::mcp {
namespace {

constexpr int kMaxAttempts = 16;  // against others that write the same task
constexpr int kMaxListed = 100;

}  // namespace

TaskRunner::TaskRunner(TaskEnvironment environment)
    : environment_(std::move(environment)),
      housekeeping_(environment_.executor),
      workers_(environment_.executor) {}

Async<Result<Task>> TaskRunner::start(Request request) {
  if (stopping_) co_return fail(Errc::unavailable, "The server is stopping");
  if (environment_.tools.find(request.tool) == nullptr) {
    co_return fail(Errc::not_found, "There is no tool " + request.tool);
  }
  auto& context = request.context;
  if (auto ok = check_size("arguments", request.arguments); !ok) co_return fail(ok.error());
  if (auto ok = check_size("answers", context.answers); !ok) co_return fail(ok.error());
  if (auto ok = check_size("state", context.state); !ok) co_return fail(ok.error());
  const TimePoint now = environment_.clock.now();
  Task task{.id = random_token(environment_.random, 32),
            .tool = std::move(request.tool),
            .arguments = std::move(request.arguments),
            .principal = std::move(context.principal),
            .client_name = std::move(context.client_name),
            .voice = context.voice,
            .client = context.client,
            .can_ask = context.can_ask && context.client.tasks,
            .message = fit_message(request.message),
            .created = now,
            .updated = now,
            .ttl = environment_.options.ttl,
            .state = std::move(context.state),
            .answers = std::move(context.answers)};
  const auto lease = environment_.lease_for(environment_.new_holder());
  auto created = co_await environment_.store.create(std::move(task), lease,
                                                    environment_.options.max_running_per_subject);
  if (!created) co_return fail(std::move(created).error());
  environment_.publish(*created);
  launch(*created, lease.holder, TaskRun::Begin::first);
  co_return created;
}

Async<Result<Task>> TaskRunner::find(std::string id, std::string subject) {
  auto stored = co_await find_of(std::move(id), std::move(subject));
  if (!stored) co_return fail(std::move(stored).error());
  co_return shown(std::move(*stored));
}

Async<Result<>> TaskRunner::answer(std::string id, std::string subject, Answers answers) {
  if (auto ok = check_size("answers", answers); !ok) co_return fail(ok.error());
  const auto lease = environment_.lease_for(environment_.new_holder());
  const auto changed = co_await change(
      std::move(id), std::move(subject),
      [&answers](Task& task) { return take_answers(task, answers); }, lease);
  if (!changed) co_return fail(changed.error());
  if (*changed && (*changed)->status == TaskStatus::working) {
    launch(**changed, lease.holder, TaskRun::Begin::first);
  }
  co_return Result<>{};
}

Async<Result<>> TaskRunner::cancel(std::string id, std::string subject) {
  const auto changed = co_await change(id, std::move(subject),
                                       [](Task& task) -> Result<bool> {
                                         if (is_final(task.status)) return false;
                                         mcp::cancel(task);
                                         return true;
                                       },
                                       {});
  if (!changed) co_return fail(changed.error());
  if (!*changed) co_return Result<>{};
  let_go(id);
  co_return Result<>{};
}

Async<Result<std::vector<Task>>> TaskRunner::list(std::string subject, int limit) {
  auto stored =
      co_await environment_.store.list(std::move(subject), std::clamp(limit, 0, kMaxListed));
  if (!stored) co_return fail(std::move(stored).error());
  std::vector<Task> tasks;
  for (auto& one : *stored) {
    if (expiry_of(one.task) > environment_.clock.now()) tasks.push_back(shown(std::move(one)));
  }
  co_return tasks;
}

Async<Result<Task>> TaskRunner::wait(std::string id, std::string subject, Millis patience) {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  const auto deadline = asio::steady_timer::clock_type::now() + patience;
  bool changed = false;
  const auto subscription =
      environment_.changes.subscribe([&timer, &changed, &id](const Change& change) {
        if (change.kind != Change::Kind::task || change.id != id) return;
        changed = true;
        timer.cancel();
      });
  for (;;) {
    changed = false;
    auto task = co_await find(id, subject);
    const auto now = asio::steady_timer::clock_type::now();
    if (!task || task->status != TaskStatus::working || now >= deadline) co_return task;
    if (changed) continue;  // while we were reading
    timer.expires_at(std::min(deadline, now + environment_.options.poll_interval));
    co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
  }
}

Async<Result<StoredTask>> TaskRunner::find_of(std::string id, std::string subject) {
  auto stored = co_await environment_.store.find(std::move(id));
  if (!stored) co_return stored;
  const Task& task = stored->task;
  // Somebody else's task and none at all must look the same.
  if (task.principal.subject != subject || expiry_of(task) <= environment_.clock.now()) {
    co_return fail(no_such_task());
  }
  co_return stored;
}

// `lease` is for who goes on with it, should it be `working` then.
Async<Result<std::optional<Task>>> TaskRunner::change(std::string id, std::string subject,
                                                      Decision decide, TaskLease lease) {
  for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
    auto stored = co_await find_of(id, subject);
    if (!stored) co_return fail(std::move(stored).error());
    Task task = shown(std::move(*stored));
    const auto decided = decide(task);
    if (!decided) co_return fail(decided.error());
    if (!*decided) co_return std::nullopt;
    task.updated = environment_.clock.now();
    const bool goes_on = task.status == TaskStatus::working;
    auto written =
        co_await environment_.store.replace(std::move(task), goes_on ? lease : TaskLease{});
    if (written) {
      environment_.publish(*written);
      co_return std::move(*written);
    }
    if (written.error().code != Errc::conflict) co_return fail(std::move(written).error());
  }
  co_return fail(task_has_changed());
}

Result<> TaskRunner::check_size(std::string_view what, const Json& input) const {
  const auto size = dump_json(input).size();
  const auto most = environment_.options.max_input_bytes;
  if (size <= most) return {};
  return fail(Errc::invalid_argument,
              fmt::format("{}: {} bytes are too many for a task; at most {}", what, size, most));
}

Task TaskRunner::shown(StoredTask stored) const {
  if (const auto run = runs_.find(stored.task.id); run != runs_.end()) {
    run->second->bring_up_to_date(stored);
  }
  return std::move(stored.task);
}

void TaskRunner::launch(Task task, std::string holder, TaskRun::Begin begin) {
  const std::string id = task.id;
  const auto run =
      std::make_shared<TaskRun>(environment_, workers_, std::move(task), std::move(holder));
  if (stopping_) run->stop();
  // One may still be at work: its lease ran out while the store was away, and we took it over from
  // ourselves. Out of the list nobody would ever interrupt it, and stop() would wait for it.
  let_go(id);
  runs_.insert_or_assign(id, run);
  workers_.spawn("mcp: task", drive(run, id, begin));
}

void TaskRunner::let_go(const std::string& id) {
  const auto it = runs_.find(id);
  if (it == runs_.end()) return;
  const auto run = it->second;  // a run that ends at once leaves the list
  run->let_go();
}

Async<> TaskRunner::drive(std::shared_ptr<TaskRun> run, std::string id, TaskRun::Begin begin) {
  co_await run->work(begin);
  // It may run again already, with the answers it waited for.
  if (const auto it = runs_.find(id); it != runs_.end() && it->second == run) runs_.erase(it);
}

}  // namespace mtc::mcp
