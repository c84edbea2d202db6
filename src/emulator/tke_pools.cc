// Regular node pools: groups of virtual machines that an auto scaling group keeps (2018-05-25).
#include <fmt/format.h>

#include "base/text.h"
#include "emulator/action_table.h"
#include "emulator/tke_answers.h"

namespace mtc::emulator {
namespace {

ApiResult<PoolTarget> find_regular(Call& call) {
  const auto target = find_target(call);
  if (target && is_native(*target->pool))
    return refuse(kTkeParam, "native node pools belong to the API of 2022-05-01");
  return target;
}

Json describe(const Call& call, const Record& cluster, const Record& pool) {
  const Json& p = pool.document;
  return {{"NodePoolId", pool.id},
          {"Name", string_or(p, "Name")},
          {"ClusterInstanceId", cluster.id},
          {"LifeState", life_state(pool, call.now())},
          {"LaunchConfigurationId", short_id("asc-", pool.id)},
          {"AutoscalingGroupId", short_id("asg-", pool.id)},
          {"Labels", list_or_none(call, p, "Labels")},
          {"Taints", list_or_none(call, p, "Taints")},
          {"Annotations", list_or_none(call, p, "Annotations")},
          {"NodeCountSummary", count_summary(call, cluster, pool)},
          {"AutoscalingGroupStatus", bool_or(p, "Autoscale") ? "enabled" : "disabled"},
          {"MaxNodesNum", integer_or(p, "Max")},
          {"MinNodesNum", integer_or(p, "Min")},
          {"DesiredNodesNum", integer_or(p, "Desired")},
          {"RuntimeConfig",
           {{"RuntimeType", string_or(p, "ContainerRuntime", "containerd")},
            {"RuntimeVersion", string_or(p, "RuntimeVersion", "1.6.9")}}},
          {"NodePoolOs", string_or(p, "NodePoolOs", "tlinux3.1x86_64")},
          {"OsCustomizeType", string_or(p, "OsCustomizeType", "GENERAL")},
          {"ImageId", ""},
          {"DesiredPodNum", integer_or(p, "DesiredPodNumber")},
          {"UserScript", string_or(p, "UserScript")},
          {"Tags", list_or_none(call, p, "Tags")},
          {"DeletionProtection", bool_or(p, "DeletionProtection")},
          {"ExtraArgs", {{"Kubelet", call.no_list()}}},
          {"GPUArgs", nullptr},
          {"DockerGraphPath", string_or(p, "DockerGraphPath")},
          {"DataDisks", call.no_list()},
          {"Unschedulable", integer_or(p, "Unschedulable")},
          {"PreStartUserScript", string_or(p, "PreStartUserScript")}};
}

ApiResult<std::string> describe_pools(Call& call) {
  const auto cluster = find_cluster(call.cloud, call.owner, string_or(call.body, "ClusterId"));
  if (!cluster) return std::unexpected(cluster.error());
  auto hits = filtered_pools(call.body, pools_of(call.cloud, **cluster));
  if (!hits) return std::unexpected(hits.error());
  std::erase_if(*hits, [](const Record* pool) { return is_native(*pool); });
  Json list = hits->empty() ? call.no_list() : Json::array();
  for (const Record* pool : *hits) list.push_back(describe(call, **cluster, *pool));
  return members_of({{"NodePoolSet", std::move(list)}, {"TotalCount", hits->size()}});
}

ApiResult<std::string> describe_detail(Call& call) {
  const auto target = find_regular(call);
  if (!target) return std::unexpected(target.error());
  return members_of({{"NodePool", describe(call, *target->cluster, *target->pool)}});
}

// A parameter that holds a JSON object as text.
ApiResult<Json> read_inner(const Json& body, const std::string& member) {
  auto json = parse_json(string_or(body, member));
  if (!json) return refuse(kTkeParam, member + " is not JSON: " + json.error().message);
  if (!json->is_object()) return refuse(kTkeParam, member + " should be a JSON object");
  return std::move(*json);
}

ApiResult<> check_group(const Json& group, const Record& cluster) {
  for (const auto* number : {"MaxSize", "MinSize"}) {
    if (!group.contains(number) || !group.at(number).is_number_integer())
      return refuse(kTkeParam, fmt::format("AutoScalingGroupPara.{} should be a number", number));
  }
  const auto vpc = string_or(
      object_or_empty(object_or_empty(cluster.document, "Cluster"), "ClusterNetworkSettings"),
      "VpcId");
  if (string_or(group, "VpcId") != vpc)
    return refuse("FailedOperation.CvmVpcidNotMatch",
                  "AutoScalingGroupPara.VpcId should be the cluster's, " + vpc);
  const auto& subnets = array_or_empty(group, "SubnetIds");
  const bool named = std::ranges::all_of(subnets, [](const Json& one) {
    return one.is_string() && one.get<std::string>().starts_with("subnet-");
  });
  if (subnets.empty() || !named)
    return refuse("InvalidParameter.SubnetInvalidError",
                  "AutoScalingGroupPara.SubnetIds should name subnets");
  const auto retry = string_or(group, "RetryPolicy", "IMMEDIATE_RETRY");
  if (retry != "IMMEDIATE_RETRY" && retry != "INCREMENTAL_INTERVALS" && retry != "NO_RETRY")
    return refuse(kTkeParam, "AutoScalingGroupPara.RetryPolicy is not one of the three");
  return check_bounds(integer_or(group, "MinSize"), integer_or(group, "MaxSize"),
                      integer_or(group, "DesiredCapacity", integer_or(group, "MinSize")));
}

// The instance type of the launch configuration.
ApiResult<std::string> check_launch(const Json& launch) {
  auto type = string_or(launch, "InstanceType");
  const auto& types = array_or_empty(launch, "InstanceTypes");
  if (type.empty() && !types.empty() && types[0].is_string()) type = types[0].get<std::string>();
  if (type.empty()) return refuse(kTkeParam, "LaunchConfigurePara.InstanceType is missing");
  if (auto ok = read_instance_type(type); !ok) return std::unexpected(ok.error());
  const Json& disk = object_or_empty(launch, "SystemDisk");
  if (launch.contains("SystemDisk")) {
    const auto size = integer_or(disk, "DiskSize", 50);
    if (size < 20 || size > 2048)
      return refuse(kTkeParam, "LaunchConfigurePara.SystemDisk.DiskSize should be 20 to 2048 GB");
  }
  const auto charge = string_or(launch, "InstanceChargeType", "POSTPAID_BY_HOUR");
  if (charge != "POSTPAID_BY_HOUR" && charge != "SPOTPAID" && charge != "PREPAID")
    return refuse(kTkeParam, "LaunchConfigurePara.InstanceChargeType is not one of the three");
  return type;
}

ApiResult<std::string> create(Call& call) {
  const Json& body = call.body;
  const auto cluster = find_cluster(call.cloud, call.owner, string_or(body, "ClusterId"));
  if (!cluster) return std::unexpected(cluster.error());
  if (auto ok = check_changeable(**cluster, nullptr, call.now()); !ok)
    return std::unexpected(ok.error());
  const auto group = read_inner(body, "AutoScalingGroupPara");
  if (!group) return std::unexpected(group.error());
  if (auto ok = check_group(*group, **cluster); !ok) return std::unexpected(ok.error());
  const auto launch = read_inner(body, "LaunchConfigurePara");
  if (!launch) return std::unexpected(launch.error());
  auto type = check_launch(*launch);
  if (!type) return std::unexpected(type.error());
  if (auto ok = check_labels_and_taints(body); !ok) return std::unexpected(ok.error());
  if (auto ok = check_pool_name(string_or(body, "Name", "np")); !ok)
    return std::unexpected(ok.error());
  const auto wanted = integer_or(*group, "DesiredCapacity", integer_or(*group, "MinSize"));
  if (auto ok = check_quota(call.cloud, **cluster, wanted); !ok) return std::unexpected(ok.error());
  const Json& settings = object_or_empty(body, "InstanceAdvancedSettings");
  Json document = body;
  for (const auto* own : {"AutoScalingGroupPara", "LaunchConfigurePara", "EnableAutoscale"})
    document.erase(own);
  document.update({{"Type", "Regular"},
                   {"Min", integer_or(*group, "MinSize")},
                   {"Max", integer_or(*group, "MaxSize")},
                   {"Desired", wanted},
                   {"Autoscale", bool_or(body, "EnableAutoscale")},
                   {"InstanceType", std::move(*type)},
                   {"DesiredPodNumber", integer_or(settings, "DesiredPodNumber")},
                   {"PreStartUserScript", string_or(settings, "PreStartUserScript")},
                   {"Unschedulable", integer_or(settings, "Unschedulable")}});
  return members_of({{"NodePoolId", create_pool(call.cloud, **cluster, std::move(document)).id}});
}

ApiResult<std::string> modify(Call& call) {
  const auto target = find_regular(call);
  if (!target) return std::unexpected(target.error());
  if (auto ok = check_changeable(*target->cluster, target->pool, call.now()); !ok)
    return std::unexpected(ok.error());
  if (auto ok = check_labels_and_taints(call.body); !ok) return std::unexpected(ok.error());
  Json& p = target->pool->document;
  const auto min = integer_or(call.body, "MinNodesNum", integer_or(p, "Min"));
  const auto max = integer_or(call.body, "MaxNodesNum", integer_or(p, "Max"));
  if (auto ok = check_bounds(min, max, integer_or(p, "Desired")); !ok)
    return std::unexpected(ok.error());
  if (auto ok = check_pool_name(string_or(call.body, "Name", string_or(p, "Name"))); !ok)
    return std::unexpected(ok.error());
  if (const auto unschedulable = integer_or(call.body, "Unschedulable");
      unschedulable != 0 && unschedulable != 1)
    return refuse(kTkeParam, "Unschedulable should be 0 or 1");
  merge_members(p, call.body,
                {"ClusterId", "NodePoolId", "MinNodesNum", "MaxNodesNum", "EnableAutoscale",
                 "OsName", "GPUArgs", "IgnoreExistedNode", "ExtraArgs"});
  p["Autoscale"] = bool_or(call.body, "EnableAutoscale", bool_or(p, "Autoscale"));
  p["NodePoolOs"] = string_or(call.body, "OsName", string_or(p, "NodePoolOs", "tlinux3.1x86_64"));
  p["Min"] = min;
  p["Max"] = max;
  call.records().save(*target->pool);
  return std::string();
}

ApiResult<std::string> set_capacity(Call& call) {
  const auto target = find_regular(call);
  if (!target) return std::unexpected(target.error());
  if (auto ok = check_changeable(*target->cluster, target->pool, call.now()); !ok)
    return std::unexpected(ok.error());
  const auto wanted = integer_or(call.body, "DesiredCapacity");
  auto& pool = *target->pool;
  if (auto ok = check_bounds(pool.integer("Min"), pool.integer("Max"), wanted); !ok)
    return std::unexpected(ok.error());
  if (auto ok = check_quota(call.cloud, *target->cluster, wanted - pool.integer("Desired")); !ok)
    return std::unexpected(ok.error());
  resize_pool(call.cloud, *target->cluster, pool, wanted);
  return std::string();
}

ApiResult<std::string> remove(Call& call) {
  const auto cluster = find_cluster(call.cloud, call.owner, string_or(call.body, "ClusterId"));
  if (!cluster) return std::unexpected(cluster.error());
  std::vector<Record*> pools;
  for (const auto& id : array_or_empty(call.body, "NodePoolIds")) {
    const auto pool = find_pool(call.cloud, **cluster, id.get<std::string>());
    if (!pool) return std::unexpected(pool.error());
    if (bool_or((*pool)->document, "DeletionProtection"))
      return refuse("FailedOperation.OperationForbidden",
                    "the node pool " + (*pool)->id + " is protected against deletion");
    if (auto ok = check_changeable(**cluster, *pool, call.now()); !ok)
      return std::unexpected(ok.error());
    pools.push_back(*pool);
  }
  if (pools.empty()) return refuse(kTkeParam, "NodePoolIds is empty");
  for (Record* pool : pools) delete_pool(call.cloud, *pool, bool_or(call.body, "KeepInstance"));
  return std::string();
}

ApiResult<std::string> remove_nodes(Call& call) {
  const auto target = find_regular(call);
  if (!target) return std::unexpected(target.error());
  if (auto ok = check_changeable(*target->cluster, target->pool, call.now()); !ok)
    return std::unexpected(ok.error());
  const auto& ids = array_or_empty(call.body, "InstanceIds");
  if (ids.empty() || ids.size() > 100)
    return refuse(kTkeParam, "InstanceIds should have 1 to 100 items");
  const auto nodes = nodes_in(call.cloud, *target->cluster, target->pool->id);
  std::vector<Record*> leaving;
  for (const auto& id : ids) {
    const auto node = std::ranges::find_if(
        nodes, [&](const Record* one) { return one->id == id.get<std::string>(); });
    if (node == nodes.end())
      return refuse("InvalidParameter.ResourceNotFound",
                    id.get<std::string>().substr(0, 80) + " is not a node of the pool");
    if (std::ranges::find(leaving, *node) == leaving.end()) leaving.push_back(*node);
  }
  auto& pool = *target->pool;
  const auto left = pool.integer("Desired") - static_cast<std::int64_t>(leaving.size());
  if (left < pool.integer("Min"))
    return refuse(kTkeParam, fmt::format("fewer than {} nodes would be left", pool.integer("Min")));
  for (Record* node : leaving) {  // they stay in the cluster, without a pool
    node->document["PoolId"] = "";
    node->document.erase("LeavesAt");
    call.records().save(*node);
  }
  pool.document["Desired"] = left;
  call.records().save(pool);
  return std::string();
}

}  // namespace

void add_tke_pool_actions(ActionTable& table) {
  ActionGroup tke(table, "tke", kTkeVersion, kTkeScope);
  tke.define("Label", "Name string!, Value string!");
  tke.define("Taint", "Key string, Value string, Effect string");
  tke.define("Tag", "Key string, Value string");
  tke.define("AnnotationValue", "Name string!, Value string!");
  tke.define("DriverVersion", "Name string!, Version string!");
  tke.define("CUDNN", "Name string!, Version string!, DevName string, DocName string");
  tke.define("CustomDriver", "Address string");
  tke.define("GPUArgs",
             "CUDA DriverVersion, CUDNN CUDNN, CustomDriver CustomDriver, Driver DriverVersion, "
             "MIGEnable bool");
  tke.define("DataDisk",
             "DiskType string!, FileSystem string!, DiskSize int64!, AutoFormatAndMount bool!, "
             "MountTarget string!, DiskPartition string!");
  tke.define("InstanceExtraArgs", "Kubelet string[]");
  tke.define("InstanceAdvancedSettings",
             "DesiredPodNumber int64!, GPUArgs GPUArgs!, PreStartUserScript string!, Taints "
             "Taint[]!, MountTarget string, DockerGraphPath string, UserScript string, "
             "Unschedulable int64, Labels Label[], DataDisks DataDisk[], ExtraArgs "
             "InstanceExtraArgs");
  tke.add("DescribeClusterNodePools", "ClusterId string!, Filters Filter[]", describe_pools);
  tke.add("DescribeClusterNodePoolDetail", "ClusterId string!, NodePoolId string!",
          describe_detail);
  tke.add("CreateClusterNodePool",
          "ClusterId string!, AutoScalingGroupPara string!, LaunchConfigurePara string!, "
          "InstanceAdvancedSettings InstanceAdvancedSettings!, EnableAutoscale bool!, Name string, "
          "Labels Label[], Taints Taint[], Annotations AnnotationValue[], ContainerRuntime string, "
          "RuntimeVersion string, NodePoolOs string, OsCustomizeType string, Tags Tag[], "
          "DeletionProtection bool, SkipValidateOptions string[]",
          create);
  tke.add("ModifyClusterNodePool",
          "ClusterId string!, NodePoolId string!, Name string, MaxNodesNum int64, MinNodesNum "
          "int64, Labels Label[], Taints Taint[], Annotations AnnotationValue[], EnableAutoscale "
          "bool, OsName string, OsCustomizeType string, GPUArgs GPUArgs, UserScript string, "
          "IgnoreExistedNode bool, ExtraArgs InstanceExtraArgs, Tags Tag[], Unschedulable int64, "
          "DeletionProtection bool, DockerGraphPath string, PreStartUserScript string",
          modify);
  tke.add("ModifyNodePoolDesiredCapacityAboutAsg",
          "ClusterId string!, NodePoolId string!, DesiredCapacity int64!", set_capacity);
  tke.add("DeleteClusterNodePool", "ClusterId string!, NodePoolIds string[]!, KeepInstance bool!",
          remove);
  tke.add("RemoveNodeFromNodePool", "ClusterId string!, NodePoolId string!, InstanceIds string[]!",
          remove_nodes);
}

}  // namespace mtc::emulator
