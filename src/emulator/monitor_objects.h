// What the monitor sees: machines, and the objects of clusters with their dimensions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "emulator/monitor_metrics.h"
#include "emulator/tke_model.h"

namespace mtc::emulator {

struct MonitoredObject {
  std::vector<std::pair<std::string, std::string>> dimensions;
  TimePoint since{};  // no data before
  double fixed = -1;  // not negative: the value itself (totals of a cluster)
  const std::string* find(std::string_view dimension) const;
  std::vector<std::string> names() const;  // by which a scenario may mean it
  std::string seed() const;
};

// For scenes: what runs in a cluster. Without it a cluster has CoreDNS and kube-proxy only.
struct Workload {
  std::string kind = "Deployment", name_space, name;
  std::vector<std::string> pods;
};
void set_workloads(Cloud& cloud, Record& cluster, const std::vector<Workload>& workloads);

// The dimensions of a level besides the cluster's.
std::vector<std::string> dimensions_of(MetricLevel level);

// The objects of one metric in the cluster.
std::vector<MonitoredObject> objects_of(Cloud& cloud, const Record& cluster, const Metric& metric);

// The machine of the account and region with that instance id.
std::optional<MonitoredObject> find_machine(Cloud& cloud, const Owner& owner,
                                            std::string_view instance_id);

}  // namespace mtc::emulator
