#include <gtest/gtest.h>

#include "emulator/control.h"
#include "emulator/emulator_test_exchange.h"
#include "emulator/monitor_metrics.h"
#include "emulator/tke_model.h"

namespace mtc::emulator {
namespace {

struct MonitorWorld : EmulatorWorld {
  Owner owner{.uin = demo_account().uin, .region = "ap-guangzhou"};
  std::string node;

  MonitorWorld() {
    service = "monitor";
    version = "2018-07-24";
    auto& cloud = emulator.cloud();
    auto& cluster = add_cluster(cloud, owner, {.id = "cls-1", .name = "c"});
    add_pool(cloud, cluster, {.name = "p", .nodes = 3});
    node = nodes_of(cloud, cluster)[0]->text("Address");
  }
  Json query(const Json& metrics, const Json& more = {}) const {
    Json out{{"Module", "monitor"},
             {"Namespace", "QCE/TKE2"},
             {"MetricNames", metrics},
             {"Conditions", Json::array({condition("tke_cluster_instance_id", {"cls-1"})})},
             {"Period", 60},
             {"StartTime", "2026-01-01T07:00:00+08:00"},
             {"EndTime", "2026-01-01T07:10:00+08:00"}};
    if (more.is_object()) out.update(more);
    return out;
  }
  static Json condition(const char* key, std::vector<std::string> values) {
    return {{"Key", key}, {"Operator", "in"}, {"Value", std::move(values)}};
  }
  Json points(const Json& asked) {
    const auto found = call("DescribeStatisticData", asked);
    EXPECT_FALSE(found.contains("Error")) << found;
    return array_or_empty(found["Data"][0], "Points");
  }
};

TEST(Monitor, GivesTheSameValuesEachTime) {
  MonitorWorld world;
  const auto asked = world.query({"K8sNodeCpuUsage"}, {{"GroupBys", {"node"}}});
  const auto first = world.points(asked);
  ASSERT_EQ(first.size(), 3U);
  EXPECT_EQ(first[0]["Values"].size(), 11U);
  EXPECT_EQ(first, world.points(asked));
  EXPECT_NE(first[0]["Values"], first[1]["Values"]);
  for (const auto& one : first[0]["Values"]) {
    EXPECT_GT(number_or(one, "Value"), 0);
    EXPECT_LE(number_or(one, "Value"), 100);
  }
}

TEST(Monitor, AddsUpWhatIsGrouped) {
  MonitorWorld world;
  EXPECT_EQ(world.points(world.query({"K8sNodeStatusReady"}, {{"GroupBys", Json::array()}})).size(),
            3U);
  const auto one = world.points(
      world.query({"K8sNodeTcpCurrEstab"}, {{"GroupBys", {"tke_cluster_instance_id"}}}));
  ASSERT_EQ(one.size(), 1U);
  double sum = 0;
  for (const auto& each : world.points(world.query({"K8sNodeTcpCurrEstab"})))
    sum += number_or(each["Values"][0], "Value");
  EXPECT_DOUBLE_EQ(number_or(one[0]["Values"][0], "Value"), sum);
  EXPECT_EQ(world.points(world.query({"K8sClusterNodeTotal"}))[0]["Values"][0]["Value"], 3);
  EXPECT_EQ(world.points(world.query({"K8sClusterCpuCoreTotal"}))[0]["Values"][0]["Value"], 12);
}

TEST(Monitor, ShowsPodsOnlyWhereAskedNarrowly) {
  MonitorWorld world;
  EXPECT_EQ(world.code("DescribeStatisticData", world.query({"K8sPodCpuCoreUsed"})),
            "InvalidParameterValue");
  auto asked = world.query({"K8sPodCpuCoreUsed"}, {{"GroupBys", {"pod_name"}}});
  asked["Conditions"].push_back(MonitorWorld::condition("workload_name", {"coredns"}));
  EXPECT_EQ(world.points(asked).size(), 2U);
}

TEST(Monitor, RefusesWhatTheDocumentsForbid) {
  MonitorWorld world;
  const auto bad = [&](const Json& metrics, const Json& more) {
    return world.code("DescribeStatisticData", world.query(metrics, more));
  };
  const std::string value = "InvalidParameterValue";
  EXPECT_EQ(bad({"Nonsense"}, {}), value);
  EXPECT_EQ(bad({"K8sNodeCpuUsage", "K8sPodCpuCoreUsed"}, {}), value);
  EXPECT_EQ(bad({"K8sNodeCpuUsage"}, {{"Conditions", Json::array()}}), value);
  EXPECT_EQ(bad({"K8sNodeCpuUsage"}, {{"GroupBys", {"pod_name"}}}), value);
  EXPECT_EQ(bad({"K8sNodeCpuUsage"}, {{"Period", 30}}), value);
  EXPECT_EQ(bad({"K8sNodeCpuUsage"}, {{"Period", 18'446'744'073'709'551'615U}}), value);
  EXPECT_EQ(bad({"K8sNodeCpuUsage"}, {{"StartTime", "yesterday"}}), value);
  EXPECT_EQ(bad({"K8sNodeCpuUsage"}, {{"StartTime", "2025-12-31T07:00:00+08:00"}}), value);
  EXPECT_EQ(bad({"K8sNodeCpuUsage"}, {{"StartTime", "2025-12-01T07:00:00+08:00"},
                                      {"EndTime", "2025-12-01T08:00:00+08:00"}}),
            value);
  EXPECT_EQ(bad({"K8sNodeCpuUsage"}, {{"Module", "cvm"}}), value);
  EXPECT_EQ(bad(Json::array(), {}), value);
}

TEST(Monitor, FollowsScenarios) {
  MonitorWorld world;
  auto& cloud = world.emulator.cloud();
  const auto at = [](int minute) { return kTestTime - 3'600'000 + minute * 60'000; };
  add_scenario(cloud, {.object = world.node,
                       .metric = "K8sNodeMemUsage",
                       .from_ms = at(2),
                       .to_ms = at(6),
                       .from_value = 50,
                       .to_value = 90,
                       .until_ms = at(8)});
  const auto found = world.points(world.query(
      {"K8sNodeMemUsage"}, {{"GroupBys", {"node"}},
                            {"Conditions",
                             {MonitorWorld::condition("tke_cluster_instance_id", {"cls-1"}),
                              MonitorWorld::condition("node", {world.node})}}}));
  std::string course;
  for (int minute = 2; minute <= 8; ++minute)
    course += fmt::format("{} ",
                          number_or(found[0]["Values"][static_cast<std::size_t>(minute)], "Value"));
  EXPECT_EQ(course, "50 60 70 80 90 90 90 ");
}

TEST(Monitor, KnowsNothingOfTheFuture) {
  MonitorWorld world;
  const auto found =
      world.points(world.query({"K8sNodeCpuUsage"}, {{"StartTime", "2026-01-01T07:55:00+08:00"},
                                                     {"EndTime", "2026-01-01T08:05:00+08:00"}}));
  EXPECT_EQ(found[0]["Values"].size(), 6U);
}

TEST(Control, TakesRowsAndRefusesOthers) {
  MonitorWorld world;
  auto& cloud = world.emulator.cloud();
  const auto uin = demo_account().uin;
  const auto take = [&](std::string_view path, std::string_view body) {
    const auto done = run_control(cloud, uin, path, *parse_json(body));
    return done ? dump_json(*done) : done.error().message;
  };
  EXPECT_EQ(take("/_emulator/alarms", R"([{"PolicyName":"a"},{"PolicyName":"b"}])"),
            R"({"taken":2})");
  EXPECT_EQ(world.call("DescribeAlarmHistories", {{"Module", "monitor"}})["TotalCount"], 2);
  for (const auto* bad :
       {"1", "null", "\"x\"", "[1]", "[[]]", R"({"AlarmStatus":1})", R"({"Nonsense":1})",
        R"({"FirstOccurTime":1e30})", R"({"MetricsInfo":[{"MetricName":"x"}]})"})
    EXPECT_EQ(take("/_emulator/alarms", bad).find("taken"), std::string::npos) << bad;
  for (const auto* bad :
       {"1", "[1]", "{}", R"({"clear":false})",
        R"({"object":"x","metric":"Nonsense","from_ms":0,"to_ms":1,"from_value":0,"to_value":1})",
        R"({"object":"x","metric":"CPUUsage","from_ms":2,"to_ms":1,"from_value":0,"to_value":1})"})
    EXPECT_EQ(take("/_emulator/scenarios", bad).find("taken"), std::string::npos) << bad;
  for (int i = 0; i < 2000; ++i) {
    if (!run_control(cloud, uin, "/_emulator/advance", {{"seconds", 604'800}})) break;
  }
  EXPECT_LT(millis(cloud.now()), kMaxLogTime);
}

}  // namespace
}  // namespace mtc::emulator
