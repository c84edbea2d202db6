// Taking a step back, because it made things worse or changed them in vain, and looking at that.
#include <array>

#include "domain/rollback/operation_run.h"
#include "domain/rollback/run_words.h"
#include "domain/rollback/step_words.h"

namespace mtc::rollback {
namespace {

// The pods of that workload are made anew there, so what a restart has broken may be mended.
bool replaces_pods(Rung rung) {
  return rung == Rung::previous_version || rung == Rung::whole_release;
}

// The next step that may mend it; nullopt: none is left.
std::optional<std::size_t> mending_step(const Operation& operation, std::size_t after) {
  for (std::size_t i = after + 1; i < operation.steps.size(); ++i) {
    const Step& one = operation.steps[i];
    if (one.state == StepState::waiting && replaces_pods(one.rung)) return i;
  }
  return std::nullopt;
}

bool is_at_least_as_well(const Health& before, const Health& now) {
  const std::array looks{now};
  const auto verdict = judge(before, looks, Millis{0}, true);
  if (verdict == Verdict::undecided) return now.exists && now.wanted >= before.wanted;
  return verdict != Verdict::worse;
}

}  // namespace

Async<Result<>> OperationRun::take_back(std::size_t index) {
  if (step(index).state != StepState::restoring) {
    const Step worse = step(index);
    (void)co_await note(audit::Event::begun, &worse, worse.reason, {{"takes_back", true}});
    step(index).state = StepState::restoring;
    if (auto ok = co_await save(); !ok) co_return ok;
  }
  const Step restoring = step(index);
  const auto attempt = [this, &restoring] { return ports_.surgeon.take_back(scene_, restoring); };
  auto result = co_await patiently<clusters::ChangeResult>(attempt);
  if (result && result->failed) {  // in part, or nobody knows: what is left is found out anew
    auto again = co_await patiently<clusters::ChangeResult>(attempt);
    if (again) result = std::move(again);
  }
  if (!result && result.error().code == Errc::cancelled) co_return fail(std::move(result).error());
  if (!result) co_return co_await not_taken_back(index, std::move(result).error());
  Health after = restoring.after.value_or(Health{});
  const auto as_before = co_await as_well_as_before(restoring, &after);
  if (!as_before) co_return fail(as_before.error());
  co_return co_await taken_back(index, *as_before, std::move(after));
}

// Where there was nothing to take back, waiting will not change much: one look.
Async<Result<bool>> OperationRun::as_well_as_before(Step taken, Health* last) {
  const Health before = taken.before.value_or(Health{});
  const bool waits = taken.rung != Rung::restart;
  const TimePoint end = now() + rules().verify_at_most;
  for (;;) {
    if (auto health = co_await look()) {
      *last = *health;
      const bool settled = !health->rolling || before.rolling || !waits;
      if (settled && is_at_least_as_well(before, *health)) co_return true;
      if (!waits) co_return false;
    }
    if (now() >= end) co_return false;
    if (auto ok = co_await pause(); !ok) co_return fail(std::move(ok).error());
  }
}

Async<Result<>> OperationRun::taken_back(std::size_t index, bool as_before, Health after) {
  const bool was_restart = step(index).rung == Rung::restart;
  const Json details{{"as_before", as_before}, {"health", to_json(after)}};
  step(index).ended = now();
  if (as_before) {
    step(index).state = StepState::undone;
    step(index).reason = was_in_vain(step(index)) ? words::put_back_in_vain(language())
                                                  : words::put_back(language());
  } else if (was_restart) {
    // Stopping here would leave it worse than it was found.
    const auto mending = mending_step(operation_, index);
    step(index).state = mending ? StepState::no_better : StepState::unclear;
    step(index).reason = words::restart_made_it_worse(language());
    for (std::size_t i = index + 1; mending && i < *mending; ++i) {
      if (step(i).state != StepState::waiting) continue;
      step(i).state = StepState::skipped;
      step(i).reason = words::restart_made_it_worse(language());
    }
  } else {
    step(index).state = StepState::unclear;
    step(index).reason = words::put_back_still_worse(language());
  }
  const Step outcome = step(index);
  const auto event = as_before ? audit::Event::undone : audit::Event::failed;
  (void)co_await note(event, &outcome, outcome.reason, details);
  co_return co_await save();
}

Async<Result<>> OperationRun::not_taken_back(std::size_t index, Error error) {
  step(index).state = StepState::unclear;
  step(index).reason = words::not_put_back(words::why_failed(error, language()), language());
  step(index).ended = now();
  const Step outcome = step(index);
  (void)co_await note(audit::Event::failed, &outcome, outcome.reason, {});
  co_return co_await save();
}

}  // namespace mtc::rollback
