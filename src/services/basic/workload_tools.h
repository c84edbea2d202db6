// Tools that look at what runs in a cluster: lists of it, one workload closely, how much is in use;
// and the one that gives a workload a name.
#pragma once

#include "services/basic/cluster_ports.h"

namespace mtc::services {

struct InspectArgs {  // names as said
  std::string name;
  std::string ns;
  std::string cluster;
  std::string kind;
  std::string what = "overview";
  bool previous = false;
  int lines = 200;
};
// What inspect_workload answers.
Async<Result<mcp::Reply>> inspect_workload(ClusterPorts ports, InspectArgs args,
                                           ClusterCaller caller);

mcp::Tool list_workloads_tool(const ClusterPorts& ports);
mcp::Tool inspect_workload_tool(const ClusterPorts& ports);
mcp::Tool resource_usage_tool(const ClusterPorts& ports);
mcp::Tool name_workload_tool(const ClusterPorts& ports);

}  // namespace mtc::services
