// One operation being worked on, from wherever its record stands to its end. For runner.cc.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "domain/rollback/course.h"
#include "domain/rollback/runner.h"

namespace mtc::rollback {

// A failure of one of its parts means: stop at once, touch nothing more. The lease is lost, or the
// record cannot be kept; somebody goes on when the lease is over.
class OperationRun {
 public:
  OperationRun(RunnerPorts ports, Runner::Rules rules, RunnerOptions options, Operation operation,
               Runner::Told told)
      : ports_(ports),
        rules_(std::move(rules)),
        options_(std::move(options)),
        operation_(std::move(operation)),
        told_(std::move(told)) {}

  Async<Result<Operation>> run();

 private:
  // operation_run.cc
  Async<Result<>> open();
  Async<Result<>> go_on();
  Async<Result<>> save();
  // Waits a little and renews the lease; notes a cancellation. Errc::conflict: it is lost.
  Async<Result<>> pause();
  Async<Result<>> hand_over(std::string reason);
  Async<bool> note(audit::Event event, const Step* step, std::string reason, Json details,
                   std::string before = {}, std::string after = {});
  template <class T>
  Async<Result<T>> patiently(std::function<Async<Result<T>>()> attempt);

  // run_ladder.cc
  Async<Result<>> settle_ladder();
  Async<Result<>> ask_model();

  // run_prepare.cc
  Async<Result<>> prepare(std::size_t index);
  Async<Result<bool>> is_well_already();
  Async<Result<>> close_early();
  Async<Result<Findings>> look_closely();
  Async<bool> is_ours();
  Async<Result<>> refuse(std::size_t index, std::string reason);
  Async<Result<>> skip(std::size_t index, std::string reason);
  Async<Result<>> plan(std::size_t index, Findings findings);
  Async<Result<>> keep_plan(std::size_t index, clusters::ChangePlan plan, Health before);
  Async<Result<>> begin_acting(std::size_t index, std::string before);

  // run_act.cc
  Async<Result<>> resume_acting(std::size_t index);
  Async<Result<>> act(std::size_t index);
  Async<Result<>> acted(std::size_t index, clusters::ChangeResult result);
  Async<Result<>> could_not_act(std::size_t index, Error error);

  // run_verify.cc
  struct Seen {
    std::vector<Health> looks;
    Verdict verdict = Verdict::undecided;
  };
  Async<Result<Health>> look();
  Async<Result<>> verify(std::size_t index);
  Async<Result<Seen>> watch_step(Step step);
  Async<Result<>> judged(std::size_t index, Seen seen);
  Async<> learn_from(Step step, Verdict verdict);

  // run_take_back.cc
  Async<Result<>> take_back(std::size_t index);
  Async<Result<bool>> as_well_as_before(Step step, Health* last);
  Async<Result<>> taken_back(std::size_t index, bool as_before, Health after);
  Async<Result<>> not_taken_back(std::size_t index, Error error);

  // run_end.cc
  Async<Result<>> end();
  Async<> settle_alerts();
  Async<> tell_people();

  RollbackRules rules() const { return rules_(); }
  TimePoint now() const { return ports_.clock.now(); }
  Language language() const { return operation_.language; }
  Step& step(std::size_t index) { return operation_.steps[index]; }

  RunnerPorts ports_;
  Runner::Rules rules_;
  RunnerOptions options_;
  Operation operation_;
  Runner::Told told_;
  TimePoint until_{};  // of the lease
  identity::User user_;
  clusters::Scene scene_;
};

TimePoint began_of(const Operation& operation);  // of the trouble

// Away or busy for now, rather than refused.
bool is_passing(const Error& error);

template <class T>
Async<Result<T>> OperationRun::patiently(std::function<Async<Result<T>>()> attempt) {
  const TimePoint last = now() + rules().verify_at_most;
  for (;;) {
    auto got = co_await attempt();
    if (got || !is_passing(got.error()) || now() >= last) co_return got;
    if (auto ok = co_await pause(); !ok) co_return fail(Errc::cancelled, ok.error().message);
  }
}

}  // namespace mtc::rollback
