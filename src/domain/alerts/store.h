// Where alerts are kept. adapters/storage implements it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/async.h"
#include "base/result.h"
#include "domain/alerts/alert.h"
#include "domain/alerts/merge.h"

namespace mtc::alerts {

struct AlertFilter {
  std::optional<State> state{};
  std::vector<Handling> handling{};  // empty: any
  std::optional<Level> level{};
  std::optional<double> least_score{};
  std::string cluster_id, ns, name, incident{};  // empty: any
  std::optional<TimePoint> since{};              // of their newest report, or when they ended
  std::optional<TimePoint> until{};              // they began before
  bool waiting = false;  // for a person: handed over, not acknowledged, not snoozed at `now`
  TimePoint now{};
  std::int64_t limit = 100;
};

// How many of what: the whole of a storm without its rows.
struct AlertCounts {
  std::int64_t all = 0, firing = 0, recovered = 0, quiet = 0, handed_over = 0, solved = 0;
  std::optional<double> highest;
};

// A part of an alert that somebody besides the intake changes; what is not set stays.
struct AlertChange {
  std::optional<State> state{};
  std::optional<Handling> handling{};
  std::optional<double> score{};
  std::optional<Json> scoring{};
  std::optional<identity::UserId> acknowledged_by{};
  std::optional<std::string> assigned_to{};
  std::optional<std::optional<TimePoint>> snoozed_until{};
  std::optional<std::string> note{};
};

class AlertStore {
 public:
  virtual ~AlertStore() = default;

  struct TakenIn {
    Alert alert;
    Taken taken = Taken::created;
  };
  // All or none of them, each once: those whose id was taken in before, by whomever, are left out;
  // so are those that merge() makes nothing of, whose ids are not noted. Alerts of one group_of()
  // that fire at the same time share their incident: whoever is created or returns joins one that
  // fires, see join_incident(). What comes back is in the order of the reports, without those left
  // out. Committed when it returns.
  virtual Async<Result<std::vector<TakenIn>>> take_in(Account account, std::vector<Report> reports,
                                                      MergeRules rules, TimePoint now) = 0;

  virtual Async<Result<std::optional<Alert>>> find(std::string id) = 0;
  virtual Async<Result<std::optional<Alert>>> find_number(Account account, std::int64_t number) = 0;
  // Highest score first, then that of the newest report; those without a score last.
  virtual Async<Result<std::vector<Alert>>> list(Account account, AlertFilter filter) = 0;
  virtual Async<Result<AlertCounts>> count(Account account, AlertFilter filter) = 0;
  // Of any account: firing, nobody has looked, highest score first.
  virtual Async<Result<std::vector<Alert>>> unhandled(std::int64_t limit) = 0;
  // Errc::not_found if there is none. Answers it as it is then. One that is said to have recovered
  // did so now, unless its end is noted already; one that is said to fire has no end.
  virtual Async<Result<Alert>> change(std::string id, AlertChange change, TimePoint now) = 0;
  // From one handling to another in one statement, of all alerts of an incident: how many there
  // were. For deciding who does something.
  virtual Async<Result<int>> move(std::string incident, Handling from, Handling to,
                                  TimePoint now) = 0;
  virtual Async<Result<int>> forget(TimePoint changed_before) = 0;  // not those that fire

  // How far a history has been read: the time until which everything was taken in.
  virtual Async<Result<std::optional<TimePoint>>> read_until(Account account,
                                                             std::string where) = 0;
  virtual Async<Result<>> set_read_until(Account account, std::string where, TimePoint until) = 0;
};

}  // namespace mtc::alerts
