// A server on the MCP library for the public conformance suites.
//
//   conformance_server --http 127.0.0.1:0    prints its URL, serves until SIGTERM
//
// At SIGUSR1 it says on stderr what is under way:
//   {"listening":0,"running":0,"sessions":0,"streams":0,"tasks":0}
#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <cstdio>
#include <limits>
#include <optional>
#include <span>

#include "fixture.h"
#include "infra/crypto/secret_box.h"
#include "infra/crypto/system_random.h"
#include "infra/http/server.h"
#include "infra/loop/sleeper.h"
#include "mcp/http/endpoint.h"
#include "mcp/request_state.h"
#include "mcp/server.h"
#include "mcp/tasks/task_runner.h"
#include "mcp/tasks/task_store_in_memory.h"
#include "name_tags.h"
#include "options.h"
#include "traffic.h"

namespace mtc::conformance {
namespace {

constexpr std::size_t kMaxConnections = 8192;  // a soak brings many clients from one machine

// Everything the server is made of, in the order of who needs whom.
class Fixture {
 public:
  Fixture(asio::io_context& loop, const Options& options)
      : named_(options.named),
        runner_({.tools = tools_,
                 .store = tasks_,
                 .changes = changes_,
                 .clock = clock_,
                 .random = random_,
                 .sleeper = sleeper_,
                 .executor = loop.get_executor(),
                 .options = task_options(options)}) {
    add_content_tools(tools_);
    add_reporting_tools(tools_);
    add_asking_tools(tools_);
    add_input_tools(tools_);
    add_task_tools(tools_);
    add_schema_tools(tools_);
    add_change_tools(tools_, changes_);
    add_resources(resources_);
    add_prompts(prompts_);
    server_.emplace(tools_, server_options(options),
                    mcp::ServerParts{.resources = &resources_,
                                     .prompts = &prompts_,
                                     .tasks = &runner_,
                                     .states = &states_,
                                     .changes = &changes_});
    endpoint_.emplace(*server_, gate_, clock_, random_, endpoint_options(options));
  }

  Async<> start() { co_await runner_.resume(); }
  Async<> handle(HttpExchange& exchange) {
    CountedExchange counted(exchange, traffic_);
    co_await endpoint_->handle(counted);
  }
  // What is under way and what is kept; idle sessions and expired tasks are forgotten first, as
  // they are now and then anyway.
  Async<Json> describe() {
    endpoint_->sweep();
    (void)co_await tasks_.forget_expired(clock_.now());
    co_return Json{{"sessions", endpoint_->session_count()},
                   {"listening", changes_.size() - endpoint_->session_count()},
                   {"running", traffic_.running},
                   {"streams", traffic_.streams},
                   {"tasks", co_await count_tasks()}};
  }
  Async<> stop() {
    endpoint_->stop();
    co_await runner_.stop();
  }

 private:
  // All clients of the suites are the same nobody, who leaves tasks behind and asks often.
  static mcp::TaskRunnerOptions task_options(const Options& options) {
    mcp::TaskRunnerOptions out{.poll_interval = Millis{200}, .max_running_per_subject = 256};
    if (options.patience) out.ttl = *options.patience;
    return out;
  }
  static mcp::ServerOptions server_options(const Options& options) {
    mcp::ServerOptions out{.name = "conformance",
                           .title = "Conformance fixture",
                           .version = MTC_VERSION,
                           .description = "What the conformance suites call",
                           .logging = true};
    if (options.patience) out.ask_patience = *options.patience / 2;
    return out;
  }
  static mcp::HttpEndpointOptions endpoint_options(const Options& options) {
    mcp::HttpEndpointOptions out;
    if (options.patience) out.session_limits.idle = *options.patience;
    return out;
  }

  Async<std::size_t> count_tasks() {
    auto subjects = tags_.names();
    subjects.insert("anonymous");
    std::size_t count = 0;
    for (const auto& subject : subjects) {
      const auto tasks = co_await tasks_.list(subject, std::numeric_limits<int>::max());
      if (tasks) count += tasks->size();
    }
    co_return count;
  }

  const bool named_;
  SystemClock clock_;
  SystemRandom random_;
  LoopSleeper sleeper_;
  mcp::ChangeHub changes_;
  mcp::ToolRegistry tools_;
  mcp::ResourceRegistry resources_;
  mcp::PromptRegistry prompts_;
  const SecretBox box_{KeyRing::generate(random_), random_};
  mcp::UsedOnceInMemory used_{clock_};
  const mcp::RequestStates states_{box_, used_, clock_, random_};
  mcp::TaskStoreInMemory tasks_;
  mcp::TaskRunner runner_;
  std::optional<mcp::Server> server_;  // after the registries are complete
  NameTags tags_;
  const mcp::Gate gate_{{}, named_ ? &tags_ : nullptr, nullptr};
  Traffic traffic_;
  std::optional<mcp::HttpEndpoint> endpoint_;
};

Async<> stop_on_signal(HttpServer& http, Fixture& fixture, asio::io_context& loop) {
  asio::signal_set signals(loop, SIGTERM, SIGINT);
  co_await signals.async_wait(asio::use_awaitable);
  co_await fixture.stop();
  co_await http.stop(Millis{1000});
  loop.stop();
}

Async<> describe_on_signal(Fixture& fixture) {
  asio::signal_set signals(co_await asio::this_coro::executor, SIGUSR1);
  while (true) {
    co_await signals.async_wait(asio::use_awaitable);
    fmt::print(stderr, "{}\n", dump_json(co_await fixture.describe()));
  }
}

int serve(const Options& options) {
  asio::io_context loop(1);
  Fixture fixture(loop, options);
  auto http = start_http_server(
      loop.get_executor(),
      {.address = options.host, .port = options.port, .max_connections = kMaxConnections},
      [&](HttpExchange& exchange) { return fixture.handle(exchange); });
  if (!http) {
    fmt::print(stderr, "{}\n", http.error().message);
    return 1;
  }
  fmt::print("http://{}:{}/mcp\n", options.host, (*http)->port());
  std::fflush(stdout);
  asio::co_spawn(loop, fixture.start(), asio::detached);
  asio::co_spawn(loop, stop_on_signal(**http, fixture, loop), asio::detached);
  asio::co_spawn(loop, describe_on_signal(fixture), asio::detached);
  loop.run();
  return 0;
}

int main_of(std::span<char* const> args) {
  spdlog::set_default_logger(spdlog::stderr_logger_st("conformance"));
  if (const auto options = read_options(args)) return serve(*options);
  fmt::print(stderr, kUsage);
  return 2;
}

}  // namespace
}  // namespace mtc::conformance

int main(int argc, char** argv) {
  return mtc::conformance::main_of({argv, static_cast<std::size_t>(argc)});
}
