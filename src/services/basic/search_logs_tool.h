// The tool search_logs: lines by word, level and time, or what a query in CQL and SQL gives.
#pragma once

#include "services/basic/log_tool_common.h"

namespace mtc::services {

mcp::Tool search_logs_tool(const LogToolPorts& ports);

}  // namespace mtc::services
