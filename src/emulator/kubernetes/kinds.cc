#include "emulator/kubernetes/kinds.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace mtc::emulator::kubernetes {
namespace {

constexpr std::string_view kAll = "create delete deletecollection get list patch update watch";
constexpr std::string_view kReadOnly = "get list";
constexpr std::string_view kChange = "get patch update";

constexpr Subresource status_of(std::string_view kind) {
  return {"status", kind, kChange};
}
constexpr Subresource kScale = {"scale", "Scale", kChange, "autoscaling", "v1"};

constexpr Subresource kPod[] = {
    {"eviction", "Eviction", "create", "policy", "v1"}, {"log", "Pod", "get"}, status_of("Pod")};
constexpr Subresource kService[] = {status_of("Service")};
constexpr Subresource kNode[] = {{"proxy", "NodeProxyOptions", "get"}, status_of("Node")};
constexpr Subresource kNamespace[] = {{"finalize", "Namespace", "update"}, status_of("Namespace")};
constexpr Subresource kClaim[] = {status_of("PersistentVolumeClaim")};
constexpr Subresource kVolume[] = {status_of("PersistentVolume")};
constexpr Subresource kQuota[] = {status_of("ResourceQuota")};
constexpr Subresource kDaemonSet[] = {status_of("DaemonSet")};
constexpr Subresource kDeployment[] = {kScale, status_of("Deployment")};
constexpr Subresource kReplicaSet[] = {kScale, status_of("ReplicaSet")};
constexpr Subresource kStatefulSet[] = {kScale, status_of("StatefulSet")};
constexpr Subresource kJob[] = {status_of("Job")};
constexpr Subresource kCronJob[] = {status_of("CronJob")};
constexpr Subresource kIngress[] = {status_of("Ingress")};
constexpr Subresource kBudget[] = {status_of("PodDisruptionBudget")};
constexpr Subresource kAutoscaler[] = {status_of("HorizontalPodAutoscaler")};

// clang-format off
constexpr ResourceKind kKinds[] = {
    {"", "v1", "ConfigMap", "configmaps", "configmap", "cm", true, kAll, "", {}},
    {"", "v1", "Endpoints", "endpoints", "endpoints", "ep", true, kAll, "", {}},
    {"", "v1", "Event", "events", "event", "ev", true, kAll, "", {}},
    {"", "v1", "LimitRange", "limitranges", "limitrange", "limits", true, kAll, "", {}},
    {"", "v1", "Namespace", "namespaces", "namespace", "ns", false, "create delete get list patch update watch", "", kNamespace},
    {"", "v1", "Node", "nodes", "node", "no", false, kAll, "", kNode},
    {"", "v1", "PersistentVolumeClaim", "persistentvolumeclaims", "persistentvolumeclaim", "pvc", true, kAll, "", kClaim},
    {"", "v1", "PersistentVolume", "persistentvolumes", "persistentvolume", "pv", false, kAll, "", kVolume},
    {"", "v1", "Pod", "pods", "pod", "po", true, kAll, "all", kPod},
    {"", "v1", "ResourceQuota", "resourcequotas", "resourcequota", "quota", true, kAll, "", kQuota},
    {"", "v1", "Secret", "secrets", "secret", "", true, kAll, "", {}},
    {"", "v1", "ServiceAccount", "serviceaccounts", "serviceaccount", "sa", true, kAll, "", {}},
    {"", "v1", "Service", "services", "service", "svc", true, kAll, "all", kService},
    // Always empty; newer kubectls look here for kinds they do not know.
    {"apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", "customresourcedefinition", "crd crds", false, "get list watch", "", {}},
    {"apps", "v1", "ControllerRevision", "controllerrevisions", "controllerrevision", "", true, kAll, "", {}},
    {"apps", "v1", "DaemonSet", "daemonsets", "daemonset", "ds", true, kAll, "all", kDaemonSet},
    {"apps", "v1", "Deployment", "deployments", "deployment", "deploy", true, kAll, "all", kDeployment},
    {"apps", "v1", "ReplicaSet", "replicasets", "replicaset", "rs", true, kAll, "all", kReplicaSet},
    {"apps", "v1", "StatefulSet", "statefulsets", "statefulset", "sts", true, kAll, "all", kStatefulSet},
    {"authorization.k8s.io", "v1", "SelfSubjectAccessReview", "selfsubjectaccessreviews", "selfsubjectaccessreview", "", false, "create", "", {}},
    {"autoscaling", "v1", "HorizontalPodAutoscaler", "horizontalpodautoscalers", "horizontalpodautoscaler", "hpa", true, kAll, "all", kAutoscaler},
    {"batch", "v1", "CronJob", "cronjobs", "cronjob", "cj", true, kAll, "all", kCronJob},
    {"batch", "v1", "Job", "jobs", "job", "", true, kAll, "all", kJob},
    {"coordination.k8s.io", "v1", "Lease", "leases", "lease", "", true, kAll, "", {}},
    {"discovery.k8s.io", "v1", "EndpointSlice", "endpointslices", "endpointslice", "", true, kAll, "", {}},
    {"networking.k8s.io", "v1", "Ingress", "ingresses", "ingress", "ing", true, kAll, "", kIngress},
    {"policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets", "poddisruptionbudget", "pdb", true, kAll, "", kBudget},
    {"policy", "v1beta1", "PodDisruptionBudget", "poddisruptionbudgets", "poddisruptionbudget", "pdb", true, kAll, "", kBudget, false},
    {"rbac.authorization.k8s.io", "v1", "ClusterRoleBinding", "clusterrolebindings", "clusterrolebinding", "", false, kAll, "", {}},
    {"rbac.authorization.k8s.io", "v1", "ClusterRole", "clusterroles", "clusterrole", "", false, kAll, "", {}},
    {"rbac.authorization.k8s.io", "v1", "RoleBinding", "rolebindings", "rolebinding", "", true, kAll, "", {}},
    {"rbac.authorization.k8s.io", "v1", "Role", "roles", "role", "", true, kAll, "", {}},
    {"storage.k8s.io", "v1", "StorageClass", "storageclasses", "storageclass", "sc", false, kAll, "", {}},
    {"metrics.k8s.io", "v1beta1", "NodeMetrics", "nodes", "", "", false, kReadOnly, "", {}},
    {"metrics.k8s.io", "v1beta1", "PodMetrics", "pods", "", "", true, kReadOnly, "", {}},
};
// clang-format on

template <class Matches>
const ResourceKind* find_where(Matches matches) {
  const auto* found = std::ranges::find_if(kKinds, matches);
  return found == std::end(kKinds) ? nullptr : found;
}

bool names(std::string_view list, std::string_view one) {
  const auto words = split(list, ' ');
  return std::ranges::find(words, one) != words.end();
}

}  // namespace

std::string ResourceKind::api_version() const {
  return group.empty() ? std::string(version) : fmt::format("{}/{}", group, version);
}

bool Subresource::can(std::string_view verb) const {
  return names(verbs, verb);
}

bool ResourceKind::can(std::string_view verb) const {
  return names(verbs, verb);
}

const Subresource* ResourceKind::subresource(std::string_view name) const {
  const auto found = std::ranges::find(subresources, name, &Subresource::name);
  return found == subresources.end() ? nullptr : &*found;
}

std::span<const ResourceKind> all_kinds() {
  return kKinds;
}

const ResourceKind* find_resource(std::string_view group, std::string_view version,
                                  std::string_view plural) {
  return find_where([&](const ResourceKind& row) {
    return row.plural == plural && row.group == group && row.version == version;
  });
}

const ResourceKind* find_kind(std::string_view api_version, std::string_view kind) {
  const auto [group, version] = split_api_version(api_version);
  return find_where([&](const ResourceKind& row) {
    return row.kind == kind && row.group == group && row.version == version;
  });
}

const ResourceKind* find_stored(std::string_view group, std::string_view plural) {
  return find_where([&](const ResourceKind& row) {
    return row.stored && row.plural == plural && row.group == group;
  });
}

GroupVersion split_api_version(std::string_view api_version) {
  const auto slash = api_version.find('/');
  if (slash == std::string_view::npos) return {"", api_version};
  return {api_version.substr(0, slash), api_version.substr(slash + 1)};
}

}  // namespace mtc::emulator::kubernetes
