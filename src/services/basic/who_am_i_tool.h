// The tool who_am_i: whom the assistant takes the caller for, and what that person may do.
#pragma once

#include "mcp/tool.h"
#include "services/common/callers.h"

namespace mtc::services {

mcp::Tool who_am_i_tool(Callers& callers);

}  // namespace mtc::services
