// Silences and maintenance windows in table alert_quiets.
#pragma once

#include "domain/alerts/quiet.h"
#include "infra/database/database.h"

namespace mtc::storage {

// The database outlives it.
class SqlQuietStore final : public alerts::QuietStore {
 public:
  explicit SqlQuietStore(Database& database) : database_(database) {}

  Async<Result<alerts::Quiet>> add(alerts::Quiet quiet) override;
  Async<Result<std::vector<alerts::Quiet>>> live(alerts::Account account, TimePoint now) override;
  Async<Result<bool>> lift(alerts::Account account, std::int64_t number, TimePoint now) override;

 private:
  Database& database_;
};

}  // namespace mtc::storage
