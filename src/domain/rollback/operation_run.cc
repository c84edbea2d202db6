#include "domain/rollback/operation_run.h"

#include "base/zone.h"
#include "domain/clusters/breaker.h"
#include "domain/rollback/refusals.h"
#include "domain/rollback/run_audit.h"
#include "domain/rollback/run_plan.h"
#include "domain/rollback/run_words.h"

namespace mtc::rollback {

TimePoint began_of(const Operation& operation) {
  const auto began = parse_iso(string_or(operation.diagnosis, kBegan));
  return began ? *began : operation.started;
}

bool is_passing(const Error& error) {
  return clusters::is_trouble(error.code);
}

Async<Result<Operation>> OperationRun::run() {
  until_ = now() + options_.lease;
  if (operation_.trigger == Trigger::person) {
    (void)co_await ports_.alerts.move(operation_.incident, alerts::Handling::handed_over,
                                      alerts::Handling::running, now());
  }
  (void)co_await ports_.alerts.move(operation_.incident, alerts::Handling::none,
                                    alerts::Handling::running, now());
  if (auto ok = co_await open(); !ok) co_return fail(std::move(ok).error());
  if (auto ok = co_await settle_ladder(); !ok) co_return fail(std::move(ok).error());
  while (operation_.state == OperationState::running) {
    if (auto ok = co_await go_on(); !ok) co_return fail(std::move(ok).error());
  }
  co_return operation_;
}

// Without the cluster nothing can be done but tell somebody.
Async<Result<>> OperationRun::open() {
  const auto find = [this] { return ports_.people.find(operation_.user); };
  auto user = co_await patiently<identity::User>(find);
  if (!user && user.error().code == Errc::cancelled) co_return fail(std::move(user).error());
  if (!user) co_return co_await hand_over(refusals::user_is_gone(language()));
  user_ = std::move(*user);
  // Who answers for it may change the language meanwhile; one record has one.
  user_.language = operation_.language;
  const auto enter = [this] { return ports_.places.open(user_, operation_.target); };
  auto scene = co_await patiently<clusters::Scene>(enter);
  if (!scene && scene.error().code == Errc::cancelled) co_return fail(std::move(scene).error());
  if (!scene) {
    const bool away = is_passing(scene.error());
    co_return co_await hand_over(away ? refusals::cluster_is_away(language())
                                      : words::why_failed(scene.error(), language()));
  }
  scene_ = std::move(*scene);
  scene_.user = user_;
  scene_.patience = Millis{0};
  co_return Result<>{};
}

Async<Result<>> OperationRun::go_on() {
  const Next next = next_of(operation_);
  switch (next.move) {
    case Move::prepare:
      co_return co_await prepare(next.step);
    case Move::act:
      co_return co_await resume_acting(next.step);
    case Move::verify:
      co_return co_await verify(next.step);
    case Move::take_back:
      co_return co_await take_back(next.step);
    case Move::end:
      break;
  }
  co_return co_await end();
}

Async<Result<>> OperationRun::save() {
  const TimePoint until = now() + options_.lease;
  const Operation before = operation_;
  auto kept = co_await ports_.operations.save(before, options_.holder, until);
  if (!kept) co_return fail(std::move(kept).error());
  operation_ = std::move(*kept);
  until_ = until;
  if (told_) told_(operation_);
  co_return Result<>{};
}

Async<Result<>> OperationRun::pause() {
  co_await ports_.sleeper.sleep(rules().look_every);
  if (until_ - now() < options_.lease * 2 / 3) co_return co_await save();
  auto kept = co_await ports_.operations.find(operation_.id);
  if (!kept) co_return fail(std::move(kept).error());
  if (!*kept || (*kept)->revision != operation_.revision) {
    co_return fail(Errc::conflict, "somebody else goes on with this operation");
  }
  operation_.cancel_asked = (*kept)->cancel_asked;
  operation_.cancel_by = (*kept)->cancel_by;
  co_return Result<>{};
}

// The record gets the reason where it stands; next_of() then leads to the end.
Async<Result<>> OperationRun::hand_over(std::string reason) {
  Step* at = nullptr;
  for (Step& one : operation_.steps) {
    if (is_under_way(one.state)) at = &one;
  }
  if (at != nullptr) {
    at->state = StepState::unclear;
  } else {
    for (Step& one : operation_.steps) {
      if (at == nullptr && !is_over(one.state)) at = &one;
    }
    if (at != nullptr) at->state = StepState::refused;
  }
  if (at != nullptr) {
    at->reason = reason;
    at->ended = now();
  }
  (void)co_await note(audit::Event::refused, at, std::move(reason), {});
  co_return co_await save();
}

Async<bool> OperationRun::note(audit::Event event, const Step* step, std::string reason,
                               Json details, std::string before, std::string after) {
  auto entry =
      entry_of(operation_, user_, event, step, std::move(reason), std::move(details), now());
  entry.before = std::move(before);
  entry.after = std::move(after);
  const auto row = co_await ports_.log.append(std::move(entry));
  co_return row.has_value();
}

}  // namespace mtc::rollback
