// The tools about checkpoints: how things were before a change or a rollback, what is different
// now, and back to it.
#pragma once

#include "mcp/tool.h"
#include "services/devops/devops_ports.h"

namespace mtc::services {

mcp::Tool list_checkpoints_tool(const DevopsToolPorts& ports);
mcp::Tool compare_checkpoint_tool(const DevopsToolPorts& ports);
mcp::Tool restore_checkpoint_tool(const DevopsToolPorts& ports);

}  // namespace mtc::services
