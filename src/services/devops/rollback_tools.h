// The tools about rollbacks: begin one, how it goes, stop it, what there was.
#pragma once

#include "mcp/tool.h"
#include "services/common/guarded_change.h"
#include "services/devops/devops_ports.h"

namespace mtc::services {

mcp::Tool handle_alert_tool(const DevopsToolPorts& ports);
mcp::Tool start_rollback_tool(const DevopsToolPorts& ports);
mcp::Tool rollback_status_tool(const DevopsToolPorts& ports);
mcp::Tool stop_rollback_tool(const DevopsToolPorts& ports);
mcp::Tool rollback_history_tool(const DevopsToolPorts& ports);

DoChange handle_alert_executor(const DevopsToolPorts& ports);
DoChange start_rollback_executor(const DevopsToolPorts& ports);

}  // namespace mtc::services
