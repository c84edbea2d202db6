// What has to hold before any step: permission, time, frequency, reach, and nobody else at work.
#pragma once

#include <string>

#include "domain/audit/log.h"
#include "domain/clusters/blast_radius.h"
#include "domain/clusters/change.h"
#include "domain/rollback/operation.h"
#include "domain/rollback/ports.h"
#include "domain/rollback/rules.h"

namespace mtc::rollback {

struct GuardPorts {
  People& people;
  OperationStore& operations;
  const Clock& clock;
};

class Guard {
 public:
  explicit Guard(GuardPorts ports) : ports_(ports) {}

  // Before anything is begun for that alert's target. Errc::denied or Errc::rate_limited with a
  // sentence in the language of `user`: automatic off, outside the windows (urgent ones pass), a
  // cluster, namespace or workload that is not to be touched, too often.
  Async<Result<>> may_begin(const RollbackRules& rules, const Operation& operation,
                            const identity::User& user);
  // Before each step: the person on whose behalf still is there, not disabled, has
  // rollback_permission; the step's reach (replicas, share, objects) is allowed; and no rollout of
  // somebody else goes on (`ours`: the one that our step before has begun).
  Async<Result<>> may_step(const RollbackRules& rules, const Operation& operation,
                           const clusters::ChangePlan& plan, const clusters::BlastRadius& radius,
                           bool someone_rolling, const std::string& someone);

 private:
  GuardPorts ports_;
};

}  // namespace mtc::rollback
