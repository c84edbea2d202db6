// What undoing means for one object of a checkpoint: how it is now, and the way back.
#pragma once

#include <string>
#include <vector>

#include "domain/clusters/blast_radius.h"
#include "domain/clusters/change.h"

namespace mtc::clusters {

enum class Back {
  nothing,   // it is as it was before the change
  replace,   // its parts are put back
  scale,     // only the number of replicas
  remove,    // the change has created it
  create,    // it was there and is gone
  resize,    // a node pool
  relabel,   // a pod's labels
  schedule,  // whether a node takes new pods
};

struct UndoStep {
  CheckpointObject kept;
  Json live;  // null: gone
  Back back = Back::nothing;
  bool foreign = false;  // somebody else has changed it since
};

bool is_pool(const ObjectRef& object);  // a node pool, which the cloud keeps and not the cluster

// Of what a change can have done to it: of a pod its labels, of a node whether it takes new pods;
// the cluster writes the rest of these all the time. Of others the whole object.
std::string state_fingerprint(const Fingerprints& fingerprints, const Json& object);

// Null if it is gone.
Async<Result<Json>> read_live(Scene scene, ObjectRef object);

// One step for each object of the checkpoint, in its order.
Async<Result<std::vector<UndoStep>>> look_at_objects(ChangePorts ports, Scene scene,
                                                     Checkpoint checkpoint);

// Changes with the state of any of the objects.
std::string version_of(ChangePorts ports, const std::vector<UndoStep>& steps);

std::string name_of(const UndoStep& step);
// "payment 改回三个副本"; empty if there is nothing to do.
std::string say_back(const UndoStep& step, Language language);
Effect effect_of(const UndoStep& step);

}  // namespace mtc::clusters
