// metrics.k8s.io: what nodes and running pods use at this moment.
#pragma once

#include <optional>
#include <vector>

#include "emulator/kubernetes/control_plane.h"

namespace mtc::emulator::kubernetes {

// PodMetrics; nullopt while it has none: not running, or its node does not answer.
std::optional<Json> pod_metrics(const ControlPlane& plane, const Json& pod);
std::optional<Json> node_metrics(const ControlPlane& plane, const Json& node);

}  // namespace mtc::emulator::kubernetes
