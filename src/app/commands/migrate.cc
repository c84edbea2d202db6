#include "app/commands/migrate.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "adapters/storage/schema.h"
#include "app/commands/admin.h"
#include "app/commands/table.h"
#include "base/zone.h"
#include "infra/database/migrations.h"

namespace mtc::app {

namespace {

struct MigrateOptions {
  AdminOptions admin;
  bool status = false;
};

int show_status(Database& database, bool json) {
  const auto states = migration_states(database, storage::storage_migrations());
  if (!states) return report(states.error());
  if (json) {
    Json list = Json::array();
    for (const auto& state : *states) {
      list.push_back(
          {{"version", state.version},
           {"name", state.name},
           {"applied", state.applied ? Json(format_iso_utc(*state.applied)) : Json(nullptr)}});
    }
    return print_json(list);
  }
  std::vector<std::vector<std::string>> rows{{"VERSION", "APPLIED (UTC)", "NAME"}};
  for (const auto& state : *states) {
    rows.push_back(
        {std::to_string(state.version),
         state.applied ? format_civil(*state.applied, Zone::utc()) : std::string("not yet"),
         state.name});
  }
  return print(format_table(rows));
}

int apply_migrations(Database& database, bool json) {
  const auto applied = migrate(database, storage::storage_migrations(), SystemClock());
  if (!applied) return report(applied.error());
  const int version = storage::storage_migrations().back().version;
  if (json) return print_json(Json{{"applied", *applied}, {"version", version}});
  return print(applied->empty()
                   ? fmt::format("{} is up to date (version {})\n", database.name(), version)
                   : fmt::format("{}: {} applied, now version {}\n", database.name(),
                                 applied->size(), version));
}

int run_migrate(const MigrateOptions& options) {
  const auto settings = admin_settings(options.admin);
  if (!settings) return report(settings.error());
  const auto database = Database::open({.url = settings->database.url, .create = !options.status});
  if (!database && database.error().code == Errc::not_found) {
    return report(
        {.code = Errc::not_found,
         .message = database.error().message + "; create it with: mcp-tencent-cloud migrate"});
  }
  if (!database) return report(database.error());
  return options.status ? show_status(**database, options.admin.json)
                        : apply_migrations(**database, options.admin.json);
}

}  // namespace

void add_migrate_command(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<MigrateOptions>();
  auto* const migrate =
      app.add_subcommand("migrate", "Create the database or bring its tables up to date");
  migrate->footer(
      "Example: mcp-tencent-cloud migrate --status\n"
      "Each step is applied wholly or not at all; make a backup of the file before an update.");
  migrate->add_flag("--status", options->status, "Only show what is applied; change nothing");
  add_admin_options(*migrate, options->admin);
  migrate->callback([=, &exit_code] { exit_code = run_migrate(*options); });
}

}  // namespace mtc::app
