#include "domain/clusters/manifest.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/characters.h"
#include "base/text.h"
#include "base/yaml.h"
#include "domain/clusters/object.h"

namespace mtc::clusters {
namespace {

constexpr std::size_t kMaxObjects = 100;
constexpr std::size_t kMaxName = 253;

constexpr std::array<std::string_view, 26> kClusterWide{
    "APIService",
    "CSIDriver",
    "CSINode",
    "CertificateSigningRequest",
    "ClusterRole",
    "ClusterRoleBinding",
    "ComponentStatus",
    "CustomResourceDefinition",
    "FlowSchema",
    "IngressClass",
    "MutatingAdmissionPolicy",
    "MutatingAdmissionPolicyBinding",
    "MutatingWebhookConfiguration",
    "Namespace",
    "Node",
    "PersistentVolume",
    "PodSecurityPolicy",
    "PriorityClass",
    "PriorityLevelConfiguration",
    "RuntimeClass",
    "StorageClass",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
    "ValidatingWebhookConfiguration",
    "VolumeAttachment",
    "VolumeSnapshotClass",
};

// Applied in this order; what is not named comes last.
constexpr std::array<std::string_view, 18> kOrder{
    "Namespace",
    "CustomResourceDefinition",
    "PriorityClass",
    "StorageClass",
    "ResourceQuota",
    "LimitRange",
    "ServiceAccount",
    "Role",
    "RoleBinding",
    "ConfigMap",
    "Secret",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "Service",
    "StatefulSet",
    "DaemonSet",
    "Deployment",
    "Job",
};

std::size_t rank_of(const Manifest& manifest) {
  const auto it = std::ranges::find(kOrder, manifest.ref.kind);
  return static_cast<std::size_t>(it - kOrder.begin());
}

std::vector<Manifest> in_order(std::vector<Manifest> manifests) {
  std::vector<std::vector<Manifest>> by_rank(kOrder.size() + 1);
  for (Manifest& manifest : manifests) {
    const std::size_t rank = rank_of(manifest);
    by_rank[rank].push_back(std::move(manifest));
  }
  std::vector<Manifest> out;
  for (auto& same : by_rank) std::ranges::move(same, std::back_inserter(out));
  return out;
}

std::string_view group_of(std::string_view api_version) {
  const auto slash = api_version.find('/');
  return slash == std::string_view::npos ? std::string_view{} : api_version.substr(0, slash);
}

bool is_builtin(std::string_view group) {
  return group.find('.') == std::string_view::npos || group.ends_with(".k8s.io");
}

// Names go into paths: nothing but what Kubernetes allows in any name.
bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= kMaxName && text != "." && text != ".." &&
         std::ranges::all_of(text, [](char c) { return is_alnum(c) || is_one_of(c, "-._:"); });
}

// "apps/v1", "v1"
bool is_api_version(std::string_view text) {
  const auto parts = split(text, '/');
  return parts.size() <= 2 && std::ranges::all_of(parts, is_name);
}

std::unexpected<Error> wrong(int document, std::string_view what) {
  return fail(Errc::invalid_argument, fmt::format("document {}: {}", document, what));
}

Result<Manifest> check(Json object, int document, const std::string& ns) {
  if (!object.is_object()) return wrong(document, "expected an object with apiVersion and kind");
  const Json& metadata = object_or_empty(object, "metadata");
  const struct {
    const Json& in;
    const char *key, *shown;
  } needed[] = {{object, "apiVersion", "apiVersion"},
                {object, "kind", "kind"},
                {metadata, "name", "metadata.name"}};
  for (const auto& field : needed) {
    if (field.in.contains(field.key) && !field.in[field.key].is_string()) {
      return wrong(document, fmt::format("{} must be text; put it in quotes", field.shown));
    }
    if (!string_or(field.in, field.key).empty()) continue;
    if (std::string_view(field.key) == "name" && metadata.contains("generateName")) {
      return wrong(document, "generateName cannot be applied; give metadata.name");
    }
    return wrong(document, fmt::format("{} is missing", field.shown));
  }
  Manifest out{.ref = ref_of(object), .object = std::move(object), .document = document};
  if (!is_api_version(out.ref.api_version)) return wrong(document, "apiVersion is no API version");
  if (!std::ranges::all_of(out.ref.kind, is_alnum)) return wrong(document, "kind is no kind");
  if (!is_name(out.ref.name)) return wrong(document, "metadata.name is no name");
  if (is_cluster_wide(out.ref.api_version, out.ref.kind)) {
    out.ref.ns.clear();
    out.object["metadata"].erase("namespace");
  } else if (out.ref.ns.empty()) {
    out.ref.ns = ns;
    out.object["metadata"]["namespace"] = ns;
  }
  if (!out.ref.ns.empty() && !is_name(out.ref.ns)) {
    return wrong(document, "metadata.namespace is no name");
  }
  // What the cluster writes makes no sense in what is applied, and managedFields are refused there.
  out.object = sendable(std::move(out.object));
  return out;
}

// Puts the objects of a document behind the others.
Result<> take(Json object, int document, const std::string& ns, std::vector<Manifest>& out) {
  const std::string kind = string_or(object, "kind");
  if (object.is_object() && kind.ends_with("List") && object.contains("items")) {
    if (!object["items"].is_array()) return wrong(document, "items must be a list");
    for (Json& item : object["items"]) {
      if (string_or(item, "kind").ends_with("List")) return wrong(document, "a list in a list");
      if (auto ok = take(std::move(item), document, ns, out); !ok) return ok;
    }
    return {};
  }
  auto manifest = check(std::move(object), document, ns);
  if (!manifest) return fail(std::move(manifest).error());
  if (out.size() == kMaxObjects) {
    return wrong(document, fmt::format("more than {} objects at once", kMaxObjects));
  }
  out.push_back(std::move(*manifest));
  return {};
}

}  // namespace

bool is_cluster_wide(std::string_view api_version, std::string_view kind) {
  const std::string_view group = group_of(api_version);
  // Others name their cluster-wide kinds so: ClusterIssuer, ClusterSecretStore.
  if (!is_builtin(group)) return kind.starts_with("Cluster");
  return std::ranges::binary_search(kClusterWide, kind);
}

Result<std::vector<Manifest>> parse_manifests(std::string_view yaml, const std::string& ns) {
  auto documents = parse_yaml(yaml);
  if (!documents) return fail(std::move(documents).error());
  std::vector<Manifest> out;
  for (YamlDocument& document : *documents) {
    if (document.json.is_null()) continue;
    if (auto ok = take(std::move(document.json), document.number, ns, out); !ok) {
      return fail(ok.error());
    }
  }
  if (out.empty()) return fail(Errc::invalid_argument, "the YAML holds no object");
  std::set<ObjectRef> seen;
  for (const Manifest& manifest : out) {
    if (seen.insert(manifest.ref).second) continue;
    return wrong(manifest.document, short_name(manifest.ref) + " is there twice");
  }
  return in_order(std::move(out));
}

Result<> check_allowed(const Manifest& manifest, bool is_admin, Language language) {
  static constexpr std::array<std::string_view, 7> kGroups{
      "admissionregistration.k8s.io", "apiextensions.k8s.io",         "apiregistration.k8s.io",
      "certificates.k8s.io",          "flowcontrol.apiserver.k8s.io", "policy.k8s.io",
      "rbac.authorization.k8s.io"};
  const bool powerful =
      std::ranges::find(kGroups, group_of(manifest.ref.api_version)) != kGroups.end() ||
      manifest.ref.kind == "PodSecurityPolicy";
  if (!powerful || is_admin) return {};
  return fail(Errc::denied,
              language == Language::zh
                  ? fmt::format("第 {} 份文档里的 {} 会改集群的权限，要有 ops.admin 权限才能应用。",
                                manifest.document, short_name(manifest.ref))
                  : fmt::format("Document {}: {} hands out rights over the cluster; that needs the "
                                "permission ops.admin.",
                                manifest.document, short_name(manifest.ref)));
}

}  // namespace mtc::clusters
