// The tool change_log_rule: alarms and scheduled SQL switched on and off or deleted, topics and
// logsets deleted.
#pragma once

#include "services/basic/log_tool_common.h"

namespace mtc::services {

// `ports.approver` must be there.
mcp::Tool change_log_rule_tool(const LogToolPorts& ports);

}  // namespace mtc::services
