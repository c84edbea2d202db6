#include "emulator/demo_monitor.h"

#include <fmt/format.h>

#include <stdexcept>

#include "emulator/demo_operations.h"
#include "emulator/monitor_alarms.h"
#include "emulator/monitor_metrics.h"
#include "emulator/tke_model.h"

namespace mtc::emulator {
namespace {

constexpr std::int64_t kMinute = 60'000;

// Rows of our own tables: a wrong one is a mistake in this file.
void need(const Result<void>& done) {
  if (!done) throw std::logic_error("demo scene: " + done.error().message);
}

Json rule(std::string_view metric, std::string_view title, std::string_view unit,
          std::string_view value) {
  return {{"MetricName", metric}, {"Period", 60},         {"Operator", "gt"},
          {"Value", value},       {"ContinuePeriod", 3},  {"NoticeFrequency", 3600},
          {"IsPowerNotice", 0},   {"Description", title}, {"Unit", unit}};
}

struct Policy {
  std::string id, name, name_space;
  Json rules;
};

void add_policies(Cloud& cloud, const DemoNight& night, std::uint64_t uin,
                  const std::vector<Policy>& policies, const std::string& notice) {
  need(add_alarm_notice(cloud, uin,
                        {{"Id", notice},
                         {"Name", "运维值班"},
                         {"UpdatedAt", "2025-06-01 10:00:00"},
                         {"UpdatedBy", std::to_string(uin)},
                         {"UserNotices",
                          {{{"ReceiverType", "USER"},
                            {"StartTime", 0},
                            {"EndTime", 86399},
                            {"NoticeWay", {"SMS", "WECHAT", "CALL"}},
                            {"UserIds", Json::array({10001})},
                            {"Weekday", {1, 2, 3, 4, 5, 6, 7}}}}}}));
  need(
      add_alarm_notice(cloud, uin,
                       {{"Id", "notice-demo0002"},
                        {"Name", "回调机器人"},
                        {"NoticeType", "ALARM"},
                        {"UpdatedAt", "2025-05-01 10:00:00"},
                        {"URLNotices", {{{"URL", "https://example.com/alarm"}, {"IsValid", 1}}}}}));
  const auto since = millis(night.day - std::chrono::days(150)) / 1000;
  for (const auto& policy : policies) {
    need(add_alarm_policy(cloud, uin,
                          {{"PolicyId", policy.id},
                           {"PolicyName", policy.name},
                           {"Namespace", policy.name_space},
                           {"NoticeIds", Json::array({notice})},
                           {"UseSum", 5},
                           {"Region", Json::array({"gz"})},
                           {"InsertTime", since},
                           {"UpdateTime", since},
                           {"Condition", {{"IsUnionRule", 0}, {"Rules", policy.rules}}}}));
  }
}

struct Report {
  int first, last;  // minutes after 00:00
  const Policy& policy;
  std::string object, content, level, status;
  Json metric, dimensions;
};

void add_report(Cloud& cloud, const DemoNight& night, std::uint64_t uin, const Report& report) {
  const auto at = [&](int minute) { return (millis(night.day) + minute * kMinute) / 1000; };
  need(add_alarm_history(cloud, uin,
                         {{"Namespace", report.policy.name_space},
                          {"AlarmObject", report.object},
                          {"Content", report.content},
                          {"FirstOccurTime", at(report.first)},
                          {"LastOccurTime", at(report.last)},
                          {"AlarmStatus", report.status},
                          {"PolicyId", report.policy.id},
                          {"PolicyName", report.policy.name},
                          {"AlarmLevel", report.level},
                          {"NoticeWays", {"SMS", "WECHAT"}},
                          {"MetricsInfo", Json::array({report.metric})},
                          {"MetricName", string_or(report.metric, "MetricName")},
                          {"Dimensions", dump_json(report.dimensions)}}));
}

Json metric(std::string_view name_space, std::string_view name, std::string_view value,
            std::string_view title) {
  return {{"QceNamespace", name_space},
          {"MetricName", name},
          {"Period", 60},
          {"Value", value},
          {"Description", title}};
}

}  // namespace

void load_demo_monitor(Cloud& cloud, const DemoNight& night, const Owner& owner) {
  const auto cluster = find_cluster(cloud, owner, demo_cluster_id());
  if (!cluster) return;
  const auto nodes = nodes_of(cloud, **cluster);
  if (nodes.size() < 2) return;  // somebody scaled it down: the story has no place left
  const Record &busy = *nodes[0], &full = *nodes[1];
  const std::string notice = "notice-demo0001";
  const Policy machine{
      "policy-demo0001",
      "云服务器基础告警",
      "cvm_device",
      {rule("CPUUsage", "CPU利用率", "%", "90"), rule("CvmDiskUsage", "磁盘利用率", "%", "90")}};
  const Policy node{"policy-demo0002", "容器节点告警", "k8s_node2",
                    Json::array({rule("K8sNodeCpuUsage", "节点CPU利用率", "%", "85")})};
  const Policy workload{
      "policy-demo0003", "工作负载重启告警", "k8s_workload2",
      Json::array({rule("K8sWorkloadPodRestartTotal", "Pod重启次数", "次", "2")})};
  add_policies(cloud, night, owner.uin, {machine, node, workload}, notice);

  const auto instance = full.text("Instance");
  add_report(
      cloud, night, owner.uin,
      {.first = 129,
       .last = 134,
       .policy = node,
       .object = fmt::format("{}({}) | 广州生产集群", demo_cluster_id(), busy.text("Address")),
       .content = "节点CPU利用率 > 85%",
       .level = "Serious",
       .status = "OK",
       .metric = metric("qce/tke2", "K8sNodeCpuUsage", "96.4", "节点CPU利用率"),
       .dimensions = {{"tke_cluster_instance_id", demo_cluster_id()},
                      {"node", busy.text("Address")}}});
  add_report(cloud, night, owner.uin,
             {.first = 131,
              .last = 135,
              .policy = workload,
              .object = demo_cluster_id() + " | shop-prod | payment",
              .content = "Pod重启次数 > 2次",
              .level = "Warn",
              .status = "OK",
              .metric = metric("qce/tke2", "K8sWorkloadPodRestartTotal", "3", "Pod重启次数"),
              .dimensions = {{"tke_cluster_instance_id", demo_cluster_id()},
                             {"namespace", "shop-prod"},
                             {"workload_name", "payment"}}});
  add_report(cloud, night, owner.uin,
             {.first = 40,
              .last = 420,
              .policy = machine,
              .object = fmt::format("{}(mysql-proxy)", instance),
              .content = "磁盘利用率 > 90%",
              .level = "Serious",
              .status = "ALARM",
              .metric = metric("qce/cvm", "CvmDiskUsage", "90.2", "磁盘利用率"),
              .dimensions = {{"unInstanceId", instance}}});

  // The courses behind the reports. Day and night are whole minutes.
  const auto at = [&](int minute) { return millis(night.day) + minute * kMinute; };
  clear_scenarios(cloud);
  add_scenario(cloud, {.object = instance,
                       .metric = "CvmDiskUsage",
                       .from_ms = at(-2880),
                       .to_ms = at(1440),
                       .from_value = 82,
                       .to_value = 94});
  add_scenario(cloud, {.object = busy.text("Address"),
                       .metric = "K8sNodeCpuUsage",
                       .from_ms = at(127),
                       .to_ms = at(130),
                       .from_value = 55,
                       .to_value = 96.4,
                       .until_ms = at(134)});
  add_scenario(cloud, {.object = busy.text("Instance"),
                       .metric = "CPUUsage",
                       .from_ms = at(127),
                       .to_ms = at(130),
                       .from_value = 55,
                       .to_value = 96.4,
                       .until_ms = at(134)});
  add_scenario(cloud, {.object = "payment",
                       .metric = "K8sWorkloadPodRestartTotal",
                       .from_ms = at(130),
                       .to_ms = at(132),
                       .from_value = 0,
                       .to_value = 3,
                       .until_ms = at(140)});
  add_scenario(cloud, {.object = "payment",
                       .metric = "K8sWorkloadAbnormal",
                       .from_ms = at(128),
                       .to_ms = at(128),
                       .from_value = 1,
                       .to_value = 1,
                       .until_ms = at(133)});
}

}  // namespace mtc::emulator
