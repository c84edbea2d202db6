// What was learned, a row for each version, in table score_weights.
#pragma once

#include "domain/alerts/weights.h"
#include "infra/database/database.h"

namespace mtc::storage {

// The database outlives it.
class SqlLearnedStore final : public alerts::LearnedStore {
 public:
  explicit SqlLearnedStore(Database& database) : database_(database) {}

  Async<Result<std::optional<alerts::Learned>>> newest(alerts::Account account) override;
  Async<Result<std::vector<alerts::Learned>>> list(alerts::Account account,
                                                   std::int64_t limit) override;
  Async<Result<alerts::Learned>> add(alerts::Account account, alerts::Learned learned) override;

 private:
  Database& database_;
};

}  // namespace mtc::storage
