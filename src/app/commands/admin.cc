#include "app/commands/admin.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>

#include "base/text.h"

namespace mtc::app {

namespace {

constexpr std::size_t kMaxSecret = 8192;

// No echo while it lives.
class SilentTerminal {
 public:
  SilentTerminal() {
    if (::tcgetattr(STDIN_FILENO, &before_) != 0) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    changed_ = ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0;
  }
  SilentTerminal(const SilentTerminal&) = delete;
  SilentTerminal& operator=(const SilentTerminal&) = delete;
  ~SilentTerminal() {
    if (changed_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }

 private:
  termios before_{};
  bool changed_ = false;
};

Result<std::string> first_line(std::istream& in, std::string_view name) {
  std::string text;
  for (char c = 0; text.size() <= kMaxSecret && in.get(c) && c != '\n';) text.push_back(c);
  if (text.size() > kMaxSecret) {
    wipe(text);
    return fail(Errc::invalid_argument,
                fmt::format("{}: the first line is longer than any key", name));
  }
  std::string line(trim(text));
  wipe(text);
  if (line.empty())
    return fail(Errc::invalid_argument, fmt::format("{}: the first line is empty", name));
  return line;
}

}  // namespace

void add_admin_options(CLI::App& command, AdminOptions& options) {
  add_config_option(command, options.config);
  // Not CLI11's envname(): it would also fill the option in for the commands that were not chosen.
  command.add_option(
      "--database", options.database,
      "Database URL, e.g. sqlite:///var/lib/mcp-tencent-cloud/data.db (default: MTC_DATABASE in "
      "the environment, the settings file, data.db in $XDG_STATE_HOME/mcp-tencent-cloud)");
  command.add_flag("--json", options.json, "Print JSON");
}

void add_key_option(CLI::App& command, AdminOptions& options) {
  command.add_option("--key-file", options.key_file,
                     "File with the keys that protect credentials (default: secret.key in the "
                     "state directory); the environment's MTC_SECRET_KEY goes before it");
}

Result<Settings> admin_settings(const AdminOptions& options) {
  auto settings = read_settings(options.config);
  if (!settings) return settings;
  if (!options.database.empty()) settings->database.url = options.database;
  if (!options.key_file.empty()) settings->secrets.key_file = options.key_file;
  return settings;
}

Result<std::unique_ptr<Foundation>> open_foundation(const AdminOptions& options) {
  static const SystemClock clock;
  auto settings = admin_settings(options);
  if (!settings) return fail(std::move(settings).error());
  return Foundation::open(std::move(*settings), clock);
}

int print(std::string_view text) {
  const bool written =
      std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  if (written) return kOk;
  fmt::print(stderr, "mcp-tencent-cloud: standard output cannot be written: {}\n",
             std::strerror(errno));
  return kFailed;
}

int print_json(const Json& json) {
  return print(json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

Result<std::string> read_secret(const std::string& file, std::string_view prompt) {
  if (!file.empty()) {
    std::ifstream in(file, std::ios::binary);
    if (!in)
      return fail(Errc::invalid_argument,
                  fmt::format("{}: cannot be read: {}", file, std::strerror(errno)));
    return first_line(in, file);
  }
  if (::isatty(STDIN_FILENO) == 0) return first_line(std::cin, "standard input");
  fmt::print(stderr, "{}: ", prompt);
  std::fflush(stderr);
  auto line = [] {
    const SilentTerminal silent;
    return first_line(std::cin, "standard input");
  }();
  fmt::print(stderr, "\n");
  return line;
}

}  // namespace mtc::app
