// The tools create_logset, create_log_topic, create_alarm and create_scheduled_sql. Each says first
// what it would make, and goes the way of every change (guarded_change).
#pragma once

#include "services/basic/log_tool_common.h"

namespace mtc::services {

// `ports.approver` must be there.
mcp::Tool create_logset_tool(const LogToolPorts& ports);
mcp::Tool create_log_topic_tool(const LogToolPorts& ports);
mcp::Tool create_alarm_tool(const LogToolPorts& ports);
mcp::Tool create_scheduled_sql_tool(const LogToolPorts& ports);

}  // namespace mtc::services
