// The tools get_task and cancel_task: for clients, and people, that have no other way to ask how
// something long is going.
#pragma once

#include "mcp/tasks.h"
#include "mcp/tool.h"
#include "services/common/callers.h"

namespace mtc::services {

// Tasks and callers outlive the tools.
mcp::Tool get_task_tool(mcp::Tasks& tasks, Callers& callers);
mcp::Tool cancel_task_tool(mcp::Tasks& tasks, Callers& callers);

}  // namespace mtc::services
