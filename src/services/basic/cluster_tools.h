// Tools that look at clusters, their nodes and node pools, and at the way into them.
#pragma once

#include "services/basic/cluster_ports.h"

namespace mtc::services {

mcp::Tool list_clusters_tool(const ClusterPorts& ports);
mcp::Tool list_nodes_tool(const ClusterPorts& ports);
mcp::Tool list_node_pools_tool(const ClusterPorts& ports);
mcp::Tool cluster_access_tool(const ClusterPorts& ports);

}  // namespace mtc::services
