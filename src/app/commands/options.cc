#include "app/commands/options.h"

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "app/exit_codes.h"
#include "app/logging.h"
#include "app/offer.h"

namespace mtc::app {

void add_config_option(CLI::App& command, ConfigOption& option) {
  command.add_option("-c,--config", option.file,
                     "Settings file (default: settings.yaml in this directory, if there is one)");
}

void add_services_option(CLI::App& command, const std::string& program,
                         std::vector<std::string>& services) {
  if (const auto named = services_of_program(program)) {
    for (const auto service : *named) services.emplace_back(name_of(service));
  }
  command
      .add_option("--services", services,
                  "Which services, with commas: basic, devops, push, analytics (as the settings "
                  "say; all)")
      ->delimiter(',');
}

Result<Settings> read_settings(const ConfigOption& option) {
  auto settings = read_settings_again(option);
  if (settings) set_up_logging(settings->log_level);
  return settings;
}

Result<Settings> read_settings_again(const ConfigOption& option) {
  Settings settings;
  std::string file = option.file;
  if (file.empty() && std::filesystem::exists("settings.yaml")) file = "settings.yaml";
  if (!file.empty()) {
    auto loaded = load_settings(file);
    if (!loaded) return loaded;
    settings = std::move(*loaded);
  }
  return with_defaults(std::move(settings));
}

Language usual_language() {
  // The first that is set decides, as setlocale(3) has it.
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0')
      return std::string_view(value).starts_with("en") ? Language::en : Language::zh;
  }
  return Language::zh;
}

void add_language_option(CLI::App& command, std::string& language) {
  language = name_of(usual_language());
  command.add_option("--lang", language, "zh or en (default: as the locale says, else zh)")
      ->check(CLI::IsMember({"zh", "en"}));
}

ExitCode exit_code_of(Errc code) {
  switch (code) {
    case Errc::invalid_argument:
    case Errc::not_found:
      return kUsage;
    case Errc::unauthenticated:
    case Errc::denied:
      return kDenied;
    case Errc::unavailable:
    case Errc::timed_out:
    case Errc::rate_limited:
      return kUnavailable;
    case Errc::conflict:
    case Errc::resource_exhausted:
    case Errc::cancelled:
    case Errc::internal:
      return kFailed;
  }
  return kFailed;
}

int report(const Error& error) {
  std::cerr << "mcp-tencent-cloud: " << error.message << "\n";
  return exit_code_of(error.code);
}

}  // namespace mtc::app
