// What the tools that change clusters share: from a plan of the domain to guarded_change, and from
// a proposal back to the domain.
#pragma once

#include <memory>
#include <string>

#include "domain/clusters/change.h"
#include "mcp/tool.h"
#include "services/common/callers.h"
#include "services/common/change_places.h"
#include "services/common/guarded_change.h"

namespace mtc::services {

// All outlive the tools and the executors.
struct ClusterChangePorts {
  Callers& callers;
  approval::Approver& approver;
  ChangePlaces& places;
  clusters::ChangePorts changes;
};

// Does what a proposal of these tools says, now or when its plan is confirmed.
DoChange cluster_executor(const ClusterChangePorts& ports);
// One for each action of these tools: for confirm_plan.
void add_cluster_executors(ChangeExecutors& executors, const ClusterChangePorts& ports);

// Plan to answer: a refusal, nothing to do, or guarded_change. A rollout that is not over then goes
// on as LongWork, whose second round is watch_on(), unless Follow::no.
enum class Follow {
  yes,
  no,  // a task keeps the call's arguments as they are, and here they hold secrets
};
Async<Result<mcp::Outcome>> propose(ClusterChangePorts ports, identity::Principal who,
                                    mcp::CallContext context, clusters::Scene scene,
                                    Result<clusters::Planned> planned, Follow follow = Follow::yes);

// Whether this call is the second round of such work, and that round.
bool is_watch(const mcp::CallContext& context);
Async<Result<mcp::Outcome>> watch_on(ClusterChangePorts ports, identity::Principal who,
                                     mcp::CallContext context);

// A sentence for the person with the error's kind in the data.
mcp::Outcome refused(const Error& error, Language language);

const Json& change_schema();  // of the answers

}  // namespace mtc::services
