// What the basic service offers: its tools one by one for clients that read, in families for those
// that listen; its prompts and resources for clients that read.
#pragma once

#include "app/offer.h"
#include "services/basic/cluster_change.h"
#include "services/basic/cluster_ports.h"
#include "services/basic/log_tool_common.h"
#include "services/common/guarded_change.h"

namespace mtc::app {

struct BasicToolPorts {
  services::LogToolPorts logs;
  services::ClusterPorts clusters;
  services::ClusterChangePorts changes;
};

// Adds them to the offer, and what confirm_plan needs of them to the executors. Fails only where
// tools do not fit together, which is a mistake of ours.
Result<> add_basic_tools(Offer& offer, services::ChangeExecutors& executors,
                         const BasicToolPorts& ports);

}  // namespace mtc::app
