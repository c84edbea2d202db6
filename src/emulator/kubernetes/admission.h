// What the API checks and adds before it stores what a user wrote. The sentences are those of a
// real API server: people and clients search for them.
#pragma once

#include "emulator/kubernetes/control_plane.h"
#include "emulator/kubernetes/status.h"

namespace mtc::emulator::kubernetes {

// 400 where a value has a type that the kind cannot hold at all.
KubeResult<> check_types(const ResourceKind& kind, const Json& object);

// Fills in defaults and what the API gives out (cluster addresses, a Job's selector), then checks
// everything: 422 names each bad field. `old` is null for a new object.
KubeResult<> admit(ControlPlane& plane, const ResourceKind& kind, Json& object, const Json& old);

}  // namespace mtc::emulator::kubernetes
