// What several commands share: finding and reading the settings, and saying why something failed.
#pragma once

#include <string>
#include <vector>

#include "app/exit_codes.h"
#include "app/settings.h"
#include "base/language.h"
#include "base/result.h"

namespace CLI {
class App;
}

namespace mtc::app {

struct ConfigOption {
  std::string file;  // empty: settings.yaml here if there is one, else the defaults
};

void add_config_option(CLI::App& command, ConfigOption& option);

// --services basic,devops; a program of a service's name serves just that one by default.
void add_services_option(CLI::App& command, const std::string& program,
                         std::vector<std::string>& services);

// The settings with everything filled in, and logging set up as they say.
Result<Settings> read_settings(const ConfigOption& option);
// The same, and logging stays as it is.
Result<Settings> read_settings_again(const ConfigOption& option);

// Chinese, unless the environment's locale (LC_ALL, LC_MESSAGES, LANG) says English.
Language usual_language();
// --lang, with the usual language shown as its default.
void add_language_option(CLI::App& command, std::string& language);

ExitCode exit_code_of(Errc code);
// Prints the message to stderr and answers the exit code of that kind of failure.
int report(const Error& error);

}  // namespace mtc::app
