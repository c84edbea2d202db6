// ReplicaSets: as many pods as asked for.
#include <fmt/format.h>

#include <algorithm>

#include "emulator/kubernetes/control_plane.h"
#include "emulator/kubernetes/objects.h"
#include "emulator/kubernetes/well_known.h"

namespace mtc::emulator::kubernetes {
namespace {

constexpr std::string_view kComponent = "replicaset-controller";

// What is of least use comes first: without a node, pending, not ready, youngest.
auto worth(const ObjectPtr& pod) {
  const auto& value = pod->value();
  const auto phase = text_at(value, {"status", "phase"}, "Pending");
  return std::tuple(!text_at(value, {"spec", "nodeName"}).empty(), phase != "Pending",
                    is_ready(value));
}

bool goes_before(const ObjectPtr& a, const ObjectPtr& b) {
  if (worth(a) != worth(b)) return worth(a) < worth(b);
  const auto born = [](const ObjectPtr& pod) {
    return text_at(pod->value(), {"metadata", "creationTimestamp"});
  };
  return born(a) != born(b) ? born(a) > born(b) : a->id() < b->id();
}

void create_missing(ControlPlane& plane, const Json& set, std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i) {
    const auto pod = plane.create_pod(set, dig(set, {"spec", "template"}),
                                      {{"generateName", name_of(set) + "-"}});
    if (!pod) {
      plane.tell(set, kComponent, "Warning", "FailedCreate",
                 "Error creating: " + pod.error().message);
      return;
    }
    plane.tell(set, kComponent, "Normal", "SuccessfulCreate", "Created pod: " + (*pod)->id().name);
  }
}

void delete_surplus(ControlPlane& plane, const Json& set, std::vector<ObjectPtr> pods,
                    std::size_t count) {
  std::ranges::sort(pods, goes_before);
  pods.resize(std::min(count, pods.size()));
  for (const auto& pod : pods) {
    (void)plane.registry.remove(known::pods(), pod->id(), {}, {.now = plane.now});
    plane.tell(set, kComponent, "Normal", "SuccessfulDelete", "Deleted pod: " + pod->id().name);
  }
}

}  // namespace

void sync_replica_set(ControlPlane& plane, const Json& set) {
  const ObjectId id{namespace_of(set), name_of(set)};
  const auto active = [&] {
    auto pods = plane.controlled(known::pods(), set);
    std::erase_if(pods, [](const ObjectPtr& pod) { return !is_active(pod->value()); });
    return pods;
  };
  auto pods = active();
  const auto wanted = wanted_pods(set, "replicas");
  const auto have = static_cast<std::int64_t>(pods.size());
  if (!is_deleted(set) && have != wanted) {
    if (have < wanted) {
      create_missing(plane, set, wanted - have);
    } else {
      delete_surplus(plane, set, std::move(pods), static_cast<std::size_t>(have - wanted));
    }
    pods = active();
  }
  const auto minimum = integer_at(set, {"spec", "minReadySeconds"});
  const auto& labels = dig(set, {"spec", "template", "metadata", "labels"});
  std::int64_t ready = 0, available = 0, labeled = 0;
  for (const auto& pod : pods) {
    const auto& value = pod->value();
    if (map_selector_matches(labels, dig(value, {"metadata", "labels"}))) ++labeled;
    if (is_ready(value)) ++ready;
    if (is_available(value, minimum, plane.now)) {
      ++available;
    } else if (const auto from = available_from(value, minimum)) {
      plane.agenda.add_at(*from, known::replica_sets(), id);
    }
  }
  Json status{{"replicas", pods.size()},
              {"observedGeneration", integer_at(set, {"metadata", "generation"})}};
  if (labeled > 0) status["fullyLabeledReplicas"] = labeled;
  if (ready > 0) status["readyReplicas"] = ready;
  if (available > 0) status["availableReplicas"] = available;
  (void)plane.set_status(known::replica_sets(), set, std::move(status));
}

}  // namespace mtc::emulator::kubernetes
