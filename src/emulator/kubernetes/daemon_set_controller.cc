// DaemonSets: one pod on each node that fits.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "emulator/kubernetes/control_plane.h"
#include "emulator/kubernetes/objects.h"
#include "emulator/kubernetes/revisions.h"
#include "emulator/kubernetes/well_known.h"

namespace mtc::emulator::kubernetes {
namespace {

constexpr std::string_view kComponent = "daemonset-controller";

// The controller adds tolerations, so that its pods stay where others must go.
Json with_tolerations(Json content) {
  auto& all = member(content, {"spec"})["tolerations"];
  if (!all.is_array()) all = Json::array();
  const auto add = [&](const char* key, const char* effect) {
    all.push_back({{"key", key}, {"operator", "Exists"}, {"effect", effect}});
  };
  add("node.kubernetes.io/not-ready", "NoExecute");
  add("node.kubernetes.io/unreachable", "NoExecute");
  add("node.kubernetes.io/disk-pressure", "NoSchedule");
  add("node.kubernetes.io/memory-pressure", "NoSchedule");
  add("node.kubernetes.io/pid-pressure", "NoSchedule");
  add("node.kubernetes.io/unschedulable", "NoSchedule");
  return content;
}

bool belongs(const Json& pod, const NodeInfo& node) {
  if (!fits_labels(pod, node)) return false;
  return std::ranges::all_of(node.taints, [&](const Json& taint) {
    const auto effect = string_or(taint, "effect");
    const auto key = string_or(taint, "key");
    const bool of_node_state = key.starts_with("node.kubernetes.io/");
    return effect == "PreferNoSchedule" || of_node_state || tolerates(pod, taint);
  });
}

}  // namespace

void sync_daemon_set(ControlPlane& plane, const Json& set) {
  const auto revision = current_revision(plane, set, "");
  const auto content = with_tolerations(dig(set, {"spec", "template"}));
  const auto minimum = integer_at(set, {"spec", "minReadySeconds"});
  std::map<std::string, std::vector<ObjectPtr>> on_node;
  const auto load = [&] {
    on_node.clear();
    for (const auto& pod : plane.controlled(known::pods(), set))
      on_node[text_at(pod->value(), {"spec", "nodeName"})].push_back(pod);
  };
  load();
  const auto updated = [&](const Json& pod) {
    return label_of(pod, kRevisionLabel) == revision.hash;
  };
  const auto remove = [&](const ObjectPtr& pod) {
    if (is_deleted(pod->value())) return;
    (void)plane.registry.remove(known::pods(), pod->id(), {}, {.now = plane.now});
    plane.tell(set, kComponent, "Normal", "SuccessfulDelete", "Deleted pod: " + pod->id().name);
  };

  std::int64_t desired = 0, misscheduled = 0, unavailable = 0;
  for (const auto& [name, node] : plane.nodes.all()) {
    const auto found = on_node.find(name);
    const bool has = found != on_node.end();
    if (!belongs(content, node)) {
      if (has) ++misscheduled;
      if (has && !is_deleted(set)) std::ranges::for_each(found->second, remove);
      continue;
    }
    ++desired;
    if (has) {
      const auto& pod = found->second.front();
      const auto phase = text_at(pod->value(), {"status", "phase"});
      if (phase == "Failed" || phase == "Succeeded") remove(pod);
      if (!is_active(pod->value()) || !is_available(pod->value(), minimum, plane.now))
        ++unavailable;
      continue;
    }
    ++unavailable;
    if (is_deleted(set)) continue;
    auto one = content;
    one["spec"]["nodeName"] = name;
    const auto pod = plane.create_pod(
        set, one,
        {{"generateName", name_of(set) + "-"}, {"labels", {{kRevisionLabel, revision.hash}}}});
    if (pod)
      plane.tell(set, kComponent, "Normal", "SuccessfulCreate",
                 "Created pod: " + (*pod)->id().name);
  }
  // Old pods go while not too many are away; those that do not work anyway first.
  if (!is_deleted(set) &&
      text_at(set, {"spec", "updateStrategy", "type"}, "RollingUpdate") == "RollingUpdate") {
    const auto most = std::max<std::int64_t>(
        1, share_of(dig(set, {"spec", "updateStrategy", "rollingUpdate", "maxUnavailable"}),
                    desired, true, 1));
    for (const bool working : {false, true}) {
      for (const auto& [name, pods] : on_node) {
        for (const auto& pod : pods) {
          const auto& value = pod->value();
          if (updated(value) || is_deleted(value)) continue;
          if (is_available(value, minimum, plane.now) != working) continue;
          if (working && unavailable >= most) continue;
          if (working) ++unavailable;
          remove(pod);
        }
      }
    }
  }
  load();
  std::int64_t current = 0, ready = 0, available = 0, fresh = 0;
  for (const auto& [name, pods] : on_node) {
    const auto* node = plane.nodes.find(name);
    if (node == nullptr || !belongs(content, *node)) continue;
    ++current;
    const auto& value = pods.front()->value();
    if (!is_active(value)) continue;
    if (is_ready(value)) ++ready;
    if (is_available(value, minimum, plane.now)) ++available;
    if (updated(value)) ++fresh;
  }
  Json status{{"observedGeneration", integer_at(set, {"metadata", "generation"})},
              {"currentNumberScheduled", current},
              {"desiredNumberScheduled", desired},
              {"numberMisscheduled", misscheduled},
              {"numberReady", ready}};
  if (available > 0) status["numberAvailable"] = available;
  if (fresh > 0) status["updatedNumberScheduled"] = fresh;
  if (desired > available) status["numberUnavailable"] = desired - available;
  (void)plane.set_status(known::daemon_sets(), set, std::move(status));
}

}  // namespace mtc::emulator::kubernetes
