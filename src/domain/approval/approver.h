// Decides whether somebody may do something now, only after a confirmation, or not at all; keeps
// the plans until then; writes everything into the audit log.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/async.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "domain/approval/plan.h"
#include "domain/approval/risk.h"
#include "domain/audit/log.h"
#include "domain/identity/user.h"

namespace mtc::approval {

// Where plans are kept. adapters/storage implements it.
class PlanStore {
 public:
  virtual ~PlanStore() = default;
  virtual Async<Result<>> add(Plan plan) = 0;
  virtual Async<Result<std::optional<Plan>>> find(std::string id) = 0;
  // Of that user, waiting and not expired at `now`, newest first.
  virtual Async<Result<std::vector<Plan>>> waiting(identity::UserId user, TimePoint now) = 0;
  // From one state to another in one statement: false if it was not in `from` any more. Of several
  // callers at most one gets true.
  virtual Async<Result<bool>> move(std::string id, PlanState from, PlanState to,
                                   std::string outcome, TimePoint now) = 0;
  virtual Async<Result<int>> note_wrong_code(std::string id) = 0;  // how many by now
  virtual Async<Result<int>> forget(TimePoint changed_before) = 0;
};

// What somebody wants to do.
struct Proposal {
  std::string action;  // of the risk table
  std::string target;
  std::string target_version;
  std::string ns;  // of what is touched; empty: in no namespace
  Json arguments;
  Json details = nullptr;  // of the arguments, what may stand in the audit log
  std::string summary;     // what will be done and whom it touches: blast radius included
  std::string channel;
};

struct ApprovalRules {
  std::vector<std::string> protected_namespaces{"kube-system", "kube-public", "kube-node-lease"};
  int changes_per_user_an_hour = 60;
  int changes_per_target_in_ten_minutes = 5;
  Millis plan_lifetime{120'000};
  int wrong_codes = 3;  // then the plan is dropped
};

// Go on and do it.
struct Allowed {};
// Tell the person: `plan` waits for `code`.
struct Waiting {
  Plan plan;
  std::string code;  // four digits, as they are said
};
using Verdict = std::variant<Allowed, Waiting>;

// The ports outlive it. All calls on the loop's thread. Refusals are Errc::denied or
// Errc::rate_limited with a sentence that says what is missing and how to get it, in the language
// of the person, and stand in the audit log.
class Approver {
 public:
  Approver(PlanStore& plans, audit::Log& log, const Clock& clock, Random& random,
           ApprovalRules rules = {});

  // `confirmed`: the person has agreed already (a form in the same call), so that no plan is
  // needed.
  Async<Result<Verdict>> consider(identity::Principal who, Proposal proposal, bool confirmed);

  // The plan that this code confirms, claimed for the caller, who now does it and then reports by
  // finish(). Errc::not_found without a waiting plan, Errc::denied for a wrong code (the third one
  // drops the plan), Errc::conflict where it was used already or has expired.
  Async<Result<Plan>> confirm(identity::Principal who, std::string code, std::string channel);
  // The newest waiting plan, dropped. Errc::not_found without one.
  Async<Result<Plan>> cancel(identity::Principal who, std::string channel);
  Async<Result<>> finish(Plan plan, bool well, std::string outcome);

  // Before and after every change, planned or not.
  Async<Result<>> begun(const identity::Principal& who, const Proposal& proposal,
                        std::string plan_id, std::string before_hash);
  Async<Result<>> ended(const identity::Principal& who, const Proposal& proposal,
                        std::string plan_id, std::string after_hash, const Result<>& outcome);

 private:
  PlanStore& plans_;
  audit::Log& log_;
  const Clock& clock_;
  Random& random_;
  const ApprovalRules rules_;
};

}  // namespace mtc::approval
