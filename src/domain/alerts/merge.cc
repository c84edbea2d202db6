#include "domain/alerts/merge.h"

#include <algorithm>

#include "base/text.h"
#include "domain/alerts/cause.h"

namespace mtc::alerts {
namespace {

constexpr std::size_t kMostNameBytes = 500;  // a policy's, a condition's
constexpr std::size_t kMostTextBytes = 4000;

std::string kept(std::string_view text, std::size_t most = kMostNameBytes) {
  return shorten_bytes(sanitize_utf8(text), most);
}

void keep(std::string& known, std::string_view newer, std::size_t most = kMostNameBytes) {
  if (!newer.empty()) known = kept(newer, most);
}

// A history may say less than the callback did: what is not said stays.
void keep(Subject& known, const Subject& newer) {
  keep(known.region, newer.region);
  keep(known.cluster_id, newer.cluster_id);
  keep(known.cluster_name, newer.cluster_name);
  keep(known.ns, newer.ns);
  keep(known.kind, newer.kind);
  keep(known.name, workload_name(newer));
  keep(known.pod, newer.pod);
  keep(known.node, newer.node);
  keep(known.instance, newer.instance);
  keep(known.text, newer.text, kMostTextBytes);
}

void keep_details(Alert& alert, const Report& report) {
  keep(alert.policy_id, report.policy_id);
  keep(alert.policy_name, report.policy_name);
  keep(alert.metric, report.metric);
  keep(alert.condition, report.condition);
  keep(alert.unit, report.unit);
  keep(alert.link, report.link, kMostTextBytes);
  keep(alert.message, report.message, kMostTextBytes);
  keep(alert.subject, report.subject);
  if (report.level) alert.level = *report.level;
  if (report.value) alert.value = report.value;
  if (report.limit) alert.limit = report.limit;
}

TimePoint begin_of(const Report& report) {
  return report.first == TimePoint{} ? report.at : std::min(report.first, report.at);
}

// One report on what is known of its cause.
class Merger {
 public:
  Merger(const Alert& known, const Report& report, const MergeRules& rules, TimePoint now)
      : alert_(known), report_(report), rules_(rules), now_(now) {
    if (alert_.state == State::recovered && !alert_.recovered) alert_.recovered = alert_.last;
  }

  // nullopt: it fires, and this is the beginning of a new alert.
  std::optional<Merged> fires() {
    if (alert_.state == State::closed) return fires_though_closed();
    const bool ended = alert_.recovered.has_value();
    if (ended && report_.at <= *alert_.recovered) return older();
    if (alert_.state == State::recovered) {
      if (report_.at - *alert_.recovered > rules_.returns_within) return std::nullopt;
      return comes_back();
    }
    if (!ended && report_.at < alert_.last) return older();
    if (ended) ++alert_.flaps;
    alert_.recovered.reset();
    count();
    return done(Taken::repeated);
  }

  // nullopt: another pod's end.
  std::optional<Merged> ends() {
    if (report_.at < alert_.last) return done(Taken::stale);
    const bool first_end = !alert_.recovered;
    if (first_end && is_of_another_pod()) return std::nullopt;
    if (!first_end && report_.at - *alert_.recovered > rules_.returns_within)
      return done(Taken::stale);  // of a firing that was never told
    alert_.recovered = std::max(alert_.recovered.value_or(report_.at), report_.at);
    alert_.changed = now_;
    if (alert_.state != State::firing) return done(Taken::stale);
    const bool silent = now_ - *alert_.recovered >= rules_.returns_within;
    if (is_flapping(alert_, rules_) && !silent) return done(Taken::repeated);
    alert_.state = State::recovered;
    return done(Taken::recovered);
  }

 private:
  // Pods of a workload are one alert, which has not ended before the last of them has. If that one
  // was not heard of for long, it may be gone without a word.
  bool is_of_another_pod() const {
    return !report_.subject.pod.empty() && !alert_.subject.pod.empty() &&
           kept(report_.subject.pod) != alert_.subject.pod &&
           report_.at - alert_.last <= rules_.returns_within;
  }

  std::optional<Merged> fires_though_closed() {
    if (report_.at <= alert_.last || (alert_.recovered && report_.at <= *alert_.recovered))
      return older();
    if (alert_.recovered || report_.at - alert_.last > rules_.returns_within) return std::nullopt;
    count();
    return done(Taken::stale);
  }

  // Told late. One from long before this alert was of another, which has ended.
  std::optional<Merged> older() {
    if (report_.at + rules_.returns_within < alert_.first) return done(Taken::stale);
    ++alert_.reports;
    alert_.first = std::min(alert_.first, report_.at);
    alert_.last = std::max(alert_.last, report_.at);
    alert_.changed = now_;
    return done(Taken::stale);
  }

  std::optional<Merged> comes_back() {
    alert_.state = State::firing;
    alert_.recovered.reset();
    ++alert_.flaps;
    if (alert_.handling == Handling::solved) alert_.handling = Handling::none;
    count();
    return done(Taken::returned);
  }

  void count() {
    ++alert_.reports;
    alert_.last = std::max(alert_.last, report_.at);
    alert_.changed = now_;
    keep_details(alert_, report_);
  }

  // While it fires it is as silent as the silences say now.
  std::optional<Merged> done(Taken taken) {
    const bool open = alert_.state == State::firing && taken != Taken::stale;
    const bool covered = open && find_quiet(rules_.quiet, alert_, now_) != nullptr;
    if (covered && alert_.handling == Handling::none) alert_.handling = Handling::quiet;
    if (open && !covered && alert_.handling == Handling::quiet) {
      alert_.handling = Handling::none;
      taken = Taken::returned;
    }
    return Merged{.alert = std::move(alert_), .taken = taken};
  }

  Alert alert_;
  const Report& report_;
  const MergeRules& rules_;
  TimePoint now_;
};

Merged new_alert(Account account, const Report& report, const MergeRules& rules, TimePoint now) {
  Alert alert{.account = account,
              .cause = cause_of(report),
              .source = report.source,
              .first = begin_of(report),
              .last = report.at,
              .reports = 1,
              .created = now,
              .changed = now};
  keep_details(alert, report);
  if (find_quiet(rules.quiet, alert, now) != nullptr) alert.handling = Handling::quiet;
  return {.alert = std::move(alert), .taken = Taken::created};
}

}  // namespace

std::optional<Merged> merge(const std::optional<Alert>& known, Account account,
                            const Report& report, const MergeRules& rules, TimePoint now) {
  if (!report.firing) return known ? Merger(*known, report, rules, now).ends() : std::nullopt;
  if (known) {
    if (auto merged = Merger(*known, report, rules, now).fires()) return merged;
  }
  return new_alert(account, report, rules, now);
}

bool is_flapping(const Alert& alert, const MergeRules& rules) {
  return alert.flaps >= rules.flapping_after;
}

std::optional<Report> report_of_end(const Alert& alert, const MergeRules& rules, TimePoint now) {
  const bool pending = alert.state == State::firing && alert.recovered;
  if (!pending || now - *alert.recovered < rules.returns_within) return std::nullopt;
  return Report{.id = "silent/" + alert.id + "/" + format_iso_utc(*alert.recovered),
                .source = alert.source,
                .firing = false,
                .policy_id = alert.policy_id,
                .policy_name = alert.policy_name,
                .metric = alert.metric,
                .subject = alert.subject,
                .first = alert.first,
                .at = *alert.recovered};
}

void join_incident(Alert& alert, const Alert& other) {
  alert.incident = other.incident;
  const bool taken_care_of =
      other.handling == Handling::running || other.handling == Handling::handed_over;
  if (alert.handling == Handling::none && taken_care_of) alert.handling = other.handling;
}

}  // namespace mtc::alerts
