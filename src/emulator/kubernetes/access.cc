#include "emulator/kubernetes/access.h"

#include <fmt/format.h>

#include <algorithm>

#include "emulator/kubernetes/objects.h"
#include "emulator/kubernetes/well_known.h"

namespace mtc::emulator::kubernetes {
namespace {

bool lists(const Json& rule, std::string_view key, std::string_view wanted) {
  const auto& all = array_or_empty(rule, key);
  return std::any_of(all.begin(), all.end(),
                     [&](const Json& one) { return one == "*" || one == Json(wanted); });
}

bool lists_resource(const Json& rule, const Attributes& asked) {
  const auto full =
      asked.subresource.empty() ? asked.resource : asked.resource + "/" + asked.subresource;
  return lists(rule, "resources", full) || (!asked.subresource.empty() && [&] {
           const auto& all = array_or_empty(rule, "resources");
           return std::find(all.begin(), all.end(), Json("*/" + asked.subresource)) != all.end();
         }());
}

bool lists_path(const Json& rule, const std::string& path) {
  const auto& all = array_or_empty(rule, "nonResourceURLs");
  return std::any_of(all.begin(), all.end(), [&](const Json& one) {
    if (!one.is_string()) return false;
    std::string_view text = one.get_ref<const std::string&>();
    if (!text.ends_with('*')) return text == path;
    text.remove_suffix(1);
    return path.starts_with(text);
  });
}

bool permits(const Json& rule, const Attributes& asked) {
  if (!lists(rule, "verbs", asked.verb)) return false;
  if (!asked.path.empty()) return lists_path(rule, asked.path);
  if (!lists(rule, "apiGroups", asked.group) || !lists_resource(rule, asked)) return false;
  const auto& names = array_or_empty(rule, "resourceNames");
  return names.empty() || std::find(names.begin(), names.end(), Json(asked.name)) != names.end();
}

bool concerns(const Json& subject, const User& user) {
  const auto kind = string_or(subject, "kind");
  const auto name = string_or(subject, "name");
  if (kind == "User") return name == user.name;
  if (kind == "Group") return std::ranges::find(user.groups, name) != user.groups.end();
  return kind == "ServiceAccount" &&
         user.name ==
             fmt::format("system:serviceaccount:{}:{}", string_or(subject, "namespace"), name);
}

bool grants(const ObjectStore& store, const Json& binding, const User& user,
            const Attributes& asked) {
  const auto& subjects = array_or_empty(binding, "subjects");
  if (std::none_of(subjects.begin(), subjects.end(),
                   [&](const Json& one) { return concerns(one, user); }))
    return false;
  const auto name = text_at(binding, {"roleRef", "name"});
  const bool cluster_wide = text_at(binding, {"roleRef", "kind"}) == "ClusterRole";
  const auto role = cluster_wide ? store.find(known::cluster_roles(), {"", name})
                                 : store.find(known::roles(), {namespace_of(binding), name});
  if (!role) return false;
  const auto& rules = array_or_empty(role->value(), "rules");
  return std::any_of(rules.begin(), rules.end(),
                     [&](const Json& rule) { return permits(rule, asked); });
}

// What everyone who is known may read, to find their way.
bool is_public(const Attributes& asked) {
  if (asked.path.empty())
    return asked.group == "authorization.k8s.io" && asked.resource.starts_with("selfsubject") &&
           asked.verb == "create";
  for (const auto* prefix : {"/api", "/openapi", "/version", "/healthz", "/livez", "/readyz"})
    if (asked.verb == "get" && asked.path.starts_with(prefix)) return true;
  return false;
}

Json role(std::string_view name, Json rules) {
  return {{"apiVersion", "rbac.authorization.k8s.io/v1"},
          {"kind", "ClusterRole"},
          {"metadata",
           {{"name", name}, {"labels", {{"cloud.tencent.com/tke-rbac-generated", "true"}}}}},
          {"rules", std::move(rules)}};
}

Json rule(std::initializer_list<std::string_view> groups,
          std::initializer_list<std::string_view> resources,
          std::initializer_list<std::string_view> verbs) {
  return {{"apiGroups", Json(groups)}, {"resources", Json(resources)}, {"verbs", Json(verbs)}};
}

// What a reader sees in a namespace: everything but Secrets.
Json reading() {
  return Json::array(
      {rule({""},
            {"configmaps", "endpoints", "events", "limitranges", "persistentvolumeclaims", "pods",
             "pods/log", "pods/status", "replicationcontrollers", "resourcequotas",
             "serviceaccounts", "services", "namespaces"},
            {"get", "list", "watch"}),
       rule({"apps", "batch", "autoscaling", "networking.k8s.io", "policy", "discovery.k8s.io"},
            {"*"}, {"get", "list", "watch"}),
       rule({"metrics.k8s.io"}, {"pods", "nodes"}, {"get", "list"})});
}

Json with(Json rules, std::initializer_list<Json> more) {
  for (const auto& one : more) rules.push_back(one);
  return rules;
}

}  // namespace

bool is_allowed(const ObjectStore& store, const User& user, const Attributes& asked) {
  if (std::ranges::find(user.groups, "system:masters") != user.groups.end() || is_public(asked))
    return true;
  for (const auto& [id, binding] : store.all(known::cluster_role_bindings()))
    if (grants(store, binding->value(), user, asked)) return true;
  if (asked.ns.empty()) return false;
  const auto [first, last] = store.in_namespace(known::role_bindings(), asked.ns);
  for (auto it = first; it != last; ++it)
    if (grants(store, it->second->value(), user, asked)) return true;
  return false;
}

std::string denial(const User& user, const Attributes& asked) {
  if (!asked.path.empty())
    return fmt::format("User \"{}\" cannot {} path \"{}\"", user.name, asked.verb, asked.path);
  const auto resource =
      asked.subresource.empty() ? asked.resource : asked.resource + "/" + asked.subresource;
  auto out = fmt::format("User \"{}\" cannot {} resource \"{}\" in API group \"{}\"", user.name,
                         asked.verb, resource, asked.group);
  out += asked.ns.empty() ? " at the cluster scope"
                          : fmt::format(" in the namespace \"{}\"", asked.ns);
  return out;
}

std::vector<Json> preset_roles() {
  const Json everything =
      Json::array({rule({"*"}, {"*"}, {"*"}), {{"nonResourceURLs", {"*"}}, {"verbs", {"*"}}}});
  const auto nodes = rule({""}, {"nodes", "persistentvolumes"}, {"get", "list", "watch"});
  const auto storage = rule({"storage.k8s.io"}, {"storageclasses"}, {"get", "list", "watch"});
  const auto workloads = {
      rule({"apps"},
           {"deployments", "deployments/scale", "replicasets", "replicasets/scale", "statefulsets",
            "statefulsets/scale", "daemonsets"},
           {"create", "delete", "deletecollection", "patch", "update"}),
      rule({"batch"}, {"jobs", "cronjobs"},
           {"create", "delete", "deletecollection", "patch", "update"}),
      rule({""}, {"pods", "configmaps", "services", "persistentvolumeclaims", "pods/eviction"},
           {"create", "delete", "deletecollection", "patch", "update"}),
      rule({"autoscaling", "networking.k8s.io", "policy"},
           {"horizontalpodautoscalers", "ingresses", "poddisruptionbudgets"},
           {"create", "delete", "deletecollection", "patch", "update"}),
      rule({""}, {"secrets"},
           {"create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"})};
  return {role("cluster-admin", everything),
          role("tke:admin", everything),
          role("tke:ops",
               with(with(reading(), {nodes, storage}),
                    {rule({""}, {"nodes"}, {"patch", "update"}),
                     rule({""}, {"pods", "pods/eviction"}, {"create", "delete", "patch", "update"}),
                     rule({"apps"},
                          {"deployments", "deployments/scale", "statefulsets", "statefulsets/scale",
                           "daemonsets"},
                          {"patch", "update"})})),
          role("tke:dev", with(with(reading(), {nodes, storage}), workloads)),
          role("tke:ro", with(reading(), {nodes, storage})),
          role("tke:ns:dev", with(reading(), workloads)),
          role("tke:ns:ro", reading())};
}

}  // namespace mtc::emulator::kubernetes
