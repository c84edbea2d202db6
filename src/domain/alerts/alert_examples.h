// Reports and alerts for tests.
#pragma once

#include <string>

#include "base/zone.h"
#include "domain/alerts/alert.h"
#include "domain/alerts/report.h"

namespace mtc::alerts {

inline const TimePoint kExampleNow = *parse_iso("2026-11-22T02:00:00Z");  // ten in the morning

inline Report example_report(std::string id, TimePoint at = kExampleNow, bool firing = true) {
  return {.id = std::move(id),
          .firing = firing,
          .policy_id = "policy-1",
          .policy_name = "核心机器",
          .metric = "cpu_usage",
          .condition = "CPU 利用率 > 90%",
          .subject = {.cluster_id = "cls-1",
                      .cluster_name = "广州生产",
                      .ns = "shop",
                      .kind = "Deployment",
                      .name = "payment"},
          .value = 95,
          .limit = 90,
          .unit = "%",
          .first = at,
          .at = at};
}

inline Alert example_alert(std::int64_t number = 3) {
  return {.id = "alert-" + std::to_string(number),
          .number = number,
          .account = 1,
          .cause = "cause-" + std::to_string(number),
          .incident = "incident-" + std::to_string(number),
          .policy_id = "policy-1",
          .policy_name = "核心机器",
          .metric = "cpu_usage",
          .condition = "CPU 利用率 > 90%",
          .unit = "%",
          .subject = {.cluster_id = "cls-1",
                      .cluster_name = "广州生产",
                      .ns = "shop",
                      .name = "payment"},
          .value = 95,
          .limit = 90,
          .first = kExampleNow - std::chrono::minutes(59),
          .last = kExampleNow,
          .reports = 1,
          .created = kExampleNow,
          .changed = kExampleNow};
}

}  // namespace mtc::alerts
