// The tools about alerts: which there are, why one has its score, what people do about them.
#pragma once

#include "mcp/tool.h"
#include "services/devops/devops_ports.h"

namespace mtc::services {

mcp::Tool list_alerts_tool(const DevopsToolPorts& ports);
mcp::Tool explain_alert_tool(const DevopsToolPorts& ports);
mcp::Tool update_alert_tool(const DevopsToolPorts& ports);
mcp::Tool silence_alerts_tool(const DevopsToolPorts& ports);

inline constexpr mcp::ToolHints kLooksAtRecords{
    .read_only = true, .destructive = false, .idempotent = true, .open_world = false};

}  // namespace mtc::services
