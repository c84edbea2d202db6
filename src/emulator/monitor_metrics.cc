#include "emulator/monitor_metrics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "base/fields.h"
#include "emulator/civil_text.h"

namespace mtc::emulator {
namespace {

constexpr std::string_view kScenario = "mon_scenario";
constexpr std::size_t kMaxScenarios = 1000;
constexpr std::int64_t kDay = 86'400'000;
constexpr std::int64_t kMinute = 60'000;

using enum MetricLevel;

constexpr std::array kMachine{
    Metric{"CPUUsage", machine, "%", "CPU利用率", 32, 14, 100},
    Metric{"CpuLoadavg", machine, "", "CPU一分钟平均负载", 1.2, 0.6},
    Metric{"Cpuloadavg5m", machine, "", "CPU五分钟平均负载", 1.1, 0.5},
    Metric{"Cpuloadavg15m", machine, "", "CPU十五分钟平均负载", 1, 0.4},
    Metric{"BaseCpuUsage", machine, "%", "基础CPU使用率", 30, 12, 100},
    Metric{"MemUsage", machine, "%", "内存利用率", 55, 8, 100},
    Metric{"MemUsed", machine, "MB", "内存使用量", 4200, 500},
    Metric{"CvmDiskUsage", machine, "%", "磁盘利用率", 46, 1, 100},
    Metric{"LanIntraffic", machine, "Mbps", "内网入带宽", 18, 9},
    Metric{"LanOuttraffic", machine, "Mbps", "内网出带宽", 16, 8},
    Metric{"WanIntraffic", machine, "Mbps", "外网入带宽", 3, 2},
    Metric{"WanOuttraffic", machine, "Mbps", "外网出带宽", 4, 3},
    Metric{"LanInpkg", machine, "个/秒", "内网入包量", 2400, 900, 1e12, true},
    Metric{"WanInpkg", machine, "个/秒", "外网入包量", 310, 120, 1e12, true},
    Metric{"AccOuttraffic", machine, "MB", "外网出流量", 30, 12},
    Metric{"TcpCurrEstab", machine, "个", "TCP连接数", 420, 140, 1e12, true},
    Metric{"TimeOffset", machine, "秒", "子机时间偏差", 0, 0, 1e12, true}};

constexpr std::array kContainers{
    Metric{"K8sClusterRateCpuCoreUsedCluster", cluster, "%", "集群CPU利用率", 34, 13, 100},
    Metric{"K8sClusterRateMemUsageBytesCluster", cluster, "%", "集群内存利用率", 58, 7, 100},
    Metric{"K8sClusterRateMemNoCacheBytesCluster", cluster, "%", "集群内存利用率(不含缓存)", 44, 6,
           100},
    Metric{"K8sClusterRateCpuCoreRequestCluster", cluster, "%", "集群CPU分配率", 61, 1, 100},
    Metric{"K8sClusterRateMemRequestBytesCluster", cluster, "%", "集群内存分配率", 57, 1, 100},
    Metric{"K8sClusterNodeTotal", cluster, "个", "集群节点数", 0, 0, 1e12, true},
    Metric{"K8sClusterPodsUsedTotal", cluster, "个", "集群Pod数", 0, 0, 1e12, true},
    Metric{"K8sClusterAllocatablePodsTotal", cluster, "个", "集群可分配Pod数", 0, 0, 1e12, true},
    Metric{"K8sClusterCpuCoreTotal", cluster, "核", "集群CPU总核数", 0, 0, 1e12, true},
    Metric{"K8sClusterMemoryTotal", cluster, "GB", "集群内存总量", 0, 0, 1e12, true},
    Metric{"K8sClusterEtcdDbTotalSizeBytes", cluster, "MB", "Etcd存储量", 180, 8},
    Metric{"K8sNodeCpuUsage", node, "%", "节点CPU利用率", 34, 14, 100},
    Metric{"K8sNodeMemUsage", node, "%", "节点内存利用率", 58, 8, 100},
    Metric{"K8sNodeStatusReady", node, "", "节点状态", 1, 0, 1, true},
    Metric{"K8sNodePodRestartTotal", node, "次", "节点Pod重启次数", 0, 0, 1e12, true},
    Metric{"K8sNodeCpuCoreRequestTotal", node, "核", "节点CPU分配量", 2.4, 0.1},
    Metric{"K8sNodeMemoryRequestBytesTotal", node, "MB", "节点内存分配量", 4600, 40},
    Metric{"K8sNodeTcpCurrEstab", node, "个", "节点TCP连接数", 380, 120, 1e12, true},
    Metric{"K8sNodeLanIntraffic", node, "MB/s", "节点内网入带宽", 2.2, 1},
    Metric{"K8sNodeLanOuttraffic", node, "MB/s", "节点内网出带宽", 2, 0.9},
    Metric{"K8sNodeWanIntraffic", node, "MB/s", "节点外网入带宽", 0.4, 0.2},
    Metric{"K8sNodeWanOuttraffic", node, "MB/s", "节点外网出带宽", 0.5, 0.3},
    Metric{"K8sWorkloadAbnormal", workload, "", "工作负载异常", 0, 0, 1, true},
    Metric{"K8sWorkloadCpuCoreUsed", workload, "核", "工作负载CPU使用量", 0.9, 0.4},
    Metric{"K8sWorkloadMemUsageBytes", workload, "MB", "工作负载内存使用量", 900, 120},
    Metric{"K8sWorkloadMemNoCacheBytes", workload, "MB", "工作负载内存使用量(不含缓存)", 720, 90},
    Metric{"K8sWorkloadRateCpuCoreUsedCluster", workload, "%", "工作负载CPU占集群比", 6, 3, 100},
    Metric{"K8sWorkloadRateMemUsageBytesCluster", workload, "%", "工作负载内存占集群比", 7, 2, 100},
    Metric{"K8sWorkloadPodRestartTotal", workload, "次", "工作负载Pod重启次数", 0, 0, 1e12, true},
    Metric{"K8sWorkloadNetworkReceiveBytesBw", workload, "MB/s", "工作负载网络入带宽", 0.8, 0.4},
    Metric{"K8sWorkloadNetworkTransmitBytesBw", workload, "MB/s", "工作负载网络出带宽", 0.7, 0.4},
    Metric{"K8sPodCpuCoreUsed", pod, "核", "Pod CPU使用量", 0.3, 0.15},
    Metric{"K8sPodRateCpuCoreUsedNode", pod, "%", "Pod CPU占节点比", 8, 4, 100},
    Metric{"K8sPodRateCpuCoreUsedRequest", pod, "%", "Pod CPU占Request比", 48, 20, 100},
    Metric{"K8sPodRateCpuCoreUsedLimit", pod, "%", "Pod CPU占Limit比", 26, 12, 100},
    Metric{"K8sPodMemUsageBytes", pod, "MB", "Pod内存使用量", 310, 40},
    Metric{"K8sPodMemNoCacheBytes", pod, "MB", "Pod内存使用量(不含缓存)", 250, 30},
    Metric{"K8sPodRateMemUsageNode", pod, "%", "Pod内存占节点比", 4, 1, 100},
    Metric{"K8sPodRateMemUsageRequest", pod, "%", "Pod内存占Request比", 62, 9, 100},
    Metric{"K8sPodRateMemUsageLimit", pod, "%", "Pod内存占Limit比", 52, 8, 100},
    Metric{"K8sPodRateMemNoCacheNode", pod, "%", "Pod内存占节点比(不含缓存)", 3, 1, 100},
    Metric{"K8sPodRateMemNoCacheRequest", pod, "%", "Pod内存占Request比(不含缓存)", 50, 8, 100},
    Metric{"K8sPodRateMemNoCacheLimit", pod, "%", "Pod内存占Limit比(不含缓存)", 42, 7, 100},
    Metric{"K8sPodRestartTotal", pod, "次", "Pod重启次数", 0, 0, 1e12, true},
    Metric{"K8sPodStatusReady", pod, "", "Pod就绪状态", 1, 0, 1, true},
    Metric{"K8sContainerCpuCoreUsed", container, "核", "容器CPU使用量", 0.3, 0.15},
    Metric{"K8sContainerMemUsageBytes", container, "MB", "容器内存使用量", 300, 40},
    Metric{"K8sContainerRateCpuCoreUsedLimit", container, "%", "容器CPU占Limit比", 26, 12, 100},
    Metric{"K8sContainerRateMemNoCacheLimit", container, "%", "容器内存占Limit比(不含缓存)", 42, 7,
           100}};

std::uint64_t hash(std::string_view text, std::uint64_t start = 14'695'981'039'346'656'037U) {
  for (const char c : text) start = (start ^ static_cast<unsigned char>(c)) * 1'099'511'628'211U;
  return start ^ (start >> 29U);
}

// -1 to 1
double spread(std::uint64_t value) {
  value = (value ^ (value >> 31U)) * 0x9e3779b97f4a7c15U;
  return static_cast<double>((value >> 33U) % 20'001) / 10'000.0 - 1;
}

const Fields<Scenario>& fields() {
  static const FieldOptions kTime{.required = true, .minimum = 0, .maximum = 1e14};
  static const FieldOptions kValue{.required = true, .minimum = -1e12, .maximum = 1e12};
  static const Fields<Scenario> all{
      field("object", &Scenario::object, "Node, instance, pod, workload or cluster id",
            {.max_length = 300}),
      field("metric", &Scenario::metric, "Its metric", {.max_length = 100}),
      field("from_ms", &Scenario::from_ms, "Begin", kTime),
      field("to_ms", &Scenario::to_ms, "End of the change", kTime),
      field("from_value", &Scenario::from_value, "Value at the begin", kValue),
      field("to_value", &Scenario::to_value, "Value at the end", kValue),
      field("until_ms", &Scenario::until_ms, "End of the last value; 0: never",
            {.required = false, .minimum = 0, .maximum = 1e14})};
  return all;
}

double ordinary(const Metric& metric, const std::string& seed, std::int64_t time_ms) {
  if (metric.swing == 0) return metric.base;
  const auto own = hash(metric.name, hash(seed));
  const auto civil = time_ms + kShanghaiOffset;
  // Busy in the evening, quiet before dawn.
  const double day = std::sin(2 * std::numbers::pi *
                              (static_cast<double>(floor_to(civil, kMinute) % kDay) / kDay - 0.35));
  const auto minute = static_cast<std::uint64_t>(civil / kMinute);
  return metric.base * (1 + 0.25 * spread(own)) + metric.swing * 0.6 * day +
         metric.swing * 0.4 * spread(own + minute * 0x9e3779b97f4a7c15U);
}

}  // namespace

std::span<const Metric> metrics_of(std::string_view name_space) {
  if (name_space == "QCE/CVM") return kMachine;
  if (name_space == "QCE/TKE2") return kContainers;
  return {};
}

const Metric* find_metric(std::string_view name_space, std::string_view name) {
  for (const auto& metric : metrics_of(name_space)) {
    if (metric.name == name) return &metric;
  }
  return nullptr;
}

bool is_share(const Metric& metric) {
  return metric.unit == "%" || metric.ceiling == 1;
}

Result<Scenario> parse_scenario(const Json& json) {
  auto out = fields().parse(json);
  if (!out) return out;
  if (out->to_ms < out->from_ms) return fail(Errc::invalid_argument, "to_ms: before from_ms");
  if (find_metric("QCE/CVM", out->metric) == nullptr &&
      find_metric("QCE/TKE2", out->metric) == nullptr)
    return fail(Errc::invalid_argument, "metric: there is no metric " + out->metric);
  return out;
}

void add_scenario(Cloud& cloud, const Scenario& scenario) {
  cloud.records().add(kScenario, {}, make_uuid(cloud.random()), fields().show(scenario));
  if (const auto all = cloud.records().all(kScenario); all.size() > kMaxScenarios)
    cloud.records().erase(*all.front());
}

void clear_scenarios(Cloud& cloud) {
  for (const Record* record : cloud.records().all(kScenario)) cloud.records().erase(*record);
}

MetricSource::MetricSource(const Cloud& cloud) {
  for (const Record* record : cloud.records().all(kScenario)) {
    if (auto scenario = fields().parse(record->document)) scenarios_.push_back(*scenario);
  }
}

double MetricSource::value(const Metric& metric, const std::string& seed,
                           const std::vector<std::string>& names, std::int64_t time_ms) const {
  double out = ordinary(metric, seed, time_ms);
  for (const auto& scenario : scenarios_) {  // the newest wins
    const auto until = scenario.until_ms == 0 ? INT64_MAX : scenario.until_ms;
    if (scenario.metric != metric.name || time_ms < scenario.from_ms || time_ms > until ||
        std::ranges::find(names, scenario.object) == names.end())
      continue;
    const auto span = static_cast<double>(scenario.to_ms - scenario.from_ms);
    const auto part =
        span <= 0 ? 1.0 : std::min(1.0, static_cast<double>(time_ms - scenario.from_ms) / span);
    out = scenario.from_value + (scenario.to_value - scenario.from_value) * part;
  }
  out = std::clamp(out, 0.0, metric.ceiling);
  return metric.counts ? std::round(out) : std::round(out * 100) / 100;
}

}  // namespace mtc::emulator
