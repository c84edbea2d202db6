// The tool count_logs: how many log lines there are, over time, and compared with the time before.
#pragma once

#include "services/basic/log_tool_common.h"

namespace mtc::services {

mcp::Tool count_logs_tool(const LogToolPorts& ports);

}  // namespace mtc::services
