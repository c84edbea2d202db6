// The one way that every changing tool takes: asks the approver, has the person confirm where that
// is needed, writes the audit rows around the change, and says what came of it.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/async.h"
#include "base/json.h"
#include "base/result.h"
#include "domain/approval/approver.h"
#include "domain/identity/user.h"
#include "mcp/call_context.h"
#include "mcp/reply.h"

namespace mtc::services {

// What a change says when it is over. A reply with is_error counts as failed.
struct ChangeDone {
  mcp::Reply reply;
  std::string after{};  // fingerprint of the target, for the audit log; may be empty
};

// Does exactly what proposal.arguments say, now or after a restart: everything it needs stands in
// the proposal. It looks first whether the target is still at proposal.target_version, and answers
// Errc::conflict with a sentence if not.
using DoChange = std::function<Async<Result<ChangeDone>>(
    approval::Proposal proposal, identity::Principal who, mcp::CallContext context)>;

// By action: "scale_workload"; "scale_workload.up" falls back to "scale_workload".
using ChangeExecutors = std::map<std::string, DoChange, std::less<>>;
const DoChange* find_executor(const ChangeExecutors& executors, std::string_view action);

// For a tool's `dialogue`: the tool reads the target, makes the proposal (again in each round) and
// returns what this returns. Dry runs are the tool's own.
//
//   refused            a reply with is_error, whose speech says what is missing
//   allowed            does it, and its reply
//   to be confirmed    by a form where the client can ask (then this is called again with the
//                      answer, and what is proposed must still be the same), else a reply whose
//                      speech ends in the code to be said; tool confirm_plan goes on from there
//
// Uses context.state and the answer "confirm". The approver outlives the call.
Async<Result<mcp::Outcome>> guarded_change(approval::Approver& approver, identity::Principal who,
                                           mcp::CallContext context, approval::Proposal proposal,
                                           DoChange change);

// A refusal as a reply: its sentence is spoken as it is.
mcp::Reply refusal_of(const Error& error);

// What `plan` is in the data of a reply that waits for a code, and of confirm_plan: for the
// output_schema of changing tools. The code is only in what is said.
Json plan_schema();
Json to_json(const approval::Plan& plan);

// Does what a plan says that Approver::confirm() has given, between its audit rows, and finishes
// the plan.
Async<Result<mcp::Reply>> carry_out(approval::Approver& approver, identity::Principal who,
                                    mcp::CallContext context, approval::Plan plan, DoChange change);

}  // namespace mtc::services
