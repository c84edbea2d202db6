#include "adapters/tencent/tke_answers.h"

#include "base/text.h"
#include "base/zone.h"

namespace mtc::tencent {
namespace {

using clusters::ClusterStatus;
using clusters::PoolType;

struct StatusWord {
  std::string_view word;
  ClusterStatus status;
};

constexpr StatusWord kStatusWords[] = {
    {"Running", ClusterStatus::running},
    {"Trading", ClusterStatus::creating},
    {"ClusterLevelTrading", ClusterStatus::changing},
    {"Creating", ClusterStatus::creating},
    {"WaittingForConnect", ClusterStatus::creating},
    {"Scaling", ClusterStatus::changing},
    {"Upgrading", ClusterStatus::changing},
    {"NodeUpgrading", ClusterStatus::changing},
    {"RuntimeUpgrading", ClusterStatus::changing},
    {"MasterScaling", ClusterStatus::changing},
    {"ClusterLevelUpgrading", ClusterStatus::changing},
    {"Recovering", ClusterStatus::changing},
    {"Pause", ClusterStatus::changing},
    {"Deleting", ClusterStatus::deleting},
    {"Idling", ClusterStatus::stopped},
    {"Isolated", ClusterStatus::stopped},
    {"ResourceIsolate", ClusterStatus::stopped},
    {"ResourceIsolated", ClusterStatus::stopped},
    {"ResourceReverse", ClusterStatus::stopped},
    {"Abnormal", ClusterStatus::abnormal},
};

ClusterStatus read_status(std::string_view word) {
  for (const auto& known : kStatusWords) {
    if (known.word == word) return known.status;
  }
  return ClusterStatus::unknown;
}

PoolType read_type(std::string_view word) {
  if (word == "Native") return PoolType::native;
  if (word == "Super") return PoolType::super;
  if (word == "External") return PoolType::external;
  return PoolType::regular;
}

std::vector<std::string> read_texts(const Json& list) {
  std::vector<std::string> out;
  for (const Json& item : list) {
    if (item.is_string()) out.push_back(item.get<std::string>());
  }
  return out;
}

std::vector<clusters::Label> read_labels(const Json& list) {
  std::vector<clusters::Label> out;
  for (const Json& item : list)
    out.push_back({.name = string_or(item, "Name"), .value = string_or(item, "Value")});
  return out;
}

std::vector<clusters::Taint> read_taints(const Json& list) {
  std::vector<clusters::Taint> out;
  for (const Json& item : list) {
    out.push_back({.key = string_or(item, "Key"),
                   .value = string_or(item, "Value"),
                   .effect = string_or(item, "Effect")});
  }
  return out;
}

// Machines that work, however they came into the pool.
std::int64_t count_normal(const Json& regular) {
  const Json& summary = object_or_empty(regular, "NodeCountSummary");
  return integer_or(object_or_empty(summary, "ManuallyAdded"), "Normal") +
         integer_or(object_or_empty(summary, "AutoscalingAdded"), "Normal");
}

void read_regular(const Json& regular, clusters::NodePool& pool) {
  pool.autoscaling = string_or(regular, "AutoscalingGroupStatus", "enabled") == "enabled";
  pool.minimum = integer_or(regular, "MinNodesNum");
  pool.maximum = integer_or(regular, "MaxNodesNum");
  pool.desired = integer_or(regular, "DesiredNodesNum");
  pool.ready = count_normal(regular);
}

void read_native(const Json& native, clusters::NodePool& pool) {
  const Json& scaling = object_or_empty(native, "Scaling");
  pool.autoscaling = bool_or(native, "EnableAutoscaling");
  pool.minimum = integer_or(scaling, "MinReplicas");
  pool.maximum = integer_or(scaling, "MaxReplicas");
  pool.desired = integer_or(native, "Replicas");
  pool.ready = integer_or(native, "ReadyReplicas");
  pool.instance_types = read_texts(array_or_empty(native, "InstanceTypes"));
}

}  // namespace

clusters::Cluster read_cluster(const Json& item, const std::string& region) {
  const std::string status = string_or(item, "ClusterStatus");
  return {.id = string_or(item, "ClusterId"),
          .name = string_or(item, "ClusterName"),
          .region = region,
          .version = string_or(item, "ClusterVersion"),
          .status = read_status(status),
          .status_text = status,
          .type = string_or(item, "ClusterType"),
          .nodes = integer_or(item, "ClusterNodeNum"),
          .network = string_or(object_or_empty(item, "ClusterNetworkSettings"), "VpcId"),
          .created = parse_iso(string_or(item, "CreatedTime")).value_or(TimePoint{})};
}

clusters::Instance read_instance(const Json& item) {
  clusters::Instance out{.id = string_or(item, "InstanceId"),
                         .state = to_lower_ascii(string_or(item, "InstanceState")),
                         .reason = {},
                         .address = string_or(item, "LanIP"),
                         .pool_id = string_or(item, "NodePoolId")};
  // A healthy machine has a "reason" too: "=Ready:True;".
  if (out.state != "running") out.reason = string_or(item, "FailedReason");
  out.unschedulable =
      integer_or(object_or_empty(item, "InstanceAdvancedSettings"), "Unschedulable") != 0 ||
      string_or(item, "DrainStatus") == "drained";
  return out;
}

clusters::NodePool read_pool(const Json& item) {
  clusters::NodePool pool{.id = string_or(item, "NodePoolId"),
                          .cluster_id = string_or(item, "ClusterId"),
                          .name = string_or(item, "Name"),
                          .type = read_type(string_or(item, "Type")),
                          .state = to_lower_ascii(string_or(item, "LifeState")),
                          .labels = read_labels(array_or_empty(item, "Labels")),
                          .taints = read_taints(array_or_empty(item, "Taints")),
                          .deletion_protection = bool_or(item, "DeletionProtection")};
  switch (pool.type) {
    case PoolType::regular:
      read_regular(object_or_empty(item, "Regular"), pool);
      break;
    case PoolType::native:
      read_native(object_or_empty(item, "Native"), pool);
      break;
    case PoolType::external:
      pool.desired = integer_or(object_or_empty(item, "External"), "NodesNum");
      pool.ready = pool.desired;
      break;
    case PoolType::super:
      break;  // has no machines to count
  }
  return pool;
}

clusters::NodePoolSpec read_pool_settings(const Json& item) {
  const auto pool = read_pool(item);
  clusters::NodePoolSpec spec{.name = pool.name,
                              .type = pool.type,
                              .minimum = pool.minimum,
                              .maximum = pool.maximum,
                              .desired = pool.desired,
                              .autoscaling = pool.autoscaling,
                              .labels = pool.labels,
                              .taints = pool.taints};
  if (pool.type == PoolType::regular) {
    spec.image = string_or(object_or_empty(item, "Regular"), "NodePoolOs");
  }
  if (pool.type == PoolType::native) {
    const Json& native = object_or_empty(item, "Native");
    const Json& disk = object_or_empty(native, "SystemDisk");
    if (!pool.instance_types.empty()) spec.instance_type = pool.instance_types.front();
    spec.disk_type = string_or(disk, "DiskType");
    spec.disk_gib = integer_or(disk, "DiskSize");
    spec.subnets = read_texts(array_or_empty(native, "SubnetIds"));
    spec.security_groups = read_texts(array_or_empty(native, "SecurityGroupIds"));
    spec.key_ids = read_texts(array_or_empty(native, "KeyIds"));
    spec.charge_type = string_or(native, "InstanceChargeType");
  }
  return spec;
}

}  // namespace mtc::tencent
