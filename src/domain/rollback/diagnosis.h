// What is wrong, as far as the cluster, the logs and the alerts show it, and what that says about
// the rungs. Pure: the findings come in as values.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "base/language.h"
#include "domain/rollback/health.h"
#include "domain/rollback/rung.h"

namespace mtc::rollback {

enum class Trouble {
  bad_image,   // cannot be pulled
  crash_loop,  // ends again and again
  bad_config,  // the same, or errors, since a ConfigMap or Secret changed, or one is missing
  out_of_memory,
  not_ready,        // runs, and its probe fails
  overload,         // near its limits, and nothing new
  high_error_rate,  // errors without any of these
  node_down,        // its pods sit on a node that is not well
  unschedulable,    // no node has room
  dependency,       // itself well: something that it calls is not
  noisy_neighbour,  // itself well: something else on its node takes all
  none,             // nothing is wrong that can be seen
  unknown,          // something is, and nobody knows what
};
std::string_view name_of(Trouble trouble);
std::optional<Trouble> parse_trouble(std::string_view name);
std::string say_trouble(Trouble trouble, Language language);

// What was seen. What could not be looked at is absent.
struct Findings {
  Health health;
  std::optional<std::int64_t> image_trouble, crashing, oom_killed, unschedulable,
      not_ready;                             // pods
  std::optional<std::int64_t> on_bad_nodes;  // its pods on nodes that are not ready
  std::vector<std::string> bad_nodes;
  std::optional<std::int64_t> replaced_recently;  // seconds since its newest version began
  bool has_previous_version = false;              // one that once was well
  // Its version and configuration are those with which it has been well for a while.
  bool as_when_well = false;
  bool newest_version_sick = false;  // the pods in trouble are all of the newest version
  bool oldest_version_sick = false;  // those of the version before are too
  std::vector<std::string>
      changed_configs;  // "ConfigMap/order-config": not as when it last was well
  std::vector<std::string> missing_configs;
  bool release_changed = false;  // something of its release is not as when it last was well
  bool someone_rolling = false;  // a rollout that is not ours goes on right now
  bool paused = false;           // its rollout is held by somebody
  std::string someone;           // who began it, if the cluster notes it
  std::optional<double> cpu_use, memory_use;  // of its limits
  std::optional<double> node_cpu_use;         // of the fullest node it runs on
  std::vector<std::string> noisy;             // pods of others that take most of that node
  std::vector<std::string>
      failing_dependencies;               // names in its errors that are not well themselves
  std::optional<std::int64_t> scaled_to;  // replicas it has; wanted
  bool can_scale = true;                  // Deployment or StatefulSet, no autoscaler holds it
  std::optional<std::int64_t> sick_pods, well_pods;
};
Json to_json(const Findings& findings);

struct RungOpinion {
  Rung rung{};
  double fit = 0;  // 0 to 1: how well it fits the trouble
  bool ruled_out = false;
  std::string reason;  // why ruled out, or why it fits; for people, in the language asked for
};

struct Diagnosis {
  Trouble trouble = Trouble::unknown;
  double sure = 0;                    // 0 to 1
  std::vector<std::string> evidence;  // sentences for people, in the language asked for
  std::vector<RungOpinion> rungs;     // 1 to 5 in order
  bool act = true;                    // false: nothing to do here; `why_not` says why
  std::string why_not;                // "payment 自己是好的，是它调用的 mysql 不行"
};

Diagnosis diagnose(const Findings& findings, const std::string& name, Language language);
Json to_json(const Diagnosis& diagnosis);

}  // namespace mtc::rollback
