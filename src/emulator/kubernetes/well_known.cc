#include "emulator/kubernetes/well_known.h"

#include <stdexcept>

namespace mtc::emulator::kubernetes::known {
namespace {

const ResourceKind& stored(std::string_view group, std::string_view plural) {
  const auto* found = find_stored(group, plural);
  if (found == nullptr) throw std::logic_error("kinds.cc has no row for " + std::string(plural));
  return *found;
}

}  // namespace

const ResourceKind& pods() {
  static const auto& row = stored("", "pods");
  return row;
}
const ResourceKind& nodes() {
  static const auto& row = stored("", "nodes");
  return row;
}
const ResourceKind& services() {
  static const auto& row = stored("", "services");
  return row;
}
const ResourceKind& endpoints() {
  static const auto& row = stored("", "endpoints");
  return row;
}
const ResourceKind& endpoint_slices() {
  static const auto& row = stored("discovery.k8s.io", "endpointslices");
  return row;
}
const ResourceKind& events() {
  static const auto& row = stored("", "events");
  return row;
}
const ResourceKind& namespaces() {
  static const auto& row = stored("", "namespaces");
  return row;
}
const ResourceKind& config_maps() {
  static const auto& row = stored("", "configmaps");
  return row;
}
const ResourceKind& secrets() {
  static const auto& row = stored("", "secrets");
  return row;
}
const ResourceKind& service_accounts() {
  static const auto& row = stored("", "serviceaccounts");
  return row;
}
const ResourceKind& volume_claims() {
  static const auto& row = stored("", "persistentvolumeclaims");
  return row;
}
const ResourceKind& deployments() {
  static const auto& row = stored("apps", "deployments");
  return row;
}
const ResourceKind& replica_sets() {
  static const auto& row = stored("apps", "replicasets");
  return row;
}
const ResourceKind& stateful_sets() {
  static const auto& row = stored("apps", "statefulsets");
  return row;
}
const ResourceKind& daemon_sets() {
  static const auto& row = stored("apps", "daemonsets");
  return row;
}
const ResourceKind& controller_revisions() {
  static const auto& row = stored("apps", "controllerrevisions");
  return row;
}
const ResourceKind& jobs() {
  static const auto& row = stored("batch", "jobs");
  return row;
}
const ResourceKind& disruption_budgets() {
  static const auto& row = stored("policy", "poddisruptionbudgets");
  return row;
}
const ResourceKind& roles() {
  static const auto& row = stored("rbac.authorization.k8s.io", "roles");
  return row;
}
const ResourceKind& cluster_roles() {
  static const auto& row = stored("rbac.authorization.k8s.io", "clusterroles");
  return row;
}
const ResourceKind& role_bindings() {
  static const auto& row = stored("rbac.authorization.k8s.io", "rolebindings");
  return row;
}
const ResourceKind& cluster_role_bindings() {
  static const auto& row = stored("rbac.authorization.k8s.io", "clusterrolebindings");
  return row;
}

}  // namespace mtc::emulator::kubernetes::known
