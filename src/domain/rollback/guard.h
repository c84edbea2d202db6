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
  Async<Result<>> may_begin(RollbackRules rules, Operation operation, identity::User user);
  // Before each step: the person on whose behalf still is there, not disabled, has
  // rollback_permission; the step's reach (replicas, share, objects) is allowed; and no rollout of
  // somebody else goes on. In the operation's language.
  Async<Result<>> may_step(RollbackRules rules, Operation operation, clusters::ChangePlan plan,
                           clusters::BlastRadius radius, bool someone_rolling, std::string someone);

 private:
  Async<Result<>> check_frequency(const RollbackRules& rules, const Operation& operation,
                                  Language language);

  GuardPorts ports_;
};

// Percent of a service's pods that are away at the same moment while that is done.
int share_at_once(const clusters::BlastRadius& radius);

}  // namespace mtc::rollback
