#include "infra/database/migrations.h"

#include <fmt/format.h>
#include <soci/soci.h>

namespace mtc {

namespace {

int newest_version(soci::session& session) {
  int version = 0;
  soci::indicator present = soci::i_null;
  session << "SELECT MAX(version) FROM schema_version", soci::into(version, present);
  return present == soci::i_ok ? version : 0;
}

void create_version_table(soci::session& session) {
  session << "CREATE TABLE IF NOT EXISTS schema_version ("
             "version INTEGER NOT NULL PRIMARY KEY, name VARCHAR(200) NOT NULL, applied BIGINT NOT "
             "NULL)";
}

bool has_version_table(soci::session& session) {
  int count = 0;
  session << "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'schema_version'",
      soci::into(count);
  return count > 0;
}

Result<void> refuse_newer(const Database& database, int found, int known) {
  if (found <= known) return {};
  return fail(Errc::conflict, fmt::format("database {}: its tables have version {}, this program "
                                          "knows only up to {}; install a newer "
                                          "program, or use the backup made before the update",
                                          database.name(), found, known));
}

// True if it was applied now, false if it was there already.
Result<bool> apply(Database& database, const Migration& migration, int known, TimePoint now) {
  return database.transaction_now<bool>([&](soci::session& session) -> Result<bool> {
    create_version_table(session);
    const int found = newest_version(session);
    if (auto ok = refuse_newer(database, found, known); !ok) return fail(std::move(ok).error());
    if (found >= migration.version) return false;
    for (const auto& statement : migration.statements) session << statement;
    const long long applied = now.time_since_epoch().count();
    session
        << "INSERT INTO schema_version (version, name, applied) VALUES (:version, :name, :applied)",
        soci::use(migration.version), soci::use(migration.name), soci::use(applied);
    return true;
  });
}

}  // namespace

Result<std::vector<int>> migrate(Database& database, const std::vector<Migration>& migrations,
                                 const Clock& clock) {
  const int known = migrations.empty() ? 0 : migrations.back().version;
  // Looks before it locks: a program that starts on an up-to-date database writes nothing.
  auto found = database.run_now<int>([](soci::session& session) -> Result<int> {
    return has_version_table(session) ? newest_version(session) : 0;
  });
  if (!found) return fail(std::move(found).error());
  if (auto ok = refuse_newer(database, *found, known); !ok) return fail(std::move(ok).error());

  std::vector<int> applied;
  for (const auto& migration : migrations) {
    if (migration.version <= *found) continue;
    auto done = apply(database, migration, known, clock.now());
    if (!done) {
      return fail_in(fmt::format("migration {} ({})", migration.version, migration.name),
                     std::move(done).error());
    }
    if (*done) applied.push_back(migration.version);
  }
  return applied;
}

Result<std::vector<MigrationState>> migration_states(Database& database,
                                                     const std::vector<Migration>& migrations) {
  using States = std::vector<MigrationState>;
  return database.run_now<States>([&](soci::session& session) -> Result<States> {
    States states;
    if (has_version_table(session)) {
      int version = 0;
      std::string name;
      long long applied = 0;
      soci::statement query =
          (session.prepare << "SELECT version, name, applied FROM schema_version ORDER BY version",
           soci::into(version), soci::into(name), soci::into(applied));
      query.execute();
      while (query.fetch()) {
        states.push_back({.version = version, .name = name, .applied = TimePoint(Millis(applied))});
      }
    }
    const int newest = states.empty() ? 0 : states.back().version;
    for (const auto& migration : migrations) {
      if (migration.version > newest)
        states.push_back({.version = migration.version, .name = migration.name});
    }
    return states;
  });
}

}  // namespace mtc
