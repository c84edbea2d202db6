#include "domain/alerts/memory_alert_store.h"

#include <algorithm>
#include <tuple>

#include "base/contains.h"
#include "domain/alerts/cause.h"

namespace mtc::alerts {
namespace {

bool is_waiting(const Alert& alert, TimePoint now) {
  const bool snoozed = alert.snoozed_until && *alert.snoozed_until > now;
  return alert.handling == Handling::handed_over && alert.acknowledged_by == 0 && !snoozed;
}

bool fits_names(const Alert& alert, const AlertFilter& filter) {
  const auto fits = [](const std::string& wanted, const std::string& is) {
    return wanted.empty() || wanted == is;
  };
  return fits(filter.cluster_id, alert.subject.cluster_id) && fits(filter.ns, alert.subject.ns) &&
         fits(filter.name, alert.subject.name) && fits(filter.incident, alert.incident);
}

bool fits(const Alert& alert, Account account, const AlertFilter& filter) {
  if (alert.account != account || !fits_names(alert, filter)) return false;
  if (filter.state && alert.state != *filter.state) return false;
  if (!filter.handling.empty() && !contains(filter.handling, alert.handling)) return false;
  if (filter.level && alert.level != *filter.level) return false;
  if (filter.least_score && (!alert.score || *alert.score < *filter.least_score)) return false;
  const auto newest = std::max(alert.last, alert.recovered.value_or(alert.last));
  if (filter.since && newest < *filter.since) return false;
  if (filter.until && alert.first >= *filter.until) return false;
  return !filter.waiting || is_waiting(alert, filter.now);
}

// Highest score first, then newest; those without a score last.
void sort_and_cut(std::vector<Alert>& alerts, std::int64_t limit) {
  std::ranges::sort(alerts, std::greater{}, [](const Alert& alert) {
    return std::tuple(alert.score.value_or(-1), alert.last, alert.created, alert.number);
  });
  const auto most = static_cast<std::size_t>(std::max<std::int64_t>(limit, 0));
  if (alerts.size() > most) alerts.resize(most);
}

void apply(Alert& alert, const AlertChange& change, TimePoint now) {
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

bool is_over(const Quiet& quiet, TimePoint now) {
  return quiet.until <= now || (quiet.lifted && *quiet.lifted <= now);
}

}  // namespace

Async<Result<std::vector<AlertStore::TakenIn>>> MemoryAlertStore::take_in(
    Account account, std::vector<Report> reports, MergeRules rules, TimePoint now) {
  if (refuses) co_return fail(*refuses);
  ++transactions;
  std::vector<TakenIn> out;
  for (const auto& report : reports) {
    if (auto taken = take_one(account, report, rules, now)) out.push_back(std::move(*taken));
  }
  co_return out;
}

std::optional<AlertStore::TakenIn> MemoryAlertStore::take_one(Account account, const Report& report,
                                                              const MergeRules& rules,
                                                              TimePoint now) {
  const Key id{account, report.id};
  if (taken_.contains(id)) return std::nullopt;
  const Alert* known = newest_of({account, cause_of(report)});
  auto merged =
      merge(known == nullptr ? std::nullopt : std::optional(*known), account, report, rules, now);
  if (!merged) return std::nullopt;
  auto& alert = merged->alert;
  if (merged->taken == Taken::created || merged->taken == Taken::returned) choose_incident(alert);
  const auto& kept = put(std::move(alert));
  if (!report.id.empty()) taken_.emplace(id, kept.id);
  return TakenIn{.alert = kept, .taken = merged->taken};
}

// Only what fires at the same time is one incident: whoever comes back may join another.
void MemoryAlertStore::choose_incident(Alert& alert) {
  for (const auto index : groups_[{alert.account, group_of(alert.subject, alert.cause)}]) {
    const auto& other = alerts_[index];
    if (other.state == State::firing && other.id != alert.id) return join_incident(alert, other);
  }
  if (alert.incident.empty()) alert.incident = make_uuid(random_);
}

const Alert& MemoryAlertStore::put(Alert alert) {
  if (alert.id.empty()) alert.id = make_uuid(random_);
  if (alert.incident.empty()) alert.incident = make_uuid(random_);
  auto& last_number = last_numbers_[alert.account];
  if (alert.number == 0) alert.number = last_number + 1;
  last_number = std::max(last_number, alert.number);
  if (alert.cause.empty()) {
    alert.cause = cause_of({.source = alert.source,
                            .policy_id = alert.policy_id,
                            .policy_name = alert.policy_name,
                            .metric = alert.metric,
                            .subject = alert.subject});
  }
  if (auto* known = find_id(alert.id)) return *known = std::move(alert);
  by_id_[alert.id] = newest_[{alert.account, alert.cause}] = alerts_.size();
  groups_[{alert.account, group_of(alert.subject, alert.cause)}].push_back(alerts_.size());
  return alerts_.emplace_back(std::move(alert));
}

Alert* MemoryAlertStore::find_id(const std::string& id) {
  const auto it = by_id_.find(id);
  return it == by_id_.end() ? nullptr : &alerts_[it->second];
}

Alert* MemoryAlertStore::newest_of(const Key& cause) {
  const auto it = newest_.find(cause);
  return it == newest_.end() ? nullptr : &alerts_[it->second];
}

void MemoryAlertStore::build_indices() {
  by_id_.clear();
  newest_.clear();
  groups_.clear();
  auto kept = std::exchange(alerts_, {});
  for (auto& alert : kept) put(std::move(alert));
}

Async<Result<std::optional<Alert>>> MemoryAlertStore::find(std::string id) {
  if (refuses) co_return fail(*refuses);
  const auto* alert = find_id(id);
  co_return alert == nullptr ? std::nullopt : std::optional(*alert);
}

Async<Result<std::optional<Alert>>> MemoryAlertStore::find_number(Account account,
                                                                  std::int64_t number) {
  if (refuses) co_return fail(*refuses);
  const auto it = std::ranges::find_if(alerts_, [&](const Alert& alert) {
    return alert.account == account && alert.number == number;
  });
  co_return it == alerts_.end() ? std::nullopt : std::optional(*it);
}

Async<Result<std::vector<Alert>>> MemoryAlertStore::list(Account account, AlertFilter filter) {
  if (refuses) co_return fail(*refuses);
  std::vector<Alert> out;
  for (const auto& alert : alerts_) {
    if (fits(alert, account, filter)) out.push_back(alert);
  }
  sort_and_cut(out, filter.limit);
  co_return out;
}

Async<Result<AlertCounts>> MemoryAlertStore::count(Account account, AlertFilter filter) {
  if (refuses) co_return fail(*refuses);
  AlertCounts out;
  for (const auto& alert : alerts_) {
    if (!fits(alert, account, filter)) continue;
    ++out.all;
    out.firing += alert.state == State::firing;
    out.recovered += alert.state == State::recovered;
    out.quiet += alert.handling == Handling::quiet;
    out.handed_over += alert.handling == Handling::handed_over;
    out.solved += alert.handling == Handling::solved;
    if (alert.score) out.highest = std::max(out.highest.value_or(0), *alert.score);
  }
  co_return out;
}

Async<Result<std::vector<Alert>>> MemoryAlertStore::unhandled(std::int64_t limit) {
  if (refuses) co_return fail(*refuses);
  std::vector<Alert> out;
  for (const auto& alert : alerts_) {
    if (alert.state == State::firing && alert.handling == Handling::none) out.push_back(alert);
  }
  sort_and_cut(out, limit);
  co_return out;
}

Async<Result<Alert>> MemoryAlertStore::change(std::string id, AlertChange change, TimePoint now) {
  if (refuses) co_return fail(*refuses);
  auto* alert = find_id(id);
  if (alert == nullptr) co_return fail(Errc::not_found, "there is no such alert");
  apply(*alert, change, now);
  co_return *alert;
}

Async<Result<int>> MemoryAlertStore::move(std::string incident, Handling from, Handling to,
                                          TimePoint now) {
  if (refuses) co_return fail(*refuses);
  int moved = 0;
  for (auto& alert : alerts_) {
    if (alert.incident != incident || alert.handling != from) continue;
    alert.handling = to;
    alert.changed = now;
    ++moved;
  }
  co_return moved;
}

Async<Result<int>> MemoryAlertStore::forget(TimePoint changed_before) {
  if (refuses) co_return fail(*refuses);
  const auto forgotten = std::erase_if(alerts_, [&](const Alert& alert) {
    return alert.state != State::firing && alert.changed < changed_before;
  });
  build_indices();
  std::erase_if(taken_, [&](const auto& entry) { return !by_id_.contains(entry.second); });
  co_return static_cast<int>(forgotten);
}

Async<Result<std::optional<TimePoint>>> MemoryAlertStore::read_until(Account account,
                                                                     std::string where) {
  if (refuses) co_return fail(*refuses);
  const auto it = read_until_.find({account, where});
  co_return it == read_until_.end() ? std::nullopt : std::optional(it->second);
}

Async<Result<>> MemoryAlertStore::set_read_until(Account account, std::string where,
                                                 TimePoint until) {
  if (refuses) co_return fail(*refuses);
  read_until_.insert_or_assign({account, where}, until);
  co_return Result<>{};
}

Async<Result<Quiet>> MemoryQuietStore::add(Quiet quiet) {
  if (refuses) co_return fail(*refuses);
  quiet.number = ++last_numbers_[quiet.account];
  all.push_back(quiet);
  co_return quiet;
}

Async<Result<std::vector<Quiet>>> MemoryQuietStore::live(Account account, TimePoint now) {
  if (refuses) co_return fail(*refuses);
  std::vector<Quiet> out;
  for (const auto& quiet : all) {
    if (quiet.account == account && !is_over(quiet, now)) out.push_back(quiet);
  }
  co_return out;
}

Async<Result<bool>> MemoryQuietStore::lift(Account account, std::int64_t number, TimePoint now) {
  if (refuses) co_return fail(*refuses);
  for (auto& quiet : all) {
    if (quiet.account != account || quiet.number != number || is_over(quiet, now)) continue;
    quiet.lifted = now;
    co_return true;
  }
  co_return false;
}

}  // namespace mtc::alerts
