// Alerts in table alerts; what was taken in, in alert_reports; how far histories were read.
#pragma once

#include "base/random.h"
#include "domain/alerts/store.h"
#include "infra/database/database.h"

namespace mtc::storage {

// Database and random outlive it.
class SqlAlertStore final : public alerts::AlertStore {
 public:
  SqlAlertStore(Database& database, Random& random) : database_(database), random_(random) {}

  Async<Result<std::vector<TakenIn>>> take_in(alerts::Account account,
                                              std::vector<alerts::Report> reports,
                                              alerts::MergeRules rules, TimePoint now) override;
  Async<Result<std::optional<alerts::Alert>>> find(std::string id) override;
  Async<Result<std::optional<alerts::Alert>>> find_number(alerts::Account account,
                                                          std::int64_t number) override;
  Async<Result<std::vector<alerts::Alert>>> list(alerts::Account account,
                                                 alerts::AlertFilter filter) override;
  Async<Result<alerts::AlertCounts>> count(alerts::Account account,
                                           alerts::AlertFilter filter) override;
  Async<Result<std::vector<alerts::Alert>>> unhandled(std::int64_t limit) override;
  Async<Result<alerts::Alert>> change(std::string id, alerts::AlertChange change,
                                      TimePoint now) override;
  Async<Result<int>> move(std::string incident, alerts::Handling from, alerts::Handling to,
                          TimePoint now) override;
  Async<Result<int>> forget(TimePoint changed_before) override;
  Async<Result<std::optional<TimePoint>>> read_until(alerts::Account account,
                                                     std::string where) override;
  Async<Result<>> set_read_until(alerts::Account account, std::string where,
                                 TimePoint until) override;

 private:
  Database& database_;
  Random& random_;
};

}  // namespace mtc::storage
