#include "app/commands/serve.h"

#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <functional>
#include <iostream>
#include <memory>

#include "app/commands/options.h"
#include "app/exit_codes.h"
#include "app/server_run.h"
#include "app/shifted_clock.h"
#include "app/signals.h"
#include "infra/loop/run.h"

namespace mtc::app {
namespace {

struct ServeOptions {
  ConfigOption config;
  std::string listen;
  std::vector<std::string> services;
  bool json = false;
};

// `read` gives the settings whenever they are to be read again.
Async<int> serve(Settings settings, std::function<Result<Settings>()> read, bool json) {
  const auto clock = ShiftedClock::of_process();
  if (!clock) co_return report(clock.error());
  Signals signals(co_await asio::this_coro::executor);
  auto server = co_await ServerRun::start(std::move(settings), *clock);
  if (!server) co_return report(server.error());
  if (json) {
    std::cout << dump_json({{"url", (*server)->url()}}) << std::endl;
  } else {
    std::cout << "Serving " << (*server)->url() << "/mcp (stop with Ctrl-C)" << std::endl;
  }
  while (co_await signals.next() == Signal::reload) {
    auto next = read();
    auto taken = next ? co_await (*server)->reload(std::move(*next)) : fail(next.error());
    if (!taken) spdlog::error("settings: kept as they were: {}", taken.error().message);
  }
  co_await (*server)->stop();
  co_return kOk;
}

int run_serve(const ServeOptions& options) {
  const auto with_options = [options](Result<Settings> settings) -> Result<Settings> {
    if (!settings) return settings;
    if (!options.listen.empty()) settings->server.listen = options.listen;
    if (!options.services.empty()) settings->server.services = options.services;
    if (auto ok = parse_services(settings->server.services); !ok) return fail(ok.error());
    return settings;
  };
  auto settings = with_options(read_settings(options.config));
  if (!settings) return report(settings.error());
  const auto again = [options, with_options] {
    return with_options(read_settings_again(options.config));
  };
  return run(serve(std::move(*settings), again, options.json));
}

}  // namespace

void add_serve_command(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand("serve", "Serve MCP over HTTP and to XiaoZhi devices");
  const auto options = std::make_shared<ServeOptions>();
  add_config_option(*command, options->config);
  command->add_option("--listen", options->listen,
                      "Address and port, instead of the settings' (127.0.0.1:8080)");
  add_services_option(*command, app.get_name(), options->services);
  command->add_flag("--json", options->json, "Print the address as one line of JSON");
  command->footer("Example: mcp-tencent-cloud serve --config settings.yaml");
  command->callback([options, &exit_code] { exit_code = run_serve(*options); });
}

}  // namespace mtc::app
