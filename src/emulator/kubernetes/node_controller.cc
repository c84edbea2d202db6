// What becomes of nodes that do not answer or run short, of their pods, and of ending namespaces.
#include <fmt/format.h>

#include <algorithm>

#include "emulator/kubernetes/api_time.h"
#include "emulator/kubernetes/control_plane.h"
#include "emulator/kubernetes/objects.h"
#include "emulator/kubernetes/well_known.h"

namespace mtc::emulator::kubernetes {
namespace {

constexpr std::chrono::seconds kGracePeriod{40};      // node-monitor-grace-period
constexpr std::int64_t kLongestStay = 1'000'000'000;  // seconds
constexpr std::string_view kUnreachable = "node.kubernetes.io/unreachable";
constexpr std::string_view kCordoned = "node.kubernetes.io/unschedulable";

Json taint(std::string_view key, std::string_view effect, TimePoint now) {
  Json out{{"key", key}, {"effect", effect}};
  if (effect == "NoExecute" || key == kCordoned) out["timeAdded"] = api_time(now);
  return out;
}

// Sets or removes all taints of that key.
void mark(Json& node, std::string_view key, std::initializer_list<std::string_view> effects,
          TimePoint now) {
  auto kept = Json::array();
  std::vector<std::string> there;
  for (const auto& one : array_or_empty(object_or_empty(node, "spec"), "taints")) {
    if (string_or(one, "key") == key) {
      there.push_back(string_or(one, "effect"));
      if (effects.size() == 0) continue;
    }
    kept.push_back(one);
  }
  for (const auto effect : effects)
    if (std::ranges::find(there, effect) == there.end()) kept.push_back(taint(key, effect, now));
  if (kept.empty()) {
    member(node, {"spec"}).erase("taints");
  } else {
    member(node, {"spec"})["taints"] = std::move(kept);
  }
}

// How long the pod may stay on a node with that taint; nullopt: for ever.
std::optional<std::chrono::seconds> stays(const Json& pod, const Json& taint) {
  std::optional<std::chrono::seconds> longest = std::chrono::seconds(0);
  for (const auto& one : array_or_empty(object_or_empty(pod, "spec"), "tolerations")) {
    const Json alone{{"spec", {{"tolerations", Json::array({one})}}}};
    if (!tolerates(alone, taint)) continue;
    if (!one.contains("tolerationSeconds")) return std::nullopt;
    const auto seconds = std::min<std::int64_t>(integer_or(one, "tolerationSeconds"), kLongestStay);
    longest = std::max(*longest, std::chrono::seconds(seconds));
  }
  return longest;
}

void lose_node(ControlPlane& plane, const ObjectId& id) {
  (void)plane.registry.edit(known::nodes(), id, plane.now, Part::status, [&](Json& node) {
    for (auto& condition : node["status"]["conditions"]) {
      condition["status"] = "Unknown";
      condition["reason"] = "NodeStatusUnknown";
      condition["message"] = "Kubelet stopped posting node status.";
      condition["lastTransitionTime"] = api_time(plane.now);
    }
  });
  const auto node = plane.registry.edit(
      known::nodes(), id, plane.now, Part::main,
      [&](Json& object) { mark(object, kUnreachable, {"NoSchedule", "NoExecute"}, plane.now); });
  if (!node) return;
  plane.tell(node->value(), "node-controller", "Normal", "NodeNotReady",
             fmt::format("Node {} status is now: NodeNotReady", id.name));
  const auto* info = plane.nodes.find(id.name);
  if (info == nullptr) return;
  const auto pods = info->pods;
  for (const auto& pod_id : pods) {
    const auto pod =
        plane.registry.edit(known::pods(), pod_id, plane.now, Part::status, [&](Json& object) {
          for (auto& condition : member(object, {"status"})["conditions"]) {
            if (string_or(condition, "type") != "Ready" ||
                string_or(condition, "status") == "False")
              continue;
            condition["status"] = "False";
            condition["lastTransitionTime"] = api_time(plane.now);
          }
        });
    if (pod)
      plane.tell(pod->value(), "node-controller", "Warning", "NodeNotReady", "Node is not ready");
  }
}

// Pods leave a node with NoExecute taints when their time there is over.
void evict_by_taints(ControlPlane& plane, const Json& node) {
  const auto* info = plane.nodes.find(name_of(node));
  if (info == nullptr) return;
  const auto pods = info->pods;
  for (const auto& one : array_or_empty(object_or_empty(node, "spec"), "taints")) {
    if (string_or(one, "effect") != "NoExecute") continue;
    const auto since = read_api_time(string_or(one, "timeAdded")).value_or(plane.now);
    for (const auto& id : pods) {
      const auto pod = plane.store.find(known::pods(), id);
      if (!pod || is_deleted(pod->value())) continue;
      const auto time = stays(pod->value(), one);
      if (!time) continue;
      if (since + *time > plane.now) {
        plane.agenda.add_at(since + *time, known::nodes(), {"", name_of(node)});
        continue;
      }
      plane.tell(pod->value(), "taint-eviction-controller", "Normal", "TaintManagerEviction",
                 fmt::format("Marking for deletion Pod {}/{}", id.ns, id.name));
      (void)plane.registry.remove(known::pods(), id, {}, {.now = plane.now});
    }
  }
}

Json condition(std::string_view type, bool holds, std::string_view reason,
               std::string_view message) {
  return {{"type", type},
          {"status", holds ? "True" : "False"},
          {"reason", reason},
          {"message", message}};
}

struct Pressure {
  const char *condition, *taint, *on, *off, *text_on, *text_off, *resource;
};
constexpr Pressure kPressures[] = {
    {"MemoryPressure", "node.kubernetes.io/memory-pressure", "KubeletHasInsufficientMemory",
     "KubeletHasSufficientMemory", "kubelet has insufficient memory available",
     "kubelet has sufficient memory available", "memory"},
    {"DiskPressure", "node.kubernetes.io/disk-pressure", "KubeletHasDiskPressure",
     "KubeletHasNoDiskPressure", "kubelet has disk pressure", "kubelet has no disk pressure",
     "ephemeral-storage"},
    {"PIDPressure", "node.kubernetes.io/pid-pressure", "KubeletHasInsufficientPID",
     "KubeletHasSufficientPID", "kubelet has insufficient PID available",
     "kubelet has sufficient PID available", "pids"}};

// The pod with the most memory that no DaemonSet keeps there.
ObjectPtr largest_pod(const ControlPlane& plane, const NodeInfo& node) {
  ObjectPtr largest;
  std::int64_t most = -1;
  for (const auto& id : node.pods) {
    const auto pod = plane.store.find(known::pods(), id);
    if (!pod || text_at(controller_of(pod->value()), {"kind"}) == "DaemonSet") continue;
    const auto* run = plane.kubelets.find(uid_of(pod->value()));
    if (run == nullptr) continue;
    std::int64_t memory = 0;
    const auto& containers = array_or_empty(object_or_empty(pod->value(), "spec"), "containers");
    for (std::size_t i = 0; i < run->containers.size() && i < containers.size(); ++i)
      memory += usage_of(run->containers[i], containers[i], plane.now, plane.load).memory_bytes;
    if (memory <= most) continue;
    most = memory;
    largest = pod;
  }
  return largest;
}

void evict(ControlPlane& plane, const ObjectPtr& pod, const Pressure& pressure) {
  const auto message = fmt::format("The node was low on resource: {}. ", pressure.resource);
  plane.events.record(pod->value(),
                      {.type = "Warning",
                       .reason = "Evicted",
                       .message = message,
                       .component = "kubelet",
                       .host = text_at(pod->value(), {"spec", "nodeName"})},
                      plane.now);
  (void)plane.registry.edit(known::pods(), pod->id(), plane.now, Part::status, [&](Json& object) {
    object["status"] = {{"phase", "Failed"},
                        {"reason", "Evicted"},
                        {"message", message},
                        {"startTime", text_at(object, {"status", "startTime"})}};
  });
}

}  // namespace

void sync_node(ControlPlane& plane, const Json& node) {
  const ObjectId id{"", name_of(node)};
  const bool cordoned = bool_at(node, {"spec", "unschedulable"});
  const auto changed =
      plane.registry.edit(known::nodes(), id, plane.now, Part::main, [&](Json& object) {
        if (cordoned) {
          mark(object, kCordoned, {"NoSchedule"}, plane.now);
        } else {
          mark(object, kCordoned, {}, plane.now);
        }
      });
  const auto down = plane.down_since.find(id.name);
  if (down != plane.down_since.end() && plane.now >= down->second + kGracePeriod &&
      !condition_is(node, "Ready", "Unknown"))
    lose_node(plane, id);
  if (const auto found = plane.store.find(known::nodes(), id))
    evict_by_taints(plane, found->value());
}

void set_node_down(ControlPlane& plane, const std::string& name, bool down) {
  const ObjectId id{"", name};
  plane.kubelets.set_down(name, down);
  if (down) {
    plane.down_since.try_emplace(name, plane.now);
    plane.agenda.add_at(plane.now + kGracePeriod, known::nodes(), id);
    return;
  }
  if (plane.down_since.erase(name) == 0) return;
  const auto lost = plane.store.find(known::nodes(), id);
  const bool was_lost = lost && condition_is(lost->value(), "Ready", "Unknown");
  if (was_lost) {
    (void)plane.registry.edit(known::nodes(), id, plane.now, Part::status, [&](Json& node) {
      set_condition(node,
                    condition("Ready", true, "KubeletReady", "kubelet is posting ready status"),
                    plane.now);
      for (const auto& one : kPressures)
        set_condition(node, condition(one.condition, false, one.off, one.text_off), plane.now);
    });
    const auto node =
        plane.registry.edit(known::nodes(), id, plane.now, Part::main,
                            [&](Json& object) { mark(object, kUnreachable, {}, plane.now); });
    if (node)
      plane.events.record(node->value(),
                          {.reason = "NodeReady",
                           .message = fmt::format("Node {} status is now: NodeReady", name),
                           .component = "kubelet",
                           .host = name},
                          plane.now);
  }
  const auto* info = plane.nodes.find(name);
  if (info == nullptr) return;
  for (const auto& pod : info->pods) plane.agenda.add(known::pods(), pod);
}

void set_node_pressure(ControlPlane& plane, const std::string& name, const std::string& type,
                       bool on) {
  const auto found = std::ranges::find(kPressures, type, &Pressure::condition);
  if (found == std::end(kPressures)) return;
  const ObjectId id{"", name};
  (void)plane.registry.edit(known::nodes(), id, plane.now, Part::status, [&](Json& node) {
    set_condition(node,
                  condition(found->condition, on, on ? found->on : found->off,
                            on ? found->text_on : found->text_off),
                  plane.now);
  });
  const auto node =
      plane.registry.edit(known::nodes(), id, plane.now, Part::main, [&](Json& object) {
        if (on) {
          mark(object, found->taint, {"NoSchedule"}, plane.now);
        } else {
          mark(object, found->taint, {}, plane.now);
        }
      });
  if (!node) return;
  plane.events.record(
      node->value(),
      {.reason = on ? found->on : found->off,
       .message = fmt::format("Node {} status is now: {}", name, on ? found->on : found->off),
       .component = "kubelet",
       .host = name},
      plane.now);
  if (!on) return;
  if (const auto* info = plane.nodes.find(name))
    if (const auto pod = largest_pod(plane, *info)) evict(plane, pod, *found);
}

void sync_namespace(ControlPlane& plane, const Json& ns) {
  const auto name = name_of(ns);
  if (!is_deleted(ns)) {
    const Json account{{"apiVersion", "v1"},
                       {"kind", "ServiceAccount"},
                       {"metadata", {{"name", "default"}, {"namespace", name}}}};
    const Json roots{{"apiVersion", "v1"},
                     {"kind", "ConfigMap"},
                     {"metadata", {{"name", "kube-root-ca.crt"}, {"namespace", name}}},
                     {"data", {{"ca.crt", ""}}}};
    if (!plane.store.find(known::service_accounts(), {name, "default"}))
      (void)plane.registry.create(known::service_accounts(), account, {.now = plane.now});
    if (!plane.store.find(known::config_maps(), {name, "kube-root-ca.crt"}))
      (void)plane.registry.create(known::config_maps(), roots, {.now = plane.now});
    if (text_at(ns, {"status", "phase"}).empty())
      (void)plane.set_status(known::namespaces(), ns, {{"phase", "Active"}});
    return;
  }
  bool empty = true;
  for (const auto& kind : all_kinds()) {
    if (!kind.namespaced || !kind.stored) continue;
    std::vector<ObjectId> ids;
    const auto [first, last] = plane.store.in_namespace(kind, name);
    for (auto it = first; it != last; ++it) ids.push_back(it->first);
    for (const auto& id : ids) {
      const auto object = plane.store.find(kind, id);
      if (object && !is_deleted(object->value()))
        (void)plane.registry.remove(kind, id, {}, {.now = plane.now});
      empty = empty && !plane.store.find(kind, id);
    }
  }
  if (empty && array_or_empty(ns["metadata"], "finalizers").empty())
    plane.registry.erase(known::namespaces(), {"", name}, plane.now);
}

}  // namespace mtc::emulator::kubernetes
