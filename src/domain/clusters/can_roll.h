// Whether a workload's pods can be replaced now.
#pragma once

#include "domain/clusters/change.h"

namespace mtc::clusters {

// Errc::conflict where its rollout is paused or left to whoever deletes pods, or where one goes on
// that may still come to a good end. One whose new pods are in trouble does not count as going on:
// it is what is to be put back.
Async<Result<>> check_can_roll(ChangePorts ports, Scene scene, Json workload);

}  // namespace mtc::clusters
