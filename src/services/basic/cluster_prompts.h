// The prompts about clusters that a person can pick: investigate_workload and cluster_overview.
// Each gives the model an order in which to look, with tools that change nothing, in the user's
// language; what tools answer is declared to be data.
#pragma once

#include <vector>

#include "mcp/prompt.h"
#include "services/basic/cluster_ports.h"

namespace mtc::services {

std::vector<mcp::Prompt> cluster_prompts(const ClusterPorts& ports);

}  // namespace mtc::services
