// Node pools and machines of the newer API (2022-05-01): native pools, and regular ones to look at.
#include <fmt/format.h>

#include <set>

#include "base/text.h"
#include "base/zone.h"
#include "emulator/action_table.h"
#include "emulator/tke_answers.h"

namespace mtc::emulator {
namespace {

ApiResult<PoolTarget> find_changeable(Call& call) {
  const auto target = find_target(call);
  if (!target) return target;
  if (auto ok = check_changeable(*target->cluster, target->pool, call.now()); !ok)
    return std::unexpected(ok.error());
  return target;
}

Json native_part(const Call& call, const Record& cluster, const Record& pool) {
  const Json& p = pool.document;
  Json out = object_or_empty(p, "Native");
  const Json scaling = object_or_empty(out, "Scaling");
  const auto count = count_nodes(nodes_in(call.cloud, cluster, pool.id), call.now());
  out["Scaling"] = {{"MinReplicas", integer_or(p, "Min")},
                    {"MaxReplicas", integer_or(p, "Max")},
                    {"CreatePolicy", string_or(scaling, "CreatePolicy", "ZoneEquality")},
                    {"ScaleDownMode", string_or(scaling, "ScaleDownMode", "ShutdownAndDelete")}};
  out["EnableAutoscaling"] = bool_or(p, "Autoscale");
  out["Replicas"] = integer_or(p, "Desired");
  out["ReadyReplicas"] = count.normal;
  out["MachineType"] = string_or(out, "MachineType", "Native");
  return out;
}

// Keeps of a pool's parameters what is shown again; a change may name part of Scaling only.
void merge_native(Json& document, const Json& native) {
  Json kept = object_or_empty(document, "Native");
  Json scaling = object_or_empty(kept, "Scaling");
  merge_members(scaling, object_or_empty(native, "Scaling"));
  merge_members(kept, native,
                {"Password", "QGPUEnable", "AutomationService", "GPUConfigs", "UpdateExistedNode",
                 "DeletePolicy", "UpdateMachineManagement"});
  kept["Scaling"] = std::move(scaling);
  if (const auto& types = array_or_empty(kept, "InstanceTypes"); !types.empty())
    document["InstanceType"] = types[0];
  document["Native"] = std::move(kept);
}

Json regular_part(const Call& call, const Record& cluster, const Record& pool) {
  return {{"LaunchConfigurationId", short_id("asc-", pool.id)},
          {"AutoscalingGroupId", short_id("asg-", pool.id)},
          {"NodeCountSummary", count_summary(call, cluster, pool)},
          {"AutoscalingGroupStatus", bool_or(pool.document, "Autoscale") ? "enabled" : "disabled"},
          {"MaxNodesNum", pool.integer("Max")},
          {"MinNodesNum", pool.integer("Min")},
          {"DesiredNodesNum", pool.integer("Desired")},
          {"NodePoolOs", string_or(pool.document, "NodePoolOs", "tlinux3.1x86_64")},
          {"InstanceAdvancedSettings", nullptr}};
}

Json describe(const Call& call, const Record& cluster, const Record& pool) {
  const Json& p = pool.document;
  const bool native = is_native(pool);
  Json tags = Json::array();
  if (const auto& own = array_or_empty(p, "Tags"); !own.empty())
    tags.push_back({{"ResourceType", "machine"}, {"Tags", own}});
  return {{"ClusterId", cluster.id},
          {"NodePoolId", pool.id},
          {"Tags", tags.empty() ? call.no_list() : tags},
          {"Taints", list_or_none(call, p, "Taints")},
          {"DeletionProtection", bool_or(p, "DeletionProtection")},
          {"Unschedulable", integer_or(p, "Unschedulable") == 1},
          {"Type", string_or(p, "Type")},
          {"Labels", list_or_none(call, p, "Labels")},
          {"LifeState", life_state(pool, call.now())},
          {"CreatedAt", format_iso_utc(pool.time("CreatedAt")).substr(0, 19) + "Z"},
          {"Name", string_or(p, "Name")},
          {"Native", native ? native_part(call, cluster, pool) : Json(nullptr)},
          {"Annotations", list_or_none(call, p, "Annotations")},
          {"Super", nullptr},
          {"Regular", native ? Json(nullptr) : regular_part(call, cluster, pool)},
          {"External", nullptr}};
}

ApiResult<std::string> describe_pools(Call& call) {
  const auto cluster = find_cluster(call.cloud, call.owner, string_or(call.body, "ClusterId"));
  if (!cluster) return std::unexpected(cluster.error());
  const auto page = read_page(call.body, kTkeParam);
  if (!page) return std::unexpected(page.error());
  const auto hits = filtered_pools(call.body, pools_of(call.cloud, **cluster));
  if (!hits) return std::unexpected(hits.error());
  Json list = hits->empty() ? call.no_list() : Json::array();
  for (const Record* pool : cut(*hits, *page)) list.push_back(describe(call, **cluster, *pool));
  return members_of({{"NodePools", std::move(list)}, {"TotalCount", hits->size()}});
}

// What creation and change have in common.
ApiResult<> check_native(const Json& native) {
  for (const auto* list : {"InstanceTypes", "SubnetIds"}) {
    if (given(native, list) && native[list].empty())
      return refuse(kTkeParam, fmt::format("{} should not be empty", list));
  }
  for (const auto& type : array_or_empty(native, "InstanceTypes")) {
    if (auto ok = read_instance_type(type.get<std::string>()); !ok)
      return std::unexpected(ok.error());
  }
  const auto disk = integer_or(object_or_empty(native, "SystemDisk"), "DiskSize", 50);
  if (disk < 20 || disk > 2048)
    return refuse(kTkeParam, "SystemDisk.DiskSize should be 20 to 2048 GB");
  const auto charge = string_or(native, "InstanceChargeType", "POSTPAID_BY_HOUR");
  if (charge != "POSTPAID_BY_HOUR" && charge != "PREPAID")
    return refuse(kTkeParam, "InstanceChargeType should be POSTPAID_BY_HOUR or PREPAID");
  const Json& scaling = object_or_empty(native, "Scaling");
  const auto policy = string_or(scaling, "CreatePolicy", "ZoneEquality");
  if (policy != "ZoneEquality" && policy != "ZonePriority")
    return refuse(kTkeParam, "CreatePolicy should be ZoneEquality or ZonePriority");
  const auto mode = string_or(scaling, "ScaleDownMode", "ShutdownAndDelete");
  if (mode != "ShutdownAndDelete" && mode != "Shutdown")
    return refuse(kTkeParam, "ScaleDownMode should be ShutdownAndDelete or Shutdown");
  return {};
}

// [{ResourceType, Tags}] as one list of tags.
Json plain_tags(const Json& body) {
  Json out = Json::array();
  for (const auto& specification : array_or_empty(body, "Tags")) {
    for (const auto& tag : array_or_empty(specification, "Tags")) out.push_back(tag);
  }
  return out;
}

// What creation and change set besides Native. The older API has a number for Unschedulable.
void merge_pool(Json& document, const Json& body) {
  merge_members(document, body, {"ClusterId", "NodePoolId", "Native", "Tags", "Unschedulable"});
  if (given(body, "Tags")) document["Tags"] = plain_tags(body);
  if (given(body, "Unschedulable"))
    document["Unschedulable"] = bool_or(body, "Unschedulable") ? 1 : 0;
}

ApiResult<std::string> create(Call& call) {
  const Json& body = call.body;
  const auto cluster = find_cluster(call.cloud, call.owner, string_or(body, "ClusterId"));
  if (!cluster) return std::unexpected(cluster.error());
  if (auto ok = check_changeable(**cluster, nullptr, call.now()); !ok)
    return std::unexpected(ok.error());
  if (string_or(body, "Type") != "Native")
    return refuse(kTkeParam, "Type should be Native: other pools have no parameters here");
  const Json& native = object_or_empty(body, "Native");
  if (native.empty()) return refuse("MissingParameter", "The request is missing `Native`");
  if (auto ok = check_pool_name(string_or(body, "Name")); !ok) return std::unexpected(ok.error());
  if (auto ok = check_labels_and_taints(body); !ok) return std::unexpected(ok.error());
  if (auto ok = check_native(native); !ok) return std::unexpected(ok.error());
  const Json& scaling = object_or_empty(native, "Scaling");
  const auto wanted = integer_or(native, "Replicas", integer_or(scaling, "MinReplicas"));
  const auto min = integer_or(scaling, "MinReplicas"),
             max = integer_or(scaling, "MaxReplicas", std::max(wanted, min));
  if (auto ok = check_bounds(min, max, wanted); !ok) return std::unexpected(ok.error());
  if (auto ok = check_quota(call.cloud, **cluster, wanted); !ok) return std::unexpected(ok.error());
  Json document = Json::object();
  merge_pool(document, body);
  merge_native(document, native);
  document.update({{"Min", min},
                   {"Max", max},
                   {"Desired", wanted},
                   {"Autoscale", bool_or(native, "EnableAutoscaling")}});
  return members_of({{"NodePoolId", create_pool(call.cloud, **cluster, std::move(document)).id}});
}

ApiResult<std::string> modify(Call& call) {
  const auto target = find_changeable(call);
  if (!target) return std::unexpected(target.error());
  const Json& native = object_or_empty(call.body, "Native");
  auto& pool = *target->pool;
  if (!native.empty() && !is_native(pool))
    return refuse(kTkeParam, "Native does not fit a regular node pool");
  if (auto ok = check_labels_and_taints(call.body); !ok) return std::unexpected(ok.error());
  if (auto ok = check_native(native); !ok) return std::unexpected(ok.error());
  if (auto ok = check_pool_name(string_or(call.body, "Name", pool.text("Name"))); !ok)
    return std::unexpected(ok.error());
  const Json& scaling = object_or_empty(native, "Scaling");
  const auto wanted = integer_or(native, "Replicas", pool.integer("Desired"));
  const auto min = integer_or(scaling, "MinReplicas", pool.integer("Min"));
  const auto max = integer_or(scaling, "MaxReplicas", pool.integer("Max"));
  if (auto ok = check_bounds(min, max, wanted); !ok) return std::unexpected(ok.error());
  if (auto ok = check_quota(call.cloud, *target->cluster, wanted - pool.integer("Desired")); !ok)
    return std::unexpected(ok.error());
  Json& p = pool.document;
  merge_pool(p, call.body);
  if (is_native(pool)) merge_native(p, native);
  p["Min"] = min;
  p["Max"] = max;
  p["Autoscale"] = bool_or(native, "EnableAutoscaling", bool_or(p, "Autoscale"));
  call.records().save(pool);
  if (wanted != pool.integer("Desired")) resize_pool(call.cloud, *target->cluster, pool, wanted);
  return std::string();
}

ApiResult<std::string> scale(Call& call) {
  const auto target = find_changeable(call);
  if (!target) return std::unexpected(target.error());
  if (!is_native(*target->pool)) return refuse(kTkeParam, "the node pool is not a native one");
  const auto wanted = integer_or(call.body, "Replicas");
  auto& pool = *target->pool;
  if (auto ok = check_bounds(pool.integer("Min"), pool.integer("Max"), wanted); !ok)
    return std::unexpected(ok.error());
  if (auto ok = check_quota(call.cloud, *target->cluster, wanted - pool.integer("Desired")); !ok)
    return std::unexpected(ok.error());
  resize_pool(call.cloud, *target->cluster, pool, wanted);
  return std::string();
}

ApiResult<std::string> remove(Call& call) {
  const auto target = find_changeable(call);
  if (!target) return std::unexpected(target.error());
  if (bool_or(target->pool->document, "DeletionProtection"))
    return refuse("FailedOperation.OperationForbidden",
                  "the node pool is protected against deletion");
  delete_pool(call.cloud, *target->pool, false);
  return std::string();
}

Json describe_machine(const Call& call, const Record& node) {
  return {
      {"MachineName", node.id},
      {"MachineState",
       state_of(node, call.now()) == NodeState::running ? "Running" : "Initializing"},
      {"Zone", node.text("Zone")},
      {"InstanceChargeType", "POSTPAID_BY_HOUR"},
      {"CreatedAt", node.text("CreatedTime")},
      {"LoginStatus", "Enable"},
      {"IsProtectedFromScaleIn", false},
      {"DisplayName", node.id},
      {"CPU", node.integer("Cores")},
      {"GPU", 0},
      {"RenewFlag", ""},
      {"PayMode", "POSTPAID_BY_HOUR"},
      {"Memory", node.integer("MemoryGb")},
      {"SystemDisk", {{"DiskType", "CLOUD_PREMIUM"}, {"DiskSize", 50}}},
      {"InternetAccessible", nullptr},
      {"InstanceFamily", node.text("InstanceType").substr(0, node.text("InstanceType").find('.'))},
      {"LanIP", node.text("Address")},
      {"InstanceType", node.text("InstanceType")},
      {"ExpiredTime", ""}};
}

ApiResult<std::string> describe_machines(Call& call) {
  const auto cluster = find_cluster(call.cloud, call.owner, string_or(call.body, "ClusterId"));
  if (!cluster) return std::unexpected(cluster.error());
  const auto page = read_page(call.body, kTkeParam);
  if (!page) return std::unexpected(page.error());
  const Json& filters = array_or_empty(call.body, "Filters");
  if (auto ok = check_filters(filters, kTkeFilters, {"NodePoolsId", "MachineNames"}); !ok)
    return std::unexpected(ok.error());
  auto hits = nodes_of(call.cloud, **cluster);
  std::erase_if(hits, [&](const Record* node) {
    return !bool_or(node->document, "Native") ||
           state_of(*node, call.now()) == NodeState::joining ||
           !passes(filters, kTkeFilters, [&](std::string_view key, const std::string& value) {
             return key == "NodePoolsId" ? node->text("PoolId") == value : node->id == value;
           });
  });
  Json list = hits.empty() ? call.no_list() : Json::array();
  for (const Record* node : cut(hits, *page)) list.push_back(describe_machine(call, *node));
  return members_of({{"Machines", std::move(list)}, {"TotalCount", hits.size()}});
}

Json describe_instance(const Call& call, const Record& node) {
  const bool native = bool_or(node.document, "Native");
  Json machine;
  if (native) {
    machine = describe_machine(call, node);
    machine["LanIp"] = machine["LanIP"];
    machine.erase("LanIP");
    machine.update({{"MachineType", "Native"}, {"InstanceId", node.text("Instance")}});
  }
  const auto group = node.text("PoolId").empty() ? "" : short_id("asg-", node.text("PoolId"));
  return {{"InstanceId", node.id},
          {"InstanceRole", "WORKER"},
          {"FailedReason", ""},
          {"InstanceState", name_of(state_of(node, call.now()))},
          {"Unschedulable", false},
          {"CreatedTime", node.text("CreatedTime")},
          {"LanIP", node.text("Address")},
          {"NodePoolId", node.text("PoolId")},
          {"Native", native ? std::move(machine) : Json(nullptr)},
          {"Regular", native ? Json(nullptr)
                             : Json{{"InstanceAdvancedSettings", nullptr},
                                    {"AutoscalingGroupId", group},
                                    {"Tags", call.no_list()}}},
          {"Super", nullptr},
          {"External", nullptr},
          {"NodeType", native ? "Native" : "Regular"}};
}

bool has(const Call& call, const Record& cluster, const Record& node, std::string_view key,
         const std::string& value) {
  const bool native = bool_or(node.document, "Native");
  if (key == "InstanceIds") return node.id == value;
  if (key == "InstanceType") return (native ? "Native" : "Regular") == value;
  if (key == "VagueIpAddress") return node.text("Address").find(value) != std::string::npos;
  if (key == "VagueInstanceName") return node.id.find(value) != std::string::npos;
  if (key == "InstanceStates") return name_of(state_of(node, call.now())) == value;
  if (key == "Unschedulable") return to_lower_ascii(value) == "false";
  if (key == "NodePoolIds") return node.text("PoolId") == value;
  const auto pool = find_pool(call.cloud, cluster, node.text("PoolId"));
  if (!pool) return false;
  if (key == "NodePoolNames") return (*pool)->text("Name") == value;
  return std::ranges::any_of(array_or_empty((*pool)->document, "Labels"), [&](const Json& label) {
    return string_or(label, "Name") + "=" + string_or(label, "Value") == value;
  });
}

ApiResult<std::string> describe_instances(Call& call) {
  const auto cluster = find_cluster(call.cloud, call.owner, string_or(call.body, "ClusterId"));
  if (!cluster) return std::unexpected(cluster.error());
  const auto page = read_page(call.body, kTkeParam);
  if (!page) return std::unexpected(page.error());
  const Json& filters = array_or_empty(call.body, "Filters");
  if (auto ok =
          check_filters(filters, kTkeFilters,
                        {"InstanceIds", "InstanceType", "VagueIpAddress", "Labels", "NodePoolNames",
                         "VagueInstanceName", "InstanceStates", "Unschedulable", "NodePoolIds"});
      !ok)
    return std::unexpected(ok.error());
  auto hits = nodes_of(call.cloud, **cluster);
  std::erase_if(hits, [&](const Record* node) {
    return state_of(*node, call.now()) == NodeState::joining ||
           !passes(filters, kTkeFilters, [&](std::string_view key, const std::string& value) {
             return has(call, **cluster, *node, key, value);
           });
  });
  const auto order = string_or(object_or_empty(call.body, "SortBy"), "OrderType", "asc");
  if (to_lower_ascii(order) == "desc") std::ranges::reverse(hits);
  Json list = hits.empty() ? call.no_list() : Json::array();
  for (const Record* node : cut(hits, *page)) list.push_back(describe_instance(call, *node));
  return members_of(
      {{"TotalCount", hits.size()}, {"InstanceSet", std::move(list)}, {"Errors", call.no_list()}});
}

void define_structures(ActionGroup& tke) {
  tke.define("Label", "Name string!, Value string!");
  tke.define("Annotation", "Name string!, Value string!");
  tke.define("Taint", "Effect string, Key string, Value string");
  tke.define("Tag", "Key string, Value string");
  tke.define("TagSpecification", "ResourceType string, Tags Tag[]");
  tke.define("SortBy", "FieldName string, OrderType string");
  tke.define("MachineSetScaling",
             "MinReplicas int64, MaxReplicas int64, CreatePolicy string, ScaleDownMode string");
  tke.define("Disk",
             "DiskType string!, DiskSize int64!, AutoFormatAndMount bool, FileSystem string, "
             "MountTarget string, DiskId string, Encrypt string, KmsKeyId string");
  tke.define("DataDisk",
             "DiskType string!, FileSystem string!, DiskSize int64!, AutoFormatAndMount bool!, "
             "DiskPartition string!, MountTarget string, Encrypt string, KmsKeyId string, "
             "SnapshotId string, ThroughputPerformance uint64");
  tke.define("InstanceChargePrepaid", "Period uint64, RenewFlag string");
  tke.define("InternetAccessible",
             "MaxBandwidthOut int64!, ChargeType string!, BandwidthPackageId string");
  tke.define("LifecycleConfig", "PreInit string, PostInit string");
  tke.define("ManagementConfig", "Nameservers string[], Hosts string[], KernelArgs string[]");
  tke.define("AutoUpgradeOptions",
             "AutoUpgradeStartTime string, Duration string, WeeklyPeriod string[]");
  tke.define("IntOrString", "Type int64!, IntVal int64, StrVal string");
  tke.define("MachineUpgradeSettings",
             "AutoUpgrade bool, UpgradeOptions AutoUpgradeOptions, Components string[], "
             "MaxUnavailable IntOrString");
  tke.define("GPUParams",
             "Driver string, CUDA string, CUDNN string, MIGEnable bool, Fabric bool, "
             "CustomGPUDriver string");
  tke.define("GPUConfig", "InstanceType string!, GPUParams GPUParams!");
  tke.define("CreateNativeNodePoolParam",
             "Scaling MachineSetScaling!, SubnetIds string[]!, InstanceChargeType string!, "
             "SystemDisk Disk!, InstanceTypes string[]!, SecurityGroupIds string[], "
             "UpgradeSettings MachineUpgradeSettings, AutoRepair bool, InstanceChargePrepaid "
             "InstanceChargePrepaid, Management ManagementConfig, HealthCheckPolicyName string, "
             "HostNamePattern string, KubeletArgs string[], Lifecycle LifecycleConfig, "
             "RuntimeRootDir string, EnableAutoscaling bool, Replicas int64, GPUConfigs "
             "GPUConfig[], InternetAccessible InternetAccessible, DataDisks DataDisk[], QGPUEnable "
             "bool, KeyIds string[], MachineType string, AutomationService bool, Password string");
  tke.define("UpdateNativeNodePoolParam",
             "Scaling MachineSetScaling, SubnetIds string[], SecurityGroupIds string[], "
             "UpgradeSettings MachineUpgradeSettings, AutoRepair bool, InstanceChargeType string, "
             "InstanceChargePrepaid InstanceChargePrepaid, SystemDisk Disk, Management "
             "ManagementConfig, HealthCheckPolicyName string, HostNamePattern string, KubeletArgs "
             "string[], Lifecycle LifecycleConfig, RuntimeRootDir string, EnableAutoscaling bool, "
             "InstanceTypes string[], Replicas int64, UpdateExistedNode bool, DataDisks "
             "DataDisk[], UpdateMachineManagement string, KeyIds string[], DeletePolicy string, "
             "GPUConfigs GPUConfig[], AutomationService bool, Password string");
}

}  // namespace

void add_tke_native_pool_actions(ActionTable& table) {
  ActionGroup tke(table, "tke", kTke2022Version, kTke2022Scope);
  define_structures(tke);
  tke.add("DescribeNodePools", "ClusterId string!, Filters Filter[], Offset int64, Limit int64",
          describe_pools);
  tke.add("CreateNodePool",
          "ClusterId string!, Name string!, Type string!, Labels Label[], Taints Taint[], Tags "
          "TagSpecification[], DeletionProtection bool, Unschedulable bool, Native "
          "CreateNativeNodePoolParam, Annotations Annotation[], SkipValidateOptions string[]",
          create);
  tke.add("ModifyNodePool",
          "ClusterId string!, NodePoolId string!, Name string, Labels Label[], Taints Taint[], "
          "Tags TagSpecification[], DeletionProtection bool, Unschedulable bool, Native "
          "UpdateNativeNodePoolParam, Annotations Annotation[]",
          modify);
  tke.add("ScaleNodePool", "ClusterId string!, NodePoolId string!, Replicas int64!", scale);
  tke.add("DeleteNodePool", "ClusterId string!, NodePoolId string!", remove);
  tke.add("DescribeClusterMachines",
          "ClusterId string!, Filters Filter[], Limit int64, Offset int64", describe_machines);
  tke.add("DescribeClusterInstances",
          "ClusterId string!, Offset int64, Limit int64, Filters Filter[], SortBy SortBy, NeedTags "
          "bool",
          describe_instances);
}

}  // namespace mtc::emulator
