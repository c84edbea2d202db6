#include "app/devops_tools.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mcp/registry.h"
#include "services/devops/devops_world_for_test.h"

namespace mtc::app {
namespace {

using testing::ElementsAre;

class DevopsTools : public services::DevopsWorld {
 protected:
  std::vector<mcp::Tool> of(Profile profile) {
    Offer offer;
    EXPECT_TRUE(add_devops_tools(offer, executors, ports));
    std::vector<mcp::Tool> out;
    for (const auto& one : offer.tools) {
      if (one.profiles.contains(profile)) out.push_back(one.item);
    }
    return out;
  }
  static std::vector<std::string> names_of(const std::vector<mcp::Tool>& tools) {
    std::vector<std::string> out;
    for (const auto& tool : tools) out.push_back(tool.name);
    return out;
  }
};

TEST_F(DevopsTools, ListenersChooseAmongThree) {
  const auto tools = of(Profile::voice);
  EXPECT_THAT(names_of(tools), ElementsAre("alerts", "rollback", "set_broadcast"));
  // What they take of the room that all voice tools share.
  mcp::ToolRegistry registry;
  for (const auto& tool : tools) ASSERT_TRUE(registry.add(tool));
  const auto bytes = registry.catalogue(mcp::Revision::v2025_11_25)->size();
  EXPECT_LE(bytes, 4608U);
}

TEST_F(DevopsTools, ReadersGetThemOneByOne) {
  EXPECT_THAT(
      names_of(of(Profile::full)),
      ElementsAre("list_alerts", "explain_alert", "update_alert", "silence_alerts", "handle_alert",
                  "start_rollback", "rollback_status", "stop_rollback", "rollback_history",
                  "list_checkpoints", "compare_checkpoint", "restore_checkpoint", "set_broadcast"));
  EXPECT_TRUE(executors.contains("handle_alert"));
  EXPECT_TRUE(executors.contains("roll_back"));
}

TEST_F(DevopsTools, WhoMayOnlyReadChangesNothingThroughAFamily) {
  put(alert_of("order", 80));
  const auto tools = of(Profile::voice);
  const auto reply =
      call(tools[0], {{"action", "update"}, {"alert", "1"}, {"change", "close"}}, "guest");
  EXPECT_TRUE(reply.is_error);
  EXPECT_EQ(alerts.all()[0].state, alerts::State::firing);
  EXPECT_FALSE(call(tools[0], {{"action", "list"}}, "guest").is_error);
}

}  // namespace
}  // namespace mtc::app
