// The program: reads the command line and runs one command.
#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>

#include "app/commands/commands.h"
#include "app/exit_codes.h"

namespace {

constexpr auto kFooter =
    "Exit codes: 0 done, 1 failed, 2 wrong arguments or settings, 3 an outside system is away, 4 "
    "refused (key, token or\n"
    "permission), 5 an input file cannot be used.\n"
    "Example: mcp-tencent-cloud demo";

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(
      "An operations engineer's voice assistant for Tencent Cloud: MCP services, log digests, the "
      "morning broadcast.",
      std::filesystem::path(argv[0]).filename().string());
  app.set_version_flag("--version", "mcp-tencent-cloud " MTC_VERSION);
  app.require_subcommand(1);
  app.footer(kFooter);

  int exit_code = mtc::app::kOk;
  mtc::app::add_commands(app, exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    // --help and --version come this way too, with exit code 0.
    return app.exit(e) == 0 ? mtc::app::kOk : mtc::app::kUsage;
  } catch (const std::exception& e) {
    std::cerr << "mcp-tencent-cloud: " << e.what() << "\n";
    return mtc::app::kFailed;
  }
  return exit_code;
}
