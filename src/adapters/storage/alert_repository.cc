#include "adapters/storage/alert_repository.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "adapters/storage/alert_intake.h"
#include "adapters/storage/alert_row.h"
#include "adapters/storage/numbers.h"
#include "adapters/storage/sql_conditions.h"

namespace mtc::storage {

using alerts::Account;
using alerts::Alert;
using alerts::AlertChange;
using alerts::AlertCounts;
using alerts::AlertFilter;
using alerts::Handling;
using alerts::State;
using Alerts = std::vector<Alert>;

namespace {

// Not every engine puts NULLs last by itself.
constexpr const char* kHighestFirst =
    "ORDER BY CASE WHEN score IS NULL THEN 1 ELSE 0 END, score DESC, last_seen DESC, number DESC";

Conditions conditions_of(Account account, const AlertFilter& filter) {
  Conditions where;
  where.equal("account", account);
  if (filter.state) where.equal("state", std::string(name_of(*filter.state)));
  if (!filter.handling.empty()) {
    std::string any;
    for (const Handling handling : filter.handling) {
      any += (any.empty() ? "" : ", ") + where.hold(std::string(name_of(handling)));
    }
    where.require(fmt::format("handling IN ({})", any));
  }
  if (filter.level) where.equal("level", std::string(name_of(*filter.level)));
  if (filter.least_score) where.require("score >= " + where.hold(*filter.least_score));
  where.equal_if_any("cluster_id", filter.cluster_id);
  where.equal_if_any("ns", filter.ns);
  where.equal_if_any("name", filter.name);
  where.equal_if_any("incident", filter.incident);
  if (filter.since) where.require("last_told >= " + where.hold(millis_of(*filter.since)));
  if (filter.until) where.require("began < " + where.hold(millis_of(*filter.until)));
  if (filter.waiting) {
    where.equal("handling", std::string(name_of(Handling::handed_over)));
    where.require("acknowledged_by = 0");
    where.require(fmt::format("(snoozed_until IS NULL OR snoozed_until <= {})",
                              where.hold(millis_of(filter.now))));
  }
  return where;
}

// One that cannot be read must not hide the others.
Alerts read_alerts(soci::session& session, Conditions& where, std::int64_t limit) {
  const auto most = where.hold(static_cast<long long>(limit));
  AlertRow row;
  soci::statement query(session);
  row.read_with(query);
  where.bind(query);
  start(query, fmt::format("SELECT {} FROM alerts {} {} LIMIT {}", AlertRow::kColumns, where.text(),
                           kHighestFirst, most));
  Alerts out;
  while (query.fetch()) {
    auto alert = row.alert();
    if (alert) {
      out.push_back(std::move(*alert));
    } else {
      spdlog::error("{}", alert.error().message);
    }
  }
  return out;
}

// Those that the conditions hold for: one at most. `row` keeps its revision.
Result<std::optional<Alert>> read_alert(soci::session& session, const Conditions& where,
                                        AlertRow& row) {
  soci::statement query(session);
  row.read_with(query);
  where.bind(query);
  start(query, fmt::format("SELECT {} FROM alerts {}", AlertRow::kColumns, where.text()));
  if (!query.fetch()) return std::nullopt;
  auto alert = row.alert();
  if (!alert) return fail(std::move(alert).error());
  return std::move(*alert);
}

void apply(const AlertChange& change, Alert& alert, TimePoint now) {
  if (change.state) {
    alert.state = *change.state;
    if (alert.state == State::firing) alert.recovered.reset();
    if (alert.state == State::recovered && !alert.recovered) alert.recovered = now;
  }
  if (change.handling) alert.handling = *change.handling;
  if (change.score) alert.score = change.score;
  if (change.scoring) alert.scoring = *change.scoring;
  if (change.acknowledged_by) alert.acknowledged_by = *change.acknowledged_by;
  if (change.assigned_to) alert.assigned_to = *change.assigned_to;
  if (change.snoozed_until) alert.snoozed_until = *change.snoozed_until;
  if (change.note) alert.note = *change.note;
  alert.changed = now;
}

Result<Alert> change_alert(soci::session& session, const std::string& id, const AlertChange& change,
                           TimePoint now) {
  Conditions where;
  where.equal("id", id);
  AlertRow row;
  auto alert = read_alert(session, where, row);
  if (!alert) return fail(std::move(alert).error());
  if (!*alert) return fail(Errc::not_found, "there is no such alert");
  apply(change, **alert, now);
  row = AlertRow(**alert, row.revision);
  soci::statement update(session);
  row.update_with(update);
  write(update, AlertRow::kUpdate);
  if (update.get_affected_rows() == 1) return std::move(**alert);
  return fail(Errc::conflict, "the alert was changed meanwhile; try again");
}

}  // namespace

Async<Result<std::vector<alerts::AlertStore::TakenIn>>> SqlAlertStore::take_in(
    Account account, std::vector<alerts::Report> reports, alerts::MergeRules rules, TimePoint now) {
  using Taken = std::vector<TakenIn>;
  const auto batch = std::make_shared<const AlertBatch>(AlertBatch{
      .account = account, .reports = std::move(reports), .rules = std::move(rules), .now = now});
  const auto fresh = co_await database_.run<bool>(
      [batch](soci::session& session) -> Result<bool> { return has_new_reports(session, *batch); });
  if (!fresh) co_return fail(fresh.error());
  if (!*fresh) co_return Taken{};
  for (int attempt = 1;; ++attempt) {
    auto taken = co_await database_.transaction<Taken>(
        [batch, random = &random_](soci::session& session) -> Result<Taken> {
          return take_in_reports(session, *batch, *random);
        });
    const bool again = !taken && taken.error().code == Errc::conflict && attempt < kMostAttempts;
    if (!again) co_return taken;
  }
}

Async<Result<std::optional<Alert>>> SqlAlertStore::find(std::string id) {
  using Found = std::optional<Alert>;
  return database_.run<Found>([id = std::move(id)](soci::session& session) -> Result<Found> {
    Conditions where;
    where.equal("id", id);
    AlertRow row;
    return read_alert(session, where, row);
  });
}

Async<Result<std::optional<Alert>>> SqlAlertStore::find_number(Account account,
                                                               std::int64_t number) {
  using Found = std::optional<Alert>;
  return database_.run<Found>([account, number](soci::session& session) -> Result<Found> {
    Conditions where;
    where.equal("account", account);
    where.equal("number", number);
    AlertRow row;
    return read_alert(session, where, row);
  });
}

Async<Result<Alerts>> SqlAlertStore::list(Account account, AlertFilter filter) {
  return database_.run<Alerts>(
      [account, filter = std::move(filter)](soci::session& session) -> Result<Alerts> {
        auto where = conditions_of(account, filter);
        return read_alerts(session, where, filter.limit);
      });
}

Async<Result<AlertCounts>> SqlAlertStore::count(Account account, AlertFilter filter) {
  return database_.run<AlertCounts>(
      [account, filter = std::move(filter)](soci::session& session) -> Result<AlertCounts> {
        const auto where = conditions_of(account, filter);
        long long all = 0, firing = 0, recovered = 0, quiet = 0, handed_over = 0, solved = 0;
        Nullable<double> highest;
        soci::statement query(session);
        for (long long* const number : {&all, &firing, &recovered, &quiet, &handed_over, &solved}) {
          take(query, *number);
        }
        take(query, highest);
        where.bind(query);
        start(query, fmt::format("SELECT count(*), "
                                 "coalesce(sum(CASE WHEN state = 'firing' THEN 1 ELSE 0 END), 0), "
                                 "coalesce(sum(CASE WHEN state = 'recovered' THEN 1 ELSE 0 END), "
                                 "0), "
                                 "coalesce(sum(CASE WHEN handling = 'quiet' THEN 1 ELSE 0 END), "
                                 "0), "
                                 "coalesce(sum(CASE WHEN handling = 'handed_over' THEN 1 ELSE 0 "
                                 "END), 0), "
                                 "coalesce(sum(CASE WHEN handling = 'solved' THEN 1 ELSE 0 END), "
                                 "0), "
                                 "max(score) FROM alerts {}",
                                 where.text()));
        (void)query.fetch();
        return AlertCounts{.all = all,
                           .firing = firing,
                           .recovered = recovered,
                           .quiet = quiet,
                           .handed_over = handed_over,
                           .solved = solved,
                           .highest = highest.get()};
      });
}

Async<Result<Alerts>> SqlAlertStore::unhandled(std::int64_t limit) {
  return database_.run<Alerts>([limit](soci::session& session) -> Result<Alerts> {
    Conditions where;
    where.equal("state", std::string(name_of(State::firing)));
    where.equal("handling", std::string(name_of(Handling::none)));
    return read_alerts(session, where, limit);
  });
}

Async<Result<Alert>> SqlAlertStore::change(std::string id, AlertChange change, TimePoint now) {
  for (int attempt = 1;; ++attempt) {
    auto changed = co_await database_.transaction<Alert>(
        [id, change, now](soci::session& session) -> Result<Alert> {
          return change_alert(session, id, change, now);
        });
    const bool again =
        !changed && changed.error().code == Errc::conflict && attempt < kMostAttempts;
    if (!again) co_return changed;
  }
}

Async<Result<int>> SqlAlertStore::move(std::string incident, Handling from, Handling to,
                                       TimePoint now) {
  return database_.run<int>([incident = std::move(incident), before = std::string(name_of(from)),
                             after = std::string(name_of(to)),
                             now](soci::session& session) -> Result<int> {
    const long long moment = millis_of(now);
    soci::statement move =
        (session.prepare << "UPDATE alerts SET handling = :after, changed = :now, "
                            "revision = revision + 1 "
                            "WHERE incident = :incident AND handling = :before",
         soci::use(after), soci::use(moment), soci::use(incident), soci::use(before));
    move.execute(true);
    return static_cast<int>(move.get_affected_rows());
  });
}

Async<Result<int>> SqlAlertStore::forget(TimePoint changed_before) {
  return database_.transaction<int>([changed_before](soci::session& session) -> Result<int> {
    const long long moment = millis_of(changed_before);
    soci::statement forget =
        (session.prepare << "DELETE FROM alerts WHERE changed < :before AND state <> 'firing'",
         soci::use(moment));
    forget.execute(true);
    const auto forgotten = static_cast<int>(forget.get_affected_rows());
    session << "DELETE FROM alert_reports WHERE taken < :before", soci::use(moment);
    return forgotten;
  });
}

Async<Result<std::optional<TimePoint>>> SqlAlertStore::read_until(Account account,
                                                                  std::string where) {
  using Until = std::optional<TimePoint>;
  return database_.run<Until>(
      [account, where = std::move(where)](soci::session& session) -> Result<Until> {
        const long long whose = account;
        long long until = 0;
        session << "SELECT read_until FROM alert_histories WHERE account = :account AND "
                   "place = :place",
            soci::into(until), soci::use(whose), soci::use(where);
        if (!session.got_data()) return std::nullopt;
        return time_of(until);
      });
}

Async<Result<>> SqlAlertStore::set_read_until(Account account, std::string where, TimePoint until) {
  return database_.transaction<void>(
      [account, where = std::move(where), until](soci::session& session) -> Result<> {
        const long long whose = account;
        const long long moment = millis_of(until);
        session << "DELETE FROM alert_histories WHERE account = :account AND place = :place",
            soci::use(whose), soci::use(where);
        session << "INSERT INTO alert_histories (account, place, read_until) "
                   "VALUES (:account, :place, :until)",
            soci::use(whose), soci::use(where), soci::use(moment);
        return {};
      });
}

}  // namespace mtc::storage
