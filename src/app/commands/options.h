// What several commands share: finding and reading the settings, and saying why something failed.
#pragma once

#include <optional>
#include <string>

#include "app/settings.h"
#include "base/result.h"

namespace CLI {
class App;
}

namespace mtc::app {

struct ConfigOption {
  std::string file;  // empty: settings.yaml here if there is one, else the defaults
};

void add_config_option(CLI::App& command, ConfigOption& option);

// The settings with everything filled in, and logging set up as they say.
Result<Settings> read_settings(const ConfigOption& option);

// Prints the message to stderr and answers the exit code of that kind of failure.
int report(const Error& error);

}  // namespace mtc::app
