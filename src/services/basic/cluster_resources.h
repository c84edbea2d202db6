// The clusters of the caller's account as resources: ops://clusters as list_clusters tells them,
// and ops://clusters/{cluster}/namespaces/{namespace}/workloads/{workload} as inspect_workload
// tells one workload. Names are taken as people say them.
#pragma once

#include <vector>

#include "mcp/resource.h"
#include "services/basic/cluster_ports.h"

namespace mtc::services {

std::vector<mcp::Resource> cluster_resources(const ClusterPorts& ports);

}  // namespace mtc::services
