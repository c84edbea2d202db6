// From a rung to a change of the cluster: plans it, does it, takes it back. What it does are
// changes of domain/clusters like any other: with a dry run, a checkpoint and fingerprints.
#pragma once

#include <string>

#include "domain/clusters/change.h"
#include "domain/clusters/good_state.h"
#include "domain/rollback/diagnosis.h"
#include "domain/rollback/operation.h"
#include "domain/rollback/rules.h"

namespace mtc::rollback {

struct SurgeonPorts {
  clusters::ChangePorts changes;
  clusters::GoodStateStore& good;
};

class Surgeon {
 public:
  explicit Surgeon(SurgeonPorts ports) : ports_(ports) {}

  // Errc::not_found or Errc::conflict with a sentence: that rung has nothing to do here.
  Async<Result<clusters::ChangePlan>> plan(const RollbackRules& rules, clusters::Scene scene,
                                           Target target, Rung rung, Findings findings,
                                           alerts::Account account);
  // What the step says, under its checkpoint id: done a second time after a crash, it finds its
  // work done and leaves it at that. Does not wait for the pods.
  Async<Result<clusters::ChangeResult>> act(clusters::Scene scene, const Step& step);
  // Puts everything back as the step's checkpoint has it. Errc::conflict where somebody else has
  // been there since. A step that kept no checkpoint, or changed nothing, has nothing to take back:
  // that is well.
  Async<Result<clusters::ChangeResult>> take_back(clusters::Scene scene, const Step& step);

 private:
  SurgeonPorts ports_;
};

}  // namespace mtc::rollback
