#include "adapters/tencent/pool_requests.h"

#include <fmt/format.h>

#include "base/text.h"

namespace mtc::tencent {
namespace {

using clusters::PoolType;

Json labels_of(const clusters::NodePoolSpec& spec) {
  Json out = Json::array();
  for (const auto& label : spec.labels)
    out.push_back({{"Name", label.name}, {"Value", label.value}});
  return out;
}

Json taints_of(const clusters::NodePoolSpec& spec) {
  Json out = Json::array();
  for (const auto& taint : spec.taints)
    out.push_back({{"Key", taint.key}, {"Value", taint.value}, {"Effect", taint.effect}});
  return out;
}

std::string charge_type(const clusters::NodePoolSpec& spec) {
  return spec.charge_type.empty() ? "POSTPAID_BY_HOUR" : spec.charge_type;
}

Json disk_of(const clusters::NodePoolSpec& spec) {
  return {{"DiskType", spec.disk_type.empty() ? "CLOUD_BSSD" : spec.disk_type},
          {"DiskSize", spec.disk_gib == 0 ? 50 : spec.disk_gib}};
}

Result<> check(const clusters::Cluster& cluster, const clusters::NodePoolSpec& spec) {
  std::vector<std::string> missing;
  if (spec.name.empty()) missing.emplace_back("name");
  if (spec.instance_type.empty()) missing.emplace_back("machine type");
  if (spec.subnets.empty()) missing.emplace_back("subnet");
  if (cluster.network.empty()) missing.emplace_back("the cluster's network");
  if (!missing.empty()) {
    return fail(Errc::invalid_argument,
                fmt::format("the new node pool needs: {}", join(missing, ", ")));
  }
  if (spec.minimum < 0 || spec.maximum < 1 || spec.desired < spec.minimum ||
      spec.desired > spec.maximum) {
    return fail(Errc::invalid_argument, fmt::format("{} machines do not lie between {} and {}",
                                                    spec.desired, spec.minimum, spec.maximum));
  }
  return {};
}

// Regular pools are made of requests to the product Auto Scaling, as text.
PoolRequest regular_pool(const clusters::Cluster& cluster, const clusters::NodePoolSpec& spec) {
  const Json group{{"MinSize", spec.minimum},
                   {"MaxSize", spec.maximum},
                   {"DesiredCapacity", spec.desired},
                   {"VpcId", cluster.network},
                   {"SubnetIds", spec.subnets},
                   {"RetryPolicy", "IMMEDIATE_RETRY"},
                   {"ServiceSettings", {{"ScalingMode", "CLASSIC_SCALING"}}}};
  Json launch{
      {"InstanceType", spec.instance_type},
      {"SystemDisk", disk_of(spec)},
      {"InstanceChargeType", charge_type(spec)},
      {"EnhancedService",
       {{"SecurityService", {{"Enabled", true}}}, {"MonitorService", {{"Enabled", true}}}}}};
  if (!spec.security_groups.empty()) launch["SecurityGroupIds"] = spec.security_groups;
  launch["LoginSettings"] =
      spec.key_ids.empty() ? Json{{"KeepImageLogin", "TRUE"}} : Json{{"KeyIds", spec.key_ids}};
  Json body{{"ClusterId", cluster.id},
            {"Name", spec.name},
            {"AutoScalingGroupPara", dump_json(group)},
            {"LaunchConfigurePara", dump_json(launch)},
            // The service wants all four of them, though they say nothing.
            {"InstanceAdvancedSettings",
             {{"DesiredPodNumber", 0},
              {"GPUArgs", {{"MIGEnable", false}}},
              {"PreStartUserScript", ""},
              {"Taints", Json::array()}}},
            {"EnableAutoscale", spec.autoscaling},
            {"Labels", labels_of(spec)},
            {"Taints", taints_of(spec)}};
  if (!spec.image.empty()) body["NodePoolOs"] = spec.image;
  return {.version = "2018-05-25", .action = "CreateClusterNodePool", .body = std::move(body)};
}

PoolRequest native_pool(const clusters::Cluster& cluster, const clusters::NodePoolSpec& spec) {
  Json native{
      {"Scaling", {{"MinReplicas", spec.minimum}, {"MaxReplicas", spec.maximum}}},
      {"SubnetIds", spec.subnets},
      {"InstanceChargeType", charge_type(spec)},
      {"SystemDisk", disk_of(spec)},
      {"InstanceTypes", Json::array({spec.instance_type})},
      {"EnableAutoscaling", spec.autoscaling},
      {"Replicas", spec.desired},
  };
  if (!spec.security_groups.empty()) native["SecurityGroupIds"] = spec.security_groups;
  if (!spec.key_ids.empty()) native["KeyIds"] = spec.key_ids;
  return {.version = "2022-05-01",
          .action = "CreateNodePool",
          .body = {{"ClusterId", cluster.id},
                   {"Name", spec.name},
                   {"Type", "Native"},
                   {"Labels", labels_of(spec)},
                   {"Taints", taints_of(spec)},
                   {"Native", std::move(native)}}};
}

}  // namespace

Result<PoolRequest> make_pool_request(const clusters::Cluster& cluster,
                                      const clusters::NodePoolSpec& spec) {
  if (spec.type != PoolType::regular && spec.type != PoolType::native) {
    return fail(Errc::invalid_argument,
                "only pools of regular or native machines can be made here; make others in the "
                "console");
  }
  if (auto ok = check(cluster, spec); !ok) return fail(ok.error());
  return spec.type == PoolType::regular ? regular_pool(cluster, spec) : native_pool(cluster, spec);
}

}  // namespace mtc::tencent
