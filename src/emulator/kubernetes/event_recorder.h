// Events as the components of a cluster write them: the same thing again counts up.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "emulator/kubernetes/agenda.h"
#include "emulator/kubernetes/registry.h"

namespace mtc::emulator::kubernetes {

struct EventText {
  std::string_view type = "Normal";  // or "Warning"
  std::string_view reason;
  std::string message;
  std::string_view component;   // "kubelet"
  std::string host = {};        // the node, for the kubelet
  std::string field_path = {};  // "spec.containers{app}"
};

class EventRecorder {
 public:
  // All outlive the recorder. What would have expired by the clock is not written at all: a scene
  // may tell the story of days.
  EventRecorder(Registry& registry, Agenda& agenda, const Clock& clock)
      : registry_(registry), agenda_(agenda), clock_(clock) {}

  void record(const Json& object, EventText text, TimePoint now);
  // Removes the event if nothing was added to it for an hour.
  void expire(const ObjectId& id, TimePoint now);

 private:
  Registry& registry_;
  Agenda& agenda_;
  const Clock& clock_;
};

}  // namespace mtc::emulator::kubernetes
