// The reports of the caller's last mornings as resources: ops://reports/{day} to read,
// ops://digests/{id} with all figures as JSON. Of other people's reports nothing is said, not even
// that there are any.
#pragma once

#include <vector>

#include "domain/broadcast/ports.h"
#include "mcp/resource.h"
#include "services/common/callers.h"

namespace mtc::services {

// Both outlive the resources.
struct ReportPorts {
  broadcast::BroadcastStore& store;
  Callers& callers;
};

std::vector<mcp::Resource> report_resources(const ReportPorts& ports);

}  // namespace mtc::services
