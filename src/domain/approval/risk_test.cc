#include "domain/approval/risk.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace mtc::approval {
namespace {

TEST(RiskTable, IsSortedAndKnowsEachActionOnce) {
  EXPECT_TRUE(std::ranges::is_sorted(risk_table(), {}, &Risk::action));
  EXPECT_EQ(std::ranges::adjacent_find(risk_table(), {}, &Risk::action), risk_table().end());
}

TEST(RiskTable, SaysHowDangerousAnActionIs) {
  const struct {
    const char* action;
    Tier tier;
  } cases[] = {
      {"search_logs", Tier::read},
      {"scale_workload.up", Tier::change},
      {"restart_workload.pod", Tier::change},
      {"scale_workload", Tier::dangerous},
      {"restart_workload", Tier::dangerous},
      {"apply_yaml", Tier::dangerous},
      {"roll_back", Tier::dangerous},
      {"roll_back_release", Tier::dangerous},
      {"isolate_workload", Tier::dangerous},
      {"handle_alert", Tier::dangerous},
      {"stop_rollback", Tier::change},
      {"update_alert", Tier::change},
      {"delete_logset", Tier::irreversible},
      {"", Tier::irreversible},
      {"scale_workload.sideways", Tier::irreversible},
      {"format_disk", Tier::irreversible},
  };
  for (const auto& c : cases) EXPECT_EQ(tier_of(c.action), c.tier) << c.action;
}

}  // namespace
}  // namespace mtc::approval
