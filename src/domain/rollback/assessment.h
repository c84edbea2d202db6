// What is known of an alert when it is scored, and which workload it is about.
#pragma once

#include <optional>

#include "domain/alerts/alert.h"
#include "domain/alerts/evidence.h"
#include "domain/clusters/change.h"
#include "domain/rollback/observer.h"
#include "domain/rollback/operation.h"

namespace mtc::rollback {

// Where the alert's cluster is; nullopt where it names none.
std::optional<Target> cluster_of(const alerts::Alert& alert);

// The workload of a name, a pod or a node (the one with most pods in trouble there). nullopt where
// there is none that it leads to.
Async<std::optional<clusters::ObjectRef>> find_workload(clusters::Scene scene,
                                                        alerts::Subject subject);

// From the report alone.
alerts::Evidence evidence_of(const alerts::Alert& alert, TimePoint now);
// And what is seen of the workload.
void add_health(const Health& health, alerts::Evidence& evidence);
// Whether an Ingress or a load balancer leads to it; absent where that cannot be read.
Async<std::optional<bool>> faces_outside(clusters::Scene scene, clusters::ObjectRef object);

}  // namespace mtc::rollback
