#include "emulator/demo_operations.h"

#include <gtest/gtest.h>

#include "emulator/emulator_test_exchange.h"

namespace mtc::emulator {
namespace {

// Eight in the morning after the night.
struct MorningWorld : EmulatorWorld {
  DemoNight night;
  MorningWorld() {
    night = load_demo_night(emulator, 42, clock, {.lines_per_day = 20'000, .days_before = 0});
  }
  void speak(std::string product, std::string its_version) {
    service = std::move(product);
    version = std::move(its_version);
  }
  std::int64_t minute(std::int64_t time_ms) const {
    return (time_ms - night.day.time_since_epoch().count()) / 60'000;
  }
};

TEST(DemoOperations, HaveAlarmsThatSawTheNight) {
  MorningWorld world;
  const auto found = world.call(
      "DescribeAlertRecordHistory",
      {{"From", kTestTime - 86'400'000}, {"To", kTestTime}, {"Offset", 0}, {"Limit", 100}});
  std::string payment;
  for (const auto& one : array_or_empty(found, "Records")) {
    if (string_or(one, "AlarmName") == "支付错误数过高")
      payment += fmt::format("{}+{} status {}; ", world.minute(integer_or(one, "CreateTime")),
                             integer_or(one, "Duration"), integer_or(one, "Status"));
  }
  EXPECT_EQ(payment, "131+7 status 1; ")
      << "fires after two bad minutes, recovers after the window";
  EXPECT_EQ(world.call("DescribeAlarms", Json::object())["TotalCount"], 5);
}

TEST(DemoOperations, WriteMetricsThatTopicListsDoNotShow) {
  MorningWorld world;
  EXPECT_EQ(world.call("DescribeTopics", Json::object())["TotalCount"], 1);
  const auto metrics = world.call("DescribeTopics", {{"BizType", 1}});
  ASSERT_EQ(metrics["TotalCount"], 1);
  const auto info = world.call("DescribeScheduledSqlInfo", Json::object());
  EXPECT_EQ(info["ScheduledSqlTaskInfos"][0]["Status"], 1);
  const auto* topic =
      world.emulator.cloud().find_topic({.uin = demo_account().uin, .region = "ap-guangzhou"},
                                        string_or(metrics["Topics"][0], "TopicId"));
  EXPECT_TRUE(topic->table->first_time());
}

TEST(DemoOperations, HaveDashboardsWithQueriesThatRun) {
  MorningWorld world;
  const auto found = world.call("DescribeDashboards", Json::object());
  ASSERT_EQ(found["TotalCount"], 2);
  for (const auto& one : found["DashboardInfos"]) {
    const auto data = parse_json(string_or(one, "Data"));
    for (const auto& panel : array_or_empty(*data, "panels")) {
      const Json search{{"TopicId", panel["target"]["TopicId"]},
                        {"From", kTestTime - 8 * 3'600'000},
                        {"To", kTestTime},
                        {"QueryString", panel["target"]["Query"]},
                        {"QuerySyntax", 1}};
      EXPECT_EQ(world.code("SearchLog", search), "") << panel;
    }
  }
}

TEST(DemoOperations, HaveClustersInThreeRegions) {
  MorningWorld world;
  world.speak("tke", "2018-05-25");
  std::string clusters;
  for (const auto* region : {"ap-guangzhou", "ap-shanghai", "ap-beijing", "ap-chengdu"}) {
    world.region = region;
    const auto found = world.call("DescribeClusters", Json::object());
    for (const auto& one : array_or_empty(found, "Clusters"))
      clusters +=
          fmt::format("{} {}; ", string_or(one, "ClusterName"), integer_or(one, "ClusterNodeNum"));
  }
  EXPECT_EQ(clusters, "广州生产集群 5; 广州测试集群 2; 上海生产集群 3; 北京灾备集群 2; ");
}

TEST(DemoOperations, FitTheMonitorsStory) {
  MorningWorld world;
  world.speak("monitor", "2018-07-24");
  const auto found = world.call("DescribeAlarmHistories", {{"Module", "monitor"}});
  EXPECT_EQ(found["TotalCount"], 3);
  const auto data = world.call(
      "DescribeStatisticData",
      {{"Module", "monitor"},
       {"Namespace", "QCE/TKE2"},
       {"MetricNames", {"K8sNodeCpuUsage"}},
       {"Conditions",
        {{{"Key", "tke_cluster_instance_id"}, {"Operator", "="}, {"Value", {demo_cluster_id()}}}}},
       {"Period", 60},
       {"StartTime", "2026-01-01T02:00:00+08:00"},
       {"EndTime", "2026-01-01T02:20:00+08:00"},
       {"GroupBys", {"node"}}});
  double highest = 0;
  ASSERT_EQ(array_or_empty(data["Data"][0], "Points").size(), 5U);
  for (const auto& points : data["Data"][0]["Points"]) {
    for (const auto& one : points["Values"]) highest = std::max(highest, number_or(one, "Value"));
  }
  EXPECT_DOUBLE_EQ(highest, 96.4);
}

TEST(DemoOperations, AreTheSameForTheSameDay) {
  MorningWorld one, two;
  const auto ids = [](MorningWorld& world) {
    std::string out;
    const auto found = world.call("DescribeAlarms", Json::object());
    for (const auto& alarm : array_or_empty(found, "Alarms")) out += string_or(alarm, "AlarmId");
    return out;
  };
  EXPECT_EQ(ids(one), ids(two));
  load_demo_night(one.emulator, 42, one.clock, {.lines_per_day = 20'000, .days_before = 0});
  EXPECT_EQ(ids(one), ids(two)) << "it is there already";
}

}  // namespace
}  // namespace mtc::emulator
