// Restarting a workload pod by pod, or one of its pods.
#pragma once

#include "domain/clusters/change.h"

namespace mtc::clusters {

// A Deployment, StatefulSet or DaemonSet. Errc::conflict while it is paused, rolls already, or
// would not restart by itself (OnDelete).
Async<Result<Planned>> plan_restart(ChangePorts ports, Scene scene, ObjectRef object);

// One pod, with regard to disruption budgets (Errc::conflict). A pod that nothing starts anew makes
// a dangerous plan that says so.
Async<Result<Planned>> plan_pod_restart(ChangePorts ports, Scene scene, std::string ns,
                                        std::string pod);

Async<Result<ChangeResult>> execute_restart(ChangePorts ports, Scene scene, Approved approved);

}  // namespace mtc::clusters
