#include "emulator/monitor_objects.h"

#include <algorithm>

namespace mtc::emulator {
namespace {

// As the cluster's document keeps them: [{Kind, Namespace, Name, Pods[]}].
Json workloads_of(const Cloud& cloud, const Record& cluster) {
  if (const auto& own = array_or_empty(cluster.document, "Workloads"); !own.empty()) return own;
  Json proxies = Json::array();
  for (const Record* node : nodes_of(cloud, cluster))
    proxies.push_back(short_id("kube-proxy-", node->id, 5));
  return {
      {{"Kind", "Deployment"},
       {"Namespace", "kube-system"},
       {"Name", "coredns"},
       {"Pods",
        {short_id("coredns-", cluster.id + "1", 5), short_id("coredns-", cluster.id + "2", 5)}}},
      {{"Kind", "DaemonSet"},
       {"Namespace", "kube-system"},
       {"Name", "kube-proxy"},
       {"Pods", std::move(proxies)}}};
}

MonitoredObject whole(const Record& cluster) {
  return {.dimensions = {{"tke_cluster_instance_id", cluster.id}},
          .since = cluster.time("CreatedAt")};
}

// The totals that the cluster's real nodes and workloads give.
double total_of(const Cloud& cloud, const Record& cluster, std::string_view metric) {
  double nodes = 0, cores = 0, memory = 0, pods = 0;
  for (const Record* node : nodes_of(cloud, cluster)) {
    if (state_of(*node, cloud.now()) != NodeState::running) continue;
    nodes += 1;
    cores += static_cast<double>(node->integer("Cores"));
    memory += static_cast<double>(node->integer("MemoryGb"));
  }
  for (const auto& one : workloads_of(cloud, cluster))
    pods += static_cast<double>(array_or_empty(one, "Pods").size());
  if (metric == "K8sClusterNodeTotal") return nodes;
  if (metric == "K8sClusterPodsUsedTotal") return pods;
  if (metric == "K8sClusterAllocatablePodsTotal") return nodes * 61;
  if (metric == "K8sClusterCpuCoreTotal") return cores;
  return metric == "K8sClusterMemoryTotal" ? memory : -1;
}

std::vector<MonitoredObject> node_objects(const Cloud& cloud, const Record& cluster) {
  std::vector<MonitoredObject> out;
  for (const Record* node : nodes_of(cloud, cluster)) {
    auto& one = out.emplace_back(whole(cluster));
    one.since = node->time("RunsAt");
    one.dimensions.emplace_back("node_role", "Node");
    one.dimensions.emplace_back("node", node->text("Address"));
    one.dimensions.emplace_back("un_instance_id", node->id);
  }
  return out;
}

void add_pods(const Record& cluster, const Json& workload, const std::vector<Record*>& nodes,
              bool containers, std::vector<MonitoredObject>& out) {
  std::size_t i = 0;
  for (const auto& pod : array_or_empty(workload, "Pods")) {
    auto& one = out.emplace_back(whole(cluster));
    const auto name = pod.get<std::string>();
    one.dimensions.emplace_back("namespace", string_or(workload, "Namespace"));
    one.dimensions.emplace_back("workload_kind", string_or(workload, "Kind"));
    one.dimensions.emplace_back("workload_name", string_or(workload, "Name"));
    one.dimensions.emplace_back("pod_name", name);
    one.dimensions.emplace_back("node_role", "Node");
    const Record* node = nodes.empty() ? nullptr : nodes[(i++ + name.size()) % nodes.size()];
    one.dimensions.emplace_back("node", node == nullptr ? "" : node->text("Address"));
    one.dimensions.emplace_back("un_instance_id", node == nullptr ? "" : node->id);
    if (!containers) continue;
    one.dimensions.emplace_back("container_id", short_id("", cluster.id + name, 12));
    one.dimensions.emplace_back("container_name", string_or(workload, "Name"));
  }
}

}  // namespace

const std::string* MonitoredObject::find(std::string_view dimension) const {
  const auto it =
      std::ranges::find_if(dimensions, [&](const auto& one) { return one.first == dimension; });
  return it == dimensions.end() ? nullptr : &it->second;
}

std::vector<std::string> MonitoredObject::names() const {
  // The narrowest dimensions name the object; the cluster's id names the cluster only.
  for (const auto& keys : std::initializer_list<std::vector<std::string_view>>{
           {"container_id"},
           {"pod_name"},
           {"workload_name"},
           {"node", "un_instance_id", "InstanceId"},
           {"tke_cluster_instance_id"}}) {
    std::vector<std::string> out;
    for (const auto key : keys) {
      if (const auto* value = find(key)) out.push_back(*value);
    }
    if (!out.empty()) return out;
  }
  return {};
}

std::string MonitoredObject::seed() const {
  std::string out;
  for (const auto& [key, value] : dimensions) out += value + "/";
  return out;
}

void set_workloads(Cloud& cloud, Record& cluster, const std::vector<Workload>& workloads) {
  Json list = Json::array();
  for (const auto& one : workloads) {
    list.push_back({{"Kind", one.kind},
                    {"Namespace", one.name_space},
                    {"Name", one.name},
                    {"Pods", one.pods}});
  }
  cluster.document["Workloads"] = std::move(list);
  cloud.records().save(cluster);
}

std::vector<std::string> dimensions_of(MetricLevel level) {
  switch (level) {
    case MetricLevel::machine:
      return {"InstanceId"};
    case MetricLevel::cluster:
      return {};
    case MetricLevel::node:
      return {"node_role", "node", "un_instance_id"};
    case MetricLevel::workload:
      return {"workload_kind", "workload_name", "namespace"};
    case MetricLevel::pod:
      return {"workload_name", "un_instance_id", "node",     "namespace",
              "pod_name",      "workload_kind",  "node_role"};
    case MetricLevel::container:
      return {"workload_name", "un_instance_id", "node",         "namespace",     "pod_name",
              "workload_kind", "node_role",      "container_id", "container_name"};
  }
  return {};
}

std::vector<MonitoredObject> objects_of(Cloud& cloud, const Record& cluster, const Metric& metric) {
  if (metric.level == MetricLevel::cluster) {
    auto one = whole(cluster);
    one.fixed = total_of(cloud, cluster, metric.name);
    return {std::move(one)};
  }
  if (metric.level == MetricLevel::node) return node_objects(cloud, cluster);
  std::vector<MonitoredObject> out;
  const auto nodes = nodes_of(cloud, cluster);
  const auto workloads = workloads_of(cloud, cluster);
  for (const auto& workload : workloads) {
    if (metric.level != MetricLevel::workload) {
      add_pods(cluster, workload, nodes, metric.level == MetricLevel::container, out);
      continue;
    }
    auto& one = out.emplace_back(whole(cluster));
    one.dimensions.emplace_back("namespace", string_or(workload, "Namespace"));
    one.dimensions.emplace_back("workload_kind", string_or(workload, "Kind"));
    one.dimensions.emplace_back("workload_name", string_or(workload, "Name"));
  }
  return out;
}

std::optional<MonitoredObject> find_machine(Cloud& cloud, const Owner& owner,
                                            std::string_view instance_id) {
  for (const Record* node : cloud.records().of(kTkeNode, owner)) {
    if (node->text("Instance") != instance_id) continue;
    return MonitoredObject{.dimensions = {{"InstanceId", std::string(instance_id)}},
                           .since = node->time("RunsAt")};
  }
  return std::nullopt;
}

}  // namespace mtc::emulator
