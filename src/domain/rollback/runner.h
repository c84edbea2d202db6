// Runs operations: step by step up the ladder, each transition kept before the next thing is done,
// each decision in the audit log. After a crash it goes on where the record ends.
//
//   for each step that is not skipped:
//     look            how well is it now? well already: close it
//     guard           permission, time, reach, nobody else at work  → refused: the person
//     plan            what exactly will be done                      [kept: planned]
//     act             with a checkpoint                              [kept: acting]
//     verify          until it is well, worse, or time is over       [kept: verifying]
//     good → close; worse → take back, look again [kept: restoring, undone]; no better → next;
//     undecided → the person
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/random.h"
#include "base/sleeper.h"
#include "domain/alerts/learning.h"
#include "domain/alerts/store.h"
#include "domain/alerts/weights.h"
#include "domain/audit/log.h"
#include "domain/rollback/guard.h"
#include "domain/rollback/investigator.h"
#include "domain/rollback/ladder.h"
#include "domain/rollback/observer.h"
#include "domain/rollback/surgeon.h"

namespace mtc::rollback {

// All outlive the runner.
struct RunnerPorts {
  OperationStore& operations;
  alerts::AlertStore& alerts;
  alerts::LearnedStore& learned;
  audit::Log& log;
  Places& places;
  People& people;
  Announcer& announcer;
  Observer& observer;
  Surgeon& surgeon;
  Guard& guard;
  Investigator* investigator;  // null: no model
  const Clock& clock;
  Sleeper& sleeper;
  Random& random;
};

struct RunnerOptions {
  std::string holder;                          // this process
  Millis lease{60'000};                        // renewed by every save, and while it looks
  std::function<alerts::Weights()> weights{};  // where the alert rules begin; empty: the defaults
};

// What shall be repaired. `user`: on whose behalf.
struct Request {
  alerts::Account account = 0;
  identity::User user;
  std::string incident;  // empty: nobody has reported any
  std::string alert_id;
  std::string title;
  Target target;
  double score = 0;
  TimePoint began{};  // of the trouble
  Trigger trigger = Trigger::night;
  std::string assurance, channel;
  std::optional<Rung> only{};  // a person asked for just this
  std::string to_version{};    // of that: a version; empty: the one before
};

// One executor.
class Runner {
 public:
  using Rules = std::function<RollbackRules()>;  // as they are now
  Runner(RunnerPorts ports, Rules rules, RunnerOptions options)
      : ports_(ports), rules_(std::move(rules)), options_(std::move(options)) {}

  // Begins it, or nullopt: somebody else has, or a rule forbids it (then the alert is handed over
  // and the refusal is in the audit log), or there is nothing to repair. A person who asked hears
  // that as an error: Errc::denied, rate_limited or conflict with a sentence. Returns before the
  // first step: run() does them.
  Async<Result<std::optional<Operation>>> begin(Request request);
  // Until it is over. `told` (may be empty) hears of each transition.
  using Told = std::function<void(const Operation&)>;
  Async<Result<Operation>> run(Operation operation, Told told = {});
  // What a process that died was doing, given to us: run() goes on with each.
  Async<Result<std::vector<Operation>>> adopt();
  // Stops it before the next thing is done; what is half done is looked at and, where it made
  // things worse, taken back. False if it does not run.
  Async<Result<bool>> cancel(std::string operation_id, std::string by);

 private:
  using Begun = Result<std::optional<Operation>>;
  Async<Result<bool>> is_taken(Operation draft);
  Async<Begun> refuse(Request request, Operation draft, Error error);
  struct Examined {
    Health health;
    Diagnosis diagnosis;
  };
  Async<Result<Examined>> examine(Request request, Operation draft);
  Async<Begun> leave_alone(Request request, Operation draft, Diagnosis diagnosis);
  Async<Begun> start(Request request, Operation draft, Examined examined, RollbackRules rules);

  RunnerPorts ports_;
  Rules rules_;
  RunnerOptions options_;
};

}  // namespace mtc::rollback
