// Servers whose tasks do what the test says, on loops that the test turns.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <list>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "mcp/tasks/task_runner.h"
#include "mcp/tasks/task_store_in_memory.h"

namespace mtc::mcp {

// Sleeps until somebody wakes it.
class HandSleeper final : public Sleeper {
 public:
  Async<> sleep(Millis) override {
    asio::steady_timer timer(co_await asio::this_coro::executor,
                             asio::steady_timer::time_point::max());
    const auto place = sleeping_.insert(sleeping_.end(), {.timer = &timer});
    co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    const bool woken = place->woken;
    sleeping_.erase(place);
    if (!woken) throw boost::system::system_error(asio::error::operation_aborted);
  }
  void wake() {
    for (auto& one : sleeping_) {
      one.woken = true;
      one.timer->cancel();
    }
  }

 private:
  struct Sleeping {
    asio::steady_timer* timer = nullptr;
    bool woken = false;
  };
  std::list<Sleeping> sleeping_;
};

// A call of the tool "work", which does nothing until it is told.
struct Call {
  CallContext context;
  Json arguments;
  bool interrupted = false;
  std::optional<Result<Outcome>> outcome;
  std::optional<Result<Outcome>> when_interrupted;
  asio::steady_timer* waiting = nullptr;

  void answer(Result<Outcome> what) {
    outcome = std::move(what);
    waiting->cancel();
  }
};
using Calls = std::list<Call>;

inline Async<Result<Outcome>> work_as_told(Calls& calls, Json arguments, CallContext context) {
  asio::steady_timer timer(co_await asio::this_coro::executor,
                           asio::steady_timer::time_point::max());
  auto& call = calls.emplace_back(
      Call{.context = std::move(context), .arguments = std::move(arguments), .waiting = &timer});
  const auto [error] = co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
  call.interrupted = !call.outcome;
  if (call.outcome) co_return *call.outcome;
  if (call.when_interrupted) co_return *call.when_interrupted;
  throw boost::system::system_error(error);
}

inline Async<Result<Outcome>> break_down() {
  throw std::runtime_error("secret detail");
  co_return Reply{};
}

// Saves before it answers, as a handler does that must not act twice.
inline Async<Result<Outcome>> work_and_save(Calls& calls, Json arguments, CallContext context) {
  auto outcome = co_await work_as_told(calls, std::move(arguments), context);
  if (auto saved = co_await context.link->save("saved"); !saved) co_return fail(saved.error());
  co_return outcome;
}

// Fails as often as it is told, then works; renews leases unless it is told not to.
class MoodyStore final : public TaskStore {
 public:
  explicit MoodyStore(TaskStore& store) : store_(store) {}
  Async<Result<Task>> create(Task task, TaskLease lease, int max_open) override {
    return store_.create(std::move(task), std::move(lease), max_open);
  }
  Async<Result<StoredTask>> find(std::string id) override { return store_.find(std::move(id)); }
  Async<Result<Task>> replace(Task task, TaskLease lease) override {
    if (failures > 0) {
      --failures;
      co_return fail(Errc::unavailable, "the database is locked");
    }
    ++writes;
    co_return co_await store_.replace(std::move(task), std::move(lease));
  }
  Async<Result<std::vector<StoredTask>>> list(std::string subject, int limit) override {
    return store_.list(std::move(subject), limit);
  }
  Async<Result<std::optional<Task>>> take_over(TaskLease lease, TimePoint now) override {
    return store_.take_over(std::move(lease), now);
  }
  Async<Result<bool>> renew(std::string id, TaskLease lease) override {
    if (!renews) co_return fail(Errc::unavailable, "the database is locked");
    co_return co_await store_.renew(std::move(id), std::move(lease));
  }
  Async<Result<>> forget_expired(TimePoint now) override { return store_.forget_expired(now); }

  int failures = 0;
  int writes = 0;
  bool renews = true;

 private:
  TaskStore& store_;
};

// One process. It stands still, as if it had died, while nobody turns its loop.
struct TaskServer {
  TaskServer(const ToolRegistry& tools, TaskStore& tasks, const Clock& clock, Random& random,
             TaskRunnerOptions options)
      : store(tasks),
        runner({.tools = tools,
                .store = store,
                .changes = changes,
                .clock = clock,
                .random = random,
                .sleeper = sleeper,
                .executor = loop.get_executor(),
                .options = std::move(options)}) {}

  // Until nothing is left to do but to wait.
  void settle() {
    loop.restart();
    loop.poll();
  }
  template <class T>
  T await(Async<T> work) {
    std::optional<T> out;
    asio::co_spawn(loop, std::move(work), [&out](const std::exception_ptr& error, T value) {
      if (error) std::rethrow_exception(error);
      out.emplace(std::move(value));
    });
    loop.restart();
    while (!out) loop.run_one();
    settle();
    return std::move(*out);
  }
  void await(Async<> work) {
    bool done = false;
    asio::co_spawn(loop, std::move(work), [&done](const std::exception_ptr&) { done = true; });
    loop.restart();
    while (!done) loop.run_one();
    settle();
  }
  void keep_house() {
    sleeper.wake();
    settle();
  }

  asio::io_context loop{1};
  HandSleeper sleeper;
  ChangeHub changes;
  MoodyStore store;
  TaskRunner runner;
};

class TaskRunnerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    clock.time = TimePoint(std::chrono::hours(24 * 20'000));
    add("work", [this](Json arguments, ParseOptions, CallContext context) {
      return work_as_told(calls, std::move(arguments), std::move(context));
    });
    add("careful", [this](Json arguments, ParseOptions, CallContext context) {
      return work_and_save(calls, std::move(arguments), std::move(context));
    });
    add("broken", [](const Json&, ParseOptions, const CallContext&) { return break_down(); });
    server = start_server();
  }
  void TearDown() override {
    for (auto& one : servers) one->await(one->runner.stop());
  }

  void add(std::string name, decltype(Tool::call) call) {
    const auto added = tools.add({.name = std::move(name),
                                  .description = "Works.",
                                  .input_schema = {{"type", "object"}},
                                  .call = std::move(call)});
    ASSERT_TRUE(added) << added.error().message;
  }
  // All of them share the store.
  TaskServer* start_server() { return start_server(tools); }
  TaskServer* start_server(const ToolRegistry& its_tools) {
    auto& one = servers.emplace_back(
        std::make_unique<TaskServer>(its_tools, tasks, clock, random, options));
    one->await(one->runner.resume());
    return one.get();
  }

  static CallContext context_of(std::string subject) {
    return {.principal = {.subject = std::move(subject),
                          .name = "Alice",
                          .scopes = {"ops.read"},
                          .channel = "http"},
            .client_name = "tester",
            .client = {.form_elicitation = true, .tasks = true},
            .can_ask = true};
  }
  Result<Task> try_start(std::string tool, std::string subject = "alice") {
    return server->await(server->runner.start({.tool = std::move(tool),
                                               .arguments = {{"from", "广州"}},
                                               .context = context_of(std::move(subject)),
                                               .message = "copying"}));
  }
  Task start(std::string tool = "work") {
    auto task = try_start(std::move(tool));
    EXPECT_TRUE(task) << task.error().message;
    return task.value_or(Task{});
  }
  Result<Task> find(const std::string& id) { return find(*server, id); }
  static Result<Task> find(TaskServer& there, const std::string& id) {
    return there.await(there.runner.find(id, "alice"));
  }
  TaskStatus status(const std::string& id) { return find(id).value().status; }
  Call& call() { return calls.back(); }
  void answer(Result<Outcome> outcome) {
    call().answer(std::move(outcome));
    server->settle();
  }
  Result<> save(Json state) { return server->await(call().context.link->save(std::move(state))); }
  Result<> give(const std::string& id, Answers answers) {
    return server->await(server->runner.answer(id, "alice", std::move(answers)));
  }
  Result<> cancel(const std::string& id) {
    return server->await(server->runner.cancel(id, "alice"));
  }
  static NeedInput ask(std::vector<std::string> keys, Json state = nullptr) {
    NeedInput need{.questions = {}, .state = std::move(state)};
    for (auto& key : keys) need.questions.push_back(ask_person(key, "Sure?", Json::object()));
    return need;
  }

  FakeClock clock;
  SeededRandom random{7};
  TaskRunnerOptions options;
  ToolRegistry tools;
  TaskStoreInMemory tasks;
  Calls calls;
  std::vector<std::unique_ptr<TaskServer>> servers;
  TaskServer* server = nullptr;  // the first
};

}  // namespace mtc::mcp
