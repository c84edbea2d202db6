#include "adapters/tencent/monitor_metrics.h"

#include <fmt/format.h>

#include <algorithm>

#include "adapters/tencent/listing.h"
#include "adapters/tencent/monitor_names.h"
#include "base/zone.h"

namespace mtc::tencent {
namespace {

using clusters::MetricPoint;
using clusters::MetricSeries;

// Of one GetMonitorData: some sites take no more than ten, and none more than 7,200 points, of
// which a machine has 863 at the most.
constexpr std::size_t kMachinesAtOnce = 8;
constexpr Millis kTimeout{15'000};

// 2026-01-01T08:00:00+08:00
std::string iso_shanghai(TimePoint time) {
  std::string text = format_civil(time, Zone::shanghai());
  text[10] = 'T';
  return text + "+08:00";
}

TimePoint from_seconds(double seconds) {
  constexpr double kLatest = 1e11;  // beyond, it does not fit into milliseconds
  return TimePoint(
      std::chrono::seconds(static_cast<std::int64_t>(std::clamp(seconds, 0.0, kLatest))));
}

ApiCall monitor_call(const clusters::MetricQuery& query, std::string action, Json body) {
  return {.service = "monitor",
          .version = "2018-07-24",
          .action = std::move(action),
          .region = query.region,
          .body = std::move(body),
          .timeout = kTimeout};
}

Json condition(std::string_view key, const std::string& value) {
  return {{"Key", key}, {"Operator", "="}, {"Value", Json::array({value})}};
}

Json conditions_of(const clusters::MetricQuery& query) {
  Json out = Json::array({condition("tke_cluster_instance_id", query.cluster_id)});
  if (!query.ns.empty()) out.push_back(condition("namespace", query.ns));
  if (!query.workload.empty()) out.push_back(condition("workload_name", query.workload));
  if (!query.node.empty()) out.push_back(condition("node", query.node));
  if (!query.name.empty() && query.subject != clusters::Subject::cluster)
    out.push_back(condition(dimensions_of(query.subject).back(), query.name));
  return out;
}

std::string dimension(const Json& point, std::string_view name) {
  for (const Json& one : array_or_empty(point, "Dimensions")) {
    if (string_or(one, "Name") == name) return string_or(one, "Value");
  }
  return {};
}

MetricSeries read_series(const Json& line, const clusters::MetricQuery& query,
                         const MetricName& metric) {
  MetricSeries out{.ns = dimension(line, "namespace"),
                   .name = dimension(line, dimensions_of(query.subject).back()),
                   .unit = std::string(metric.unit)};
  if (query.subject == clusters::Subject::cluster) out.name = query.cluster_id;
  for (const Json& value : array_or_empty(line, "Values")) {
    const auto number = value.find("Value");
    if (number == value.end() || !number->is_number()) continue;
    out.points.push_back({.at = from_seconds(number_or(value, "Timestamp")),
                          .value = number->get<double>() * metric.factor});
  }
  std::ranges::sort(out.points, {}, &MetricPoint::at);
  return out;
}

MetricSeries read_disk(const Json& line, const std::map<std::string, std::string>& addresses) {
  const std::string id = dimension(line, "InstanceId");
  const auto address = addresses.find(id);
  MetricSeries out{.name = address == addresses.end() ? id : address->second, .unit = "percent"};
  const Json& times = array_or_empty(line, "Timestamps");
  const Json& values = array_or_empty(line, "Values");
  for (std::size_t i = 0; i < std::min(times.size(), values.size()); ++i) {
    if (!times[i].is_number() || !values[i].is_number()) continue;
    out.points.push_back(
        {.at = from_seconds(times[i].get<double>()), .value = values[i].get<double>()});
  }
  return out;
}

}  // namespace

Async<Result<std::vector<MetricSeries>>> MonitorMetrics::series(clusters::MetricQuery query) {
  if (query.from >= query.to)
    co_return fail(Errc::invalid_argument, "the time range ends before it begins");
  if (query.measure == clusters::Measure::storage && query.subject == clusters::Subject::node)
    co_return co_await disks(std::move(query));
  co_return co_await containers(std::move(query));
}

Async<Result<std::vector<MetricSeries>>> MonitorMetrics::containers(clusters::MetricQuery query) {
  const auto metric = metric_name(query.measure, query.subject);
  if (!metric) {
    co_return fail(Errc::not_found,
                   "Tencent Cloud does not measure that; ask for CPU or memory, "
                   "or for the disks of nodes");
  }
  if (query.subject == clusters::Subject::pod && query.workload.empty() && query.node.empty()) {
    co_return fail(Errc::invalid_argument,
                   "pods are measured workload by workload or node by node; name one");
  }
  const auto response = co_await client_.call(
      monitor_call(query, "DescribeStatisticData",
                   {{"Module", "monitor"},
                    {"Namespace", "QCE/TKE2"},
                    {"MetricNames", Json::array({metric->metric})},
                    {"Conditions", conditions_of(query)},
                    {"Period", period_for(query.from, query.to, query.step, clock_.now())},
                    {"StartTime", iso_shanghai(query.from)},
                    {"EndTime", iso_shanghai(query.to)},
                    {"GroupBys", dimensions_of(query.subject)}}));
  if (!response) co_return fail(response.error());
  std::vector<MetricSeries> out;
  for (const Json& data : array_or_empty(*response, "Data")) {
    for (const Json& line : array_or_empty(data, "Points"))
      out.push_back(read_series(line, query, *metric));
  }
  co_return out;
}

// Disks are the machines', which another product measures by their ids.
Async<Result<std::vector<MetricSeries>>> MonitorMetrics::disks(clusters::MetricQuery query) {
  const auto machines = co_await list_all(client_,
                                          {.service = "tke",
                                           .version = "2018-05-25",
                                           .action = "DescribeClusterInstances",
                                           .region = query.region,
                                           .body = Json{{"ClusterId", query.cluster_id}},
                                           .timeout = kTimeout,
                                           .cache_for = Millis(60'000)},
                                          "InstanceSet");
  if (!machines) co_return fail(machines.error());
  std::map<std::string, std::string> addresses;  // by id
  for (const Json& machine : *machines) {
    const std::string id = string_or(machine, "InstanceId"), address = string_or(machine, "LanIP");
    if (id.starts_with("ins-") && (query.name.empty() || query.name == address))
      addresses[id] = address;
  }
  std::vector<MetricSeries> out;
  for (auto next = addresses.begin(); next != addresses.end();) {
    Json instances = Json::array();
    for (; next != addresses.end() && instances.size() < kMachinesAtOnce; ++next) {
      instances.push_back({{"Dimensions", {{{"Name", "InstanceId"}, {"Value", next->first}}}}});
    }
    const auto response = co_await client_.call(
        monitor_call(query, "GetMonitorData",
                     {{"Namespace", "QCE/CVM"},
                      {"MetricName", "CvmDiskUsage"},
                      {"Instances", std::move(instances)},
                      {"Period", period_for(query.from, query.to, query.step, clock_.now())},
                      {"StartTime", iso_shanghai(query.from)},
                      {"EndTime", iso_shanghai(query.to)}}));
    if (!response) co_return fail(response.error());
    for (const Json& line : array_or_empty(*response, "DataPoints"))
      out.push_back(read_disk(line, addresses));
  }
  co_return out;
}

}  // namespace mtc::tencent
