#include "app/commands/settings.h"

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "app/exit_codes.h"
#include "app/settings_text.h"

namespace mtc::app {

void add_settings_command(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand(
      "settings", "Print a settings file with every key, its meaning and its default");
  const auto markdown = std::make_shared<bool>(false);
  command->add_flag("--markdown", *markdown, "As the tables of docs/CONFIGURATION.md");
  command->footer("Example: mcp-tencent-cloud settings > settings.yaml");
  command->callback([markdown, &exit_code] {
    std::cout << (*markdown ? settings_markdown() : settings_template());
    exit_code = std::cout.flush() ? kOk : kFailed;
  });
}

}  // namespace mtc::app
