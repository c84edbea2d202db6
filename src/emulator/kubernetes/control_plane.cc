#include "emulator/kubernetes/control_plane.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "emulator/kubernetes/api_time.h"
#include "emulator/kubernetes/defaults.h"
#include "emulator/kubernetes/objects.h"
#include "emulator/kubernetes/well_known.h"

namespace mtc::emulator::kubernetes {
namespace {

// From owners to what they own, and what only sums up comes last.
int rank_of(const ResourceKind& kind) {
  static const std::array<const ResourceKind*, 10> order{
      &known::nodes(),        &known::namespaces(),
      &known::deployments(),  &known::stateful_sets(),
      &known::daemon_sets(),  &known::jobs(),
      &known::replica_sets(), &known::pods(),
      &known::services(),     &known::disruption_budgets()};
  const auto found = std::ranges::find(order, &kind);
  return static_cast<int>(found - order.begin());
}

}  // namespace

ControlPlane::ControlPlane(const Clock& the_clock, Random& random)
    : clock(the_clock),
      registry(store, random),
      events(registry, agenda, clock),
      kubelets(*this),
      now(the_clock.now()) {
  store.observe([this](const ResourceKind& kind, const Change& change) { noticed(kind, change); });
}

void ControlPlane::noticed(const ResourceKind& kind, const Change& change) {
  const auto& id = change.object->id();
  const auto& object = change.object->value();
  if (&kind == &known::events()) return;
  if (&kind == &known::pods()) {
    pod_noticed(change);
  } else if (&kind == &known::nodes()) {
    if (const auto* node = nodes.find(id.name); node && change.type == Change::Type::deleted)
      for (const auto& pod : node->pods) agenda.add(known::pods(), pod);
    nodes.node_changed(change);
    for (const auto& pod : unscheduled) agenda.add(known::pods(), pod);
    for (const auto& [set, stored] : store.all(known::daemon_sets()))
      agenda.add(known::daemon_sets(), set);
  }
  if (change.type != Change::Type::deleted) agenda.add(kind, id);
  if (const auto& owner = controller_of(object); owner.is_object()) {
    const auto* row = find_kind(string_or(owner, "apiVersion"), string_or(owner, "kind"));
    if (row != nullptr)
      agenda.add(*find_stored(row->group, row->plural), {id.ns, string_or(owner, "name")});
  }
  if (!id.ns.empty() && change.type == Change::Type::deleted) {
    const auto ns = store.find(known::namespaces(), {"", id.ns});
    if (ns && is_deleted(ns->value())) agenda.add(known::namespaces(), ns->id());
  }
}

void ControlPlane::pod_noticed(const Change& change) {
  nodes.pod_changed(change);
  const auto& pod = change.object->value();
  const bool gone = change.type == Change::Type::deleted;
  if (gone) {
    kubelets.forget(uid_of(pod));
    unscheduled.erase(change.object->id());
  }
  if (gone) {  // a deployment that recreates its pods waits for the last of them
    const auto set = store.find(known::replica_sets(),
                                {change.object->id().ns, text_at(controller_of(pod), {"name"})});
    if (set && controller_of(set->value()).is_object())
      agenda.add(known::deployments(),
                 {change.object->id().ns, text_at(controller_of(set->value()), {"name"})});
  }
  if (gone || !is_active(pod))
    for (const auto& waiting : unscheduled) agenda.add(known::pods(), waiting);
  const auto& labels = dig(pod, {"metadata", "labels"});
  const auto& ns = change.object->id().ns;
  const auto touch = [&](const ResourceKind& kind, auto matches) {
    const auto [first, last] = store.in_namespace(kind, ns);
    for (auto it = first; it != last; ++it)
      if (matches(dig(it->second->value(), {"spec", "selector"}))) agenda.add(kind, it->first);
  };
  touch(known::services(),
        [&](const Json& selector) { return map_selector_matches(selector, labels); });
  touch(known::disruption_budgets(),
        [&](const Json& selector) { return selector_matches(selector, labels); });
}

void ControlPlane::sync(const Agenda::Item& item) {
  const auto& kind = *item.kind;
  if (&kind == &known::events()) {
    events.expire(item.id, now);
    return;
  }
  const auto found = store.find(kind, item.id);
  if (!found) return;
  const auto& object = found->value();
  if (&kind == &known::pods()) {
    const auto node = text_at(object, {"spec", "nodeName"});
    if (node.empty()) {
      schedule(*this, object);
    } else if (nodes.find(node) == nullptr) {  // its node has been deleted
      (void)registry.remove(kind, item.id, {.grace_seconds = 0}, {.now = now});
    } else {
      kubelets.sync(found);
    }
  } else if (&kind == &known::deployments()) {
    sync_deployment(*this, object);
  } else if (&kind == &known::replica_sets()) {
    sync_replica_set(*this, object);
  } else if (&kind == &known::stateful_sets()) {
    sync_stateful_set(*this, object);
  } else if (&kind == &known::daemon_sets()) {
    sync_daemon_set(*this, object);
  } else if (&kind == &known::jobs()) {
    sync_job(*this, object);
  } else if (&kind == &known::services()) {
    sync_service(*this, object);
  } else if (&kind == &known::disruption_budgets()) {
    sync_disruption_budget(*this, object);
  } else if (&kind == &known::namespaces()) {
    sync_namespace(*this, object);
  } else if (&kind == &known::nodes()) {
    sync_node(*this, object);
  } else if (&kind == &known::volume_claims()) {
    sync_volume_claim(*this, object);
  }
}

void ControlPlane::settle() {
  // A batch may cause the next one; a cluster that never comes to rest is a mistake of ours.
  constexpr int kMostRounds = 10'000;
  for (int round = 0; !agenda.idle(); ++round) {
    if (round == kMostRounds) throw std::logic_error("the controllers do not come to rest");
    const auto batch = agenda.take();
    std::vector<Agenda::Item> items(batch.begin(), batch.end());
    std::ranges::sort(
        items, {}, [](const Agenda::Item& item) { return std::pair(rank_of(*item.kind), item); });
    for (const auto& item : items) {
      // An object that somebody has bent out of shape (a list of nodes' conditions, say) is left
      // alone until it changes: it must not stop what goes on with all the others.
      try {
        sync(item);
      } catch (const Json::exception&) {
        continue;
      }
    }
  }
}

void ControlPlane::run_until(TimePoint time) {
  settle();
  while (const auto due = agenda.next()) {
    if (*due > time) break;
    now = std::max(now, *due);
    agenda.wake(now);
    settle();
  }
  now = std::max(now, time);
}

KubeResult<ObjectPtr> ControlPlane::create_pod(const Json& owner, const Json& pod_template,
                                               Json metadata) {
  Json pod{{"apiVersion", "v1"}, {"kind", "Pod"}};
  pod["metadata"] = object_or_empty(pod_template, "metadata");
  pod["metadata"].erase("creationTimestamp");
  pod["metadata"].erase("name");
  pod["metadata"].merge_patch(metadata);
  pod["metadata"]["namespace"] = namespace_of(owner);
  pod["metadata"]["ownerReferences"] = Json::array({controller_reference(owner)});
  pod["spec"] = object_or_empty(pod_template, "spec");
  apply_defaults(known::pods(), pod);
  if (!start_at_once) return registry.create(known::pods(), std::move(pod), {.now = now});
  auto& meta = pod["metadata"];
  if (!meta.contains("name"))
    meta["name"] =
        registry.generate_name(known::pods(), namespace_of(pod), string_or(meta, "generateName"));
  meta["uid"] = registry.new_uid();
  if (!pod["spec"].contains("nodeName")) {
    const auto node = place(pod, nodes);
    if (!node) return registry.create(known::pods(), std::move(pod), {.now = now});
    pod["spec"]["nodeName"] = *node;
  }
  kubelets.start_at_once(pod);
  return registry.create(known::pods(), std::move(pod), {.now = now});
}

std::vector<ObjectPtr> ControlPlane::controlled(const ResourceKind& kind, const Json& owner) const {
  std::vector<ObjectPtr> out;
  const auto uid = uid_of(owner);
  for (const auto& reference : store.dependents(uid)) {
    if (reference.kind != &kind) continue;
    auto object = store.find(kind, reference.id);
    if (object && text_at(controller_of(object->value()), {"uid"}) == uid)
      out.push_back(std::move(object));
  }
  return out;
}

ObjectPtr ControlPlane::set_status(const ResourceKind& kind, const Json& object, Json status) {
  if (object_or_empty(object, "status") == status) return nullptr;
  return registry.edit(kind, {namespace_of(object), name_of(object)}, now, Part::status,
                       [&](Json& stored) { stored["status"] = std::move(status); });
}

void schedule(ControlPlane& plane, const Json& pod) {
  const ObjectId id{namespace_of(pod), name_of(pod)};
  if (is_deleted(pod)) return;
  const auto node = place(pod, plane.nodes);
  if (node) {
    plane.unscheduled.erase(id);
    const auto bound =
        plane.registry.edit(known::pods(), id, plane.now, Part::main,
                            [&](Json& stored) { stored["spec"]["nodeName"] = *node; });
    plane.tell(bound->value(), "default-scheduler", "Normal", "Scheduled",
               fmt::format("Successfully assigned {}/{} to {}", id.ns, id.name, *node));
    return;
  }
  plane.unscheduled.insert(id);
  if (text_at(condition_of(pod, "PodScheduled"), {"message"}) == node.error()) return;
  auto status = object_or_empty(pod, "status");
  status["phase"] = "Pending";
  status["conditions"] = Json::array({{{"type", "PodScheduled"},
                                       {"status", "False"},
                                       {"reason", "Unschedulable"},
                                       {"message", node.error()},
                                       {"lastProbeTime", nullptr},
                                       {"lastTransitionTime", api_time(plane.now)}}});
  (void)plane.set_status(known::pods(), pod, std::move(status));
  plane.tell(pod, "default-scheduler", "Warning", "FailedScheduling", node.error());
}

bool is_active(const Json& pod) {
  const auto phase = text_at(pod, {"status", "phase"});
  return phase != "Succeeded" && phase != "Failed" && !is_deleted(pod);
}

bool is_ready(const Json& pod) {
  return condition_is(pod, "Ready", "True");
}

std::optional<TimePoint> available_from(const Json& pod, std::int64_t min_ready_seconds) {
  if (!is_ready(pod)) return std::nullopt;
  const auto since = time_at(condition_of(pod, "Ready"), {"lastTransitionTime"});
  if (!since) return std::nullopt;
  return *since + std::chrono::seconds(min_ready_seconds);
}

bool is_available(const Json& pod, std::int64_t min_ready_seconds, TimePoint now) {
  const auto from = available_from(pod, min_ready_seconds);
  return from && (min_ready_seconds == 0 || *from <= now);
}

std::int64_t wanted_pods(const Json& owner, std::string_view member) {
  constexpr std::int64_t kMost = 10'000;
  return std::clamp<std::int64_t>(integer_at(owner, {"spec", member}, 1), 0, kMost);
}

std::int64_t share_of(const Json& value, std::int64_t total, bool round_up, std::int64_t fallback) {
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (!value.is_string()) return fallback;
  const auto& text = value.get_ref<const std::string&>();
  std::int64_t number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9' || number > 1'000'000) break;
    number = number * 10 + (c - '0');
  }
  if (!text.ends_with('%')) return number;
  return (number * total + (round_up ? 99 : 0)) / 100;
}

}  // namespace mtc::emulator::kubernetes
