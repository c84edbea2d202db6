// Deployments: which ReplicaSet is the current one, and how pods move from old to new ones. Follows
// k8s.io/kubernetes/pkg/controller/deployment.
#include <fmt/format.h>

#include <algorithm>

#include "emulator/kubernetes/control_plane.h"
#include "emulator/kubernetes/deployment_conditions.h"
#include "emulator/kubernetes/objects.h"
#include "emulator/kubernetes/well_known.h"

namespace mtc::emulator::kubernetes {
namespace {

constexpr std::string_view kRevision = "deployment.kubernetes.io/revision";
constexpr std::string_view kRevisionHistory = "deployment.kubernetes.io/revision-history";
constexpr std::string_view kDesired = "deployment.kubernetes.io/desired-replicas";
constexpr std::string_view kMaximum = "deployment.kubernetes.io/max-replicas";
constexpr std::string_view kApplied = "kubectl.kubernetes.io/last-applied-configuration";
constexpr std::string_view kHash = "pod-template-hash";
constexpr std::string_view kComponent = "deployment-controller";

std::int64_t replicas_of(const Json& object) {
  return integer_at(object, {"spec", "replicas"}, 1);
}
std::int64_t available_of(const Json& object) {
  return integer_at(object, {"status", "availableReplicas"});
}
std::int64_t status_replicas(const Json& object) {
  return integer_at(object, {"status", "replicas"});
}

std::int64_t revision_of(const Json& set) {
  const auto text = annotation_of(set, kRevision);
  return text.empty() || text.size() > 15 ? 0 : std::atoll(text.c_str());
}

Json template_without_hash(const Json& object) {
  auto out = dig(object, {"spec", "template"});
  if (out.is_object() && dig(out, {"metadata", "labels"}).is_object())
    out["metadata"]["labels"].erase(kHash);
  return out;
}

// One pass over one deployment.
class Pass {
 public:
  Pass(ControlPlane& plane, const Json& deployment) : plane_(plane), deployment_(deployment) {
    load();
  }
  void run();

 private:
  void load();
  bool paused() const { return bool_at(deployment_, {"spec", "paused"}); }
  bool recreates() const {
    return text_at(deployment_, {"spec", "strategy", "type"}) == "Recreate";
  }
  std::int64_t max_surge() const;
  std::int64_t max_unavailable() const;
  bool has_new() const { return new_set_.is_object(); }
  void find_new(bool create);
  void make_new(std::int64_t revision);
  void sync_annotations();
  void set_revision(std::int64_t revision);
  bool scaled() const;
  void scale_all();
  void roll();
  void recreate();
  bool scale_new();
  bool scale_down_old();
  std::int64_t drop_unhealthy(std::int64_t most);
  void scale_down_available();
  void resize(Json& set, std::int64_t replicas);
  void note_size(Json& set, std::int64_t replicas);
  void clean_up();
  Json status();
  std::int64_t sum(std::int64_t (*of)(const Json&)) const;

  ControlPlane& plane_;
  Json deployment_;
  Json new_set_;                // null: there is none
  std::vector<Json> old_sets_;  // oldest first
  bool made_new_ = false;
};

void Pass::load() {
  const auto wanted = template_without_hash(deployment_);
  std::vector<Json> sets;
  for (const auto& set : plane_.controlled(known::replica_sets(), deployment_))
    sets.push_back(set->value());
  std::ranges::sort(sets, {}, [](const Json& set) {
    return std::pair(text_at(set, {"metadata", "creationTimestamp"}), name_of(set));
  });
  for (auto& set : sets) {
    if (!has_new() && template_without_hash(set) == wanted) {
      new_set_ = std::move(set);
    } else {
      old_sets_.push_back(std::move(set));
    }
  }
}

std::int64_t Pass::max_surge() const {
  if (recreates()) return 0;
  return share_of(dig(deployment_, {"spec", "strategy", "rollingUpdate", "maxSurge"}),
                  replicas_of(deployment_), true, 1);
}

std::int64_t Pass::max_unavailable() const {
  if (recreates()) return 0;
  const auto out =
      share_of(dig(deployment_, {"spec", "strategy", "rollingUpdate", "maxUnavailable"}),
               replicas_of(deployment_), false, 0);
  if (out == 0 && max_surge() == 0) return 1;
  return std::min(out, replicas_of(deployment_));
}

std::int64_t Pass::sum(std::int64_t (*of)(const Json&)) const {
  std::int64_t total = has_new() ? of(new_set_) : 0;
  for (const auto& set : old_sets_) total += of(set);
  return total;
}

void Pass::set_revision(std::int64_t revision) {
  const auto text = std::to_string(revision);
  const ObjectId id{namespace_of(deployment_), name_of(deployment_)};
  if (annotation_of(deployment_, kRevision) == text) return;
  const auto stored = plane_.registry.edit(
      known::deployments(), id, plane_.now, Part::main,
      [&](Json& object) { member(object, {"metadata", "annotations"})[kRevision] = text; });
  if (stored) deployment_ = stored->value();
}

void Pass::find_new(bool create) {
  std::int64_t newest_old = 0;
  for (const auto& set : old_sets_) newest_old = std::max(newest_old, revision_of(set));
  if (has_new()) {
    if (revision_of(new_set_) <= newest_old) {  // an old one has become the current one again
      const auto before = annotation_of(new_set_, kRevision);
      const ObjectId id{namespace_of(new_set_), name_of(new_set_)};
      const auto stored =
          plane_.registry.edit(known::replica_sets(), id, plane_.now, Part::main, [&](Json& set) {
            auto& annotations = member(set, {"metadata", "annotations"});
            auto history = string_or(annotations, kRevisionHistory);
            if (!before.empty())
              annotations[kRevisionHistory] = history.empty() ? before : history + "," + before;
            annotations[kRevision] = std::to_string(newest_old + 1);
          });
      if (stored) new_set_ = stored->value();
    }
    sync_annotations();
    set_revision(revision_of(new_set_));
  } else if (create) {
    make_new(newest_old + 1);
  }
}

// The set says how far it is scaled, for whoever scales it in proportion later.
void Pass::sync_annotations() {
  const auto desired = std::to_string(replicas_of(deployment_));
  const auto maximum = std::to_string(replicas_of(deployment_) + max_surge());
  const auto minimum = dig(deployment_, {"spec", "minReadySeconds"});
  const auto edit = [&](Json& set) {
    const auto stored =
        plane_.registry.edit(known::replica_sets(), {namespace_of(set), name_of(set)}, plane_.now,
                             Part::main, [&](Json& object) {
                               auto& annotations = member(object, {"metadata", "annotations"});
                               annotations[kDesired] = desired;
                               annotations[kMaximum] = maximum;
                               for (const auto& [key, value] :
                                    object_or_empty(deployment_["metadata"], "annotations").items())
                                 if (key != kRevision && key != kRevisionHistory && key != kApplied)
                                   annotations[key] = value;
                               if (minimum.is_number()) object["spec"]["minReadySeconds"] = minimum;
                             });
    if (stored) set = stored->value();
  };
  if (has_new()) edit(new_set_);
}

void Pass::make_new(std::int64_t revision) {
  auto pods = dig(deployment_, {"spec", "template"});
  auto hash = hash_text(pods);
  // Another template may have the same hash, however unlikely: then a counter joins in.
  for (int collisions = 0; plane_.store.find(
           known::replica_sets(), {namespace_of(deployment_), name_of(deployment_) + "-" + hash});
       ++collisions)
    hash = hash_text({pods, collisions});
  member(pods, {"metadata", "labels"})[kHash] = hash;
  auto selector = dig(deployment_, {"spec", "selector"});
  member(selector, {"matchLabels"})[kHash] = hash;
  Json annotations = object_or_empty(deployment_["metadata"], "annotations");
  annotations.erase(kApplied);
  annotations.erase(kRevisionHistory);
  annotations[kRevision] = std::to_string(revision);
  annotations[kDesired] = std::to_string(replicas_of(deployment_));
  annotations[kMaximum] = std::to_string(replicas_of(deployment_) + max_surge());
  const auto room = replicas_of(deployment_) + max_surge() - sum(replicas_of);
  std::int64_t replicas = std::clamp<std::int64_t>(room, 0, replicas_of(deployment_));
  if (recreates()) replicas = 0;
  Json set{
      {"apiVersion", "apps/v1"},
      {"kind", "ReplicaSet"},
      {"metadata",
       {{"name", name_of(deployment_) + "-" + hash},
        {"namespace", namespace_of(deployment_)},
        {"labels", dig(pods, {"metadata", "labels"})},
        {"annotations", std::move(annotations)},
        {"ownerReferences", Json::array({controller_reference(deployment_)})}}},
      {"spec", {{"replicas", replicas}, {"selector", std::move(selector)}, {"template", pods}}},
      {"status", {{"replicas", 0}}}};
  if (const auto& minimum = dig(deployment_, {"spec", "minReadySeconds"}); minimum.is_number())
    set["spec"]["minReadySeconds"] = minimum;
  const auto stored =
      plane_.registry.create(known::replica_sets(), std::move(set), {.now = plane_.now});
  if (!stored) return;
  new_set_ = (*stored)->value();
  made_new_ = true;
  if (replicas > 0)
    plane_.tell(deployment_, kComponent, "Normal", "ScalingReplicaSet",
                fmt::format("Scaled up replica set {} to {}", name_of(new_set_), replicas));
  set_revision(revision);
}

void Pass::resize(Json& set, std::int64_t replicas) {
  const auto before = replicas_of(set);
  if (before == replicas) return;
  note_size(set, replicas);
  plane_.tell(deployment_, kComponent, "Normal", "ScalingReplicaSet",
              fmt::format("Scaled {} replica set {} to {} from {}",
                          replicas > before ? "up" : "down", name_of(set), replicas, before));
}

void Pass::note_size(Json& set, std::int64_t replicas) {
  const auto stored = plane_.registry.edit(
      known::replica_sets(), {namespace_of(set), name_of(set)}, plane_.now, Part::main,
      [&](Json& object) {
        object["spec"]["replicas"] = replicas;
        auto& annotations = member(object, {"metadata", "annotations"});
        annotations[kDesired] = std::to_string(replicas_of(deployment_));
        annotations[kMaximum] = std::to_string(replicas_of(deployment_) + max_surge());
      });
  if (stored) set = stored->value();
}

// Whether the user changed the number of replicas since the sets were last looked at.
bool Pass::scaled() const {
  const auto desired = std::to_string(replicas_of(deployment_));
  const auto differs = [&](const Json& set) {
    return replicas_of(set) > 0 && !annotation_of(set, kDesired).empty() &&
           annotation_of(set, kDesired) != desired;
  };
  return (has_new() && differs(new_set_)) || std::ranges::any_of(old_sets_, differs);
}

void Pass::scale_all() {
  // What keeps its size is noted, too: else the deployment would count as just scaled for ever.
  const auto scale = [&](Json& set, std::int64_t replicas) {
    resize(set, replicas);
    note_size(set, replicas);
  };
  std::vector<Json*> active;
  for (auto& set : old_sets_)
    if (replicas_of(set) > 0) active.push_back(&set);
  if (has_new() && replicas_of(new_set_) > 0) active.push_back(&new_set_);
  const auto desired = replicas_of(deployment_);
  if (active.size() <= 1) {
    Json* only = active.empty() ? (has_new() ? &new_set_ : nullptr) : active.front();
    if (only == nullptr) return;
    scale(*only, desired);
    return;
  }
  if (has_new() && available_of(new_set_) == desired && replicas_of(new_set_) == desired) {
    for (auto& set : old_sets_) resize(set, 0);
    return;
  }
  // In the middle of a rollout: in proportion, the rest to the largest.
  const auto allowed = desired > 0 ? desired + max_surge() : 0;
  const auto all = sum(replicas_of);
  const auto to_add = allowed - all;
  std::ranges::sort(active, {},
                    [](const Json* set) { return std::pair(-replicas_of(*set), name_of(*set)); });
  std::vector<std::int64_t> sizes;
  auto rest = to_add;
  for (const auto* set : active) {
    const auto part = to_add * replicas_of(*set) / std::max<std::int64_t>(all, 1);
    sizes.push_back(std::max<std::int64_t>(replicas_of(*set) + part, 0));
    rest -= part;
  }
  sizes.front() = std::max<std::int64_t>(sizes.front() + rest, 0);
  for (std::size_t i = 0; i < active.size(); ++i) scale(*active[i], sizes[i]);
}

bool Pass::scale_new() {
  if (!has_new()) return false;
  const auto desired = replicas_of(deployment_);
  const auto current = replicas_of(new_set_);
  if (current == desired) return false;
  if (current > desired) {
    resize(new_set_, desired);
    return true;
  }
  const auto room = desired + max_surge() - sum(replicas_of);
  if (room <= 0) return false;
  resize(new_set_, current + std::min(room, desired - current));
  return true;
}

std::int64_t Pass::drop_unhealthy(std::int64_t most) {
  std::int64_t dropped = 0;
  for (auto& set : old_sets_) {
    if (dropped >= most) break;
    const auto unhealthy = replicas_of(set) - available_of(set);
    if (replicas_of(set) == 0 || unhealthy <= 0) continue;
    const auto part = std::min(most - dropped, unhealthy);
    resize(set, replicas_of(set) - part);
    dropped += part;
  }
  return dropped;
}

void Pass::scale_down_available() {
  const auto minimum = replicas_of(deployment_) - max_unavailable();
  auto rest = sum(available_of) - minimum;
  for (auto& set : old_sets_) {
    if (rest <= 0) break;
    const auto part = std::min(rest, replicas_of(set));
    resize(set, replicas_of(set) - part);
    rest -= part;
  }
}

bool Pass::scale_down_old() {
  std::int64_t old = 0;
  for (const auto& set : old_sets_) old += replicas_of(set);
  if (old == 0) return false;
  const auto minimum = replicas_of(deployment_) - max_unavailable();
  const auto new_unavailable = has_new() ? replicas_of(new_set_) - available_of(new_set_) : 0;
  const auto most = sum(replicas_of) - minimum - new_unavailable;
  if (most <= 0) return false;
  drop_unhealthy(most);
  // What has just been told to go still counts as available in the sets' status.
  bool settled = true;
  for (const auto& set : old_sets_) settled = settled && status_replicas(set) <= replicas_of(set);
  if (settled) scale_down_available();
  return true;
}

void Pass::roll() {
  find_new(true);
  if (!scale_new()) scale_down_old();
}

void Pass::recreate() {
  find_new(false);
  bool any = false;
  for (auto& set : old_sets_) {
    any = any || replicas_of(set) > 0;
    resize(set, 0);
  }
  if (any) return;
  for (const auto& set : old_sets_) {
    for (const auto& pod : plane_.controlled(known::pods(), set)) {
      const auto phase = text_at(pod->value(), {"status", "phase"});
      if (phase != "Succeeded" && phase != "Failed") return;  // it is still there
    }
  }
  find_new(true);
  scale_new();
}

void Pass::clean_up() {
  const auto& limit = dig(deployment_, {"spec", "revisionHistoryLimit"});
  if (!limit.is_number_integer()) return;
  std::vector<Json> idle;
  for (const auto& set : old_sets_)
    if (!is_deleted(set)) idle.push_back(set);
  auto surplus = static_cast<std::int64_t>(idle.size()) - limit.get<std::int64_t>();
  std::ranges::sort(idle, {},
                    [](const Json& set) { return std::pair(revision_of(set), name_of(set)); });
  for (const auto& set : idle) {
    if (surplus-- <= 0) break;
    if (replicas_of(set) != 0 || status_replicas(set) != 0) continue;
    (void)plane_.registry.remove(known::replica_sets(), {namespace_of(set), name_of(set)}, {},
                                 {.now = plane_.now});
  }
}

Json Pass::status() {
  Json out{{"observedGeneration", integer_at(deployment_, {"metadata", "generation"})}};
  const auto put = [&](const char* key, std::int64_t value) {
    if (value != 0) out[key] = value;
  };
  const auto all = sum(status_replicas);
  const auto available = sum(available_of);
  put("replicas", all);
  put("updatedReplicas", has_new() ? status_replicas(new_set_) : 0);
  put("readyReplicas",
      sum([](const Json& set) { return integer_at(set, {"status", "readyReplicas"}); }));
  put("availableReplicas", available);
  put("unavailableReplicas", std::max<std::int64_t>(sum(replicas_of) - available, 0));
  out["conditions"] = array_or_empty(object_or_empty(deployment_, "status"), "conditions");
  const Rollout rollout{.deployment = deployment_,
                        .current_set = name_of(new_set_),
                        .just_created = made_new_,
                        .least_available = replicas_of(deployment_) - max_unavailable()};
  if (const auto deadline = add_conditions(out, rollout, plane_.now))
    plane_.agenda.add_at(*deadline, known::deployments(),
                         {namespace_of(deployment_), name_of(deployment_)});
  return out;
}

void Pass::run() {
  if (!is_deleted(deployment_)) {
    if (paused()) {
      find_new(false);
      scale_all();
    } else if (scaled()) {
      find_new(false);
      scale_all();
      if (has_new()) sync_annotations();
    } else if (recreates()) {
      recreate();
    } else {
      roll();
    }
  } else {
    find_new(false);
  }
  auto next = status();
  const bool done = is_complete(deployment_, next);
  (void)plane_.set_status(known::deployments(), deployment_, std::move(next));
  if (done && !is_deleted(deployment_)) clean_up();
}

}  // namespace

void sync_deployment(ControlPlane& plane, const Json& deployment) {
  Pass(plane, deployment).run();
}

}  // namespace mtc::emulator::kubernetes
