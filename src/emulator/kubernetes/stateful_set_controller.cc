// StatefulSets: pods with names, one after the other, each with its claims.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "emulator/kubernetes/control_plane.h"
#include "emulator/kubernetes/objects.h"
#include "emulator/kubernetes/revisions.h"
#include "emulator/kubernetes/well_known.h"

namespace mtc::emulator::kubernetes {
namespace {

constexpr std::string_view kComponent = "statefulset-controller";

class Pass {
 public:
  Pass(ControlPlane& plane, const Json& set)
      : plane_(plane), set_(set), replicas_(wanted_pods(set, "replicas")) {
    const auto prefix = name_of(set) + "-";
    for (const auto& pod : plane.controlled(known::pods(), set)) {
      const auto& name = pod->id().name;
      if (name.starts_with(prefix) && name.size() < prefix.size() + 10)
        pods_[std::atoll(name.c_str() + prefix.size())] = pod;
    }
    current_ = text_at(set, {"status", "currentRevision"});
    update_ = current_revision(plane, set, current_);
    if (current_.empty()) current_ = update_.name;
  }

  void run() {
    if (!is_deleted(set_)) act();
    write_status();
  }

 private:
  bool parallel() const { return text_at(set_, {"spec", "podManagementPolicy"}) == "Parallel"; }
  bool updated(const Json& pod) const { return label_of(pod, kRevisionLabel) == update_.name; }
  bool healthy(const ObjectPtr& pod) const {
    return is_active(pod->value()) && is_ready(pod->value());
  }

  // The next step, or several where the pods do not wait for each other.
  void act() {
    for (std::int64_t i = 0; i < replicas_; ++i) {
      const auto found = pods_.find(i);
      if (found == pods_.end()) {
        create(i);
        if (!parallel()) return;
        continue;
      }
      const auto phase = text_at(found->second->value(), {"status", "phase"});
      if (phase == "Failed" || phase == "Succeeded") {
        remove(found->second);
        return;
      }
      if (!parallel() && !healthy(found->second)) {
        // A pod that cannot become ready must not keep its correction out.
        const bool waits = updated(found->second->value()) || is_deleted(found->second->value());
        if (!waits && rolling()) remove(found->second);
        return;
      }
    }
    for (auto it = pods_.rbegin(); it != pods_.rend() && it->first >= replicas_; ++it) {
      if (!is_deleted(it->second->value())) remove(it->second);
      if (!parallel()) return;
    }
    if (rolling()) update_next();
  }

  bool rolling() const {
    return text_at(set_, {"spec", "updateStrategy", "type"}, "RollingUpdate") == "RollingUpdate";
  }

  void update_next() {
    const auto partition =
        integer_at(set_, {"spec", "updateStrategy", "rollingUpdate", "partition"});
    for (auto i = replicas_ - 1; i >= std::max<std::int64_t>(partition, 0); --i) {
      const auto found = pods_.find(i);
      if (found == pods_.end() || is_deleted(found->second->value())) return;
      if (!updated(found->second->value())) {
        remove(found->second);
        return;
      }
      if (!healthy(found->second)) return;
    }
  }

  void create(std::int64_t ordinal) {
    const auto name = fmt::format("{}-{}", name_of(set_), ordinal);
    const auto partition =
        integer_at(set_, {"spec", "updateStrategy", "rollingUpdate", "partition"});
    // Below the partition a pod comes back as it was.
    auto content = dig(set_, {"spec", "template"});
    auto revision = update_.name;
    if (ordinal < partition && current_ != update_.name) {
      if (auto old = template_of(plane_, set_, current_); old.is_object()) {
        content = std::move(old);
        revision = current_;
      }
    }
    add_claims(content, ordinal);
    content["spec"]["hostname"] = name;
    if (const auto service = text_at(set_, {"spec", "serviceName"}); !service.empty())
      content["spec"]["subdomain"] = service;
    const auto pod =
        plane_.create_pod(set_, content,
                          {{"name", name},
                           {"labels",
                            {{kRevisionLabel, revision},
                             {"statefulset.kubernetes.io/pod-name", name},
                             {"apps.kubernetes.io/pod-index", std::to_string(ordinal)}}}});
    if (!pod) {
      plane_.tell(set_, kComponent, "Warning", "FailedCreate",
                  fmt::format("create Pod {} in StatefulSet {} failed error: {}", name,
                              name_of(set_), pod.error().message));
      return;
    }
    pods_[ordinal] = *pod;
    plane_.tell(set_, kComponent, "Normal", "SuccessfulCreate",
                fmt::format("create Pod {} in StatefulSet {} successful", name, name_of(set_)));
  }

  void add_claims(Json& content, std::int64_t ordinal) {
    for (const auto& one : array_or_empty(object_or_empty(set_, "spec"), "volumeClaimTemplates")) {
      const auto volume = name_of(one);
      const auto name = fmt::format("{}-{}-{}", volume, name_of(set_), ordinal);
      auto claim = one;
      claim["apiVersion"] = "v1";
      claim["kind"] = "PersistentVolumeClaim";
      claim["metadata"]["name"] = name;
      claim["metadata"]["namespace"] = namespace_of(set_);
      claim["metadata"]["labels"] = dig(set_, {"spec", "selector", "matchLabels"});
      claim["status"] = {{"phase", "Pending"}};
      if (!plane_.store.find(known::volume_claims(), {namespace_of(set_), name}))
        (void)plane_.registry.create(known::volume_claims(), std::move(claim), {.now = plane_.now});
      auto& volumes = content["spec"]["volumes"];
      if (!volumes.is_array()) volumes = Json::array();
      volumes.push_back({{"name", volume}, {"persistentVolumeClaim", {{"claimName", name}}}});
    }
  }

  void remove(const ObjectPtr& pod) {
    if (is_deleted(pod->value())) return;
    (void)plane_.registry.remove(known::pods(), pod->id(), {}, {.now = plane_.now});
    plane_.tell(
        set_, kComponent, "Normal", "SuccessfulDelete",
        fmt::format("delete Pod {} in StatefulSet {} successful", pod->id().name, name_of(set_)));
  }

  void write_status() {
    const auto minimum = integer_at(set_, {"spec", "minReadySeconds"});
    std::int64_t replicas = 0, ready = 0, available = 0, updated_count = 0, current = 0;
    for (const auto& pod : plane_.controlled(known::pods(), set_)) {
      const auto& value = pod->value();
      ++replicas;
      if (!is_active(value)) continue;
      if (is_ready(value)) ++ready;
      if (is_available(value, minimum, plane_.now)) ++available;
      if (updated(value)) ++updated_count;
      if (name_of(set_) + "-" + label_of(value, kRevisionLabel) == current_) ++current;
    }
    if (rolling() && updated_count == replicas_ && replicas == replicas_ && ready == replicas_) {
      current_ = update_.name;
      current = updated_count;
    }
    Json status{{"observedGeneration", integer_at(set_, {"metadata", "generation"})},
                {"replicas", replicas},
                {"currentRevision", current_},
                {"updateRevision", update_.name},
                {"availableReplicas", available},
                {"collisionCount", 0}};
    if (ready > 0) status["readyReplicas"] = ready;
    if (current > 0) status["currentReplicas"] = current;
    if (updated_count > 0) status["updatedReplicas"] = updated_count;
    (void)plane_.set_status(known::stateful_sets(), set_, std::move(status));
  }

  ControlPlane& plane_;
  const Json& set_;
  std::int64_t replicas_;
  std::map<std::int64_t, ObjectPtr> pods_;
  std::string current_;
  Revision update_;
};

}  // namespace

void sync_stateful_set(ControlPlane& plane, const Json& set) {
  Pass(plane, set).run();
}

void sync_volume_claim(ControlPlane& plane, const Json& claim) {
  if (text_at(claim, {"status", "phase"}) == "Bound" || is_deleted(claim)) return;
  const ObjectId id{namespace_of(claim), name_of(claim)};
  (void)plane.registry.edit(known::volume_claims(), id, plane.now, Part::main, [&](Json& object) {
    object["spec"]["volumeName"] = "pvc-" + uid_of(object);
  });
  (void)plane.registry.edit(known::volume_claims(), id, plane.now, Part::status, [&](Json& object) {
    object["status"] = {{"phase", "Bound"},
                        {"accessModes", dig(object, {"spec", "accessModes"})},
                        {"capacity", dig(object, {"spec", "resources", "requests"})}};
  });
}

}  // namespace mtc::emulator::kubernetes
