// Clusters of the Kubernetes service and their nodes.
#include <fmt/format.h>

#include "base/text.h"
#include "emulator/action_table.h"
#include "emulator/listing.h"
#include "emulator/tke_answers.h"
#include "emulator/tke_model.h"

namespace mtc::emulator {
namespace {

std::int64_t running_nodes(const Call& call, const Record& cluster) {
  return std::ranges::count_if(nodes_of(call.cloud, cluster), [&](const Record* node) {
    return state_of(*node, call.now()) != NodeState::joining;
  });
}

Json describe(const Call& call, const Record& cluster) {
  Json out = object_or_empty(cluster.document, "Cluster");
  out["ClusterNodeNum"] = running_nodes(call, cluster);
  if (array_or_empty(out, "TagSpecification").empty()) out["TagSpecification"] = call.no_list();
  return out;
}

bool has(const Json& cluster, std::string_view key, const std::string& value) {
  if (key == "ClusterName")
    return string_or(cluster, "ClusterName").find(value) != std::string::npos;
  if (key == "ClusterType" || key == "ClusterStatus") return string_or(cluster, key) == value;
  if (key == "vpc-id")
    return string_or(object_or_empty(cluster, "ClusterNetworkSettings"), "VpcId") == value;
  for (const auto& specification : array_or_empty(cluster, "TagSpecification")) {
    for (const auto& tag : array_or_empty(specification, "Tags")) {
      const auto name = string_or(tag, "Key"), text = string_or(tag, "Value");
      if ((key == "tag-key" && name == value) || (key == "tag-value" && text == value) ||
          (key == "Tags" && name + ":" + text == value))
        return true;
    }
  }
  return false;
}

ApiResult<std::string> describe_clusters(Call& call) {
  const auto page = read_page(call.body, kTkeParam);
  if (!page) return std::unexpected(page.error());
  const auto type = string_or(call.body, "ClusterType");
  if (!type.empty() && type != "MANAGED_CLUSTER" && type != "INDEPENDENT_CLUSTER")
    return refuse(kTkeParam, "ClusterType should be MANAGED_CLUSTER or INDEPENDENT_CLUSTER");
  const Json& filters = array_or_empty(call.body, "Filters");
  if (auto ok = check_filters(filters, kTkeFilters,
                              {"ClusterName", "ClusterType", "ClusterStatus", "vpc-id", "tag-key",
                               "tag-value", "Tags"});
      !ok)
    return std::unexpected(ok.error());
  auto hits = call.records().of(kTkeCluster, call.owner);
  std::erase_if(hits, [&](const Record* cluster) {
    const Json& shown = object_or_empty(cluster->document, "Cluster");
    return !listed(call.body, "ClusterIds", cluster->id) ||
           (!type.empty() && string_or(shown, "ClusterType") != type) ||
           !passes(filters, kTkeFilters, [&](std::string_view key, const std::string& value) {
             return has(shown, key, value);
           });
  });
  Json list = hits.empty() ? call.no_list() : Json::array();
  for (const Record* one : cut(hits, *page)) {
    const auto cluster = find_cluster(call.cloud, call.owner, one->id);
    list.push_back(describe(call, **cluster));
  }
  return members_of({{"TotalCount", hits.size()}, {"Clusters", std::move(list)}});
}

Json status_of(const Call& call, const Record& cluster) {
  const Json& shown = object_or_empty(cluster.document, "Cluster");
  std::int64_t initial = 0, running = 0;
  for (const Record* node : nodes_of(call.cloud, cluster)) {
    const auto state = state_of(*node, call.now());
    initial += state == NodeState::initializing ? 1 : 0;
    running += state == NodeState::running ? 1 : 0;
  }
  return {{"ClusterId", cluster.id},
          {"ClusterState", string_or(shown, "ClusterStatus")},
          {"ClusterInstanceState", "AllNormal"},
          {"ClusterBMonitor", true},
          {"ClusterInitNodeNum", initial},
          {"ClusterRunningNodeNum", running},
          {"ClusterFailedNodeNum", 0},
          {"ClusterClosedNodeNum", 0},
          {"ClusterClosingNodeNum", 0},
          {"ClusterDeletionProtection", bool_or(shown, "DeletionProtection")},
          {"ClusterAuditEnabled", false}};
}

ApiResult<std::string> describe_cluster_status(Call& call) {
  Json list = Json::array();
  for (const Record* one : call.records().of(kTkeCluster, call.owner)) {
    if (!listed(call.body, "ClusterIds", one->id)) continue;
    const auto cluster = find_cluster(call.cloud, call.owner, one->id);
    list.push_back(status_of(call, **cluster));
  }
  const auto count = list.size();
  return members_of({{"ClusterStatusSet", std::move(list)}, {"TotalCount", count}});
}

std::string asg_of(const Call& call, const Record& node) {
  const auto pool = call.records().find(kTkePool, call.owner, node.text("PoolId"));
  return pool == nullptr || is_native(*pool) ? "" : short_id("asg-", pool->id);
}

Json describe_instance(const Call& call, const Record& node) {
  const auto state = state_of(node, call.now());
  return {{"InstanceId", node.id},
          {"InstanceRole", "WORKER"},
          {"FailedReason", state == NodeState::running ? "=Ready:True;" : ""},
          {"InstanceState", name_of(state)},
          {"DrainStatus", ""},
          {"InstanceAdvancedSettings",
           {{"DesiredPodNumber", 0},
            {"GPUArgs", nullptr},
            {"PreStartUserScript", ""},
            {"Taints", call.no_list()},
            {"MountTarget", ""},
            {"DockerGraphPath", ""},
            {"UserScript", ""},
            {"Unschedulable", 0},
            {"Labels", call.no_list()},
            {"DataDisks", call.no_list()},
            {"ExtraArgs", {{"Kubelet", call.no_list()}}}}},
          {"CreatedTime", node.text("CreatedTime")},
          {"LanIP", node.text("Address")},
          {"NodePoolId", node.text("PoolId")},
          {"AutoscalingGroupId", asg_of(call, node)}};
}

ApiResult<std::string> describe_cluster_instances(Call& call) {
  const auto cluster = find_cluster(call.cloud, call.owner, string_or(call.body, "ClusterId"));
  if (!cluster) return std::unexpected(cluster.error());
  const auto page = read_page(call.body, kTkeParam);
  if (!page) return std::unexpected(page.error());
  const auto role = string_or(call.body, "InstanceRole", "WORKER");
  if (role != "WORKER" && role != "MASTER" && role != "ETCD" && role != "MASTER_ETCD")
    return refuse(kTkeParam, "InstanceRole should be WORKER, MASTER, ETCD or MASTER_ETCD");
  const Json& filters = array_or_empty(call.body, "Filters");
  if (auto ok = check_filters(filters, kTkeFilters, {"nodepool-id", "nodepool-instance-type"}); !ok)
    return std::unexpected(ok.error());
  auto hits = nodes_of(call.cloud, **cluster);
  std::erase_if(hits, [&](const Record* node) {
    return state_of(*node, call.now()) == NodeState::joining || role != "WORKER" ||
           !listed(call.body, "InstanceIds", node->id) ||
           !passes(filters, kTkeFilters, [&](std::string_view key, const std::string& value) {
             if (key == "nodepool-id") return node->text("PoolId") == value;
             return value == "ALL" ||
                    (value == "AUTOSCALING_ADDED") == !node->text("PoolId").empty();
           });
  });
  Json list = hits.empty() ? call.no_list() : Json::array();
  for (const Record* node : cut(hits, *page)) list.push_back(describe_instance(call, *node));
  return members_of({{"TotalCount", hits.size()}, {"InstanceSet", std::move(list)}});
}

// As the sheet numbers them: nodes, pods, config maps, replica sets, custom resources, others.
ApiResult<std::string> describe_levels(Call& call) {
  const auto id = string_or(call.body, "ClusterID");
  if (!id.empty()) {
    if (const auto cluster = find_cluster(call.cloud, call.owner, id); !cluster)
      return std::unexpected(cluster.error());
  }
  Json items = Json::array();
  for (const std::int64_t nodes : {5, 20, 50, 100, 200, 500, 1000, 3000, 5000}) {
    const auto name = fmt::format("L{}", nodes);
    items.push_back({{"Name", name},
                     {"Alias", name},
                     {"NodeCount", nodes},
                     {"PodCount", nodes * 30},
                     {"ConfigMapCount", nodes * 25},
                     {"RSCount", nodes * 60},
                     {"CRDCount", nodes * 120},
                     {"Enable", true},
                     {"OtherCount", nodes * 240}});
  }
  const auto count = items.size();
  return members_of({{"TotalCount", count}, {"Items", std::move(items)}});
}

constexpr std::string_view kDescribeClusters =
    "ClusterIds string[], Offset int64, Limit int64, Filters Filter[], ClusterType string";

}  // namespace

void add_tke_cluster_actions(ActionTable& table) {
  ActionGroup old(table, "tke", kTkeVersion, kTkeScope);
  old.define("Filter", "Name string!, Values string[]!");
  old.add("DescribeClusters", kDescribeClusters, describe_clusters);
  old.add("DescribeClusterStatus", "ClusterIds string[]", describe_cluster_status);
  old.add("DescribeClusterInstances",
          "ClusterId string!, Offset int64, Limit int64, InstanceIds string[], InstanceRole "
          "string, Filters Filter[]",
          describe_cluster_instances);
  old.add("DescribeClusterLevelAttribute", "ClusterID string", describe_levels);
  ActionGroup recent(table, "tke", kTke2022Version, kTke2022Scope);
  recent.define("Filter", "Name string!, Values string[]!");
  recent.add("DescribeClusters", kDescribeClusters, describe_clusters);
}

}  // namespace mtc::emulator
