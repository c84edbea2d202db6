// What the administration commands share: where the data is, opening it, and telling how it went.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "app/commands/options.h"
#include "app/exit_codes.h"
#include "app/foundation.h"
#include "base/json.h"
#include "base/result.h"

namespace CLI {
class App;
}

namespace mtc::app {

struct AdminOptions {
  ConfigOption config;
  std::string database;  // URL; empty: the settings file's, else data.db in the state directory
  std::string key_file;  // empty: likewise, secret.key
  bool json = false;
};

// --config, --database (environment MTC_DATABASE) and --json. The options outlive the parsing.
void add_admin_options(CLI::App& command, AdminOptions& options);
void add_key_option(CLI::App& command, AdminOptions& options);

// The settings with what the options say instead; MTC_DATABASE in the environment comes between.
Result<Settings> admin_settings(const AdminOptions& options);

// The database that the options name, created if it is missing.
Result<std::unique_ptr<Foundation>> open_foundation(const AdminOptions& options);

// On stdout; kFailed if it cannot be written (a closed pipe, a full disk).
int print(std::string_view text);
int print_json(const Json& json);

// The first line of a file, or of standard input if `file` is empty; a terminal is asked with the
// prompt and shows nothing of what is typed. For secrets, which have no place on a command line.
// Errc::invalid_argument if it is empty.
Result<std::string> read_secret(const std::string& file, std::string_view prompt);

}  // namespace mtc::app
