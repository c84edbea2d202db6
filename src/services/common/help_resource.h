// The resource ops://help: what can be said, in the caller's language.
#pragma once

#include "mcp/resource.h"
#include "services/common/callers.h"

namespace mtc::services {

// `callers` outlives the resource.
mcp::Resource help_resource(Callers& callers);

}  // namespace mtc::services
