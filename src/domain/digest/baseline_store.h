// The port to what is remembered of earlier days. adapters/storage implements it with SQL.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/async.h"
#include "base/result.h"
#include "domain/digest/history.h"

namespace mtc::digest {

// What one finished digest leaves behind: DigestBuilder::remembered().
struct Remembered {
  DayTotals totals;
  std::vector<KnownTemplate> templates;
};

class BaselineStore {
 public:
  virtual ~BaselineStore() = default;

  // Keeps a day of a scope; the same day told again replaces its totals. Templates are kept for the
  // scope with the first and the last day they were seen on (first = the least, last = the greatest
  // day told). All or nothing.
  virtual Async<Result<void>> remember(std::string scope, Remembered day) = 0;

  // Days remembered in [first, last], both included; days that are not there are left out.
  virtual Async<Result<std::vector<DayTotals>>> days(std::string scope,
                                                     std::chrono::year_month_day first,
                                                     std::chrono::year_month_day last) = 0;

  // Templates first seen before `day`: a digest made twice for one day finds the same ones new.
  virtual Async<Result<std::vector<KnownTemplate>>> known_templates(
      std::string scope, std::chrono::year_month_day day) = 0;
};

// Everything the digest of `day` is compared with. known_templates is absent if no earlier day is
// remembered.
Async<Result<History>> load_history(BaselineStore& store, std::string scope,
                                    std::chrono::year_month_day day);

}  // namespace mtc::digest
