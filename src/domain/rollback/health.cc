#include "domain/rollback/health.h"

#include <algorithm>
#include <cmath>

#include "domain/rollback/health_signs.h"

namespace mtc::rollback {
namespace {

constexpr int kAlertLags = 3;  // times `settled`: an alert's source looks only now and then

using Looks = std::span<const Health>;

bool is_false(const std::optional<bool>& sign) {
  return sign && !*sign;
}

bool is_stuck_anew(const Health& before, const Health& now) {
  return now.stuck && !before.stuck;
}

bool has_more_crashes(const Health& before, const Health& now) {
  return before.crashing && now.crashing && *now.crashing > *before.crashing;
}

bool has_fewer_ready(const Health& before, const Health& now) {
  return now.ready < before.ready && missing_pods(now) > missing_pods(before);
}

bool has_more_errors(const Health& before, const Health& now) {
  if (!before.error_rate || !now.error_rate) return false;
  const auto usual = now.usual_error_rate ? now.usual_error_rate : before.usual_error_rate;
  const double line = usual ? std::max(*usual * kWorseFactor, kUsualErrors)
                            : std::max(*before.error_rate * kWorseFactor, kFewErrors);
  return *now.error_rate > *before.error_rate * kNoise && *now.error_rate > line;
}

bool has_worse_neighbours(const Health& before, const Health& now) {
  const auto then = missing_neighbours(before);
  const auto today = missing_neighbours(now);
  return then && today && *today > *then;
}

// Never the passing effect of a step. Where pods crashed before, old and new ones crash side by
// side while they are replaced.
bool is_worse_at_once(const Health& before, const Health& now) {
  const bool crashes_are_new = before.crashing == 0 || !now.rolling;
  return is_stuck_anew(before, now) || (crashes_are_new && has_more_crashes(before, now));
}

// A step may cause these for a moment; they have to last.
bool is_worse_if_it_lasts(const Health& before, const Health& now) {
  if (has_more_errors(before, now)) return true;
  return !now.rolling && (has_fewer_ready(before, now) || has_worse_neighbours(before, now));
}

bool is_worse_in_the_end(const Health& before, const Health& now) {
  return is_stuck_anew(before, now) || has_more_crashes(before, now) ||
         has_fewer_ready(before, now) || has_more_errors(before, now) ||
         has_worse_neighbours(before, now);
}

// Deleted, or scaled to nothing: no step does that, so somebody else is at work.
bool is_taken_away(const Health& before, const Health& now) {
  return !now.exists || (before.wanted > 0 && now.wanted == 0);
}

// How long, up to the newest look, every look has been so; nullopt if the newest is not.
template <class Holds>
std::optional<Millis> lasting(Looks looks, Holds holds) {
  std::optional<Millis> out;
  for (std::size_t i = looks.size(); i-- > 0 && holds(i);) out = looks.back().at - looks[i].at;
  return out;
}

// What was wrong before has to be seen again to be called well.
bool hides_the_trouble(const Signs& before, const Signs& now) {
  return (is_false(before.errors) && !now.errors) ||
         (is_false(before.resources) && !now.resources) || (is_false(before.alert) && !now.alert);
}

bool is_well_but_for_alert(const Signs& before, const Health& look) {
  const Signs now = signs_of(look);
  if (look.rolling || is_false(now.pods) || is_false(now.errors) || is_false(now.resources))
    return false;
  return !(is_false(before.errors) && !now.errors) &&
         !(is_false(before.resources) && !now.resources);
}

// The source said so before the step and has not said anything since. Where nothing but the alert
// shows the trouble, its silence proves nothing.
bool alert_may_lag(const Health& before, const Signs& were, const Health& look) {
  const bool seen_elsewhere =
      is_false(were.pods) || is_false(were.errors) || is_false(were.resources);
  return seen_elsewhere && look.alert_firing == true && look.alert_changed &&
         *look.alert_changed <= before.at;
}

// A container has ended since the look before, and its pods were not being replaced.
bool has_restarted(Looks looks, std::size_t i) {
  if (i == 0 || looks[i].rolling || !looks[i].restarts || !looks[i - 1].restarts) return false;
  return *looks[i].restarts > *looks[i - 1].restarts;
}

// One judgement of one step.
class Judge {
 public:
  Judge(const Health& before, Looks looks, Millis settled)
      : before_(before), were_(signs_of(before)), looks_(looks), settled_(settled) {}

  std::optional<Verdict> while_looking() const {
    const auto gone = lasting(looks_, [&](std::size_t i) { return is_taken_away(before_, at(i)); });
    if (gone) return *gone >= settled_ ? std::optional(Verdict::undecided) : std::nullopt;
    if (is_worse_at_once(before_, last())) return Verdict::worse;
    const auto bad =
        lasting(looks_, [&](std::size_t i) { return is_worse_if_it_lasts(before_, at(i)); });
    if (bad && *bad >= settled_) return Verdict::worse;
    if (const auto well = well_for(); well && *well >= settled_) return Verdict::well;
    if (has_outlasted_alert()) return Verdict::well;
    return std::nullopt;
  }

  Verdict in_the_end() const {
    if (is_taken_away(before_, last())) return Verdict::undecided;
    if (is_worse_in_the_end(before_, last())) return Verdict::worse;
    if (const auto well = well_for(); well && (*well >= settled_ || is_first_time_well()))
      return Verdict::well;
    if (has_outlasted_alert()) return Verdict::well;
    if (is_better()) return Verdict::better;
    return can_tell() ? Verdict::same : Verdict::undecided;
  }

 private:
  const Health& at(std::size_t i) const { return looks_[i]; }
  const Health& last() const { return looks_.back(); }

  bool is_well_at(std::size_t i) const {
    return is_well(at(i)) && !hides_the_trouble(were_, signs_of(at(i))) &&
           !has_restarted(looks_, i);
  }
  std::optional<Millis> well_for() const {
    return lasting(looks_, [&](std::size_t i) { return is_well_at(i); });
  }
  // Something that comes and goes is not over because it has just gone.
  bool is_first_time_well() const {
    std::size_t i = looks_.size();
    while (i > 0 && is_well_at(i - 1)) --i;
    while (i > 0 && !is_well_at(i - 1)) --i;
    return i == 0;
  }
  bool has_outlasted_alert() const {
    const auto quiet = lasting(looks_, [&](std::size_t i) {
      return is_well_but_for_alert(were_, at(i)) && alert_may_lag(before_, were_, at(i)) &&
             !has_restarted(looks_, i);
    });
    return quiet && *quiet >= kAlertLags * settled_;
  }

  bool is_better() const {
    const Health& now = last();
    const bool fewer_missing = missing_pods(now) < missing_pods(before_);
    const bool fewer_crashes =
        before_.crashing && now.crashing && *now.crashing < *before_.crashing;
    const bool fewer_errors = is_false(were_.errors) && now.error_rate &&
                              *now.error_rate < *before_.error_rate * kClearlyFewer;
    const bool relieved = is_false(were_.resources) && now.resource_use &&
                          *now.resource_use < *before_.resource_use * kClearlyRelieved;
    const bool quiet = before_.alert_firing == true && now.alert_firing == false;
    return fewer_missing || fewer_crashes || fewer_errors || relieved || quiet;
  }
  // "The same" is a finding: what was wrong is still seen to be wrong.
  bool can_tell() const {
    const Signs now = signs_of(last());
    const bool seen = (is_false(were_.pods) && is_false(now.pods)) ||
                      (is_false(were_.errors) && is_false(now.errors)) ||
                      (is_false(were_.resources) && is_false(now.resources));
    return seen || last().rolling || is_false(now.pods) || is_false(now.errors);
  }

  const Health& before_;
  Signs were_;
  Looks looks_;
  Millis settled_;
};

}  // namespace

std::int64_t missing_pods(const Health& health) {
  return std::max<std::int64_t>(0, health.wanted - health.ready);
}

std::optional<std::int64_t> missing_neighbours(const Health& health) {
  if (!health.release_ready || !health.release_wanted) return std::nullopt;
  return std::max<std::int64_t>(
      0, *health.release_wanted - *health.release_ready - missing_pods(health));
}

std::optional<bool> errors_are_usual(std::optional<double> rate, std::optional<double> usual) {
  if (!rate) return std::nullopt;
  return *rate <= (usual ? std::max(*usual * kUsualFactor, kUsualErrors) : kFewErrors);
}

Signs signs_of(const Health& health) {
  Signs out;
  out.pods = health.exists && !health.stuck && health.ready >= health.wanted &&
             health.crashing.value_or(0) == 0;
  out.errors = errors_are_usual(health.error_rate, health.usual_error_rate);
  if (health.resource_use) out.resources = *health.resource_use < kNearLimit;
  if (health.alert_firing) out.alert = !*health.alert_firing;
  return out;
}

bool is_well(const Health& health) {
  const Signs signs = signs_of(health);
  return !health.rolling && !is_false(signs.pods) && !is_false(signs.errors) &&
         !is_false(signs.resources) && !is_false(signs.alert);
}

std::optional<Verdict> judge(const Health& before, std::span<const Health> looks, Millis settled,
                             bool over) {
  const Judge judge(before, looks, settled);
  if (const auto verdict = judge.while_looking()) return verdict;
  if (!over) return std::nullopt;
  return judge.in_the_end();
}

}  // namespace mtc::rollback
