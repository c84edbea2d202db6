#include "domain/rollback/assessment.h"

#include <algorithm>
#include <map>

#include "domain/alerts/cause.h"
#include "domain/clusters/blast_radius.h"
#include "domain/clusters/object.h"
#include "domain/clusters/pod_view.h"
#include "domain/clusters/workload_view.h"
#include "domain/rollback/sight.h"

namespace mtc::rollback {
namespace {

using clusters::ObjectRef;
using clusters::Pod;

constexpr std::string_view kApps = "apps/v1";

ObjectRef workload_ref(std::string kind, std::string ns, std::string name) {
  return {.api_version = std::string(kApps),
          .kind = std::move(kind),
          .ns = std::move(ns),
          .name = std::move(name)};
}

Async<std::optional<ObjectRef>> find_named(clusters::Scene scene, std::string ns,
                                           std::string name) {
  if (name.empty() || ns.empty()) co_return std::nullopt;
  for (const std::string kind : {"Deployment", "StatefulSet", "DaemonSet"}) {
    const ObjectRef ref = workload_ref(kind, ns, name);
    const auto found = co_await clusters::read_if_there(scene, ref);
    if (found && !found->is_null()) co_return ref;
  }
  co_return std::nullopt;
}

// The one with most pods in trouble there. What runs on every node is not the node's trouble.
Async<std::optional<ObjectRef>> find_on_node(clusters::Scene scene, std::string node) {
  const auto pods = co_await scene.api->pods({.fields = "spec.nodeName=" + node});
  if (!pods) co_return std::nullopt;
  std::map<std::pair<std::string, std::string>, int> sick;
  for (const Pod& pod : *pods) {
    const bool counts =
        pod.node == node && pod.owner_kind != "DaemonSet" && !pod.owner_kind.empty();
    if (counts && is_sick(pod)) ++sick[{pod.ns, clusters::workload_of(pod)}];
  }
  const auto worst = std::ranges::max_element(sick, {}, [](const auto& one) { return one.second; });
  if (worst == sick.end()) co_return std::nullopt;
  const auto [ns, name] = worst->first;
  co_return co_await find_named(scene, ns, name);
}

}  // namespace

std::optional<Target> cluster_of(const alerts::Alert& alert) {
  const alerts::Subject& subject = alert.subject;
  if (subject.cluster_id.empty()) return std::nullopt;
  return Target{.region = subject.region,
                .cluster_id = subject.cluster_id,
                .cluster_name = subject.cluster_name,
                .object = {}};
}

Async<std::optional<ObjectRef>> find_workload(clusters::Scene scene, alerts::Subject subject) {
  if (!subject.name.empty() && !subject.ns.empty() && clusters::is_workload(subject.kind)) {
    co_return workload_ref(subject.kind, subject.ns, subject.name);
  }
  if (!subject.name.empty()) co_return co_await find_named(scene, subject.ns, subject.name);
  if (!subject.pod.empty()) {
    const std::string name = alerts::workload_of_pod_name(subject.pod);
    co_return co_await find_named(scene, subject.ns, name);
  }
  if (!subject.node.empty()) co_return co_await find_on_node(scene, subject.node);
  co_return std::nullopt;
}

alerts::Evidence evidence_of(const alerts::Alert& alert, TimePoint now) {
  alerts::Evidence out{.level = alert.level, .at = now};
  if (alert.value && alert.limit && *alert.limit > 0 && *alert.value > *alert.limit) {
    out.over_limit = *alert.value / *alert.limit;
  }
  return out;
}

void add_health(const Health& health, alerts::Evidence& evidence) {
  if (!health.exists) return;
  evidence.affected_workloads = 1;
  evidence.wanted_replicas = health.wanted;
  evidence.ready_replicas = health.ready;
  evidence.resource_use = health.resource_use;
  evidence.error_rate = health.error_rate;
  evidence.usual_error_rate = health.usual_error_rate;
}

Async<std::optional<bool>> faces_outside(clusters::Scene scene, ObjectRef object) {
  const auto workload = co_await clusters::read_if_there(scene, object);
  if (!workload || workload->is_null()) co_return std::nullopt;
  const auto radius = co_await clusters::blast_radius(scene, *workload, clusters::Effect::none);
  if (!radius.hosts.empty()) co_return true;
  if (!radius.unknown.empty()) co_return std::nullopt;
  const auto services = co_await scene.api->services({.ns = object.ns});
  if (!services) co_return std::nullopt;
  co_return std::ranges::any_of(*services, [&](const clusters::Service& one) {
    return one.type == "LoadBalancer" &&
           std::ranges::find(radius.services, one.name) != radius.services.end();
  });
}

}  // namespace mtc::rollback
