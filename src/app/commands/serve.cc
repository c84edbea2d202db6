#include "app/commands/serve.h"

#include <CLI/CLI.hpp>
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
  bool json = false;
};

Async<int> serve(Settings settings, bool json) {
  const auto clock = ShiftedClock::of_process();
  if (!clock) co_return report(clock.error());
  auto server = co_await ServerRun::start(std::move(settings), *clock);
  if (!server) co_return report(server.error());
  if (json) {
    std::cout << dump_json({{"url", (*server)->url()}}) << std::endl;
  } else {
    std::cout << "Serving " << (*server)->url() << "/mcp (stop with Ctrl-C)" << std::endl;
  }
  co_await wait_for_end();
  co_await (*server)->stop();
  co_return kOk;
}

int run_serve(const ServeOptions& options) {
  auto settings = read_settings(options.config);
  if (!settings) return report(settings.error());
  if (!options.listen.empty()) settings->server.listen = options.listen;
  return run(serve(std::move(*settings), options.json));
}

}  // namespace

void add_serve_command(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand("serve", "Serve MCP over HTTP and to XiaoZhi devices");
  const auto options = std::make_shared<ServeOptions>();
  add_config_option(*command, options->config);
  command->add_option("--listen", options->listen,
                      "Address and port, instead of the settings' (127.0.0.1:8080)");
  command->add_flag("--json", options->json, "Print the address as one line of JSON");
  command->footer("Example: mcp-tencent-cloud serve --config settings.yaml");
  command->callback([options, &exit_code] { exit_code = run_serve(*options); });
}

}  // namespace mtc::app
