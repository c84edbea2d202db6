// The tool view_dashboard: what a dashboard shows and what stands out, with its charts as a
// picture; or what a model sees on a screenshot of one.
#pragma once

#include "services/basic/log_tool_common.h"

namespace mtc::services {

mcp::Tool view_dashboard_tool(const LogToolPorts& ports);

}  // namespace mtc::services
