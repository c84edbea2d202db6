// The switches of a cluster that tests and demonstrations turn over HTTP, below
// /_emulator/clusters/<id>/.
#pragma once

#include <span>
#include <string_view>

#include "emulator/kubernetes/cluster.h"
#include "infra/http/server.h"

namespace mtc::emulator::kubernetes {

// `path` is what follows the cluster's id: GET or POST faults (kube_faults.h), POST nodes/<name>
// {"down": true} or {"MemoryPressure": true}, POST load {"factor": 3}, POST forget-changes. The
// answer shows what holds now. Errc::not_found, Errc::invalid_argument.
Result<Json> turn_switch(Cluster& cluster, std::span<const std::string_view> path,
                         const HttpRequest& request);

}  // namespace mtc::emulator::kubernetes
