// A rollback from the person's word to its end, as the tools see it.
#pragma once

#include <optional>
#include <string>

#include "domain/rollback/operation.h"
#include "mcp/tool.h"
#include "services/common/guarded_change.h"
#include "services/devops/devops_ports.h"
#include "services/devops/rollback_progress.h"

namespace mtc::services {

RollbackProgress progress_of(const rollback::Operation& operation, const DevopsCaller& caller);

// As the answer of the tools that begin, follow or show one: what the page shows.
mcp::Reply reply_about(const rollback::Operation& operation, const DevopsCaller& caller);
// That, or what waits for its confirmation: their output schema.
const Json& rollback_answer_schema();

// Runs it in the background and says that it has begun; nullopt: why it has not.
Async<Result<ChangeDone>> begun(DevopsToolPorts ports, std::optional<rollback::Operation> operation,
                                std::string incident, DevopsCaller caller);

// Whoever asks may let things be put back: Errc::denied says who can let him.
Result<> may_roll_back(const DevopsCaller& caller);

// guarded_change, whose rollback then goes on as LongWork: its second round is follow().
Async<Result<mcp::Outcome>> propose_rollback(DevopsToolPorts ports, DevopsCaller caller,
                                             mcp::CallContext context, approval::Proposal proposal,
                                             DoChange change);
bool is_follow(const mcp::CallContext& context);
Async<Result<mcp::Outcome>> follow(DevopsToolPorts ports, DevopsCaller caller,
                                   mcp::CallContext context);

// By id, by number, or the newest of a service (one that runs before the others); Errc::not_found.
struct SaidOperation {
  std::string id;
  std::optional<std::int64_t> number;
  std::string service;
};
Async<Result<rollback::Operation>> choose_operation(DevopsToolPorts ports, SaidOperation said,
                                                    DevopsCaller caller);
// Those that run now, of a service if one is said.
Async<Result<std::vector<rollback::Operation>>> running_operations(DevopsToolPorts ports,
                                                                   std::string service,
                                                                   DevopsCaller caller);

}  // namespace mtc::services
