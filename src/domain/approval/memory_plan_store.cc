#include "domain/approval/memory_plan_store.h"

#include <algorithm>

namespace mtc::approval {

std::vector<Plan> MemoryPlanStore::newest_first(auto&& wanted) const {
  std::vector<Plan> out;
  for (auto it = plans.rbegin(); it != plans.rend(); ++it) {
    if (wanted(*it)) out.push_back(*it);
  }
  return out;
}

Async<Result<>> MemoryPlanStore::add(Plan plan) {
  if (std::ranges::find(plans, plan.id, &Plan::id) != plans.end()) {
    co_return fail(Errc::conflict, "there is such a plan already");
  }
  plans.push_back(std::move(plan));
  co_return Result<>{};
}

Async<Result<std::optional<Plan>>> MemoryPlanStore::find(std::string id) {
  const auto it = std::ranges::find(plans, id, &Plan::id);
  co_return it == plans.end() ? std::nullopt : std::optional(*it);
}

Async<Result<std::vector<Plan>>> MemoryPlanStore::waiting(identity::UserId user, TimePoint now) {
  co_return newest_first([&](const Plan& plan) {
    return plan.user == user && plan.state == PlanState::waiting && now < plan.expires;
  });
}

Async<Result<std::vector<Plan>>> MemoryPlanStore::recent(identity::UserId user, TimePoint since) {
  auto out =
      newest_first([&](const Plan& plan) { return plan.user == user && plan.created >= since; });
  out.resize(std::min(out.size(), kMostRecent));
  co_return out;
}

Async<Result<std::vector<Plan>>> MemoryPlanStore::executing(TimePoint changed_before) {
  auto out = newest_first([&](const Plan& plan) {
    return plan.state == PlanState::executing && plan.changed < changed_before;
  });
  std::ranges::sort(out, {}, [](const Plan& plan) { return std::pair(plan.changed, plan.id); });
  co_return out;
}

Async<Result<bool>> MemoryPlanStore::move(std::string id, PlanState from, PlanState to,
                                          std::string outcome, TimePoint now) {
  const auto it = std::ranges::find(plans, id, &Plan::id);
  if (it == plans.end() || it->state != from) co_return false;
  it->state = to;
  it->outcome = std::move(outcome);
  it->changed = now;
  co_return true;
}

Async<Result<int>> MemoryPlanStore::note_wrong_code(std::string id) {
  const auto it = std::ranges::find(plans, id, &Plan::id);
  if (it == plans.end()) co_return fail(Errc::not_found, "there is no such plan");
  co_return ++it->wrong_codes;
}

Async<Result<int>> MemoryPlanStore::forget(TimePoint changed_before) {
  co_return static_cast<int>(std::erase_if(plans, [&](const Plan& plan) {
    return plan.changed < changed_before && plan.state != PlanState::executing &&
           (plan.state != PlanState::waiting || plan.expires < changed_before);
  }));
}

}  // namespace mtc::approval
