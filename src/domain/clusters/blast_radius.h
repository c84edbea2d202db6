// Whom a change touches: pods, the services in front of them, and how much of them may be missing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/async.h"
#include "base/json.h"
#include "base/language.h"
#include "domain/clusters/change.h"

namespace mtc::clusters {

// What the change does to the pods.
enum class Effect {
  none,       // to a configuration: pods go on
  added,      // more of them
  removed,    // some of them
  stopped,    // all of them
  rolled,     // replaced one after the other
  recreated,  // all stopped, then started anew
};

struct BlastRadius {
  Effect effect = Effect::none;
  std::int64_t replicas = 0;                 // there are
  std::int64_t touched = 0;                  // of them
  bool outage = false;                       // for a while nobody answers
  std::vector<std::string> services, hosts;  // that lead to the pods
  int share = 100;                           // percent of the pods behind these services
  std::optional<std::int64_t> budget;        // how many may be missing; the tightest
  std::vector<std::string> unknown;          // what could not be read: "services"
};

// Of a Deployment, StatefulSet or DaemonSet. What cannot be read is noted, not an error.
// `touched` absent: all.
Async<BlastRadius> blast_radius(Scene scene, Json workload, Effect effect,
                                std::optional<std::int64_t> touched = {});

// Of several workloads at once, whose pods are replaced or not touched.
BlastRadius sum_of(const std::vector<BlastRadius>& radii);

// How it is replaced: rolled, or recreated by its strategy.
Effect effect_of_rollout(const Json& workload);

// "三个副本会逐个替换，入口 shop.example.com 的流量走它，预算允许一个不可用。"; whole sentences.
std::string say_blast_radius(const BlastRadius& radius, Language language);
Json to_json(const BlastRadius& radius);

}  // namespace mtc::clusters
