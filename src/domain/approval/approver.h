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
#include "domain/audit/hasher.h"
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
  // Of that user, in whatever state, made since then, newest first, and no more than kMostRecent.
  static constexpr std::size_t kMostRecent = 50;
  virtual Async<Result<std::vector<Plan>>> recent(identity::UserId user, TimePoint since) = 0;
  // Of anybody, executing since before that, oldest first.
  virtual Async<Result<std::vector<Plan>>> executing(TimePoint changed_before) = 0;
  // From one state to another in one statement: false if it was not in `from` any more. Of several
  // callers at most one gets true.
  virtual Async<Result<bool>> move(std::string id, PlanState from, PlanState to,
                                   std::string outcome, TimePoint now) = 0;
  // How many by now: of several callers each gets a number of its own.
  virtual Async<Result<int>> note_wrong_code(std::string id) = 0;
  // Plans that are over. How many were forgotten.
  virtual Async<Result<int>> forget(TimePoint changed_before) = 0;
};

// What somebody wants to do.
struct Proposal {
  std::string action;  // of the risk table
  std::string target;
  std::string target_version;
  // Of what is touched; several separated by commas; empty: in no namespace. Who touches a
  // namespace itself names it.
  std::string ns;
  // What is secret in them stands sealed in the member "sealed", a fingerprint of it beside that:
  // two proposals are compared without "sealed".
  Json arguments;
  Json details = nullptr;  // of the arguments, what may stand in the audit log
  std::string summary;     // what will be done and whom it touches: blast radius included
  std::string channel;     // the caller's, e.g. context.principal.channel
  std::string before{};    // fingerprint of the target, for the audit log; may be empty
};

// What was planned, as it was proposed.
Proposal proposal_of(const Plan& plan, std::string channel);

struct ApprovalRules {
  std::vector<std::string> protected_namespaces{"kube-system", "kube-public", "kube-node-lease"};
  int changes_per_user_an_hour = 60;
  int changes_per_target_in_ten_minutes = 5;
  Millis plan_lifetime{120'000};
  int wrong_codes = 3;           // then the plan is dropped
  int wrong_codes_an_hour = 10;  // of one user, over all plans; then no code is taken for a while
  int waiting_plans = 5;         // of one user at a time
};

// Go on and do it.
struct Allowed {};
// Tell the person: `plan` waits for `code`.
struct Waiting {
  Plan plan;
  std::string code;  // four digits, as they are said
};
using Verdict = std::variant<Allowed, Waiting>;

// All outlive the approver.
struct ApproverPorts {
  PlanStore& plans;
  audit::Log& log;
  const audit::Hasher& hasher;
  const Clock& clock;
  Random& random;
};

// All calls on the loop's thread. Refusals are Errc::denied or Errc::rate_limited with a sentence
// that says what is missing and how to get it, in the language of the person, and stand in the
// audit log. What cannot be written there is not done.
class Approver {
 public:
  explicit Approver(ApproverPorts ports, ApprovalRules rules = {})
      : ports_(ports), rules_(std::move(rules)) {}

  // `confirmed`: the person has agreed already (a form in the same call), so that no plan is
  // needed.
  Async<Result<Verdict>> consider(identity::Principal who, Proposal proposal, bool confirmed);

  // Refuses as consider() does, and makes no plan: whether the person has to agree first.
  Async<Result<bool>> needs_confirmation(identity::Principal who, Proposal proposal);
  // The person was asked by a form, and it came to nothing: `why` is for the audit log.
  Async<Result<>> declined(identity::Principal who, Proposal proposal, std::string why);

  // The plan that this code confirms, claimed for the caller, who now does it and then reports by
  // finish(). The caller has to be allowed to do it now as when it was planned: refusals as by
  // consider() leave the plan waiting. Errc::not_found without a waiting plan, Errc::denied for a
  // wrong code (the third one drops the plan), Errc::conflict where it was used already or has
  // expired. `code` is as it was heard: see read_code().
  Async<Result<Plan>> confirm(identity::Principal who, std::string code, std::string channel);
  // The newest waiting plan, dropped. Errc::not_found without one.
  Async<Result<Plan>> cancel(identity::Principal who, std::string channel);
  Async<Result<>> finish(Plan plan, bool well, std::string outcome);

  // Plans that have been executing for that long: whoever claimed them has died. They are failed,
  // with a sentence that nobody knows what came of them. To be called at start and now and then;
  // no change may take longer than that. Returns what was found.
  Async<Result<std::vector<Plan>>> recover(Millis patience = std::chrono::minutes(10));
  // Forgets plans that have been over for that long.
  Async<Result<int>> forget(Millis age = std::chrono::hours(24 * 30));

  // Before and after every change, planned or not. A failure of begun() means: do not do it; it
  // holds the limits also where several begin at once.
  Async<Result<>> begun(const identity::Principal& who, const Proposal& proposal,
                        std::string plan_id, std::string before_hash);
  Async<Result<>> ended(const identity::Principal& who, const Proposal& proposal,
                        std::string plan_id, std::string after_hash, const Result<>& outcome);

  // Equal for proposals that would do the same to the same state of the same target.
  std::string fingerprint_of(const Proposal& proposal) const;

 private:
  Async<Result<>> check(const identity::Principal& who, const Proposal& proposal);
  std::vector<audit::Limit> limits_of(const identity::Principal& who,
                                      const Proposal& proposal) const;
  Async<Result<>> check_limits(const identity::Principal& who, const Proposal& proposal);
  Async<Error> refuse(const identity::Principal& who, const Proposal& proposal, Errc code,
                      std::string sentence);
  Async<Result<Waiting>> make_plan(const identity::Principal& who, Proposal proposal);
  Async<Result<int>> replace(const identity::Principal& who, const Proposal& proposal,
                             const std::vector<Plan>& waiting);
  Async<Result<Plan>> claim(const identity::Principal& who, Plan plan, std::string channel);
  Async<Error> wrong_code(const identity::Principal& who, std::vector<Plan> waiting,
                          std::string channel);
  Async<Error> not_waiting(const identity::Principal& who, const Plan& plan, std::string channel);
  Async<Result<>> drop(const identity::Principal& who, const Plan& plan, std::string channel,
                       std::string why);
  Async<Result<>> note(audit::Event event, const identity::Principal& who, const Proposal& proposal,
                       std::string plan_id, std::string reason);
  Async<Result<>> append(audit::Entry entry, Language language);
  std::string hash_of(const std::string& plan_id, const std::string& code) const;
  const Plan* match(const std::vector<Plan>& plans, const std::string& code) const;

  ApproverPorts ports_;
  const ApprovalRules rules_;
};

}  // namespace mtc::approval
