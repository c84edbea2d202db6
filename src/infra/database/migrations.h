// Brings a database's tables to what the program needs, step by step, each step wholly or not at
// all.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "infra/database/database.h"

namespace mtc {

// A published migration never changes: what is to be different comes as another one.
struct Migration {
  int version = 0;  // 1, 2, 3 … without gaps
  std::string name;
  std::vector<std::string> statements;
};

struct MigrationState {
  int version = 0;
  std::string name;
  std::optional<TimePoint> applied;  // absent: still to be done
};

// Applies what is missing and returns the versions applied now. Each migration runs in one
// transaction under the write lock, in which the version is read again: processes that start at
// once do each step once, and one that is killed leaves the version before. Errc::conflict if the
// database is newer than the program. Blocks.
Result<std::vector<int>> migrate(Database& database, const std::vector<Migration>& migrations,
                                 const Clock& clock);

// What is applied and what is not, by version; changes nothing.
Result<std::vector<MigrationState>> migration_states(Database& database,
                                                     const std::vector<Migration>& migrations);

}  // namespace mtc
