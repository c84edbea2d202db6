// What is remembered of earlier days, in tables baseline_days, baselines and known_templates.
#pragma once

#include "domain/digest/baseline_store.h"
#include "infra/database/database.h"

namespace mtc::storage {

// The database outlives the repository.
class SqlBaselineStore final : public digest::BaselineStore {
 public:
  explicit SqlBaselineStore(Database& database) : database_(database) {}

  Async<Result<void>> remember(std::string scope, digest::Remembered day) override;
  Async<Result<std::vector<digest::DayTotals>>> days(std::string scope,
                                                     std::chrono::year_month_day first,
                                                     std::chrono::year_month_day last) override;
  Async<Result<std::vector<digest::KnownTemplate>>> known_templates(
      std::string scope, std::chrono::year_month_day day) override;

 private:
  Database& database_;
};

}  // namespace mtc::storage
