// What tests of scores share: the rules that are shipped, moments, evidence at its best and worst,
// and random evidence.
#pragma once

#include "base/random.h"
#include "domain/alerts/score.h"
#include "infra/files/files.h"

namespace mtc::alerts {

using namespace std::chrono_literals;

inline const Zone& zone() {
  return Zone::shanghai();
}
inline TimePoint tuesday(std::chrono::minutes time) {
  return zone().at(std::chrono::year_month_day{2026y, std::chrono::November, 24d}, time);
}
inline const TimePoint kWork = tuesday(10h);
inline const TimePoint kNight = tuesday(2h + 8min);

// Those that are shipped.
inline const AlertRules& rules() {
  static const AlertRules rules =
      *parse_rules(*read_file(MTC_SOURCE_DIR "/config/alert_rules.json"), "alert_rules.json");
  return rules;
}

inline Score score_of(const Subject& subject, const Evidence& evidence,
                      std::optional<double> opinion = {}) {
  return score(evidence, subject, "", rules().weights, rules(), zone(), opinion);
}

inline const Subject kPayment{.ns = "shop", .name = "payment"};
inline const Subject kReports{.ns = "shop", .name = "reports"};
inline const Subject kTest{.ns = "test", .name = "payment"};

inline Evidence worst() {
  return {.affected_workloads = 30,
          .wanted_replicas = 3,
          .ready_replicas = 0,
          .user_share = 1.0,
          .faces_outside = true,
          .level = Level::critical,
          .resource_use = 1.0,
          .error_rate = 1.0,
          .usual_error_rate = 0.001,
          .over_limit = 4.0,
          .restarts = 10,
          .at = kWork};
}
inline Evidence best() {
  return {.affected_workloads = 0,
          .wanted_replicas = 3,
          .ready_replicas = 3,
          .user_share = 0.0,
          .faces_outside = false,
          .level = Level::info,
          .resource_use = 0.0,
          .error_rate = 0.0,
          .usual_error_rate = 0.001,
          .over_limit = 0.0,
          .restarts = 0,
          .at = kNight};
}

// Random evidence, each thing known or not.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed) {}
  double share() { return static_cast<double>(uniform(random_, 1001)) / 1000; }
  bool coin() { return uniform(random_, 2) == 1; }
  std::int64_t below(std::uint64_t bound) {
    return static_cast<std::int64_t>(uniform(random_, bound));
  }
  template <class Value>
  std::optional<Value> maybe(Value value) {
    return coin() ? std::optional(value) : std::nullopt;
  }
  Evidence evidence() {
    Evidence out{.affected_workloads = maybe(below(40)),
                 .wanted_replicas = 1 + below(9),
                 .user_share = maybe(share()),
                 .faces_outside = maybe(coin()),
                 .level = maybe(static_cast<Level>(below(3))),
                 .resource_use = maybe(share() * 1.2),
                 .error_rate = maybe(share()),
                 .usual_error_rate = maybe(share() / 10),
                 .over_limit = maybe(share() * 6),
                 .restarts = maybe(below(20)),
                 .at = coin() ? kWork : kNight};
    out.ready_replicas = maybe(below(10));
    return out;
  }

 private:
  SeededRandom random_;
};

}  // namespace mtc::alerts
