// Plans that are forgotten with the process: for tests that want to see what was stored.
#pragma once

#include <vector>

#include "domain/approval/approver.h"

namespace mtc::approval {

class MemoryPlanStore final : public PlanStore {
 public:
  Async<Result<>> add(Plan plan) override;
  Async<Result<std::optional<Plan>>> find(std::string id) override;
  Async<Result<std::vector<Plan>>> waiting(identity::UserId user, TimePoint now) override;
  Async<Result<std::vector<Plan>>> recent(identity::UserId user, TimePoint since) override;
  Async<Result<std::vector<Plan>>> executing(TimePoint changed_before) override;
  Async<Result<bool>> move(std::string id, PlanState from, PlanState to, std::string outcome,
                           TimePoint now) override;
  Async<Result<int>> note_wrong_code(std::string id) override;
  Async<Result<int>> forget(TimePoint changed_before) override;

  std::vector<Plan> plans;  // oldest first

 private:
  std::vector<Plan> newest_first(auto&& wanted) const;
};

}  // namespace mtc::approval
