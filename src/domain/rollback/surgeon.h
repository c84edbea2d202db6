// From a rung to a change of the cluster: plans it, does it, takes it back. What it does are
// changes of domain/clusters like any other: with a dry run, a checkpoint and fingerprints.
#pragma once

#include <string>

#include "domain/clusters/blast_radius.h"
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

// What would be done, and whom that touches.
struct Incision {
  clusters::ChangePlan plan;
  clusters::BlastRadius radius;
};

// What there is of a step that was being done.
enum class Traces {
  none,   // not even a checkpoint: nothing was done
  begun,  // a checkpoint, and nobody knows more
  done,   // and at least a part of it was done
};

class Surgeon {
 public:
  explicit Surgeon(SurgeonPorts ports) : ports_(ports) {}

  // Errc::not_found or Errc::conflict with a sentence: that rung has nothing to do here.
  // `to_version`: of previous_version; empty: the one before.
  Async<Result<Incision>> plan(RollbackRules rules, clusters::Scene scene, Target target, Rung rung,
                               Findings findings, alerts::Account account,
                               std::string to_version = {});
  // What the step says, under its checkpoint id: done a second time after a crash, it finds its
  // work done and leaves it at that. Does not wait for the pods.
  Async<Result<clusters::ChangeResult>> act(clusters::Scene scene, Step step);
  // Puts everything back as the step's checkpoint has it. Errc::conflict where somebody else has
  // been there since. A step that kept no checkpoint, or changed nothing, has nothing to take back:
  // that is well. Nor has a restart.
  Async<Result<clusters::ChangeResult>> take_back(clusters::Scene scene, Step step);

  Async<Result<Traces>> traces_of(Step step);
  // Whether the target is as that step left it: what goes on there now is ours.
  Async<Result<bool>> is_as_left(clusters::Scene scene, Target target, Step step);

 private:
  Async<Result<std::vector<clusters::GoodState>>> good_states(clusters::Scene scene, Json workload,
                                                              alerts::Account account);
  Async<Result<clusters::Planned>> plan_rung(RollbackRules rules, clusters::Scene scene,
                                             Json workload, Rung rung, Findings findings,
                                             alerts::Account account, std::string to_version);
  Async<Result<clusters::Planned>> plan_release(RollbackRules rules, clusters::Scene scene,
                                                std::vector<clusters::GoodState> good);

  SurgeonPorts ports_;
};

}  // namespace mtc::rollback
