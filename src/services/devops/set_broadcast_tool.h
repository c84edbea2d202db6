// The tool that sets what the morning tells.
#pragma once

#include "mcp/tool.h"
#include "services/devops/devops_ports.h"

namespace mtc::services {

mcp::Tool set_broadcast_tool(const DevopsToolPorts& ports);

}  // namespace mtc::services
