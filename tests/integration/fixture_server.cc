// A small server on the MCP library, for clients that are not ours and for measuring the protocol
// by itself.
//
//   fixture_server --http 127.0.0.1:0 [--stateless] [--token TOKEN] [--catalogue TOOLS]
//                                      prints its URL, serves until SIGTERM
//   fixture_server --stdio [--catalogue TOOLS]
#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>

#include "base/encoding.h"
#include "infra/crypto/system_random.h"
#include "infra/http/server.h"
#include "mcp/http/endpoint.h"
#include "mcp/registry.h"
#include "mcp/server.h"
#include "mcp/stdio_transport.h"

namespace mtc {
namespace {

// How the slow tool's calls ended, for tests that cancel.
int cancelled_calls = 0;

struct EchoArgs {
  std::string text;
};
Async<Result<mcp::Reply>> echo(EchoArgs args, mcp::CallContext) {
  co_return mcp::Reply{.speech = std::move(args.text), .data = {}, .pictures = {}};
}

struct SlowArgs {
  int milliseconds = 0;
};
Async<Result<mcp::Reply>> slow(SlowArgs args, mcp::CallContext) {
  asio::steady_timer timer(co_await asio::this_coro::executor,
                           std::chrono::milliseconds(args.milliseconds));
  try {
    co_await timer.async_wait(asio::use_awaitable);
  } catch (const boost::system::system_error&) {
    ++cancelled_calls;
    throw;
  }
  co_return mcp::Reply{.speech = "Rested.", .data = {}, .pictures = {}};
}

struct NoArgs {};
Async<Result<mcp::Reply>> count_cancelled(NoArgs, mcp::CallContext) {
  co_return mcp::Reply{.speech = std::to_string(cancelled_calls), .data = {}, .pictures = {}};
}
Async<Result<mcp::Reply>> failing(NoArgs, mcp::CallContext) {
  co_return fail(Errc::not_found, "There is no such thing");
}
Async<Result<mcp::Reply>> throwing(NoArgs, mcp::CallContext) {
  throw std::runtime_error("inner detail");
  co_return mcp::Reply{};
}
Async<Result<mcp::Reply>> secret(NoArgs, mcp::CallContext context) {
  co_return mcp::Reply{
      .speech = "Known to " + context.principal.subject, .data = {}, .pictures = {}};
}

struct SumArgs {
  double a = 0;
  double b = 0;
};
Async<Result<mcp::Reply>> sum(SumArgs args, mcp::CallContext) {
  co_return mcp::Reply{.speech = fmt::format("{}", args.a + args.b),
                       .data = {{"sum", args.a + args.b}},
                       .pictures = {}};
}

Async<Result<mcp::Reply>> image(NoArgs, mcp::CallContext) {
  static const std::string png = from_base64(
                                     "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+"
                                     "M9QDwADhgGAWjR9awAAAABJRU5Er"
                                     "kJggg==")
                                     .value();
  co_return mcp::Reply{.speech = "One picture.",
                       .data = {},
                       .pictures = {{.bytes = png, .description = "A single pixel"}}};
}

constexpr mcp::ToolHints kReads{.read_only = true, .destructive = false, .idempotent = true};

template <class Args>
mcp::Tool make(std::string name, std::string description, Fields<Args> fields,
               Async<Result<mcp::Reply>> (*handler)(Args, mcp::CallContext), std::string scope = {},
               Json output_schema = nullptr) {
  return mcp::make_tool<Args>({.name = std::move(name),
                               .title = {},
                               .description = std::move(description),
                               .hints = kReads,
                               .scope = std::move(scope),
                               .fields = std::move(fields),
                               .output_schema = std::move(output_schema),
                               .handler = handler});
}

// Sees that a proxy could route by the text: the header Mcp-Param-Text must repeat it.
mcp::Tool routed() {
  auto tool = make<EchoArgs>("routed", "Repeats a text that a header repeats too.",
                             {field("text", &EchoArgs::text, "What to repeat")}, echo);
  tool.input_schema["properties"]["text"]["x-mcp-header"] = "Text";
  return tool;
}

// One of many: as long as a real tool's entry.
mcp::Tool filler(std::size_t number) {
  struct Args {
    std::string cluster;
    std::string name_space;
    std::string workload;
    int replicas = 1;
    bool dry_run = false;
  };
  auto tool = mcp::make_tool<Args>(
      {.name = fmt::format("filler_{:02}", number),
       .title = fmt::format("Filler {:02}", number),
       .description = "Stands for a tool of the product: changes how many replicas of a workload "
                      "run, after it has said what that means (扩容, 缩容).",
       .hints = {.read_only = false, .destructive = true, .idempotent = true},
       .fields = {field("cluster", &Args::cluster, "The cluster, by name or id"),
                  field("namespace", &Args::name_space, "The namespace", {.required = false}),
                  field("workload", &Args::workload, "The workload, as people call it"),
                  field("replicas", &Args::replicas, "How many", {.minimum = 0, .maximum = 500}),
                  field("dry_run", &Args::dry_run, "Only say what would happen",
                        {.required = false})},
       .handler = [](const Args&, const mcp::CallContext&) { return echo({.text = "done"}, {}); }});
  return tool;
}

// Filled up to `count` tools where that is more.
void add_tools(mcp::ToolRegistry& tools, std::size_t count) {
  const auto add = [&tools](mcp::Tool tool) {
    if (auto ok = tools.add(std::move(tool)); !ok) throw std::logic_error(ok.error().message);
  };
  add(make<NoArgs>("image", "Shows a picture.", {}, image));
  add(make<EchoArgs>("echo", "Repeats a text.", {field("text", &EchoArgs::text, "What to repeat")},
                     echo));
  add(make<SlowArgs>("slow", "Takes its time.",
                     {field("milliseconds", &SlowArgs::milliseconds, "How long",
                            {.minimum = 0, .maximum = 60'000})},
                     slow));
  add(make<NoArgs>("count_cancelled", "Says how many slow calls were cancelled.", {},
                   count_cancelled));
  add(make<NoArgs>("failing", "Fails with a reason.", {}, failing));
  add(make<NoArgs>("throwing", "Breaks down.", {}, throwing));
  add(make<NoArgs>("secret", "Needs the scope ops.", {}, secret, "ops"));
  add(make<SumArgs>("sum", "Adds two numbers.",
                    {field("a", &SumArgs::a, "One number"), field("b", &SumArgs::b, "Another")},
                    sum, {},
                    {{"type", "object"},
                     {"properties", {{"sum", {{"type", "number"}}}}},
                     {"required", {"sum"}}}));
  add(routed());
  for (std::size_t i = tools.all().size(); i < count; ++i) add(filler(i));
}

// "TOKEN" may do everything but `secret`, "TOKEN-ops" that too.
class FixedToken final : public mcp::Authenticator {
 public:
  explicit FixedToken(std::string token) : token_(std::move(token)) {}
  Async<Result<mcp::Principal>> authenticate(std::string bearer) override {
    mcp::Principal principal{.subject = bearer, .name = {}, .scopes = {}, .channel = "http"};
    if (bearer == token_ + "-ops") principal.scopes = {"ops"};
    if (bearer == token_ || bearer == token_ + "-ops") co_return principal;
    co_return fail(Errc::unauthenticated, "This token is not known");
  }

 private:
  const std::string token_;
};

struct Options {
  std::string http;
  std::string token;
  bool stdio = false;
  bool stateless = false;
  std::size_t catalogue = 0;  // tools to list, at least
};

Options read_options(std::span<char* const> args) {
  Options out;
  for (std::size_t i = 1; i < args.size(); ++i) {
    const std::string_view arg = args[i];
    if (arg == "--stdio") out.stdio = true;
    if (arg == "--stateless") out.stateless = true;
    if (arg == "--http" && i + 1 < args.size()) out.http = args[++i];
    if (arg == "--token" && i + 1 < args.size()) out.token = args[++i];
    if (arg == "--catalogue" && i + 1 < args.size())
      out.catalogue = std::strtoul(args[++i], nullptr, 10);
  }
  return out;
}

int serve_pipes(const mcp::Server& server) {
  asio::io_context loop(1);
  asio::co_spawn(
      loop,
      mcp::serve_stdio(
          server, STDIN_FILENO, STDOUT_FILENO,
          {.principal = {.subject = "local", .name = {}, .scopes = {"ops"}, .channel = "stdio"}}),
      [&loop](const std::exception_ptr&) { loop.stop(); });
  loop.run();
  return 0;
}

Async<> stop_on_signal(HttpServer& http, mcp::HttpEndpoint& endpoint, asio::io_context& loop) {
  asio::signal_set signals(loop, SIGTERM, SIGINT);
  co_await signals.async_wait(asio::use_awaitable);
  endpoint.stop();
  co_await http.stop(Millis{1000});
  loop.stop();
}

int serve_http(const mcp::Server& server, const Options& options) {
  asio::io_context loop(1);
  SystemClock clock;
  SystemRandom random;
  FixedToken tokens(options.token);
  const mcp::Gate gate({}, options.token.empty() ? nullptr : &tokens, nullptr);
  mcp::HttpEndpoint endpoint(server, gate, clock, random, {.sessions = !options.stateless});
  const auto colon = options.http.rfind(':');
  std::uint16_t port = 0;
  std::from_chars(options.http.data() + colon + 1, options.http.data() + options.http.size(), port);
  auto http = start_http_server(loop.get_executor(),
                                {.address = options.http.substr(0, colon), .port = port},
                                [&](HttpExchange& exchange) { return endpoint.handle(exchange); });
  if (!http) {
    fmt::print(stderr, "{}\n", http.error().message);
    return 1;
  }
  fmt::print("http://{}:{}/mcp\n", options.http.substr(0, colon), (*http)->port());
  std::fflush(stdout);
  asio::co_spawn(loop, stop_on_signal(**http, endpoint, loop), asio::detached);
  loop.run();
  return 0;
}

int main_of(std::span<char* const> args) {
  spdlog::set_default_logger(spdlog::stderr_logger_st("fixture"));
  const auto options = read_options(args);
  mcp::ToolRegistry tools;
  add_tools(tools, options.catalogue);
  const mcp::Server server(tools, {.name = "fixture",
                                   .title = "Fixture",
                                   .version = MTC_VERSION,
                                   .description = "Tools for tests",
                                   .instructions = "Call any tool.",
                                   .allows = {}});
  if (options.stdio) return serve_pipes(server);
  if (!options.http.empty() && options.http.contains(':')) return serve_http(server, options);
  fmt::print(stderr,
             "usage: fixture_server --stdio | --http ADDRESS:PORT [--stateless] [--token T] "
             "[--catalogue N]\n");
  return 2;
}

}  // namespace
}  // namespace mtc

int main(int argc, char** argv) {
  return mtc::main_of({argv, static_cast<std::size_t>(argc)});
}
