// After a step: looking until it is well, worse, or the time is over.
#include <algorithm>

#include "domain/rollback/operation_run.h"
#include "domain/rollback/run_plan.h"
#include "domain/rollback/run_words.h"

namespace mtc::rollback {
namespace {

constexpr std::int64_t kLessonsOfADay = 200;
constexpr int kFairLook = 4;  // times verify_at_least
constexpr int kTries = 2;     // to keep a lesson, against others who learn at the same moment

StepState state_after(Verdict verdict) {
  switch (verdict) {
    case Verdict::well:
      return StepState::good;
    case Verdict::better:
    case Verdict::same:
      return StepState::no_better;
    case Verdict::worse:
      return StepState::worse;
    case Verdict::undecided:
      break;
  }
  return StepState::unclear;
}

std::string reason_of(Verdict verdict, const std::string& health, Language language) {
  switch (verdict) {
    case Verdict::well:
      return words::stayed_well(language);
    case Verdict::better:
      return words::better_not_well(health, language);
    case Verdict::same:
      return words::nothing_changed(health, language);
    case Verdict::worse:
      return words::made_worse(health, language);
    case Verdict::undecided:
      break;
  }
  return words::nobody_knows(language);
}

}  // namespace

Async<Result<Health>> OperationRun::look() {
  co_return co_await ports_.observer.look(scene_, operation_.account, operation_.target,
                                          operation_.incident, began_of(operation_));
}

Async<Result<>> OperationRun::verify(std::size_t index) {
  const Step done = step(index);
  auto seen = co_await watch_step(done);
  if (!seen) co_return fail(std::move(seen).error());
  co_return co_await judged(index, std::move(*seen));
}

// `over` counts from when the step was done, also where another process looks on. But who has just
// come to it has to look for a while: one look says little of something that comes and goes, or of
// an alert that fires a little longer.
Async<Result<OperationRun::Seen>> OperationRun::watch_step(Step done) {
  const Health before = done.before.value_or(Health{});
  const RollbackRules bounds = rules();
  const std::chrono::seconds fair =
      std::min(bounds.verify_at_most, kFairLook * bounds.verify_at_least);
  const TimePoint last =
      std::max(done.started.value_or(now()) + bounds.verify_at_most, now() + fair);
  Seen seen;
  for (;;) {
    if (auto health = co_await look()) seen.looks.push_back(std::move(*health));
    const bool over = now() >= last;
    if (!seen.looks.empty()) {
      const auto verdict = judge(before, seen.looks, bounds.verify_at_least, over);
      if (verdict) seen.verdict = *verdict;
      if (verdict || over) co_return seen;
    } else if (over) {
      co_return seen;
    }
    if (auto ok = co_await pause(); !ok) co_return fail(std::move(ok).error());
  }
}

Async<Result<>> OperationRun::judged(std::size_t index, Seen seen) {
  const Verdict verdict = seen.verdict;
  std::string health;
  Json details{{"verdict", name_of(verdict)}, {"looks", seen.looks.size()}};
  if (!seen.looks.empty()) {
    step(index).after = seen.looks.back();
    health = say_health(seen.looks.back(), step(index).before.value_or(Health{}), language());
    details["health"] = to_json(seen.looks.back());
  }
  step(index).state = state_after(verdict);
  step(index).reason = reason_of(verdict, health, language());
  if (is_over(step(index).state)) step(index).ended = now();
  const Step outcome = step(index);
  const auto event = verdict == Verdict::well ? audit::Event::done : audit::Event::failed;
  (void)co_await note(event, &outcome, outcome.reason, std::move(details));
  if (auto ok = co_await save(); !ok) co_return ok;
  co_await learn_from(outcome, verdict);
  co_return Result<>{};
}

// A lesson that is lost is no harm: there will be others.
Async<> OperationRun::learn_from(Step taught, Verdict verdict) {
  using Kind = alerts::Outcome::Kind;
  if (verdict == Verdict::undecided || operation_.trouble.empty()) co_return;
  const Kind kind = verdict == Verdict::well    ? Kind::solved
                    : verdict == Verdict::worse ? Kind::made_worse
                                                : Kind::not_solved;
  const alerts::Outcome outcome{.incident = operation_.incident,
                                .kind = kind,
                                .rung = number_of(taught.rung),
                                .trouble = operation_.trouble};
  const alerts::Weights base = options_.weights ? options_.weights() : alerts::Weights{};
  for (int attempt = 0; attempt < kTries; ++attempt) {
    auto newest = co_await ports_.learned.newest(operation_.account);
    auto known = co_await ports_.learned.list(operation_.account, kLessonsOfADay);
    if (!newest || !known) co_return;
    std::erase_if(*known, [&](const alerts::Learned& one) {
      return one.at < now() - std::chrono::hours(24);
    });
    alerts::Learned start;
    start.weights = base;
    if (*newest) start = std::move(**newest);
    auto lesson = alerts::learn(start, base, outcome, alerts::LearningRules{}, *known, now());
    if (!lesson) co_return;
    const auto added = co_await ports_.learned.add(operation_.account, std::move(*lesson));
    if (added || added.error().code != Errc::conflict) co_return;
  }
}

}  // namespace mtc::rollback
