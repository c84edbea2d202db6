#include "adapters/tencent/cls_log_admin.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/tencent/scripted_cloud.h"
#include "infra/loop/run.h"

namespace mtc::tencent {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct World : ScriptedCloud {
  ClsLogAdmin admin{client, clock, "ap-guangzhou"};
};

TEST(ClsLogAdmin, MakesATopicThatIsSearchableAtOnce) {
  World world;
  world.answer({{"TopicId", "t-1"}}).answer(Json::object());
  const auto id = run(
      world.admin.create_topic({.logset_id = "l-1",
                                .name = "order-app",
                                .retention_days = 7,
                                .keys = {{.name = "level", .type = "text", .in_sql = true},
                                         {.name = "cost_ms", .type = "long", .in_sql = true}}}));
  ASSERT_TRUE(id) << id.error().message;
  EXPECT_EQ(*id, "t-1");
  EXPECT_EQ(world.body(0), (Json{{"LogsetId", "l-1"}, {"TopicName", "order-app"}, {"Period", 7}}));
  EXPECT_EQ(world.action(1), "CreateIndex");
  const Json rule = world.body(1)["Rule"];
  EXPECT_EQ(rule["FullText"]["ContainZH"], true);
  ASSERT_EQ(rule["KeyValue"]["KeyValues"].size(), 2U);
  EXPECT_EQ(rule["KeyValue"]["KeyValues"][1],
            (Json{{"Key", "cost_ms"}, {"Value", {{"Type", "long"}, {"SqlFlag", true}}}}));
}

TEST(ClsLogAdmin, LeavesNoTopicWithoutIndex) {
  World world;
  world.answer({{"TopicId", "t-1"}}).refuse("InvalidParameter.Content").answer(Json::object());
  const auto refused = run(world.admin.create_topic({.logset_id = "l-1", .name = "order-app"}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::invalid_argument);
  EXPECT_EQ(world.action(2), "DeleteTopic");
  EXPECT_EQ(world.body(2), (Json{{"TopicId", "t-1"}}));

  world.answer({{"TopicId", "t-2"}})
      .refuse("InvalidParameter.Content")
      .refuse("OperationDenied.ACLFailed");
  const auto stuck = run(world.admin.create_topic({.logset_id = "l-1", .name = "order-app"}));
  ASSERT_FALSE(stuck);
  EXPECT_THAT(stuck.error().message, HasSubstr("order-app (t-2) was made but has no index"));
}

TEST(ClsLogAdmin, WritesAnAlarmAndReadsItBack) {
  World world;
  const logs::AlarmPolicy alarm{.name = "支付错误",
                                .queries = {{.topic_id = "t-1",
                                             .logset_id = "l-1",
                                             .query = "level:ERROR | select 1",
                                             .minutes = 5}},
                                .condition = "$1.errors > 100",
                                .every_minutes = 1,
                                .trigger_count = 2,
                                .repeat_minutes = 15,
                                .level = logs::AlarmLevel::critical,
                                .notice_ids = {"notice-1"}};
  world.answer({{"AlarmId", "alarm-1"}});
  ASSERT_TRUE(run(world.admin.create_alarm(alarm)));
  Json sent = world.body(0);
  EXPECT_EQ(sent,
            Json::parse(R"({"Name":"支付错误","AlarmTargets":[{"TopicId":"t-1","LogsetId":"l-1",
    "Query":"level:ERROR | select 1","Number":1,"StartTimeOffset":-5,"EndTimeOffset":0,"SyntaxRule":1}],
    "MonitorTime":{"Type":"Period","Time":1},"TriggerCount":2,"AlarmPeriod":15,"Condition":"$1.errors > 100",
    "AlarmLevel":2,"MonitorObjectType":0,"Status":true,"AlarmNoticeIds":["notice-1"]})"));
  sent["AlarmId"] = "alarm-1";
  world.answer({{"TotalCount", 1}, {"Alarms", Json::array({sent})}});
  const auto alarms = run(world.admin.alarms());
  ASSERT_TRUE(alarms) << alarms.error().message;
  const auto& read = alarms->at(0);
  EXPECT_EQ(read.id, "alarm-1");
  EXPECT_EQ(read.condition, alarm.condition);
  EXPECT_EQ(read.level, alarm.level);
  EXPECT_EQ(read.queries[0].minutes, 5);
  EXPECT_EQ(read.repeat_minutes, 15);
  EXPECT_THAT(read.notice_ids, ElementsAre("notice-1"));
}

TEST(ClsLogAdmin, ReadsWhatThePeopleOfANoticeGroupAreToldBy) {
  World world;
  world.answer({{"TotalCount", 1},
                {"AlarmNotices", Json::parse(R"([{"AlarmNoticeId":"notice-1","Name":"运维组",
    "NoticeReceivers":[{"ReceiverType":"Uin","ReceiverIds":[1],"ReceiverChannels":["Email","Sms"]}],
    "WebCallbacks":[{"CallbackType":"WeCom","Url":"https://example.test"}],
    "NoticeRules":[{"NoticeReceivers":[{"ReceiverChannels":["Email"]}],"WebCallbacks":null}]}])")}});
  const auto groups = run(world.admin.notice_groups());
  ASSERT_TRUE(groups);
  EXPECT_EQ(groups->at(0).name, "运维组");
  EXPECT_THAT(groups->at(0).channels, ElementsAre("Email", "Sms", "WeCom"));
}

TEST(ClsLogAdmin, WritesScheduledSqlAndReadsItBack) {
  World world;
  const logs::ScheduledSql task{.name = "每小时错误",
                                .source_topic = "t-1",
                                .target_topic = "t-2",
                                .query = "level:ERROR | select count(*) as n",
                                .every_minutes = 60,
                                .window_minutes = 60};
  world.answer({{"TaskId", "task-1"}});
  ASSERT_EQ(run(world.admin.create_scheduled_sql(task)).value_or(""), "task-1");
  Json sent = world.body(0);
  EXPECT_EQ(sent["ProcessTimeWindow"], "@m-60m,@m");
  EXPECT_EQ(sent["ProcessStartTime"], 1795323600000);
  EXPECT_EQ(sent["DstResource"],
            (Json{{"TopicId", "t-2"}, {"Region", "ap-guangzhou"}, {"BizType", 0}}));
  sent["TaskId"] = "task-1";
  sent["Status"] = 5;
  sent["ProcessStartTime"] = "2026-11-22 13:00:00";
  world.answer({{"TotalCount", 1}, {"ScheduledSqlTaskInfos", Json::array({sent})}});
  const auto tasks = run(world.admin.scheduled_sqls());
  ASSERT_TRUE(tasks) << tasks.error().message;
  EXPECT_EQ(tasks->at(0).every_minutes, 60);
  EXPECT_EQ(tasks->at(0).window_minutes, 60);
  EXPECT_EQ(tasks->at(0).state, "denied");
  EXPECT_EQ(tasks->at(0).target_topic, "t-2");
}

TEST(ClsLogAdmin, SwitchesAndDeletes) {
  World world;
  for (int i = 0; i < 6; ++i) world.answer(Json::object());
  ASSERT_TRUE(run(world.admin.enable_alarm("a-1", false)));
  EXPECT_EQ(world.body(0), (Json{{"AlarmId", "a-1"}, {"Status", false}}));
  ASSERT_TRUE(run(world.admin.enable_scheduled_sql({.id = "s-1", .source_topic = "t-1"}, false)));
  EXPECT_EQ(world.body(1), (Json{{"TaskId", "s-1"}, {"SrcTopicId", "t-1"}, {"EnableFlag", 2}}));
  ASSERT_TRUE(run(world.admin.delete_alarm("a-1")));
  ASSERT_TRUE(run(world.admin.delete_scheduled_sql({.id = "s-1", .source_topic = "t-1"})));
  ASSERT_TRUE(run(world.admin.delete_topic("t-1")));
  ASSERT_TRUE(run(world.admin.delete_logset("l-1")));
  world.refuse("FailedOperation.LogsetNotEmpty");
  EXPECT_EQ(run(world.admin.delete_logset("l-2")).error().code, Errc::conflict);
  world.refuse("InvalidParameter.LogsetConflict");
  EXPECT_EQ(run(world.admin.create_logset("prod")).error().code, Errc::conflict);
}

TEST(ClsLogAdmin, KeepsADashboardThatIsNoJson) {
  World world;
  world.answer({{"TotalCount", 2}, {"DashboardInfos", Json::parse(R"([
    {"DashboardId":"d-1","DashboardName":"订单","Data":"{\"panels\":[]}","DashboardRegion":"ap-shanghai"},
    {"DashboardId":"d-2","DashboardName":"旧","Data":"<xml>"}])")}});
  const auto dashboards = run(world.admin.dashboards());
  ASSERT_TRUE(dashboards);
  EXPECT_EQ(dashboards->at(0).data, (Json{{"panels", Json::array()}}));
  EXPECT_EQ(dashboards->at(0).region, "ap-shanghai");
  EXPECT_TRUE(dashboards->at(1).data.is_null());
  EXPECT_EQ(dashboards->at(1).region, "ap-guangzhou");
}

}  // namespace
}  // namespace mtc::tencent
