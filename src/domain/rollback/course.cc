#include "domain/rollback/course.h"

#include <algorithm>
#include <array>

namespace mtc::rollback {
namespace {

bool any_is(const Operation& operation, StepState state) {
  return std::ranges::any_of(operation.steps,
                             [&](const Step& step) { return step.state == state; });
}

bool is_person(const Step& step) {
  return step.rung == Rung::person;
}

// Others leave nothing behind that could be taken back.
bool changes_something(const Step& step) {
  return !is_person(step) && step.rung != Rung::restart && !step.checkpoint.empty();
}

Move move_of(StepState state) {
  if (state == StepState::acting) return Move::act;
  return state == StepState::verifying ? Move::verify : Move::take_back;
}

bool is_settled(const Operation& operation) {
  return operation.cancel_asked || any_is(operation, StepState::good) ||
         any_is(operation, StepState::refused) || any_is(operation, StepState::unclear) ||
         got_well_alone(operation);
}

}  // namespace

bool is_under_way(StepState state) {
  switch (state) {
    case StepState::acting:
    case StepState::verifying:
    case StepState::worse:
    case StepState::restoring:
      return true;
    case StepState::waiting:
    case StepState::skipped:
    case StepState::planned:
    case StepState::good:
    case StepState::no_better:
    case StepState::undone:
    case StepState::refused:
    case StepState::unclear:
      return false;
  }
  return false;
}

bool is_single(const Operation& operation) {
  return std::ranges::none_of(operation.steps, is_person);
}

bool got_well_alone(const Operation& operation) {
  return std::ranges::any_of(operation.steps, [](const Step& step) {
    return is_person(step) && step.state == StepState::skipped;
  });
}

bool made_it_better(const Step& step) {
  if (!step.before || !step.after) return false;
  const std::array looks{*step.after};
  const auto verdict = judge(*step.before, looks, Millis{0}, true);
  return verdict == Verdict::better || verdict == Verdict::well;
}

Next next_of(const Operation& operation) {
  const auto& steps = operation.steps;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (is_under_way(steps[i].state)) return {.move = move_of(steps[i].state), .step = i};
  }
  if (is_settled(operation)) return {};
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const StepState state = steps[i].state;
    if (is_person(steps[i])) continue;
    if (state == StepState::waiting || state == StepState::planned) {
      return {.move = Move::prepare, .step = i};
    }
  }
  if (is_single(operation)) return {};
  for (std::size_t i = steps.size(); i-- > 0;) {
    const Step& step = steps[i];
    if (step.state != StepState::no_better || !changes_something(step)) continue;
    // What came before it can only be taken back after it.
    if (made_it_better(step)) return {};
    return {.move = Move::take_back, .step = i};
  }
  return {};
}

OperationState outcome_of(const Operation& operation) {
  if (operation.cancel_asked) return OperationState::cancelled;
  if (any_is(operation, StepState::good) || got_well_alone(operation)) {
    return OperationState::recovered;
  }
  if (is_single(operation) && any_is(operation, StepState::undone)) return OperationState::undone;
  return OperationState::handed_over;
}

}  // namespace mtc::rollback
