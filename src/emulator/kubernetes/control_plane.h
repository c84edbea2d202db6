// What the controllers of one cluster share, and the list of them. Each sync_… function compares
// one object with what is there and does the next step; it may be called at any time and again.
#pragma once

#include <string>

#include "base/clock.h"
#include "base/random.h"
#include "emulator/kubernetes/agenda.h"
#include "emulator/kubernetes/behaviours.h"
#include "emulator/kubernetes/event_recorder.h"
#include "emulator/kubernetes/kubelet.h"
#include "emulator/kubernetes/node_table.h"
#include "emulator/kubernetes/registry.h"

namespace mtc::emulator::kubernetes {

struct ControlPlane {
  // clock and random outlive it.
  ControlPlane(const Clock& clock, Random& random);
  ControlPlane(const ControlPlane&) = delete;
  ControlPlane& operator=(const ControlPlane&) = delete;

  const Clock& clock;
  ObjectStore store;
  Registry registry;
  Agenda agenda;
  EventRecorder events;
  Behaviours behaviours;
  NodeTable nodes;
  Kubelets kubelets;
  TimePoint now{};             // of this step; never goes back
  bool start_at_once = false;  // new pods are born running: for building large scenes
  double load = 1;             // factor on the CPU that containers use
  std::set<ObjectId> unscheduled;
  std::map<std::string, TimePoint> down_since;  // nodes whose agent is away
  std::uint32_t service_addresses = 10;

  // All steps that are due until then, in their order.
  void run_until(TimePoint time);
  // When something will happen by itself.
  std::optional<TimePoint> next_due() const { return agenda.next(); }

  // Events from "deployment-controller" and so on about an object.
  void tell(const Json& object, std::string_view component, std::string_view type,
            std::string_view reason, std::string message) {
    events.record(
        object,
        {.type = type, .reason = reason, .message = std::move(message), .component = component},
        now);
  }
  // A pod as a controller makes it: defaults, owner, and straight to running in a scene.
  KubeResult<ObjectPtr> create_pod(const Json& owner, const Json& pod_template, Json metadata);
  // Those that this object controls.
  std::vector<ObjectPtr> controlled(const ResourceKind& kind, const Json& owner) const;
  ObjectPtr set_status(const ResourceKind& kind, const Json& object, Json status);

 private:
  void noticed(const ResourceKind& kind, const Change& change);
  void pod_noticed(const Change& change);
  void sync(const Agenda::Item& item);
  void settle();
};

void sync_deployment(ControlPlane& plane, const Json& deployment);
void sync_replica_set(ControlPlane& plane, const Json& set);
void sync_stateful_set(ControlPlane& plane, const Json& set);
void sync_daemon_set(ControlPlane& plane, const Json& set);
void sync_job(ControlPlane& plane, const Json& job);
void sync_service(ControlPlane& plane, const Json& service);
void sync_disruption_budget(ControlPlane& plane, const Json& budget);
void sync_namespace(ControlPlane& plane, const Json& ns);
void sync_node(ControlPlane& plane, const Json& node);
void sync_volume_claim(ControlPlane& plane, const Json& claim);
void schedule(ControlPlane& plane, const Json& pod);

// The node's agent stops answering, or comes back; what follows takes its documented time.
void set_node_down(ControlPlane& plane, const std::string& node, bool down);
// MemoryPressure, DiskPressure or PIDPressure with the taint that goes with it; the largest pod of
// the node is evicted.
void set_node_pressure(ControlPlane& plane, const std::string& node, const std::string& condition,
                       bool on);

// Of pods: the words that several controllers count by.
bool is_active(const Json& pod);  // neither ended nor being deleted
bool is_ready(const Json& pod);
// Ready for at least that long; if not yet, when it will be.
bool is_available(const Json& pod, std::int64_t min_ready_seconds, TimePoint now);
std::optional<TimePoint> available_from(const Json& pod, std::int64_t min_ready_seconds);

// spec.replicas or spec.parallelism, 1 if it is absent; never more than ten thousand, as one nought
// too many must not fill the machine's memory.
std::int64_t wanted_pods(const Json& owner, std::string_view member);

// "25%" or 3 of a total; absent reads as fallback.
std::int64_t share_of(const Json& value, std::int64_t total, bool round_up, std::int64_t fallback);

}  // namespace mtc::emulator::kubernetes
