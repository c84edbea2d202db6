#include "app/commands/stdio.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "app/commands/options.h"
#include "app/exit_codes.h"
#include "app/product.h"
#include "app/shifted_clock.h"
#include "infra/loop/run.h"
#include "mcp/stdio_transport.h"

namespace mtc::app {
namespace {

struct StdioOptions {
  ConfigOption config;
  std::string user;
  std::vector<std::string> services;
  std::string profile = "full";
};

Async<int> serve_process(Settings settings, std::string username, Profile profile) {
  const auto clock = ShiftedClock::of_process();
  if (!clock) co_return report(clock.error());
  auto product = Product::open(co_await asio::this_coro::executor, std::move(settings), *clock, "");
  if (!product) co_return report(product.error());
  // Whoever may start this program with this state directory owns it anyway, and could make any
  // token: the person at this keyboard is taken at their word.
  auto person = co_await (*product)->foundation().directory.by_name(
      username, identity::Assurance::strong, {identity::Scope::operate});
  if (!person) co_return report(person.error());
  co_await (*product)->tasks().resume();
  co_await (*product)->recover_plans();
  auto peer = peer_of(profile);
  peer.principal = to_protocol(*person, "stdio");
  co_await mcp::serve_stdio((*product)->server(profile), STDIN_FILENO, STDOUT_FILENO,
                            std::move(peer));
  co_await (*product)->tasks().stop();
  co_return kOk;
}

int run_stdio(const StdioOptions& options) {
  auto settings = read_settings(options.config);
  if (!settings) return report(settings.error());
  if (!options.services.empty()) settings->server.services = options.services;
  return run(serve_process(std::move(*settings), options.user,
                           parse_profile(options.profile).value_or(Profile::full)));
}

}  // namespace

void add_stdio_command(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand("stdio", "Serve MCP on stdin and stdout, for desktop clients");
  const auto options = std::make_shared<StdioOptions>();
  add_config_option(*command, options->config);
  command->add_option("--user", options->user, "Who is using it: a username")->required();
  add_services_option(*command, app.get_name(), options->services);
  command
      ->add_option("--profile", options->profile,
                   "full, or voice: few tools, for clients that listen and speak")
      ->check(CLI::IsMember({"full", "voice"}))
      ->capture_default_str();
  command->footer("Example: mcp-tencent-cloud stdio --user zhangsan");
  command->callback([options, &exit_code] { exit_code = run_stdio(*options); });
}

}  // namespace mtc::app
