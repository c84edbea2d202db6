#include "emulator/kubernetes/type_schema.h"

#include <stdexcept>

#include "base/text.h"

namespace mtc::emulator::kubernetes {
namespace {

// Types in a notation of our own, members separated by blanks:
//   spec=PodSpec             an object of that type
//   spec==PodSpec            one that is always there
//   ports=Port[port]         a list merged by that member, in patches and when applied
//   ports=Port[port|port,protocol:TCP]   in patches | when applied, with a default
//   conditions=[type|]       in patches only
//   groups=[|name]           when applied only
//   finalizers=set           scalars that are added and owned one by one
//   selector=atomic          an object owned as a whole (patches still merge it)
//   secrets=atomic[name]     a list merged by that member, of such objects
struct TypeRow {
  const char* name;
  const char* members;
};
constexpr TypeRow kTypes[] = {
    {"ObjectMeta", "finalizers=set ownerReferences=atomic[uid]"},
    {"Template", "metadata==ObjectMeta spec==PodSpec"},
    {"PodSpec",
     "containers==Container[name] initContainers=Container[name] "
     "ephemeralContainers=Container[name] "
     "volumes=Volume[name] imagePullSecrets=atomic[name] hostAliases=[ip] nodeSelector=atomic "
     "topologySpreadConstraints=Spread[topologyKey|topologyKey,whenUnsatisfiable] "
     "affinity=Affinity resourceClaims=[name] "
     "schedulingGates=[name]"},
    {"Spread", "labelSelector=atomic"},
    {"Affinity", "nodeAffinity=NodeAffinity"},
    {"NodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution=atomic"},
    {"Container",
     "ports=[containerPort|containerPort,protocol:TCP] env=EnvVar[name] volumeMounts=[mountPath] "
     "volumeDevices=[devicePath] resources==Resources"},
    {"Resources", "claims=[|name]"},
    {"EnvVar", "valueFrom=EnvSource"},
    {"EnvSource",
     "configMapKeyRef=atomic secretKeyRef=atomic fieldRef=atomic resourceFieldRef=atomic"},
    {"Volume", "csi=SecretVolume cephfs=SecretVolume rbd=SecretVolume flexVolume=SecretVolume"},
    {"SecretVolume", "secretRef=atomic nodePublishSecretRef=atomic"},
    {"PodStatus", "conditions=[type] podIPs=[ip] hostIPs=[ip|] resourceClaimStatuses=[name]"},
    {"ServiceSpec", "ports=[port|port,protocol:TCP] selector=atomic"},
    {"Conditions", "conditions=[type]"},
    {"ServiceStatus", "conditions=[type] loadBalancer=="},
    {"NodeSpec", "podCIDRs=set"},
    {"NodeStatus", "conditions=[type] addresses=[type] daemonEndpoints=="},
    {"ClaimSpec", "selector=atomic dataSource=atomic"},
    {"VolumeSpec", "claimRef=atomic"},
    {"QuotaSpec", "scopeSelector=atomic"},
    {"DeploymentSpec", "selector=atomic strategy== template==Template"},
    {"WorkloadSpec", "selector=atomic updateStrategy== template==Template"},
    {"JobSpec", "selector=atomic template==Template"},
    {"JobStatus", "conditions=[type|]"},
    {"JobTemplate", "metadata==ObjectMeta spec==JobSpec"},
    {"CronJobSpec", "jobTemplate==JobTemplate"},
    {"IngressSpec", "defaultBackend=Backend"},
    {"Backend", "resource=atomic"},
    {"BudgetSpec", "selector=atomic"},
    {"AutoscalerSpec", "scaleTargetRef==atomic"},
};

struct KindRow {
  const char* api_version;
  const char* kind;
  const char* members;
};
constexpr KindRow kKinds[] = {
    {"v1", "Pod", "spec==PodSpec status==PodStatus"},
    {"v1", "Service", "spec==ServiceSpec status==ServiceStatus"},
    {"v1", "Node", "spec==NodeSpec status==NodeStatus"},
    {"v1", "Namespace", "spec== status==Conditions"},
    {"v1", "ServiceAccount", "secrets=atomic[name]"},
    {"v1", "PersistentVolumeClaim", "spec==ClaimSpec status==Conditions"},
    {"v1", "PersistentVolume", "spec==VolumeSpec status=="},
    {"v1", "ResourceQuota", "spec==QuotaSpec status=="},
    {"v1", "LimitRange", "spec=="},
    {"v1", "Event", "involvedObject==atomic source=="},
    {"apps/v1", "Deployment", "spec==DeploymentSpec status==Conditions"},
    {"apps/v1", "ReplicaSet", "spec==WorkloadSpec status==Conditions"},
    {"apps/v1", "StatefulSet", "spec==WorkloadSpec status==Conditions"},
    {"apps/v1", "DaemonSet", "spec==WorkloadSpec status==Conditions"},
    {"batch/v1", "Job", "spec==JobSpec status==JobStatus"},
    {"batch/v1", "CronJob", "spec==CronJobSpec status=="},
    {"networking.k8s.io/v1", "Ingress", "spec==IngressSpec status=="},
    {"policy/v1", "PodDisruptionBudget", "spec==BudgetSpec status==Conditions"},
    {"policy/v1beta1", "PodDisruptionBudget", "spec==BudgetSpec status==Conditions"},
    {"autoscaling/v1", "HorizontalPodAutoscaler", "spec==AutoscalerSpec status=="},
    {"rbac.authorization.k8s.io/v1", "RoleBinding", "roleRef==atomic"},
    {"rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "roleRef==atomic"},
};

const char* members_of_type(std::string_view name) {
  for (const auto& row : kTypes)
    if (row.name == name) return row.members;
  return "";
}

void read_members(std::string_view notation, TypeSchema& into);

// "port|port,protocol:TCP" between the brackets.
void read_keys(std::string_view text, TypeSchema& into) {
  const auto bar = text.find('|');
  into.patch_key = text.substr(0, bar);
  const auto applied = bar == std::string_view::npos ? text : text.substr(bar + 1);
  if (applied.empty()) return;
  for (const auto key : split(applied, ',')) {
    const auto colon = key.find(':');
    ListKey one{.name = std::string(key.substr(0, colon))};
    if (colon != std::string_view::npos) one.missing = std::string(key.substr(colon + 1));
    into.apply_keys.push_back(std::move(one));
  }
}

// What stands behind the first = of a member.
TypeSchema read_member(std::string_view text) {
  TypeSchema out;
  if (text.starts_with('=')) {
    out.always_there = true;
    text.remove_prefix(1);
  }
  if (text.ends_with(']')) {
    const auto open = text.find('[');
    read_keys(text.substr(open + 1, text.size() - open - 2), out);
    text = text.substr(0, open);
  }
  if (text == "set") {
    out.patch_merges_set = out.apply_set = true;
  } else if (text == "atomic") {
    out.apply_atomic = true;
  } else {
    read_members(members_of_type(text), out);
  }
  return out;
}

void read_members(std::string_view notation, TypeSchema& into) {
  for (const auto word : split(notation, ' ')) {
    if (word.empty()) continue;
    const auto equals = word.find('=');
    if (equals == std::string_view::npos)
      throw std::logic_error("bad schema notation: " + std::string(word));
    into.members.emplace(word.substr(0, equals), read_member(word.substr(equals + 1)));
  }
}

TypeSchema object_with(std::string_view notation) {
  TypeSchema out;
  read_members("metadata==ObjectMeta", out);
  read_members(notation, out);
  return out;
}

using Schemas = std::map<std::pair<std::string, std::string>, TypeSchema>;

Schemas all_schemas() {
  Schemas out;
  for (const auto& row : kKinds) out[{row.api_version, row.kind}] = object_with(row.members);
  return out;
}

}  // namespace

const TypeSchema& TypeSchema::member(std::string_view name) const {
  static const TypeSchema kUnmentioned;
  const auto found = members.find(name);
  return found == members.end() ? kUnmentioned : found->second;
}

const TypeSchema& schema_of(std::string_view api_version, std::string_view kind) {
  static const Schemas kSchemas = all_schemas();
  static const TypeSchema kUnknown = object_with("spec== status==");
  const auto found = kSchemas.find({std::string(api_version), std::string(kind)});
  return found == kSchemas.end() ? kUnknown : found->second;
}

}  // namespace mtc::emulator::kubernetes
