#include "app/commands/options.h"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>

#include "app/exit_codes.h"
#include "app/logging.h"

namespace mtc::app {

void add_config_option(CLI::App& command, ConfigOption& option) {
  command.add_option("-c,--config", option.file,
                     "Settings file (default: settings.yaml in this directory, if there is one)");
}

Result<Settings> read_settings(const ConfigOption& option) {
  Settings settings;
  std::string file = option.file;
  if (file.empty() && std::filesystem::exists("settings.yaml")) file = "settings.yaml";
  if (!file.empty()) {
    auto loaded = load_settings(file);
    if (!loaded) return loaded;
    settings = std::move(*loaded);
  }
  set_up_logging(settings.log_level);
  return with_defaults(std::move(settings));
}

int report(const Error& error) {
  std::cerr << "mcp-tencent-cloud: " << error.message << "\n";
  switch (error.code) {
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

}  // namespace mtc::app
