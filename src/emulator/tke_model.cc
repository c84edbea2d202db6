#include "emulator/tke_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/zone.h"
#include "emulator/numbers.h"
#include "infra/crypto/sha256.h"

namespace mtc::emulator {
namespace {

// "2025-03-01T02:03:04Z"
std::string iso(TimePoint time) {
  return format_iso_utc(time).substr(0, 19) + "Z";
}

// The next address of the cluster: 10.<cluster>.<n / 200>.<10 + n % 200>.
std::string next_address(Cloud& cloud, Record& cluster) {
  const auto n = cluster.integer("Addresses");
  cluster.document["Addresses"] = n + 1;
  cloud.records().save(cluster);
  return fmt::format("10.{}.{}.{}", network_of(cluster), n / 200 % 250, 10 + n % 200);
}

Record& add_node(Cloud& cloud, const Record& cluster, const Record& pool, TimePoint joins,
                 TimePoint runs, std::string address = {}) {
  auto& whole = *cloud.records().find(kTkeCluster, cluster.owner, cluster.id);
  if (address.empty()) address = next_address(cloud, whole);
  const auto seed = cluster.id + pool.id + address + std::to_string(millis(joins));
  const bool native = is_native(pool);
  const auto size = read_instance_type(pool.text("InstanceType"));
  Json document{{"ClusterId", cluster.id},
                {"PoolId", pool.id},
                {"Address", address},
                {"Native", native},
                {"Instance", short_id("ins-", seed)},
                {"InstanceType", pool.text("InstanceType")},
                {"Cores", size ? size->cores : 2},
                {"MemoryGb", size ? size->memory_gb : 4},
                {"Zone", cluster.owner.region + "-" + std::to_string(3 + pool.number % 2)},
                {"CreatedTime", iso(joins)},
                {"JoinsAt", millis(joins)},
                {"RunsAt", millis(runs)}};
  const auto id = native ? short_id(pool.id + "-", seed, 5) : string_or(document, "Instance");
  return cloud.records().add(kTkeNode, cluster.owner, id, std::move(document));
}

bool due(const Record& record, std::string_view member, TimePoint now) {
  return record.document.contains(member) && record.time(member) <= now;
}

void remove_pool(Cloud& cloud, const Record& cluster, const Record& pool) {
  for (Record* node : nodes_in(cloud, cluster, pool.id)) {
    if (bool_or(pool.document, "KeepNodes")) {
      node->document["PoolId"] = "";
      cloud.records().save(*node);
    } else {
      cloud.records().erase(*node);
    }
  }
  cloud.records().erase(pool);
}

void settle(Cloud& cloud, const Record& cluster) {
  const auto now = cloud.now();
  for (Record* node : nodes_of(cloud, cluster)) {
    if (due(*node, "LeavesAt", now)) cloud.records().erase(*node);
  }
  for (Record* pool : pools_of(cloud, cluster)) {
    if (due(*pool, "DeletedAt", now)) remove_pool(cloud, cluster, *pool);
  }
}

std::vector<Record*> belonging(const Cloud& cloud, std::string_view kind, const Record& cluster) {
  auto out = cloud.records().of(kind, cluster.owner);
  std::erase_if(out, [&](const Record* one) { return one->text("ClusterId") != cluster.id; });
  return out;
}

}  // namespace

int network_of(const Record& cluster) {
  return static_cast<unsigned char>(sha256(cluster.id)[0]) % 250;
}

Record& add_cluster(Cloud& cloud, const Owner& owner, const NewCluster& wanted) {
  const auto created = iso(wanted.created);
  Json tags = Json::array();
  if (!wanted.tags.empty()) tags.push_back({{"ResourceType", "cluster"}, {"Tags", wanted.tags}});
  const auto vpc = short_id("vpc-", wanted.id);
  Json shown{{"ClusterId", wanted.id},
             {"ClusterName", wanted.name},
             {"ClusterDescription", wanted.description},
             {"ClusterVersion", wanted.version},
             {"ClusterOs", "tlinux3.1x86_64"},
             {"ClusterType", "MANAGED_CLUSTER"},
             {"ClusterNetworkSettings",
              {{"ClusterCIDR", "172.16.0.0/16"},
               {"IgnoreClusterCIDRConflict", false},
               {"MaxNodePodNum", 64},
               {"MaxClusterServiceNum", 1024},
               {"Ipvs", true},
               {"VpcId", vpc},
               {"Cni", true},
               {"ServiceCIDR", "172.16.252.0/22"},
               {"Subnets", nullptr}}},
             {"ProjectId", 0},
             {"TagSpecification", std::move(tags)},
             {"ClusterStatus", "Running"},
             {"Property", "{}"},
             {"ClusterMaterNodeNum", 0},
             {"ImageId", ""},
             {"OsCustomizeType", "GENERAL"},
             {"ContainerRuntime", "containerd"},
             {"CreatedTime", created},
             {"DeletionProtection", wanted.deletion_protection},
             {"EnableExternalNode", false},
             {"ClusterLevel", wanted.level},
             {"AutoUpgradeClusterLevel", true},
             {"QGPUShareEnable", false},
             {"RuntimeVersion", "1.6.9"},
             {"ClusterEtcdNodeNum", 0}};
  Json document{{"Cluster", std::move(shown)}, {"CreatedAt", millis(wanted.created)}};
  if (wanted.extranet) document["ExtranetAt"] = millis(wanted.created);
  if (wanted.intranet) document["IntranetAt"] = millis(wanted.created);
  return cloud.records().add(kTkeCluster, owner, wanted.id, std::move(document));
}

Record& add_pool(Cloud& cloud, const Record& cluster, const NewPool& wanted) {
  const auto since = cluster.time("CreatedAt");
  Json document{{"ClusterId", cluster.id},
                {"Type", wanted.native ? "Native" : "Regular"},
                {"Name", wanted.name},
                {"Min", wanted.min},
                {"Max", wanted.max},
                {"Desired", wanted.nodes},
                {"Autoscale", wanted.autoscale},
                {"InstanceType", wanted.instance_type},
                {"Labels", wanted.labels},
                {"Taints", wanted.taints},
                {"CreatedAt", millis(since)},
                {"NormalAt", millis(since)}};
  if (wanted.native) {
    document["Native"] = {{"SubnetIds", Json::array({short_id("subnet-", cluster.id)})},
                          {"SecurityGroupIds", Json::array({short_id("sg-", cluster.id)})},
                          {"SystemDisk", {{"DiskType", "CLOUD_BSSD"}, {"DiskSize", 50}}},
                          {"InstanceTypes", Json::array({wanted.instance_type})},
                          {"InstanceChargeType", "POSTPAID_BY_HOUR"}};
  }
  auto& pool = cloud.records().add(kTkePool, cluster.owner,
                                   short_id("np-", cluster.id + wanted.name), std::move(document));
  for (std::int64_t i = 0; i < wanted.nodes; ++i) {
    const auto at = static_cast<std::size_t>(i);
    add_node(cloud, cluster, pool, since, since,
             at < wanted.addresses.size() ? wanted.addresses[at] : std::string());
  }
  return pool;
}

ApiResult<Record*> find_cluster(Cloud& cloud, const Owner& owner, std::string_view id) {
  Record* found = cloud.records().find(kTkeCluster, owner, id);
  if (found == nullptr)
    return refuse("ResourceNotFound.ClusterNotFound",
                  "cluster " + std::string(id.substr(0, 80)) + " is not in " + owner.region);
  settle(cloud, *found);
  return found;
}

ApiResult<Record*> find_pool(Cloud& cloud, const Record& cluster, std::string_view id) {
  Record* found = cloud.records().find(kTkePool, cluster.owner, id);
  if (found == nullptr || found->text("ClusterId") != cluster.id)
    return refuse("InvalidParameter.ResourceNotFound",
                  "node pool " + std::string(id.substr(0, 80)) + " is not in " + cluster.id);
  return found;
}

std::vector<Record*> pools_of(const Cloud& cloud, const Record& cluster) {
  return belonging(cloud, kTkePool, cluster);
}

std::vector<Record*> nodes_of(const Cloud& cloud, const Record& cluster) {
  return belonging(cloud, kTkeNode, cluster);
}

std::vector<Record*> nodes_in(const Cloud& cloud, const Record& cluster, std::string_view pool_id) {
  auto out = nodes_of(cloud, cluster);
  std::erase_if(out, [&](const Record* node) { return node->text("PoolId") != pool_id; });
  return out;
}

NodeState state_of(const Record& node, TimePoint now) {
  if (now < node.time("JoinsAt")) return NodeState::joining;
  return now < node.time("RunsAt") ? NodeState::initializing : NodeState::running;
}

std::string life_state(const Record& pool, TimePoint now) {
  if (pool.document.contains("DeletedAt")) return "deleting";
  return now < pool.time("NormalAt") ? "creating" : "normal";
}

bool is_native(const Record& pool) {
  return pool.text("Type") == "Native";
}

PoolCount count_nodes(const std::vector<Record*>& nodes, TimePoint now) {
  PoolCount out;
  for (const Record* node : nodes) {
    const auto state = state_of(*node, now);
    ++(state == NodeState::joining        ? out.joining
       : state == NodeState::initializing ? out.initializing
                                          : out.normal);
  }
  return out;
}

Record& create_pool(Cloud& cloud, const Record& cluster, Json document) {
  const auto now = cloud.now();
  document["ClusterId"] = cluster.id;
  document["CreatedAt"] = millis(now);
  document["NormalAt"] = millis(now + kPoolCreation);
  const auto wanted = integer_or(document, "Desired");
  document["Desired"] = 0;
  const auto id = "np-" + random_hex(cloud.random(), 4);
  auto& pool = cloud.records().add(kTkePool, cluster.owner, id, std::move(document));
  resize_pool(cloud, cluster, pool, wanted);
  return pool;
}

void resize_pool(Cloud& cloud, const Record& cluster, Record& pool, std::int64_t wanted) {
  auto nodes = nodes_in(cloud, cluster, pool.id);
  const auto begin = std::max(cloud.now(), pool.time("NormalAt"));
  for (Record* node : nodes) node->document.erase("LeavesAt");  // a new order replaces the old one
  const auto there = static_cast<std::int64_t>(nodes.size());
  for (std::int64_t i = there; i < wanted; ++i) {
    const auto joins = begin + kNodeStep * (i - there + 1);
    add_node(cloud, cluster, pool, joins, joins + kNodeInitialization);
  }
  for (std::int64_t i = there; i > std::max<std::int64_t>(wanted, 0); --i) {
    nodes[static_cast<std::size_t>(i - 1)]->document["LeavesAt"] =
        millis(begin + kNodeStep * (there - i + 1));
  }
  for (const Record* node : nodes) cloud.records().save(*node);
  pool.document["Desired"] = wanted;
  cloud.records().save(pool);
}

void delete_pool(Cloud& cloud, Record& pool, bool keep_nodes) {
  pool.document["DeletedAt"] = millis(cloud.now() + kPoolDeletion);
  pool.document["KeepNodes"] = keep_nodes;
  cloud.records().save(pool);
}

ApiResult<> check_changeable(const Record& cluster, const Record* pool, TimePoint now) {
  const auto state = string_or(object_or_empty(cluster.document, "Cluster"), "ClusterStatus");
  if (state != "Running")
    return refuse("ResourceUnavailable.ClusterState", "the cluster is " + state);
  if (pool == nullptr) return {};
  if (const auto life = life_state(*pool, now); life != "normal")
    return refuse("ResourceUnavailable.NodePoolStateNotNormal", "the node pool is " + life);
  return {};
}

ApiResult<> check_quota(const Cloud& cloud, const Record& cluster, std::int64_t more) {
  const auto there = static_cast<std::int64_t>(nodes_of(cloud, cluster).size());
  if (more <= kMaxNodesOfCluster - there) return {};
  return refuse("LimitExceeded.QuotaMaxNodLimit",
                fmt::format("a cluster has at most {} nodes", kMaxNodesOfCluster));
}

ApiResult<MachineSize> read_instance_type(std::string_view type) {
  constexpr std::array<std::pair<std::string_view, std::int64_t>, 3> kSmall{
      {{"SMALL", 1}, {"MEDIUM", 2}, {"LARGE", 4}}};
  const auto bad = [&] {
    return refuse("InvalidParameter.Param",
                  "the instance type `" + std::string(type.substr(0, 80)) + "` does not exist");
  };
  const auto dot = type.find('.');
  if (dot == std::string_view::npos || dot == 0 || type.size() > 40) return bad();
  auto size = type.substr(dot + 1);
  MachineSize out;
  if (const auto wide = size.find("XLARGE"); wide != std::string_view::npos && wide > 0) {
    if (!read_number(size.substr(0, wide), out.cores) || out.cores < 1 || out.cores > 128)
      return bad();
    out.cores *= 4;
    size.remove_prefix(wide + 6);
  } else {
    const auto small =
        std::ranges::find_if(kSmall, [&](const auto& one) { return size.starts_with(one.first); });
    if (small == kSmall.end()) return bad();
    out.cores = small->second;
    size.remove_prefix(small->first.size());
  }
  if (!read_number(size, out.memory_gb) || out.memory_gb < 1 || out.memory_gb > 8192) return bad();
  return out;
}

}  // namespace mtc::emulator
