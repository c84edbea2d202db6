#include "domain/rollback/run_plan.h"

#include "domain/alerts/learning.h"

namespace mtc::rollback {

std::vector<Step> steps_of(const std::vector<LadderStep>& ladder) {
  std::vector<Step> out;
  for (const LadderStep& one : ladder) {
    out.push_back({.rung = one.rung,
                   .state = one.skipped ? StepState::skipped : StepState::waiting,
                   .reason = one.reason});
  }
  return out;
}

Async<std::array<double, 5>> known_chances(alerts::LearnedStore& learned, alerts::Account account,
                                           Trouble trouble) {
  alerts::Learned known;
  auto newest = co_await learned.newest(account);
  if (newest && *newest) known = std::move(**newest);
  co_return alerts::chances(known, name_of(trouble), alerts::LearningRules{});
}

}  // namespace mtc::rollback
