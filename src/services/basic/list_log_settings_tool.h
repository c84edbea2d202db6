// The tool list_log_settings: what is set up in the log service.
#pragma once

#include "services/basic/log_tool_common.h"

namespace mtc::services {

mcp::Tool list_log_settings_tool(const LogToolPorts& ports);

}  // namespace mtc::services
