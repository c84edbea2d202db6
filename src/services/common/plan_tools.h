// The tools confirm_plan and cancel_plan: what was planned is done when its code is said, or
// dropped.
#pragma once

#include "domain/approval/approver.h"
#include "mcp/tool.h"
#include "services/common/callers.h"
#include "services/common/guarded_change.h"

namespace mtc::services {

// All of them outlive the tools. Executors may still be added until the first call.
struct PlanToolPorts {
  approval::Approver& approver;
  Callers& callers;
  const ChangeExecutors& executors;
};

mcp::Tool confirm_plan_tool(PlanToolPorts ports);
mcp::Tool cancel_plan_tool(PlanToolPorts ports);

}  // namespace mtc::services
