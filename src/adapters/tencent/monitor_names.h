// What Monitor calls the things the domain asks for.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "domain/clusters/metrics.h"

namespace mtc::tencent {

struct MetricName {
  std::string_view metric;
  std::string_view unit;  // the domain's
  double factor = 1;      // from the service's unit to it
};

// nullopt: the service does not measure that in QCE/TKE2.
std::optional<MetricName> metric_name(clusters::Measure measure, clusters::Subject subject);

// The dimensions that tell one such thing from another; the last one is its name.
std::vector<std::string_view> dimensions_of(clusters::Subject subject);

// The shortest period, in seconds, that is not below `step` and that the service keeps for this
// range.
int period_for(TimePoint from, TimePoint to, Millis step, TimePoint now);

}  // namespace mtc::tencent
