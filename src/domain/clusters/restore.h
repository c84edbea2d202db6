// Undoing a change: putting objects back as a checkpoint has kept them.
#pragma once

#include "domain/clusters/change.h"

namespace mtc::clusters {

// `scene` of the cluster that the checkpoint names: see find_checkpoint. Errc::conflict says what
// has been changed since, by whom if that is known, unless forced.
Async<Result<Planned>> plan_undo(ChangePorts ports, Scene scene, Checkpoint checkpoint, bool force);
Async<Result<ChangeResult>> execute_undo(ChangePorts ports, Scene scene, Approved approved);

}  // namespace mtc::clusters
