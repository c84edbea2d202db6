// A step before it is done: is it still needed, may it be done, what exactly would it be.
#include "domain/rollback/operation_run.h"
#include "domain/rollback/refusals.h"
#include "domain/rollback/run_plan.h"
#include "domain/rollback/run_words.h"

namespace mtc::rollback {
namespace {

constexpr int kPatientWith = 4;  // times verify_at_least: what looks well and is not sure to be

bool is_well_but_for_alert(Health health) {
  health.alert_firing.reset();
  return is_well(health);
}

// In trouble: before the last step that was looked at, else when it was diagnosed.
Health how_it_was(const Operation& operation) {
  Health out = health_from_json(object_or_empty(operation.diagnosis, kFoundAt));
  for (const Step& step : operation.steps) {
    if (step.before && step.started) out = *step.before;
  }
  return out;
}

}  // namespace

Async<Result<>> OperationRun::prepare(std::size_t index) {
  if (!is_single(operation_)) {
    auto well = co_await is_well_already();
    if (!well) co_return fail(std::move(well).error());
    if (*well) co_return co_await close_early();
    if (operation_.cancel_asked) co_return Result<>{};
  }
  auto findings = co_await look_closely();
  if (!findings) {
    if (findings.error().code == Errc::cancelled) co_return fail(std::move(findings).error());
    const bool away = is_passing(findings.error());
    co_return co_await refuse(index, away ? refusals::cluster_is_away(language())
                                          : words::why_failed(findings.error(), language()));
  }
  if (operation_.cancel_asked) co_return Result<>{};
  if (findings->someone_rolling && co_await is_ours()) findings->someone_rolling = false;
  if (findings->someone_rolling) {
    // Before planning, which would only find that it cannot be done.
    auto ok = co_await ports_.guard.may_step(rules(), operation_, {}, {}, true, findings->someone);
    if (!ok) co_return co_await refuse(index, std::move(ok).error().message);
  }
  co_return co_await plan(index, std::move(*findings));
}

// Pods that crash are ready for a moment now and then: once is not enough. An alert may fire for a
// while after the trouble is over; how long that is believed, judge() says.
Async<Result<bool>> OperationRun::is_well_already() {
  const RollbackRules bounds = rules();
  const Health before = how_it_was(operation_);
  const TimePoint last = now() + kPatientWith * bounds.verify_at_least;
  std::vector<Health> looks;
  for (;;) {
    auto health = co_await look();
    if (!health || !is_well_but_for_alert(*health)) co_return false;
    looks.push_back(std::move(*health));
    const auto verdict = judge(before, looks, bounds.verify_at_least, false);
    if (verdict || now() >= last) co_return verdict == Verdict::well;
    if (auto ok = co_await pause(); !ok) co_return fail(std::move(ok).error());
    if (operation_.cancel_asked) co_return false;
  }
}

Async<Result<>> OperationRun::close_early() {
  for (Step& one : operation_.steps) {
    if (is_over(one.state)) continue;
    one.state = StepState::skipped;
    one.reason = words::got_well_alone(language());
  }
  co_return co_await save();
}

Async<Result<Findings>> OperationRun::look_closely() {
  const auto find = [this] {
    return ports_.observer.find(scene_, operation_.account, operation_.target, operation_.incident,
                                began_of(operation_));
  };
  co_return co_await patiently<Findings>(find);
}

// A rollout that one of our own steps has begun disturbs nobody.
Async<bool> OperationRun::is_ours() {
  for (std::size_t i = operation_.steps.size(); i-- > 0;) {
    const Step before = step(i);
    if (before.checkpoint.empty() || !before.started) continue;
    const auto ours = co_await ports_.surgeon.is_as_left(scene_, operation_.target, before);
    co_return ours && *ours;
  }
  co_return false;
}

Async<Result<>> OperationRun::refuse(std::size_t index, std::string reason) {
  step(index).state = StepState::refused;
  step(index).reason = reason;
  step(index).ended = now();
  const Step refused = step(index);
  (void)co_await note(audit::Event::refused, &refused, std::move(reason), {});
  co_return co_await save();
}

Async<Result<>> OperationRun::skip(std::size_t index, std::string reason) {
  step(index).state = StepState::skipped;
  step(index).reason = reason;
  const Step skipped = step(index);
  (void)co_await note(audit::Event::refused, &skipped, std::move(reason), {{"skipped", true}});
  co_return co_await save();
}

Async<Result<>> OperationRun::plan(std::size_t index, Findings findings) {
  const Rung rung = step(index).rung;
  const std::string to_version = string_or(step(index).arguments, "to_version");
  const auto attempt = [this, rung, &findings, &to_version] {
    return ports_.surgeon.plan(rules(), scene_, operation_.target, rung, findings,
                               operation_.account, to_version);
  };
  auto incision = co_await patiently<Incision>(attempt);
  if (!incision) {
    if (incision.error().code == Errc::cancelled) co_return fail(std::move(incision).error());
    if (is_passing(incision.error())) {
      co_return co_await refuse(index, refusals::cluster_is_away(language()));
    }
    co_return co_await skip(index, words::why_failed(incision.error(), language()));
  }
  const auto may = [this, &incision, &findings] {
    return ports_.guard.may_step(rules(), operation_, incision->plan, incision->radius,
                                 findings.someone_rolling, findings.someone);
  };
  auto ok = co_await patiently<void>(may);
  if (!ok && ok.error().code == Errc::cancelled) co_return fail(std::move(ok).error());
  if (!ok) co_return co_await refuse(index, words::why_failed(ok.error(), language()));
  if (operation_.cancel_asked) co_return Result<>{};
  const std::string before = incision->plan.before;
  if (auto kept = co_await keep_plan(index, std::move(incision->plan), findings.health); !kept) {
    co_return kept;
  }
  if (operation_.cancel_asked) co_return Result<>{};
  co_return co_await begin_acting(index, before);
}

Async<Result<>> OperationRun::keep_plan(std::size_t index, clusters::ChangePlan plan,
                                        Health before) {
  Step& one = step(index);
  one.state = StepState::planned;
  one.action = std::move(plan.action);
  one.arguments = std::move(plan.arguments);
  one.version = std::move(plan.version);
  one.target = std::move(plan.target);
  one.summary = std::move(plan.summary);
  one.checkpoint = random_hex(ports_.random, 16);
  one.before = std::move(before);
  co_return co_await save();
}

// What cannot be written into the audit log is not done.
Async<Result<>> OperationRun::begin_acting(std::size_t index, std::string before) {
  const Step planned = step(index);
  const bool noted = co_await note(audit::Event::begun, &planned, planned.summary, {}, before);
  if (!noted) co_return co_await refuse(index, refusals::not_recorded(language()));
  step(index).state = StepState::acting;
  step(index).started = now();
  if (auto ok = co_await save(); !ok) co_return ok;
  if (!operation_.cancel_asked) co_return co_await act(index);
  step(index).state = StepState::skipped;
  step(index).reason = words::cancelled(language());
  step(index).started.reset();
  (void)co_await note(audit::Event::cancelled, &planned, words::cancelled(language()), {});
  co_return co_await save();
}

}  // namespace mtc::rollback
