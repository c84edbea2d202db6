// Before the first step: what a model thinks of it, and the ladder in the audit log.
#include "domain/rollback/investigation_looks.h"
#include "domain/rollback/operation_run.h"
#include "domain/rollback/refusals.h"
#include "domain/rollback/run_plan.h"

namespace mtc::rollback {
namespace {

bool nothing_begun(const Operation& operation) {
  for (const Step& step : operation.steps) {
    const bool untouched = step.state == StepState::waiting || step.state == StepState::skipped;
    if (!untouched || step.started) return false;
  }
  return true;
}

Json ladder_json(const Operation& operation) {
  Json out = Json::array();
  for (const Step& step : operation.steps) {
    out.push_back({{"rung", name_of(step.rung)},
                   {"skipped", step.state == StepState::skipped},
                   {"reason", step.reason}});
  }
  return out;
}

}  // namespace

// A process that died here has it in the log twice: better than not at all.
Async<Result<>> OperationRun::settle_ladder() {
  if (operation_.cancel_asked || !nothing_begun(operation_) || got_well_alone(operation_)) {
    co_return Result<>{};
  }
  if (ports_.investigator != nullptr && !is_single(operation_)) {
    if (auto ok = co_await ask_model(); !ok) co_return ok;
  }
  Json details{{"diagnosis", operation_.diagnosis},
               {"score", operation_.score},
               {"ladder", ladder_json(operation_)}};
  const bool noted =
      co_await note(audit::Event::planned, nullptr, operation_.title, std::move(details));
  if (!noted) co_return co_await hand_over(refusals::not_recorded(language()));
  co_return Result<>{};
}

// It only proposes: the ladder is planned anew with what holds of that, within the same bounds.
Async<Result<>> OperationRun::ask_model() {
  auto findings = co_await look_closely();
  if (!findings) {
    if (findings.error().code == Errc::cancelled) co_return fail(std::move(findings).error());
    co_return Result<>{};
  }
  const Diagnosis diagnosis =
      diagnose(*findings, operation_.target.object.name, operation_.language);
  if (!diagnosis.act) co_return Result<>{};
  auto investigation = co_await ports_.investigator->investigate(
      operation_.title, operation_.target, *findings, diagnosis,
      offered_looks(scene_, operation_.target, began_of(operation_), ports_.observer, ports_.clock),
      operation_.language);
  const auto chances =
      co_await known_chances(ports_.learned, operation_.account, diagnosis.trouble);
  operation_.steps = steps_of(plan_ladder(diagnosis, operation_.score, rules(), chances,
                                          investigation.advice, operation_.language));
  operation_.trouble = name_of(diagnosis.trouble);
  const std::string began = string_or(operation_.diagnosis, kBegan);
  const Json found_at = object_or_empty(operation_.diagnosis, kFoundAt);
  operation_.diagnosis = to_json(diagnosis);
  operation_.diagnosis[std::string(kBegan)] = began;
  operation_.diagnosis[std::string(kFoundAt)] = found_at;
  operation_.diagnosis["looked"] = investigation.looked;
  operation_.diagnosis["investigation"] = investigation.ended;
  if (investigation.advice) {
    operation_.diagnosis["advice"] = {{"cause", investigation.advice->cause},
                                      {"evidence", investigation.advice->evidence}};
    if (investigation.advice->first) {
      operation_.diagnosis["advice"]["first"] = name_of(*investigation.advice->first);
    }
  }
  co_return co_await save();
}

}  // namespace mtc::rollback
