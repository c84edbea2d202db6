// How much of what there is is in use: right now from the cluster's own metrics, over time from the
// cloud's monitoring.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/language.h"
#include "domain/clusters/cluster_api.h"
#include "domain/clusters/metrics.h"

namespace mtc::clusters {

enum class UsageOf { node, name_space, workload, pod };

// Of one node, namespace, workload or pod. Millicores and bytes; 0: unknown, or none stated.
struct UsageRow {
  std::string ns, name;
  std::int64_t pods = 0;
  std::int64_t cpu = 0, memory = 0;
  std::int64_t cpu_request = 0, memory_request = 0;
  std::int64_t cpu_limit = 0, memory_limit = 0;
  std::int64_t cpu_capacity = 0, memory_capacity = 0;  // of a node
  // Of what bounds it: a node's capacity, else its limit. nullopt where nothing bounds it.
  std::optional<double> cpu_share() const;
  std::optional<double> memory_share() const;
};

struct UsageScope {
  UsageOf by = UsageOf::node;
  std::string ns;    // narrows
  std::string name;  // the same: one node, workload or pod
};

// Whether it has not ended.
bool holds_room(const Pod& pod);
// Whose use a pod's is: namespace and name of what is counted.
std::pair<std::string, std::string> owner_of(const Pod& pod, UsageOf by);

// Right now. Errc::unavailable where the cluster has no metrics service.
Async<Result<std::vector<UsageRow>>> read_usage(ClusterApi& api, UsageScope scope);

inline constexpr double kNearlyFull = 0.85;

// What one of them uses, as it is told. `capacity` counts where all share one pool, as nodes do.
struct Use {
  std::string name;
  std::int64_t used = 0, capacity = 0, request = 0;
  std::optional<double> share;  // nullopt: nothing bounds it
};
// What is nearly full first. `where` as say_place() says it.
std::vector<std::string> say_uses(std::vector<Use> uses, const std::string& where, Measure measure,
                                  Language language);

// 内存用了百分之六十二。最高的是 node-3，百分之九十一，快满了。
std::string say_usage(std::span<const UsageRow> rows, const UsageScope& scope, Measure measure,
                      const std::string& cluster, Language language);
Json to_json(const UsageRow& row);

// One line over time.
struct Curve {
  std::string ns, name, unit;
  double average = 0, peak = 0, latest = 0;
  TimePoint peak_at{};
};
std::vector<Curve> curves_of(std::span<const MetricSeries> series);  // the highest peak first
std::string say_curves(std::span<const Curve> curves, Measure measure, const std::string& cluster,
                       const std::string& period, Language language);
Json to_json(const Curve& curve);

std::string say_measure(Measure measure, Language language);  // 内存, "memory"

}  // namespace mtc::clusters
