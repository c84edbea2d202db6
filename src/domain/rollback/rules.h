// config/rollback_config.json: what may be repaired without asking, when, how often and how far.
// Read while the server runs; a file that is wrong is refused as a whole.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/zone.h"
#include "domain/rollback/rung.h"

namespace mtc::rollback {

// How many tries a score is worth, and how far up they may go.
struct Band {
  double from = 0;  // score
  int attempts = 1;
  Rung highest = Rung::previous_version;  // before the person
};

struct TimeWindow {
  std::chrono::minutes from{0}, to{24 * 60};  // may pass midnight
  std::vector<unsigned> weekdays;             // 0 = Sunday; empty: every day
};

struct RollbackRules {
  bool automatic = true;  // false: nothing is done without a person
  std::vector<Band> bands{{90, 6, Rung::whole_release},
                          {70, 4, Rung::whole_release},
                          {50, 3, Rung::isolate},
                          {30, 2, Rung::previous_version},
                          {0, 1, Rung::scale_out}};  // highest `from` first
  double least_score = 0;                            // below it nothing is done by itself
  // When things may be done by themselves; empty: always. Urgent ones do not wait for it.
  std::vector<TimeWindow> windows;
  std::vector<std::string> clusters;  // ids or names where it may act; empty: all
  std::vector<std::string> protected_namespaces{"kube-system", "kube-public", "kube-node-lease"};
  std::vector<std::string> never;            // "namespace/workload" with '*': never touched
  int operations_an_hour = 20;               // of one account
  int operations_of_target_a_day = 3;        // of one workload
  std::chrono::minutes pause_of_target{30};  // after one has ended
  int most_replicas = 100;                   // of a workload that is touched
  int most_share = 100;           // percent of a service's pods that one step may touch at once
  std::int64_t most_scaled = 20;  // replicas that scaling out may reach
  int most_objects = 40;          // of a whole release
  std::chrono::seconds verify_at_least{10};  // it has to stay well for so long
  std::chrono::seconds verify_at_most{180};  // then it is decided
  std::chrono::seconds look_every{2};
};

const Band& band_of(const RollbackRules& rules, double score);
bool may_act_at(const RollbackRules& rules, TimePoint now, const Zone& zone);

// Errc::invalid_argument with file, line and what is wrong.
Result<RollbackRules> parse_rules(std::string_view text, std::string_view name);
Json to_json(const RollbackRules& rules);

}  // namespace mtc::rollback
