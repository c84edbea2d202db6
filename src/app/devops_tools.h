// What the devops service offers besides its greetings: alerts, rollbacks, and what the morning
// tells. One by one for clients that read, in families for those that listen.
#pragma once

#include "app/offer.h"
#include "services/common/guarded_change.h"
#include "services/devops/devops_ports.h"

namespace mtc::app {

// Adds them to the offer, and what confirm_plan needs of them to the executors. Fails only where
// tools do not fit together, which is a mistake of ours.
Result<> add_devops_tools(Offer& offer, services::ChangeExecutors& executors,
                          const services::DevopsToolPorts& ports);

}  // namespace mtc::app
