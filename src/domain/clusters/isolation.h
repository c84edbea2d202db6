// The three kinds of isolation, each with its plan and its execution, and what they share.
#pragma once

#include <string>
#include <vector>

#include "domain/clusters/isolate_change.h"

namespace mtc::clusters {

Async<Result<Planned>> plan_pod_isolation(ChangePorts ports, Scene scene, IsolationWish wish);
Async<Result<ChangeResult>> execute_pod_isolation(ChangePorts ports, Scene scene,
                                                  Approved approved);

Async<Result<Planned>> plan_node_isolation(ChangePorts ports, Scene scene, IsolationWish wish);
Async<Result<ChangeResult>> execute_node_isolation(ChangePorts ports, Scene scene,
                                                   Approved approved);

Async<Result<Planned>> plan_workload_isolation(ChangePorts ports, Scene scene, IsolationWish wish);
Async<Result<ChangeResult>> execute_workload_isolation(ChangePorts ports, Scene scene,
                                                       Approved approved);

// ---- shared ----

// A workload and the pods that it controls; those that have ended are left out.
struct Flock {
  Json workload;
  std::vector<Pod> pods;
};
Async<Result<Flock>> read_flock(Scene scene, ObjectRef object);

bool serves(const Pod& pod);  // ready, and not on its way out
ObjectRef pod_ref(const std::string& ns, const std::string& name);
std::string uid_of(const Json& object);

// "isolate_workload" with these details; what was planned stands in `targets`, which the arguments
// have and the details have not.
struct IsolationPlan {
  std::string kind;  // "pods", "node", "workload"
  ObjectRef object;
  std::string target, version, summary;
  Json targets = Json::array();
  Json details = Json::object(), preview = Json::object();
};
ChangePlan plan_of(const Scene& scene, IsolationPlan plan);

// Which object of the checkpoint it is; null: it is not among them.
CheckpointObject* kept_object(Checkpoint& kept, const ObjectRef& ref);
// Keeps its fingerprint after the change.
Async<> note_object(ChangePorts ports, Checkpoint& kept, ObjectRef ref, Json left);

}  // namespace mtc::clusters
