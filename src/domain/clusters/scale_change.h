// Changing how many replicas a Deployment or StatefulSet has.
#pragma once

#include "domain/clusters/change.h"

namespace mtc::clusters {

inline constexpr std::int64_t kMostReplicas = 1000;

// Errc::invalid_argument for kinds without a number of replicas or a number out of bounds;
// Errc::not_found; what the cluster's dry run says.
Async<Result<Planned>> plan_scale(ChangePorts ports, Scene scene, ObjectRef object,
                                  std::int64_t replicas);
Async<Result<ChangeResult>> execute_scale(ChangePorts ports, Scene scene, Approved approved);

}  // namespace mtc::clusters
