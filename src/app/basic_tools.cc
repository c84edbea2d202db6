#include "app/basic_tools.h"

#include "mcp/tool_family.h"
#include "services/basic/change_log_rule_tool.h"
#include "services/basic/cluster_change_tools.h"
#include "services/basic/cluster_prompts.h"
#include "services/basic/cluster_resources.h"
#include "services/basic/cluster_tools.h"
#include "services/basic/count_logs_tool.h"
#include "services/basic/create_log_tools.h"
#include "services/basic/dashboard_resources.h"
#include "services/basic/list_log_settings_tool.h"
#include "services/basic/log_changes.h"
#include "services/basic/log_context_tool.h"
#include "services/basic/search_logs_tool.h"
#include "services/basic/view_dashboard_tool.h"
#include "services/basic/workload_tools.h"

namespace mtc::app {
namespace {

const std::set<Profile> kReaders{Profile::full};
const std::set<Profile> kListeners{Profile::voice, Profile::device};

// Its members one by one, and all in one.
Result<> add(Offer& offer, mcp::ToolFamily family) {
  const Services basic{Service::basic};
  for (const auto& member : family.members) {
    offer.tools.push_back({.item = member.tool, .services = basic, .profiles = kReaders});
  }
  auto whole = mcp::make_tool_family(std::move(family));
  if (!whole) return fail(std::move(whole).error());
  offer.tools.push_back({.item = std::move(*whole), .services = basic, .profiles = kListeners});
  return {};
}

std::vector<mcp::ToolFamily> log_families(const BasicToolPorts& ports) {
  const services::SearchLogsPorts search{.callers = ports.logs.callers,
                                         .clock = ports.logs.clock,
                                         .store = ports.logs.store,
                                         .usual_topics = ports.logs.usual_topics,
                                         .recent = &ports.logs.recent};
  return {
      {.name = "logs",
       .title = "Look into the logs",
       .description =
           "Look into the logs (查日志, 有没有报错). search: the lines; count: how many, "
           "over time; context: the lines around one that was found.",
       .members = {{.action = "search", .tool = services::search_logs_tool(search)},
                   {.action = "count", .tool = services::count_logs_tool(ports.logs)},
                   {.action = "context", .tool = services::log_context_tool(ports.logs)}}},
      {.name = "change_log_settings",
       .title = "Change the log service",
       .description =
           "Set up the log service: create a logset (日志集), a topic (日志主题), an alarm "
           "(告警策略) or scheduled SQL (定时分析); rule: switch one of these on or off, or "
           "delete it.",
       .members = {{.action = "create_logset", .tool = services::create_logset_tool(ports.logs)},
                   {.action = "create_topic", .tool = services::create_log_topic_tool(ports.logs)},
                   {.action = "create_alarm", .tool = services::create_alarm_tool(ports.logs)},
                   {.action = "create_sql",
                    .tool = services::create_scheduled_sql_tool(ports.logs)},
                   {.action = "rule", .tool = services::change_log_rule_tool(ports.logs)}}},
  };
}

std::vector<mcp::ToolFamily> looking_families(const BasicToolPorts& ports) {
  return {
      {.name = "clusters",
       .title = "Look at clusters",
       .description = "Look at Kubernetes clusters (集群). list: all of them; nodes (节点); pools "
                      "(节点池); usage: how much CPU, memory, disk is in use; access: the way in.",
       .members = {{.action = "list", .tool = services::list_clusters_tool(ports.clusters)},
                   {.action = "nodes", .tool = services::list_nodes_tool(ports.clusters)},
                   {.action = "pools", .tool = services::list_node_pools_tool(ports.clusters)},
                   {.action = "usage", .tool = services::resource_usage_tool(ports.clusters)},
                   {.action = "access", .tool = services::cluster_access_tool(ports.clusters)}}},
      {.name = "workloads",
       .title = "Look at workloads",
       .description =
           "Look at what runs in a cluster (工作负载, 服务, 副本, Pod). list; inspect: one "
           "of them, its events, logs or versions; changes: what was changed by voice.",
       .members = {{.action = "list", .tool = services::list_workloads_tool(ports.clusters)},
                   {.action = "inspect", .tool = services::inspect_workload_tool(ports.clusters)},
                   {.action = "changes", .tool = services::list_changes_tool(ports.changes)}}},
  };
}

std::vector<mcp::ToolFamily> changing_families(const BasicToolPorts& ports) {
  return {
      {.name = "change_workload",
       .title = "Change a workload",
       .description =
           "Scale (扩容, 缩容) or restart (重启) a workload, undo (撤销) a change, or name "
           "a workload as it is called.",
       .members = {{.action = "scale", .tool = services::scale_workload_tool(ports.changes)},
                   {.action = "restart", .tool = services::restart_workload_tool(ports.changes)},
                   {.action = "undo", .tool = services::undo_change_tool(ports.changes)},
                   {.action = "name", .tool = services::name_workload_tool(ports.clusters)}}},
      {.name = "change_config",
       .title = "Change configuration",
       .description =
           "set: one key of a ConfigMap or Secret (改配置, 改密钥); apply: YAML (应用配置 "
           "文件).",
       .members = {{.action = "set", .tool = services::update_config_tool(ports.changes)},
                   {.action = "apply", .tool = services::apply_yaml_tool(ports.changes)}}},
      {.name = "change_node_pool",
       .title = "Change node pools",
       .description = "Create a node pool (新建节点池) or resize one (节点池扩容).",
       .members = {{.action = "create", .tool = services::create_node_pool_tool(ports.changes)},
                   {.action = "resize", .tool = services::resize_node_pool_tool(ports.changes)}}},
  };
}

// Whoever listens neither picks prompts nor opens resources; and the prompts name the tools by the
// names that readers know.
void add_reading(Offer& offer, const BasicToolPorts& ports) {
  const Services basic{Service::basic};
  for (auto resources :
       {services::cluster_resources(ports.clusters), services::dashboard_resources(ports.logs)}) {
    for (auto& resource : resources) {
      offer.resources.push_back(
          {.item = std::move(resource), .services = basic, .profiles = kReaders});
    }
  }
  for (auto& prompt : services::cluster_prompts(ports.clusters)) {
    offer.prompts.push_back({.item = std::move(prompt), .services = basic, .profiles = kReaders});
  }
}

}  // namespace

Result<> add_basic_tools(Offer& offer, services::ChangeExecutors& executors,
                         const BasicToolPorts& ports) {
  for (auto families : {log_families(ports), looking_families(ports), changing_families(ports)}) {
    for (auto& family : families) {
      if (auto added = add(offer, std::move(family)); !added) return added;
    }
  }
  for (auto& tool :
       {services::list_log_settings_tool(ports.logs), services::view_dashboard_tool(ports.logs)}) {
    offer.tools.push_back({.item = tool, .services = {Service::basic}});
  }
  add_reading(offer, ports);
  services::add_log_executors(executors, ports.logs);
  services::add_cluster_executors(executors, ports.changes);
  return {};
}

}  // namespace mtc::app
