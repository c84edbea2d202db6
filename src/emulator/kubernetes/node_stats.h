// What a node's kubelet tells of itself and its pods at proxy/stats/summary.
// https://kubernetes.io/docs/reference/instrumentation/node-metrics/; the members are those of
// k8s.io/kubelet/pkg/apis/stats/v1alpha1.
#pragma once

#include <optional>

#include "emulator/kubernetes/control_plane.h"

namespace mtc::emulator::kubernetes {

// The disks only. nullopt: the kubelet does not answer.
std::optional<Json> node_stats(const ControlPlane& plane, const Json& node);

}  // namespace mtc::emulator::kubernetes
