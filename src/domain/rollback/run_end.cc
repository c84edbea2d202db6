// The end of an operation: alerts, people, and only then its record, so that a crash in between
// lets it be told twice rather than never.
#include "domain/rollback/operation_run.h"
#include "domain/rollback/run_words.h"
#include "domain/rollback/telling.h"

namespace mtc::rollback {
namespace {

Zone zone_of(const identity::User& user) {
  auto zone = Zone::find(user.zone);
  return zone ? std::move(*zone) : Zone::shanghai();
}

bool needs_somebody(const Operation& operation) {
  if (operation.state == OperationState::handed_over) return true;
  if (operation.state == OperationState::undone) return true;
  if (operation.state != OperationState::cancelled) return false;
  for (const Step& step : operation.steps) {
    if (step.state == StepState::unclear) return true;
  }
  return false;
}

std::string speech_of(const Operation& operation, TimePoint now, const Zone& zone,
                      Language language) {
  return operation.state == OperationState::recovered ||
                 operation.state == OperationState::cancelled
             ? say_operation(operation, now, zone, language)
             : say_handed_over(operation, now, zone, language);
}

}  // namespace

Async<Result<>> OperationRun::end() {
  operation_.state = outcome_of(operation_);
  operation_.ended = now();
  for (Step& one : operation_.steps) {
    const bool idle = one.state == StepState::waiting || one.state == StepState::planned;
    if (!idle || operation_.state != OperationState::cancelled) continue;
    one.state = StepState::skipped;
    one.reason = words::cancelled(language());
  }
  operation_.speech = speech_of(operation_, now(), zone_of(user_), language());
  co_await settle_alerts();
  co_await tell_people();
  co_return co_await save();
}

Async<> OperationRun::settle_alerts() {
  bool good = outcome_of(operation_) == OperationState::recovered;
  for (const Step& one : operation_.steps) good = good || one.state == StepState::good;
  const auto to = good ? alerts::Handling::solved : alerts::Handling::handed_over;
  // Also those that came while it was at work.
  for (const auto from : {alerts::Handling::running, alerts::Handling::none}) {
    (void)co_await ports_.alerts.move(operation_.incident, from, to, now());
  }
  if (operation_.alert_id.empty()) co_return;
  const alerts::AlertChange change{.note = operation_.speech};
  (void)co_await ports_.alerts.change(operation_.alert_id, change, now());
}

// What got well by itself is told as well, later and less loudly. Who asked for it hears it anyway.
Async<> OperationRun::tell_people() {
  const bool needed = needs_somebody(operation_);
  const bool told_anyway =
      operation_.trigger == Trigger::person || operation_.state == OperationState::cancelled;
  if (!needed && told_anyway) co_return;
  const auto people = co_await ports_.people.of(operation_.account);
  if (!people) co_return;
  const int score = static_cast<int>(operation_.score);
  for (const identity::User& person : *people) {
    Notice notice{.user = person.id,
                  .text = speech_of(operation_, now(), zone_of(person), person.language),
                  .priority = needed ? score : score / 2,
                  .urgent = needed && operation_.trigger == Trigger::urgent,
                  .alert_id = operation_.alert_id,
                  .operation_id = operation_.id};
    (void)co_await ports_.announcer.tell(std::move(notice));
  }
}

}  // namespace mtc::rollback
