// The metrics that the stand-in's monitor knows, and the values of every object at every moment:
// they follow from the object, the metric and the time alone, unless a scenario says otherwise.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "emulator/cloud.h"

namespace mtc::emulator {

enum class MetricLevel { machine, cluster, node, workload, pod, container };

struct Metric {
  std::string_view name;
  MetricLevel level;
  std::string_view unit, chinese;
  double base = 0;        // around which objects differ
  double swing = 0;       // of a day, and of the noise
  double ceiling = 1e12;  // 100 for percentages
  bool counts = false;    // whole numbers
};

// QCE/CVM: MetricLevel::machine; QCE/TKE2: the others. Empty for another namespace.
std::span<const Metric> metrics_of(std::string_view name_space);
const Metric* find_metric(std::string_view name_space, std::string_view name);
// Averages, not sums, make sense of several objects.
bool is_share(const Metric& metric);

// A metric of an object goes a way of its own.
struct Scenario {
  std::string object;  // node, instance, pod, workload or cluster id, exactly
  std::string metric;
  std::int64_t from_ms = 0, to_ms = 0;  // between them from one value to the other, evenly
  double from_value = 0, to_value = 0;
  std::int64_t until_ms = 0;  // the last value stays until then; 0: for ever
};
// Errc::invalid_argument with the member, for scenarios that come from outside.
Result<Scenario> parse_scenario(const Json& json);
void add_scenario(Cloud& cloud, const Scenario& scenario);
void clear_scenarios(Cloud& cloud);

// The scenarios as they are now, for many values.
class MetricSource {
 public:
  explicit MetricSource(const Cloud& cloud);
  // `seed` names the object among all; `names` are those a scenario may mean it by.
  double value(const Metric& metric, const std::string& seed, const std::vector<std::string>& names,
               std::int64_t time_ms) const;

 private:
  std::vector<Scenario> scenarios_;
};

}  // namespace mtc::emulator
