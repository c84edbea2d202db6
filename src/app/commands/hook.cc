#include "app/commands/hook.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <memory>

#include "adapters/storage/hook_repository.h"
#include "app/commands/admin.h"
#include "app/commands/table.h"
#include "base/zone.h"
#include "infra/loop/run.h"

namespace mtc::app {
namespace {

using identity::HookKey;

constexpr std::size_t kPrefix = 8;  // of the key, to tell it by

struct HookOptions {
  AdminOptions admin;
  std::string user;  // empty: the installation's account
  std::string label;
  std::string prefix;
};

std::string when(std::optional<TimePoint> time) {
  return time ? format_civil(*time, Zone::utc()) : std::string("never");
}

Json to_json(const HookKey& key) {
  return {{"prefix", key.prefix},
          {"account", key.account},
          {"label", key.label},
          {"created", format_iso_utc(key.created)},
          {"last_used", key.last_used ? Json(format_iso_utc(*key.last_used)) : Json(nullptr)},
          {"revoked", key.revoked ? Json(format_iso_utc(*key.revoked)) : Json(nullptr)}};
}

std::string address_of(const Settings& settings) {
  const auto& server = settings.server;
  const std::string scheme = server.tls_certificate.empty() ? "http://" : "https://";
  return server.public_url.empty() ? scheme + server.listen : server.public_url;
}

int create_hook(const HookOptions& options) {
  auto foundation = open_foundation(options.admin);
  if (!foundation) return report(foundation.error());
  identity::UserId account = 0;
  if (!options.user.empty()) {
    const auto user = run((*foundation)->directory.find_user(options.user));
    if (!user) return report(user.error());
    account = user->id;
  }
  const std::string key = identity::make_hook_key((*foundation)->random);
  storage::SqlHookRepository hooks(*(*foundation)->database);
  const auto kept = run(hooks.add({.account = account,
                                   .label = options.label,
                                   .hash = (*foundation)->fingerprint.of(key),
                                   .prefix = key.substr(0, kPrefix),
                                   .created = (*foundation)->clock.now(),
                                   .last_used = {},
                                   .revoked = {}}));
  if (!kept) return report(kept.error());
  const std::string base = address_of((*foundation)->settings);
  const std::string monitor = base + "/hooks/monitor/" + key;
  const std::string logs = base + "/hooks/cls/" + key;
  if (options.admin.json) {
    Json json = to_json(*kept);
    json["key"] = key;
    json["monitor"] = monitor;
    json["cls"] = logs;
    return print_json(json);
  }
  fmt::print(stderr,
             "Shown only now; keep them like a password. The first is for notice templates of "
             "Monitor, the second for alarm policies of CLS (docs/API.md has the body).\n");
  return print(monitor + "\n" + logs + "\n");
}

int list_hooks(const HookOptions& options) {
  auto foundation = open_foundation(options.admin);
  if (!foundation) return report(foundation.error());
  storage::SqlHookRepository hooks(*(*foundation)->database);
  const auto keys = run(hooks.all());
  if (!keys) return report(keys.error());
  if (options.admin.json) {
    Json list = Json::array();
    for (const auto& key : *keys) list.push_back(to_json(key));
    return print_json(list);
  }
  if (keys->empty()) return print("no keys; make one with: mcp-tencent-cloud hook create\n");
  std::map<identity::UserId, std::string> names{{0, "(installation)"}};
  const auto users = run((*foundation)->directory.users());
  if (!users) return report(users.error());
  for (const auto& user : *users) names[user.id] = user.username;
  std::vector<std::vector<std::string>> rows{
      {"KEY", "ACCOUNT", "LABEL", "CREATED (UTC)", "LAST USED (UTC)", "STATE"}};
  for (const auto& key : *keys) {
    rows.push_back({key.prefix + "…", names[key.account], key.label, when(key.created),
                    when(key.last_used), key.revoked ? "revoked" : "active"});
  }
  return print(format_table(rows));
}

int revoke_hook(const HookOptions& options) {
  auto foundation = open_foundation(options.admin);
  if (!foundation) return report(foundation.error());
  storage::SqlHookRepository hooks(*(*foundation)->database);
  const auto keys = run(hooks.all());
  if (!keys) return report(keys.error());
  const auto found = std::ranges::find_if(*keys, [&](const HookKey& key) {
    return !key.revoked && !options.prefix.empty() && options.prefix.starts_with(key.prefix);
  });
  if (found == keys->end()) {
    return report(fail(Errc::not_found,
                       "no active key begins with " + options.prefix + "; `hook list` shows them")
                      .error());
  }
  const auto done = run(hooks.revoke(found->id, (*foundation)->clock.now()));
  if (!done) return report(done.error());
  if (options.admin.json) return print_json(Json{{"prefix", found->prefix}, {"revoked", true}});
  return print(fmt::format("key {}… revoked\n", found->prefix));
}

}  // namespace

void add_hook_command(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<HookOptions>();
  auto* const hook =
      app.add_subcommand("hook", "Addresses to which the cloud sends alarms: create, list, revoke");
  hook->require_subcommand(1);
  hook->footer("Example: mcp-tencent-cloud hook create --label 'Monitor, Guangzhou'");

  auto* const create = hook->add_subcommand("create", "Make a key and print its addresses once");
  create->footer("Example: mcp-tencent-cloud hook create --user zhangsan");
  create->add_option("--user", options->user,
                     "Whose cloud account sends, where that user has keys of their own; else the "
                     "installation's");
  create->add_option("--label", options->label, "What it is for");
  add_admin_options(*create, options->admin);
  create->callback([=, &exit_code] { exit_code = create_hook(*options); });

  auto* const list = hook->add_subcommand("list", "List the keys");
  list->footer("Example: mcp-tencent-cloud hook list");
  add_admin_options(*list, options->admin);
  list->callback([=, &exit_code] { exit_code = list_hooks(*options); });

  auto* const revoke =
      hook->add_subcommand("revoke", "End a key; a running server notices within seconds");
  revoke->footer("Example: mcp-tencent-cloud hook revoke mth_Zk3x");
  revoke->add_option("PREFIX", options->prefix, "How the key begins, as the list shows it")
      ->required();
  add_admin_options(*revoke, options->admin);
  revoke->callback([=, &exit_code] { exit_code = revoke_hook(*options); });
}

}  // namespace mtc::app
