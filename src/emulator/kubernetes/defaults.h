// What the API fills in where the user said nothing.
#pragma once

#include "base/json.h"
#include "emulator/kubernetes/kinds.h"

namespace mtc::emulator::kubernetes {

// Broken members are left as they are: validation names them.
void apply_defaults(const ResourceKind& kind, Json& object);

}  // namespace mtc::emulator::kubernetes
