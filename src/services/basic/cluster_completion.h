// Completing the names of clusters, namespaces and workloads, each within what was filled in
// before it as "cluster" and "namespace": for prompts and resources that ask for them.
#pragma once

#include "mcp/resource.h"
#include "services/basic/cluster_ports.h"

namespace mtc::services {

// Of the caller's own account. A cloud that does not answer, or a cluster that nobody knows,
// completes nothing.
struct ClusterCompleters {
  mcp::Completer cluster;
  mcp::Completer ns;
  mcp::Completer workload;
};

ClusterCompleters cluster_completers(const ClusterPorts& ports);

}  // namespace mtc::services
