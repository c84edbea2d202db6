#include "adapters/storage/alert_intake.h"

#include <fmt/format.h>

#include <deque>
#include <unordered_map>
#include <unordered_set>

#include "adapters/storage/alert_row.h"
#include "adapters/storage/numbers.h"
#include "domain/alerts/cause.h"

namespace mtc::storage {

using alerts::Alert;
using alerts::Report;
using alerts::Taken;
using TakenIn = alerts::AlertStore::TakenIn;

namespace {

constexpr const char* kAlertNumbers = "alert";

// The ids of reports that were taken in. One without an id is always new.
class TakenIds {
 public:
  TakenIds(soci::session& session, const AlertBatch& batch)
      : account_(batch.account), now_(millis_of(batch.now)), query_(session), insert_(session) {
    take(query_, found_);
    give(query_, account_);
    give(query_, id_);
    prepare(query_, "SELECT 1 FROM alert_reports WHERE account = :account AND report_id = :report");
    give(insert_, account_);
    give(insert_, id_);
    give(insert_, now_);
    prepare(insert_,
            "INSERT INTO alert_reports (account, report_id, taken) VALUES (:account, :report, "
            ":now)");
  }
  bool has(const std::string& id) {
    if (id.empty()) return false;
    id_ = id;
    return query_.execute(true);
  }
  void add(const std::string& id) {
    if (id.empty()) return;
    id_ = id;
    insert_.execute(true);
  }

 private:
  long long account_;
  long long now_;
  std::string id_;
  int found_ = 0;
  soci::statement query_;
  soci::statement insert_;
};

struct Kept {
  Alert alert;
  std::string group;
  long long revision = 0;  // of its row; 0: it has none yet
  bool changed = false;
};

// Alerts as the transaction sees them: read when they are first asked for, written by write().
class KeptAlerts {
 public:
  KeptAlerts(soci::session& session, long long account)
      : session_(session), account_(account), by_cause_(session), by_group_(session) {
    prepare_query(by_cause_, "cause = :key ORDER BY number DESC LIMIT 1");
    prepare_query(by_group_, "group_key = :key AND state = 'firing' ORDER BY number");
  }

  // The newest of that cause; null: there is none.
  Result<Kept*> newest(const std::string& cause) {
    if (const auto known = newest_.find(cause); known != newest_.end()) return known->second;
    key_ = cause;
    if (!by_cause_.execute(true)) return newest_[cause] = nullptr;
    auto alert = row_.alert();
    if (!alert) return fail(std::move(alert).error());
    return keep({.alert = std::move(*alert), .revision = row_.revision});
  }

  // The first other alert of that group which fires.
  Result<std::optional<Alert>> firing_in(const std::string& group, const Alert& but) {
    const Kept* const known = first_known_in(group, but);
    key_ = group;
    for (bool found = by_group_.execute(true); found; found = by_group_.fetch()) {
      if (known != nullptr && known->alert.number < row_.number) break;
      if (ids_.contains(row_.id)) continue;  // the table does not have it as it is by now
      auto alert = row_.alert();
      if (!alert) return fail(std::move(alert).error());
      return std::move(*alert);
    }
    return known == nullptr ? std::nullopt : std::optional(known->alert);
  }

  void begin(Alert alert) { keep({.alert = std::move(alert), .changed = true}); }
  void change(Kept& kept, Alert alert) {
    kept.alert = std::move(alert);
    kept.changed = true;
    join_group(kept);
  }

  Result<> write() {
    AlertRow row;
    soci::statement insert(session_);
    row.insert_with(insert);
    prepare(insert, fmt::format("INSERT INTO alerts ({}) VALUES ({})", AlertRow::kColumns,
                                AlertRow::kInsertValues));
    soci::statement update(session_);
    row.update_with(update);
    prepare(update, AlertRow::kUpdate);
    for (const Kept& kept : kept_) {
      if (!kept.changed) continue;
      const bool fresh = kept.revision == 0;
      row = AlertRow(kept.alert, fresh ? 1 : kept.revision);
      (fresh ? insert : update).execute(true);
      if (!fresh && update.get_affected_rows() != 1) {
        return fail(Errc::conflict, "an alert was changed meanwhile");
      }
    }
    return {};
  }

 private:
  void prepare_query(soci::statement& query, std::string_view rest) {
    row_.read_with(query);
    give(query, account_);
    give(query, key_);
    prepare(query, fmt::format("SELECT {} FROM alerts WHERE account = :account AND {}",
                               AlertRow::kColumns, rest));
  }

  Kept* keep(Kept kept) {
    Kept& out = kept_.emplace_back(std::move(kept));
    newest_[out.alert.cause] = &out;
    ids_.insert(out.alert.id);
    join_group(out);
    return &out;
  }

  const Kept* first_known_in(const std::string& group, const Alert& but) {
    const Kept* out = nullptr;
    for (const Kept* const kept : groups_[group]) {
      const bool fires = kept->alert.state == alerts::State::firing && kept->group == group;
      if (!fires || kept->alert.id == but.id) continue;
      if (out == nullptr || kept->alert.number < out->alert.number) out = kept;
    }
    return out;
  }

  void join_group(Kept& kept) {
    auto group = alerts::group_of(kept.alert.subject, kept.alert.cause);
    if (group == kept.group) return;
    groups_[group].push_back(&kept);
    kept.group = std::move(group);
  }

  soci::session& session_;
  long long account_;
  std::string key_;
  AlertRow row_;
  soci::statement by_cause_;
  soci::statement by_group_;
  std::deque<Kept> kept_;  // stay where they are
  std::unordered_map<std::string, Kept*> newest_;
  std::unordered_map<std::string, std::vector<Kept*>> groups_;
  std::unordered_set<std::string> ids_;
};

class Batch {
 public:
  Batch(soci::session& session, const AlertBatch& batch, Random& random)
      : batch_(batch),
        random_(random),
        ids_(session, batch),
        alerts_(session, batch.account),
        session_(session) {}

  Result<std::vector<TakenIn>> take_in() {
    std::vector<TakenIn> out;
    for (const Report& report : batch_.reports) {
      if (ids_.has(report.id)) continue;
      auto taken = take_in(report);
      if (!taken) return fail(std::move(taken).error());
      if (!*taken) continue;  // it counts when it is told again
      ids_.add(report.id);
      out.push_back(std::move(**taken));
    }
    if (auto written = alerts_.write(); !written) return fail(std::move(written).error());
    return out;
  }

 private:
  Result<std::optional<TakenIn>> take_in(const Report& report) {
    const auto known = alerts_.newest(alerts::cause_of(report));
    if (!known) return fail(known.error());
    const auto before = *known == nullptr ? std::nullopt : std::optional((*known)->alert);
    auto merged = alerts::merge(before, batch_.account, report, batch_.rules, batch_.now);
    if (!merged) return std::nullopt;
    Alert& alert = merged->alert;
    const bool begins = merged->taken == Taken::created;
    if (begins || merged->taken == Taken::returned) {
      if (auto chosen = choose_incident(alert); !chosen) return fail(std::move(chosen).error());
    }
    if (begins) {
      alert.id = make_uuid(random_);
      alert.number = take_numbers(session_, kAlertNumbers, batch_.account);
      alerts_.begin(alert);
    } else {
      alerts_.change(**known, alert);
    }
    return TakenIn{.alert = std::move(alert), .taken = merged->taken};
  }

  // Only what fires at the same time is one incident: whoever comes back may join another.
  Result<> choose_incident(Alert& alert) {
    auto other = alerts_.firing_in(alerts::group_of(alert.subject, alert.cause), alert);
    if (!other) return fail(std::move(other).error());
    if (*other) alerts::join_incident(alert, **other);
    if (alert.incident.empty()) alert.incident = make_uuid(random_);
    return {};
  }

  const AlertBatch& batch_;
  Random& random_;
  TakenIds ids_;
  KeptAlerts alerts_;
  soci::session& session_;
};

}  // namespace

bool has_new_reports(soci::session& session, const AlertBatch& batch) {
  TakenIds ids(session, batch);
  for (const Report& report : batch.reports) {
    if (!ids.has(report.id)) return true;
  }
  return false;
}

Result<std::vector<TakenIn>> take_in_reports(soci::session& session, const AlertBatch& batch,
                                             Random& random) {
  hold_numbers(session, kAlertNumbers, batch.account);
  return Batch(session, batch, random).take_in();
}

}  // namespace mtc::storage
