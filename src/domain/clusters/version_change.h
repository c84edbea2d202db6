// Putting a workload, or a whole release, back to how it last was well.
#pragma once

#include <string>
#include <vector>

#include "domain/clusters/change.h"
#include "domain/clusters/good_state.h"

namespace mtc::clusters {

struct VersionWish {
  ObjectRef object;               // Deployment, StatefulSet, DaemonSet
  std::string to_version;         // "3.0.5", "v41", a revision's number; empty: the one before
  std::vector<GoodState> good{};  // of its release, newest first; may be empty
};

// action "roll_back": the pod template as that version has it; where a ConfigMap or Secret that the
// template reads is not as it was when this workload last was well, that one too (its state is from
// `good`). Without to_version: the newest state that was well and differs from now; without any,
// the newest earlier revision with another template. Errc::not_found where there is none: says
// which there are. Errc::conflict while somebody else's rollout goes on.
Async<Result<Planned>> plan_roll_back(ChangePorts ports, Scene scene, VersionWish wish);
Async<Result<ChangeResult>> execute_roll_back(ChangePorts ports, Scene scene, Approved approved);

// action "roll_back_release": every workload, ConfigMap and Secret of the release as in that state.
// Objects that came since stay; those that went are made anew. First the configuration, then the
// workloads. Of what is there the pod templates and the entries go back, and the replicas of a
// workload that has none now and had some then; pods that read what changes are replaced.
Async<Result<Planned>> plan_release_back(ChangePorts ports, Scene scene, GoodState good);
Async<Result<ChangeResult>> execute_release_back(ChangePorts ports, Scene scene, Approved approved);

}  // namespace mtc::clusters
