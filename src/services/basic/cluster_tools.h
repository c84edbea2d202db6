// Tools that look at clusters, their nodes and node pools, and at the way into them.
#pragma once

#include "services/basic/cluster_ports.h"

namespace mtc::services {

struct ListClustersArgs {
  std::string region;  // empty: all
};
// What list_clusters answers.
Async<Result<mcp::Reply>> list_clusters(ClusterPorts ports, ListClustersArgs args,
                                        ClusterCaller caller);

mcp::Tool list_clusters_tool(const ClusterPorts& ports);
mcp::Tool list_nodes_tool(const ClusterPorts& ports);
mcp::Tool list_node_pools_tool(const ClusterPorts& ports);
mcp::Tool cluster_access_tool(const ClusterPorts& ports);

}  // namespace mtc::services
