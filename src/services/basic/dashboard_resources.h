// The dashboards of the log service's usual region as resources: ops://dashboards lists them,
// ops://dashboards/{dashboard} is what one of them asks for, and
// ops://dashboards/{dashboard}/picture its charts, drawn now. A dashboard goes by id, or by name as
// people say it.
#pragma once

#include <vector>

#include "mcp/resource.h"
#include "services/basic/log_tool_common.h"

namespace mtc::services {

std::vector<mcp::Resource> dashboard_resources(const LogToolPorts& ports);

}  // namespace mtc::services
