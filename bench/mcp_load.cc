// Loads an MCP server and prints one line of JSON: how many answers a second, how soon, how many
// were wrong.
//   mcp_load --url http://127.0.0.1:8080/mcp [--connections 32] [--mode modern] [--call list]
//   mcp_load --stdio -- fixture_server --stdio
// One thread; requests are made beforehand and answers are only searched for a word, so that it
// costs far less than any server.
#include <fmt/format.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "http_load.h"
#include "pipe_load.h"

namespace mtc::bench {
namespace {

const std::map<std::string, Era> kEras{{"legacy", Era::legacy}, {"modern", Era::modern}};
const std::map<std::string, Call> kCalls{
    {"echo", Call::echo}, {"list", Call::list}, {"ping", Call::ping}};

struct Options {
  std::string url;
  bool stdio = false;
  std::vector<std::string> command;
  std::string token;
  Era era = Era::legacy;
  Call call = Call::echo;
  std::size_t connections = 32;
  double seconds = 5;
  double warmup = 1;
  bool shared_session = false;
};

void declare(CLI::App& app, Options& options) {
  auto* url = app.add_option("--url", options.url, "Endpoint, such as http://127.0.0.1:8080/mcp");
  auto* stdio = app.add_flag("--stdio", options.stdio, "Start COMMAND and talk to its pipes");
  app.add_option("command", options.command, "The server's command line, after --")->needs(stdio);
  url->excludes(stdio);
  app.add_option("--mode", options.era, "legacy (2025-11-25) or modern (2026-07-28)")
      ->transform(CLI::CheckedTransformer(kEras));
  app.add_option("--call", options.call, "echo, list or ping")
      ->transform(CLI::CheckedTransformer(kCalls));
  app.add_option("--connections", options.connections, "Each with one request under way")
      ->check(CLI::Range(1, 10'000));
  app.add_option("--seconds", options.seconds, "Measured; 0 with --stdio: only the first answer")
      ->check(CLI::Range(0.0, 3600.0));
  app.add_option("--warmup", options.warmup, "Seconds before, not measured")
      ->check(CLI::Range(0.0, 3600.0));
  app.add_option("--token", options.token, "Sent as Authorization: Bearer");
  app.add_flag("--shared-session", options.shared_session, "One session for all connections");
}

double own_cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

nlohmann::json describe(LoadFigures& figures) {
  const auto requests = figures.latencies.count();
  nlohmann::json out{
      {"requests", requests},
      {"seconds", figures.seconds},
      {"per_second", static_cast<double>(requests) / figures.seconds},
      {"p50_us", figures.latencies.percentile(50)},
      {"p90_us", figures.latencies.percentile(90)},
      {"p99_us", figures.latencies.percentile(99)},
      {"max_us", figures.latencies.percentile(100)},
      {"failures", figures.failures},
      {"answers", figures.answers},
      {"answer_bytes", figures.answer_bytes},
      {"generator_cpu_us",
       figures.answers == 0 ? 0 : own_cpu_seconds() * 1e6 / static_cast<double>(figures.answers)},
  };
  if (figures.failures > 0) out["first_failure"] = figures.first_failure;
  return out;
}

Result<nlohmann::json> run(const Options& options) {
  const std::chrono::duration<double> warmup(options.warmup);
  const std::chrono::duration<double> length(options.seconds);
  if (options.stdio) {
    auto figures = run_pipe_load({.command = options.command,
                                  .era = options.era,
                                  .call = options.call,
                                  .warmup = warmup,
                                  .length = length});
    if (!figures) return fail(std::move(figures).error());
    auto out = options.seconds > 0 ? describe(figures->load) : nlohmann::json::object();
    out["first_answer_us"] = figures->first_answer.count();
    return out;
  }
  auto target = parse_target(options.url);
  if (!target) return fail(std::move(target).error());
  target->token = options.token;
  auto figures = run_http_load({.target = std::move(*target),
                                .era = options.era,
                                .call = options.call,
                                .connections = options.connections,
                                .warmup = warmup,
                                .length = length,
                                .shared_session = options.shared_session});
  if (!figures) return fail(std::move(figures).error());
  return describe(*figures);
}

std::string_view wrong_combination(const Options& options) {
  if (options.stdio == options.command.empty()) return "--stdio needs a command after --";
  if (!options.stdio && options.url.empty()) return "say --url or --stdio";
  if (!options.stdio && options.seconds <= 0) return "--seconds must be more than 0";
  if (options.call == Call::ping && options.era == Era::modern) return "2026-07-28 has no ping";
  return {};
}

}  // namespace
}  // namespace mtc::bench

// Exit codes: 0 all answers were right, 1 some were not or the load could not begin, 2 usage.
int main(int argc, char** argv) {
  mtc::bench::Options options;
  CLI::App app("Loads an MCP server");
  mtc::bench::declare(app, options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : 2;
  }
  if (const auto wrong = mtc::bench::wrong_combination(options); !wrong.empty()) {
    fmt::print(stderr, "mcp_load: {}\n", wrong);
    return 2;
  }
  const auto figures = mtc::bench::run(options);
  if (!figures) {
    fmt::print(stderr, "mcp_load: {}\n", figures.error().message);
    return 1;
  }
  fmt::print("{}\n", figures->dump());
  return figures->value("failures", 0) == 0 ? 0 : 1;
}
