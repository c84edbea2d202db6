// An approver with everything it needs in memory: for tests of what asks one.
#pragma once

#include "domain/approval/approver.h"
#include "domain/approval/memory_plan_store.h"
#include "domain/audit/memory_log.h"

namespace mtc::approval {

struct MemoryApproval {
  FakeClock clock{};
  SeededRandom random{1};
  audit::PlainHasher hasher;
  audit::MemoryLog log;
  MemoryPlanStore plans;
  ApprovalRules rules{};
  // Another one on the same state: as after a restart.
  Approver restarted() {
    return Approver(
        {.plans = plans, .log = log, .hasher = hasher, .clock = clock, .random = random}, rules);
  }
  Approver approver = restarted();
};

}  // namespace mtc::approval
