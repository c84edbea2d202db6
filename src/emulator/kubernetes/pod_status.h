// The status of a pod as its node's agent reports it.
#pragma once

#include "emulator/kubernetes/kubelet.h"
#include "emulator/kubernetes/node_table.h"

namespace mtc::emulator::kubernetes {

// `node` is null if the pod's node is not known. Conditions keep their times where they still hold.
Json pod_status(const PodRun& run, const Json& pod, const NodeInfo* node, TimePoint now);

}  // namespace mtc::emulator::kubernetes
