#include "app/commands/user.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>

#include "app/commands/admin.h"
#include "app/commands/table.h"
#include "domain/identity/user_rules.h"
#include "infra/loop/run.h"

namespace mtc::app {

namespace {

using identity::User;

struct UserOptions {
  AdminOptions admin;
  std::string name;
  std::optional<std::string> display_name, language, zone, window, assistant;
  std::optional<bool> rollback;
  std::string password_file;
};

void add_name(CLI::App& command, UserOptions& options) {
  command.add_option("NAME", options.name, "Username")->required();
}

void add_details(CLI::App& command, UserOptions& options) {
  command.add_option("--display-name", options.display_name,
                     "How 小智 addresses the person, e.g. 张三");
  command.add_option("--language", options.language, "zh or en")
      ->check(CLI::IsMember({"zh", "en"}));
  command.add_option("--zone", options.zone, "Time zone, e.g. Asia/Shanghai");
  command.add_option("--window", options.window,
                     "Morning window for the broadcast, e.g. 06:00-10:00");
  command.add_option("--assistant", options.assistant, "The assistant's name, e.g. 小智");
  command.add_flag("--rollback,!--no-rollback", options.rollback,
                   "May roll back by voice (--no-rollback: may not)");
}

Result<void> apply(const UserOptions& options, User& user) {
  if (options.display_name) user.display_name = *options.display_name;
  if (options.language) user.language = parse_language(*options.language).value_or(user.language);
  if (options.zone) user.zone = *options.zone;
  if (options.assistant) user.assistant_name = *options.assistant;
  if (options.rollback) user.rollback_permission = *options.rollback;
  if (options.window) {
    const auto window = identity::parse_window(*options.window);
    if (!window) return fail(window.error());
    user.window_start = window->start;
    user.window_end = window->end;
  }
  return {};
}

Json to_json(const User& user) {
  return {{"id", std::to_string(user.id)},  // a text: ids may exceed what JavaScript counts exactly
          {"username", user.username},
          {"display_name", user.display_name},
          {"language", name_of(user.language)},
          {"zone", user.zone},
          {"window", identity::format_window(user)},
          {"assistant_name", user.assistant_name},
          {"rollback_permission", user.rollback_permission},
          {"disabled", user.disabled}};
}

int show(const AdminOptions& options, const Result<User>& user, std::string_view what) {
  if (!user) return report(user.error());
  if (options.json) return print_json(to_json(*user));
  return print(fmt::format("user {} {}\n", user->username, what));
}

Result<User> add_user(const UserOptions& options) {
  User user;
  user.username = options.name;
  if (auto ok = apply(options, user); !ok) return fail(std::move(ok).error());
  auto foundation = open_foundation(options.admin);
  if (!foundation) return fail(std::move(foundation).error());
  return run((*foundation)->directory.add_user(std::move(user)));
}

Result<User> set_user(const UserOptions& options) {
  auto foundation = open_foundation(options.admin);
  if (!foundation) return fail(std::move(foundation).error());
  auto& directory = (*foundation)->directory;
  auto user = run(directory.find_user(options.name));
  if (!user) return user;
  if (auto ok = apply(options, *user); !ok) return fail(std::move(ok).error());
  if (auto done = run(directory.update_user(*user)); !done) return fail(std::move(done).error());
  return user;
}

Result<User> set_disabled(const UserOptions& options, bool disabled) {
  auto foundation = open_foundation(options.admin);
  if (!foundation) return fail(std::move(foundation).error());
  return run((*foundation)->directory.set_disabled(options.name, disabled));
}

Result<User> set_password(const UserOptions& options) {
  auto foundation = open_foundation(options.admin);
  if (!foundation) return fail(std::move(foundation).error());
  auto user = run((*foundation)->directory.find_user(options.name));
  if (!user) return user;
  auto password = read_secret(options.password_file, "New password");
  if (!password) return fail(std::move(password).error());
  auto done = run((*foundation)->directory.set_password(options.name, *password));
  wipe(*password);
  if (!done) return fail(std::move(done).error());
  return user;
}

int list_users(const AdminOptions& options) {
  auto foundation = open_foundation(options);
  if (!foundation) return report(foundation.error());
  const auto users = run((*foundation)->directory.users());
  if (!users) return report(users.error());
  if (options.json) {
    Json list = Json::array();
    for (const auto& user : *users) list.push_back(to_json(user));
    return print_json(list);
  }
  if (users->empty()) return print("no users yet; add one with: mcp-tencent-cloud user add NAME\n");
  std::vector<std::vector<std::string>> rows{
      {"USER", "NAME", "LANGUAGE", "ZONE", "WINDOW", "ASSISTANT", "ROLLBACK", "STATE"}};
  for (const auto& user : *users) {
    rows.push_back({user.username, user.display_name, std::string(name_of(user.language)),
                    user.zone, identity::format_window(user), user.assistant_name,
                    user.rollback_permission ? "yes" : "no",
                    user.disabled ? "disabled" : "active"});
  }
  return print(format_table(rows));
}

}  // namespace

void add_user_command(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<UserOptions>();
  auto* const user = app.add_subcommand("user", "People who may ask: add, list, change");
  user->require_subcommand(1);
  user->footer(
      "Example: mcp-tencent-cloud user add zhangsan --display-name 张三 --window 06:00-10:00");

  const auto add = [&](const char* name, const char* help, const char* example) {
    auto* const command = user->add_subcommand(name, help);
    command->footer(std::string("Example: mcp-tencent-cloud user ") + example);
    add_admin_options(*command, options->admin);
    return command;
  };
  auto* const add_command = add("add", "Add a user", "add zhangsan --display-name 张三 --rollback");
  add_name(*add_command, *options);
  add_details(*add_command, *options);
  add_command->callback(
      [=, &exit_code] { exit_code = show(options->admin, add_user(*options), "added"); });

  auto* const list = add("list", "List all users", "list --json");
  list->callback([=, &exit_code] { exit_code = list_users(options->admin); });

  auto* const set = add("set", "Change what is given, keep the rest",
                        "set zhangsan --window 07:00-09:30 --no-rollback");
  add_name(*set, *options);
  add_details(*set, *options);
  set->callback(
      [=, &exit_code] { exit_code = show(options->admin, set_user(*options), "changed"); });

  auto* const disable =
      add("disable", "Refuse a user and all their tokens from now on", "disable zhangsan");
  add_name(*disable, *options);
  disable->callback([=, &exit_code] {
    exit_code = show(options->admin, set_disabled(*options, true), "disabled");
  });

  auto* const enable = add("enable", "Let a disabled user in again", "enable zhangsan");
  add_name(*enable, *options);
  enable->callback([=, &exit_code] {
    exit_code = show(options->admin, set_disabled(*options, false), "enabled");
  });

  auto* const password = add("password", "Set the password, read from standard input",
                             "password zhangsan < password.txt");
  add_name(*password, *options);
  password->add_option("--file", options->password_file, "Read it from the first line of this file")
      ->check(CLI::ExistingFile);
  password->callback([=, &exit_code] {
    exit_code = show(options->admin, set_password(*options), "has a new password");
  });
}

}  // namespace mtc::app
