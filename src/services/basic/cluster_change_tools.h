// The tools that change what runs in clusters. All of them go through guarded_change.
#pragma once

#include "services/basic/cluster_change.h"

namespace mtc::services {

mcp::Tool scale_workload_tool(const ClusterChangePorts& ports);
mcp::Tool restart_workload_tool(const ClusterChangePorts& ports);
mcp::Tool update_config_tool(const ClusterChangePorts& ports);
mcp::Tool apply_yaml_tool(const ClusterChangePorts& ports);
mcp::Tool create_node_pool_tool(const ClusterChangePorts& ports);
mcp::Tool resize_node_pool_tool(const ClusterChangePorts& ports);
mcp::Tool undo_change_tool(const ClusterChangePorts& ports);
mcp::Tool list_changes_tool(const ClusterChangePorts& ports);

}  // namespace mtc::services
