#include "domain/intent/cluster_request.h"

#include <algorithm>
#include <array>

#include "base/characters.h"
#include "base/text.h"

namespace mtc::intent {
namespace {

constexpr auto kScale = std::to_array<std::string_view>(
    {"扩容", "缩容", "扩到", "缩到", "扩成", "缩成", "加到", "减到", "改成", "scale", "resize"});
constexpr auto kScaleParts =
    std::to_array<std::string_view>({"副本数", "副本", "节点池", "replicas", "node pool", "nodes",
                                     "到", "成", "个", "台", "down ", "up "});
constexpr auto kRestart = std::to_array<std::string_view>({"重启", "restart", "reboot"});
constexpr auto kRestartParts = std::to_array<std::string_view>({"pod ", "deployment "});
constexpr auto kPools = std::to_array<std::string_view>({"节点池", "node pool"});
constexpr auto kNodes = std::to_array<std::string_view>({"节点", "nodes", "机器"});
constexpr auto kClusters = std::to_array<std::string_view>({"集群", "cluster"});
constexpr auto kWayIn = std::to_array<std::string_view>({"怎么连", "kubeconfig", "访问方式"});
constexpr auto kResources = std::to_array<Named>({{"cpu", "cpu"},
                                                  {"处理器", "cpu"},
                                                  {"内存", "memory"},
                                                  {"memory", "memory"},
                                                  {"磁盘", "disk"},
                                                  {"硬盘", "disk"},
                                                  {"disk", "disk"},
                                                  {"网络流量", "network"},
                                                  {"network", "network"}});
constexpr auto kUsed = std::to_array<std::string_view>(
    {"使用率", "使用", "占用", "用了", "还剩", "情况", "用量", "usage", "used", "using"});
constexpr auto kKinds = std::to_array<Named>({{"pod", "pod"},
                                              {"容器", "pod"},
                                              {"副本", "pod"},
                                              {"deployment", "deployment"},
                                              {"statefulset", "statefulset"},
                                              {"daemonset", "daemonset"},
                                              {"cronjob", "cronjob"},
                                              {"定时任务", "cronjob"},
                                              {"ingress", "ingress"},
                                              {"工作负载", "deployment"},
                                              {"workload", "deployment"}});
constexpr auto kIll =
    std::to_array<std::string_view>({"起不来", "不正常", "挂了", "掉线", "坏了", "有问题",
                                     "unhealthy", "not ready", "down", "failing", "crash"});
constexpr auto kAspects = std::to_array<Named>({{"事件", "events"},
                                                {"event", "events"},
                                                {"发布记录", "history"},
                                                {"版本", "history"},
                                                {"histor", "history"},
                                                {"version", "history"}});
constexpr auto kHowItIs = std::to_array<std::string_view>(
    {"怎么样", "怎么了", "怎么回事", "正常吗", "正常", "状态", "还好吗", "好了没有", "how is",
     "how's", "status", "what's wrong", "看看", "看一下"});

void name_place(Utterance& said, ToolCall& call) {
  if (const auto cluster = said.take_before("集群")) call.arguments["cluster"] = *cluster;
  if (const auto ns = said.take_before("命名空间")) call.arguments["namespace"] = *ns;
}

// Chinese words are taken for a name only where they say so themselves.
bool is_service_name(std::string_view name) {
  return name.ends_with("服务") || std::ranges::any_of(name, is_letter);
}

ToolCall nodes_call(Utterance said) {
  ToolCall call{.tool = said.has(kPools) ? "list_node_pools" : "list_nodes"};
  name_place(said, call);
  if (call.tool == "list_nodes" && said.has(kIll)) call.arguments["status"] = "notready";
  return call;
}

ToolCall usage_call(Utterance said, std::string_view resource) {
  ToolCall call{.tool = "resource_usage", .arguments = {{"resource", resource}}};
  if (const auto time = said.take_time()) call.arguments["time_range"] = *time;
  said.take_out(kUsed);
  if (said.has({"各服务", "每个服务", "工作负载", "workload"})) {
    call.arguments["by"] = "workload";
  } else if (said.has({"各命名空间", "每个命名空间", "namespaces"})) {
    call.arguments["by"] = "namespace";
  }
  name_place(said, call);
  if (const std::string name = said.rest(); !call.arguments.contains("by") && is_service_name(name))
    call.arguments.update({{"by", "workload"}, {"name", name}});
  return call;
}

ToolCall list_call(Utterance said, std::string_view kind) {
  ToolCall call{.tool = "list_workloads", .arguments = {{"kind", kind}}};
  name_place(said, call);
  if (said.has(kIll)) call.arguments["status"] = "unhealthy";
  said.take_out(kIll);
  if (const std::string name = said.rest(); is_service_name(name)) call.arguments["name"] = name;
  return call;
}

}  // namespace

std::optional<ToolCall> route_cluster_change(Utterance said) {
  if (said.has(kRestart)) {
    ToolCall call{.tool = "restart_workload"};
    said.take_out(kRestart);
    name_place(said, call);
    said.take_out(kRestartParts);
    call.arguments["name"] = said.rest();
    return call;
  }
  if (!said.has(kScale)) return std::nullopt;
  const bool pool = said.has(kPools) || said.has({"台", "nodes"});
  ToolCall call{.tool = pool ? "resize_node_pool" : "scale_workload"};
  const auto number = said.take_number();
  if (!number) return std::nullopt;
  call.arguments[pool ? "desired" : "replicas"] = *number;
  said.take_out(kScale);
  name_place(said, call);
  said.take_out(kScaleParts);
  if (const std::string name = said.rest(); !name.empty())
    call.arguments[pool ? "pool" : "workload"] = name;
  return call;
}

std::optional<ToolCall> route_cluster_look(Utterance said) {
  if (const auto resource = said.take_first_of(kResources)) return usage_call(said, *resource);
  if (said.has(kPools) || said.has(kNodes)) return nodes_call(said);
  if (const auto kind = said.take_first_of(kKinds)) return list_call(said, *kind);
  return std::nullopt;
}

std::optional<ToolCall> route_clusters(Utterance said) {
  if (!said.has(kClusters)) return std::nullopt;
  if (!said.has(kWayIn)) return ToolCall{.tool = "list_clusters"};
  ToolCall call{.tool = "cluster_access"};
  name_place(said, call);
  return call;
}

std::optional<ToolCall> route_workload_look(Utterance said) {
  const auto aspect = said.take_first_of(kAspects);
  if (!aspect && !said.has(kHowItIs)) return std::nullopt;
  ToolCall call{.tool = "inspect_workload"};
  if (aspect) call.arguments["what"] = *aspect;
  said.take_out(kHowItIs);
  said.take_time();
  name_place(said, call);
  const std::string name = said.rest();
  if (!is_service_name(name)) return std::nullopt;
  call.arguments["name"] = name;
  return call;
}

}  // namespace mtc::intent
