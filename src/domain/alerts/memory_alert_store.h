// Alerts and silences that are forgotten with the process: for tests that want to see what was
// stored.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "domain/alerts/quiet.h"
#include "domain/alerts/store.h"

namespace mtc::alerts {

class MemoryAlertStore final : public AlertStore {
 public:
  Async<Result<std::vector<TakenIn>>> take_in(Account account, std::vector<Report> reports,
                                              MergeRules rules, TimePoint now) override;
  Async<Result<std::optional<Alert>>> find(std::string id) override;
  Async<Result<std::optional<Alert>>> find_number(Account account, std::int64_t number) override;
  Async<Result<std::vector<Alert>>> list(Account account, AlertFilter filter) override;
  Async<Result<AlertCounts>> count(Account account, AlertFilter filter) override;
  Async<Result<std::vector<Alert>>> unhandled(std::int64_t limit) override;
  Async<Result<Alert>> change(std::string id, AlertChange change, TimePoint now) override;
  Async<Result<int>> move(std::string incident, Handling from, Handling to, TimePoint now) override;
  Async<Result<int>> forget(TimePoint changed_before) override;
  Async<Result<std::optional<TimePoint>>> read_until(Account account, std::string where) override;
  Async<Result<>> set_read_until(Account account, std::string where, TimePoint until) override;

  const std::vector<Alert>& all() const { return alerts_; }  // in the order they were created
  // As it is; one without id, number or cause gets them. Replaces the one of its id.
  const Alert& put(Alert alert);

  int transactions = 0;          // of take_in
  std::optional<Error> refuses;  // what everything answers while it is set

 private:
  using Key = std::pair<Account, std::string>;

  std::optional<TakenIn> take_one(Account account, const Report& report, const MergeRules& rules,
                                  TimePoint now);
  Alert* find_id(const std::string& id);
  Alert* newest_of(const Key& cause);
  void choose_incident(Alert& alert);
  void build_indices();

  std::vector<Alert> alerts_;
  std::map<std::string, std::size_t> by_id_;
  std::map<Key, std::size_t> newest_;               // by cause
  std::map<Key, std::vector<std::size_t>> groups_;  // by group_of()
  std::map<Key, std::string> taken_;                // by the report's id: that of the alert
  std::map<Key, TimePoint> read_until_;
  std::map<Account, std::int64_t> last_numbers_;
  SeededRandom random_{1};
};

class MemoryQuietStore final : public QuietStore {
 public:
  Async<Result<Quiet>> add(Quiet quiet) override;
  Async<Result<std::vector<Quiet>>> live(Account account, TimePoint now) override;
  Async<Result<bool>> lift(Account account, std::int64_t number, TimePoint now) override;

  std::vector<Quiet> all;
  std::optional<Error> refuses;

 private:
  std::map<Account, std::int64_t> last_numbers_;
};

}  // namespace mtc::alerts
