// The tool log_context: the lines before and after one line of the last search.
#pragma once

#include "services/basic/log_tool_common.h"

namespace mtc::services {

mcp::Tool log_context_tool(const LogToolPorts& ports);

}  // namespace mtc::services
