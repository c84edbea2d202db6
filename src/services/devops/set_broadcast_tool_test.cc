#include "services/devops/set_broadcast_tool.h"

#include <gmock/gmock.h>

#include "services/devops/answer_check_for_test.h"
#include "services/devops/devops_world_for_test.h"

namespace mtc::services {
namespace {

using identity::BroadcastContent;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class SetBroadcast : public DevopsWorld {
 protected:
  mcp::Tool set = set_broadcast_tool(ports);
};

TEST_F(SetBroadcast, WithoutArgumentsItOnlySaysHowItIs) {
  const auto reply = call(set, Json::object());
  EXPECT_EQ(complaint(set.output_schema, reply.data), "");
  EXPECT_EQ(reply.speech, "早上先讲要你处理的和修好的告警，再用一句话讲日志。");
  EXPECT_EQ(reply.data["content"], "both");
  EXPECT_EQ(say(set, Json::object(), "john"),
            "In the morning I tell the alerts first, then the logs in one sentence.");
  EXPECT_THAT(saved, IsEmpty());
}

TEST_F(SetBroadcast, WhatTheMorningTellsIsKept) {
  EXPECT_EQ(say(set, {{"content", "alerts"}}), "好，早上只讲告警。");
  ASSERT_EQ(saved.size(), 1U);
  EXPECT_EQ(saved[0].broadcast_content, BroadcastContent::alerts);
  EXPECT_EQ(saved[0].username, "zhangsan");
  EXPECT_THAT(approval.log.events(), ElementsAre("begun", "done"));
  EXPECT_EQ(say(set, {{"content", "logs"}}, "john"),
            "All right. In the morning I tell the logs only.");
}

TEST_F(SetBroadcast, ADashboardIsWatchedOrNot) {
  EXPECT_EQ(say(set, {{"dashboard", "支付"}}),
            "好，早上先讲要你处理的和修好的告警，再用一句话讲日志，还有看板支付。");
  EXPECT_EQ(saved.back().watched_dashboard, "支付");
  EXPECT_EQ(saved.back().broadcast_content, BroadcastContent::both);
  callers.people["zhangsan"].user.watched_dashboard = "支付";
  EXPECT_FALSE(call(set, {{"dashboard", "none"}}).is_error);
  EXPECT_EQ(saved.back().watched_dashboard, "");
}

TEST_F(SetBroadcast, ADashboardThatIsNotThereIsRefused) {
  ports.dashboard = [](identity::User, std::string said) -> Async<Result<std::string>> {
    co_return fail(Errc::not_found, "没有叫 " + said + " 的看板。");
  };
  const auto reply = call(set_broadcast_tool(ports), {{"dashboard", "支付"}});
  EXPECT_TRUE(reply.is_error);
  EXPECT_EQ(reply.speech, "没有叫 支付 的看板。");
  EXPECT_THAT(saved, IsEmpty());
}

TEST_F(SetBroadcast, ItIsRefusedToWhoMayOnlyRead) {
  EXPECT_TRUE(call(set, {{"content", "logs"}}, "guest").is_error);
  EXPECT_THAT(saved, IsEmpty());
}

}  // namespace
}  // namespace mtc::services
