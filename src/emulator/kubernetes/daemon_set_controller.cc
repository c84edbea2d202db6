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

// One pass over one set.
class Pass {
 public:
  Pass(ControlPlane& plane, const Json& set)
      : plane_(plane),
        set_(set),
        revision_(current_revision(plane, set, "")),
        content_(with_tolerations(dig(set, {"spec", "template"}))) {
    load();
  }

  void run() {
    for (const auto& [name, node] : plane_.nodes.all()) visit(node);
    if (!is_deleted(set_) &&
        text_at(set_, {"spec", "updateStrategy", "type"}, "RollingUpdate") == "RollingUpdate")
      update();
    load();
    write_status();
  }

 private:
  void load() {
    on_node_.clear();
    for (const auto& pod : plane_.controlled(known::pods(), set_))
      on_node_[text_at(pod->value(), {"spec", "nodeName"})].push_back(pod);
  }
  bool updated(const Json& pod) const { return label_of(pod, kRevisionLabel) == revision_.hash; }
  bool available(const Json& pod) const {
    return is_available(pod, integer_at(set_, {"spec", "minReadySeconds"}), plane_.now);
  }

  void visit(const NodeInfo& node) {
    const auto found = on_node_.find(node.name);
    const bool has = found != on_node_.end();
    if (!belongs(content_, node)) {
      if (has) ++misscheduled_;
      if (has && !is_deleted(set_))
        for (const auto& pod : found->second) remove(pod);
      return;
    }
    ++desired_;
    if (!has) {
      ++unavailable_;
      if (!is_deleted(set_)) create(node.name);
      return;
    }
    const auto& pod = found->second.front();
    const auto phase = text_at(pod->value(), {"status", "phase"});
    if (phase == "Failed" || phase == "Succeeded") remove(pod);
    if (!is_active(pod->value()) || !available(pod->value())) ++unavailable_;
  }

  void create(const std::string& node) {
    auto content = content_;
    content["spec"]["nodeName"] = node;
    const auto pod = plane_.create_pod(
        set_, content,
        {{"generateName", name_of(set_) + "-"}, {"labels", {{kRevisionLabel, revision_.hash}}}});
    if (pod)
      plane_.tell(set_, kComponent, "Normal", "SuccessfulCreate",
                  "Created pod: " + (*pod)->id().name);
  }

  void remove(const ObjectPtr& pod) {
    if (is_deleted(pod->value())) return;
    (void)plane_.registry.remove(known::pods(), pod->id(), {}, {.now = plane_.now});
    plane_.tell(set_, kComponent, "Normal", "SuccessfulDelete", "Deleted pod: " + pod->id().name);
  }

  // Old pods go while not too many are away; those that do not work anyway first.
  void update() {
    const auto most = std::max<std::int64_t>(
        1, share_of(dig(set_, {"spec", "updateStrategy", "rollingUpdate", "maxUnavailable"}),
                    desired_, true, 1));
    for (const bool working : {false, true}) {
      for (const auto& [name, pods] : on_node_) {
        for (const auto& pod : pods) {
          const auto& value = pod->value();
          if (updated(value) || is_deleted(value) || available(value) != working) continue;
          if (working && unavailable_ >= most) continue;
          if (working) ++unavailable_;
          remove(pod);
        }
      }
    }
  }

  void write_status() {
    std::int64_t current = 0, ready = 0, available_count = 0, fresh = 0;
    for (const auto& [name, pods] : on_node_) {
      const auto* node = plane_.nodes.find(name);
      if (node == nullptr || !belongs(content_, *node)) continue;
      ++current;
      const auto& value = pods.front()->value();
      if (!is_active(value)) continue;
      if (is_ready(value)) ++ready;
      if (available(value)) ++available_count;
      if (updated(value)) ++fresh;
    }
    Json status{{"observedGeneration", integer_at(set_, {"metadata", "generation"})},
                {"currentNumberScheduled", current},
                {"desiredNumberScheduled", desired_},
                {"numberMisscheduled", misscheduled_},
                {"numberReady", ready}};
    if (available_count > 0) status["numberAvailable"] = available_count;
    if (fresh > 0) status["updatedNumberScheduled"] = fresh;
    if (desired_ > available_count) status["numberUnavailable"] = desired_ - available_count;
    (void)plane_.set_status(known::daemon_sets(), set_, std::move(status));
  }

  ControlPlane& plane_;
  const Json& set_;
  Revision revision_;
  Json content_;
  std::map<std::string, std::vector<ObjectPtr>> on_node_;
  std::int64_t desired_ = 0, misscheduled_ = 0, unavailable_ = 0;
};

}  // namespace

void sync_daemon_set(ControlPlane& plane, const Json& set) {
  Pass(plane, set).run();
}

}  // namespace mtc::emulator::kubernetes
