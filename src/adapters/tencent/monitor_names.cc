#include "adapters/tencent/monitor_names.h"

namespace mtc::tencent {
namespace {

using clusters::Measure;
using clusters::Subject;

// The service's "bytes" are MB, and its network series MB/s.
constexpr double kMegabyte = 1024.0 * 1024.0;

struct Row {
  Measure measure;
  Subject subject;
  MetricName name;
};

// Memory is without the page cache, as Kubernetes counts it when it evicts.
constexpr Row kRows[] = {
    {Measure::cpu, Subject::cluster, {"K8sClusterRateCpuCoreUsedCluster", "percent"}},
    {Measure::cpu, Subject::node, {"K8sNodeCpuUsage", "percent"}},
    {Measure::cpu, Subject::namespace_, {"K8sWorkloadCpuCoreUsed", "cores"}},
    {Measure::cpu, Subject::workload, {"K8sWorkloadCpuCoreUsed", "cores"}},
    {Measure::cpu, Subject::pod, {"K8sPodCpuCoreUsed", "cores"}},
    {Measure::memory, Subject::cluster, {"K8sClusterRateMemNoCacheBytesCluster", "percent"}},
    {Measure::memory, Subject::node, {"K8sNodeMemUsage", "percent"}},
    {Measure::memory, Subject::namespace_, {"K8sWorkloadMemNoCacheBytes", "bytes", kMegabyte}},
    {Measure::memory, Subject::workload, {"K8sWorkloadMemNoCacheBytes", "bytes", kMegabyte}},
    {Measure::memory, Subject::pod, {"K8sPodMemNoCacheBytes", "bytes", kMegabyte}},
    {Measure::network_in, Subject::node, {"K8sNodeLanIntraffic", "bytes/s", kMegabyte}},
    {Measure::network_in,
     Subject::workload,
     {"K8sWorkloadNetworkReceiveBytesBw", "bytes/s", kMegabyte}},
    {Measure::network_in,
     Subject::namespace_,
     {"K8sWorkloadNetworkReceiveBytesBw", "bytes/s", kMegabyte}},
    {Measure::network_out, Subject::node, {"K8sNodeLanOuttraffic", "bytes/s", kMegabyte}},
    {Measure::network_out,
     Subject::workload,
     {"K8sWorkloadNetworkTransmitBytesBw", "bytes/s", kMegabyte}},
    {Measure::network_out,
     Subject::namespace_,
     {"K8sWorkloadNetworkTransmitBytesBw", "bytes/s", kMegabyte}},
};

struct Period {
  int seconds;
  std::chrono::hours longest_range;
  std::chrono::days kept;
};

constexpr Period kPeriods[] = {
    {60, std::chrono::hours(12), std::chrono::days(15)},
    {300, std::chrono::hours(3 * 24), std::chrono::days(31)},
    {3600, std::chrono::hours(30 * 24), std::chrono::days(93)},
    {86400, std::chrono::hours(186 * 24), std::chrono::days(186)},
};

}  // namespace

std::optional<MetricName> metric_name(Measure measure, Subject subject) {
  for (const auto& row : kRows) {
    if (row.measure == measure && row.subject == subject) return row.name;
  }
  return std::nullopt;
}

std::vector<std::string_view> dimensions_of(Subject subject) {
  switch (subject) {
    case Subject::cluster:
      return {"tke_cluster_instance_id"};
    case Subject::node:
      return {"node"};
    case Subject::namespace_:
      return {"namespace"};
    case Subject::workload:
      return {"namespace", "workload_kind", "workload_name"};
    case Subject::pod:
      return {"namespace", "workload_name", "pod_name"};
  }
  return {};
}

int period_for(TimePoint from, TimePoint to, Millis step, TimePoint now) {
  for (const auto& period : kPeriods) {
    if (std::chrono::seconds(period.seconds) >= step && to - from < period.longest_range &&
        now - from < period.kept)
      return period.seconds;
  }
  return kPeriods[3].seconds;
}

}  // namespace mtc::tencent
