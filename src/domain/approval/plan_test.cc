#include "domain/approval/plan.h"

#include <gtest/gtest.h>

namespace mtc::approval {
namespace {

TEST(PlanState, HasANameThatIsReadBack) {
  for (const auto state : {PlanState::waiting, PlanState::executing, PlanState::done,
                           PlanState::failed, PlanState::cancelled, PlanState::expired}) {
    EXPECT_EQ(parse_plan_state(name_of(state)), state);
  }
  EXPECT_EQ(parse_plan_state("unknown"), std::nullopt);
}

}  // namespace
}  // namespace mtc::approval
