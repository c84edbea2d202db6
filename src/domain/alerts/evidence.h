// What is known about the trouble behind an alert when it is scored. Only what was measured: what
// nobody knows is absent, never zero.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "domain/alerts/report.h"

namespace mtc::alerts {

struct Evidence {
  // Impact.
  std::optional<std::int64_t> affected_workloads;
  std::optional<std::int64_t> wanted_replicas, ready_replicas;
  std::optional<double> user_share;   // 0 to 1, of users or requests that meet the trouble
  std::optional<bool> faces_outside;  // an Ingress or a load balancer leads to it
  // Severity.
  std::optional<Level> level;  // as the source has it
  std::optional<double>
      resource_use;  // 0 to 1 and more: of its limit, the worst of CPU, memory, disk
  std::optional<double> error_rate;        // 0 to 1: errors of all lines or requests
  std::optional<double> usual_error_rate;  // the same in ordinary times
  std::optional<double> over_limit;  // measured value by its threshold, so that more is worse: 1.2
  std::optional<std::int64_t> restarts;  // of its containers in the last quarter of an hour
  // Business: from the rules, by the subject's names.
  // Time: from the clock and the rules.
  TimePoint at{};
};

Json to_json(const Evidence& evidence);  // what is absent is left out
Evidence evidence_from_json(const Json& json);

}  // namespace mtc::alerts
