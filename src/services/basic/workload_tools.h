// Tools that look at what runs in a cluster: lists of it, one workload closely, how much is in use;
// and the one that gives a workload a name.
#pragma once

#include "services/basic/cluster_ports.h"

namespace mtc::services {

mcp::Tool list_workloads_tool(const ClusterPorts& ports);
mcp::Tool inspect_workload_tool(const ClusterPorts& ports);
mcp::Tool resource_usage_tool(const ClusterPorts& ports);
mcp::Tool name_workload_tool(const ClusterPorts& ports);

// What people call what runs: "pod", "deployment", "service".
std::vector<std::string> kinds_said();

}  // namespace mtc::services
