#include "domain/rollback/diagnosis.h"

#include <algorithm>

#include "domain/rollback/diagnosis_words.h"
#include "domain/rollback/health_signs.h"
#include "domain/rollback/outside_text.h"
#include "domain/rollback/rung_opinions.h"

namespace mtc::rollback {
namespace {

constexpr std::int64_t kNewFor = 2 * 60 * 60;  // seconds: what a version does it does by then

std::int64_t count(const std::optional<std::int64_t>& pods) {
  return pods.value_or(0);
}

// Reads the findings in the order in which one trouble explains another: what keeps pods from
// starting comes before what running pods show.
class Reading {
 public:
  explicit Reading(const Findings& findings) : findings_(findings), health_(findings.health) {}

  bool is_new() const {
    const bool recent = findings_.replaced_recently && *findings_.replaced_recently <= kNewFor;
    if (findings_.oldest_version_sick) return false;
    if (findings_.newest_version_sick) return recent || health_.stuck || health_.rolling;
    return recent && !has_bad_pods();
  }

  Trouble trouble() const {
    if (count(findings_.image_trouble) > 0) return Trouble::bad_image;
    if (is_on_bad_nodes()) return Trouble::node_down;
    if (count(findings_.unschedulable) > 0) return Trouble::unschedulable;
    if (!findings_.missing_configs.empty() && has_bad_pods()) return Trouble::bad_config;
    if (others_are_to_blame()) return Trouble::dependency;
    if (count(findings_.oom_killed) > 0) return Trouble::out_of_memory;
    if (!findings_.changed_configs.empty() && is_impaired()) return Trouble::bad_config;
    if (is_crashing()) return Trouble::crash_loop;
    if (has_noisy_neighbour()) return Trouble::noisy_neighbour;
    if (is_overloaded() && !is_new()) return Trouble::overload;
    if (has_bad_pods()) return Trouble::not_ready;
    if (has_errors()) return Trouble::high_error_rate;
    if (is_overloaded()) return Trouble::overload;
    return can_see_that_it_is_well() ? Trouble::none : Trouble::unknown;
  }

  double sureness(Trouble trouble) const {
    switch (trouble) {
      case Trouble::bad_image:
        return 0.95;
      case Trouble::node_down:
      case Trouble::unschedulable:
        return 0.9;
      case Trouble::bad_config:
        return findings_.missing_configs.empty() ? 0.7 : 0.9;
      case Trouble::out_of_memory:
        return 0.85;
      case Trouble::crash_loop:
      case Trouble::not_ready:
        return is_new() ? 0.85 : 0.7;
      case Trouble::overload:
        return has_errors() || has_bad_pods() ? 0.8 : 0.6;
      case Trouble::high_error_rate:
        return is_new() ? 0.75 : 0.5;
      case Trouble::dependency:
        return has_bad_pods() ? 0.6 : 0.75;
      case Trouble::noisy_neighbour:
        return 0.6;
      case Trouble::none:
        return health_.error_rate ? 0.8 : 0.5;
      case Trouble::unknown:
        return 0.1;
    }
    return 0;
  }

  bool is_impaired() const { return has_bad_pods() || has_errors(); }

 private:
  bool has_bad_pods() const {
    return signs_of(health_).pods == false || is_crashing() || count(findings_.not_ready) > 0;
  }
  bool is_crashing() const { return count(findings_.crashing) > 0 || count(health_.crashing) > 0; }
  bool has_errors() const {
    return errors_are_usual(health_.error_rate, health_.usual_error_rate) == false;
  }
  bool is_on_bad_nodes() const {
    const auto there = count(findings_.on_bad_nodes);
    return there > 0 && count(findings_.sick_pods) <= there;
  }
  // Its own new version is the nearer suspect.
  bool others_are_to_blame() const {
    return !findings_.failing_dependencies.empty() && !is_new() &&
           count(findings_.oom_killed) == 0 && (is_impaired() || health_.alert_firing == true);
  }
  bool has_noisy_neighbour() const {
    return !findings_.noisy.empty() && findings_.node_cpu_use.value_or(0) >= kBusy &&
           findings_.cpu_use.value_or(0) < kBusy && !is_new();
  }
  bool is_overloaded() const {
    const double use = std::max({findings_.cpu_use.value_or(0), findings_.memory_use.value_or(0),
                                 health_.resource_use.value_or(0)});
    return use >= kBusy && (is_impaired() || health_.alert_firing == true);
  }
  // An alert that fires is called false only by somebody who has looked everywhere.
  bool can_see_that_it_is_well() const {
    if (health_.alert_firing != true) return true;
    return health_.error_rate && (findings_.cpu_use || health_.resource_use);
  }

  const Findings& findings_;
  const Health& health_;
};

void leave_alone(Diagnosis& diagnosis, std::string why) {
  diagnosis.act = false;
  diagnosis.why_not = std::move(why);
}

}  // namespace

Diagnosis diagnose(const Findings& findings, const std::string& name, Language language) {
  const std::string spoken = clean_name(name);
  Diagnosis out;
  if (!findings.health.exists) {
    out.rungs = opinions_on(findings, Trouble::unknown, false, language);
    leave_alone(out, say_gone(spoken, language));
    return out;
  }
  if (findings.health.wanted == 0 && !findings.health.rolling) {
    out.rungs = opinions_on(findings, Trouble::none, false, language);
    leave_alone(out, say_switched_off(spoken, language));
    return out;
  }
  const Reading reading(findings);
  out.trouble = reading.trouble();
  out.sure = reading.sureness(out.trouble);
  out.evidence = say_evidence(findings, language);
  out.rungs = opinions_on(findings, out.trouble, reading.is_new(), language);
  // More pods help against a neighbour, where that harms at all.
  const bool can_evade =
      out.trouble == Trouble::noisy_neighbour && findings.can_scale && reading.is_impaired();
  const std::string why_not = say_why_not(findings, out.trouble, spoken, language);
  if (!why_not.empty() && !can_evade) leave_alone(out, why_not);
  if (findings.paused) leave_alone(out, say_paused(spoken, language));
  if (findings.someone_rolling) leave_alone(out, say_someone_rolling(findings, spoken, language));
  return out;
}

}  // namespace mtc::rollback
