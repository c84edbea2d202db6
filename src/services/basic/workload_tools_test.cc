#include "services/basic/workload_tools.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "infra/loop/run.h"
#include "services/basic/cluster_world_for_test.h"
#include "services/basic/pod_log.h"

namespace mtc::services {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class WorkloadToolsTest : public testing::Test, protected ClusterWorld {
 protected:
  Told call(std::string tool, Json arguments, std::string who = "zhangsan") {
    return run(ask(std::move(tool), std::move(arguments), std::move(who)));
  }
};

TEST_F(WorkloadToolsTest, IllPodsAreToldFirst) {
  const auto zh = call("list_workloads", {{"namespace", "shop 命名空间"}, {"status", "unhealthy"}});
  EXPECT_EQ(zh.text, "广州生产集群的 shop 里有两个副本不正常：order-service 的两个反复崩溃。");
  EXPECT_EQ(zh.data["total"], 2);
  EXPECT_EQ(zh.data["items"][0]["status"], "crashloopbackoff");
  EXPECT_EQ(call("list_workloads", Json::object(), "john").text,
            "Two of six pods in 广州生产 are not well: two of order-service keep crashing.");
  EXPECT_THAT(call("list_workloads", {{"name", "支付服务"}}).text, HasSubstr("两个副本，都正常。"));
  EXPECT_EQ(call("list_workloads", {{"cluster", "edge"}, {"status", "oomkilled"}}).text,
            "edge 集群没有内存超限被杀的副本。");
  EXPECT_EQ(call("list_workloads", {{"limit", 1}}).data["items"].size(), 1U);
}

TEST_F(WorkloadToolsTest, EachKindIsListed) {
  const auto told = call("list_workloads", {{"kind", "deployment"}});
  EXPECT_EQ(told.text,
            "广州生产集群有一个不正常：order-service 要三个只有一个正常。其余两个正常。");
  EXPECT_EQ(told.data["items"].size(), 3U);
  prod.fronts = {{.ns = "shop", .name = "order"}};
  prod.doors = {{.ns = "shop", .name = "shop-gate", .hosts = {"shop.example.com"}}};
  EXPECT_EQ(call("list_workloads", {{"kind", "service"}}).text,
            "广州生产集群有一个服务入口：order。");
  EXPECT_EQ(call("list_workloads", {{"kind", "ingress"}}, "john").text,
            "There is one ingress in 广州生产: shop-gate.");
  EXPECT_EQ(call("list_workloads", {{"kind", "cronjob"}}).text, "广州生产集群没有找到。");
}

TEST_F(WorkloadToolsTest, ListingsThatFailSaySo) {
  const struct {
    Errc code;
    const char* zh;
  } cases[] = {{Errc::rate_limited, "问得太勤"},
               {Errc::denied, "没有权限"},
               {Errc::unavailable, "连不上"},
               {Errc::timed_out, "等了太久"}};
  for (const auto& c : cases) {
    prod.refuse["pods"] = {.code = c.code, .message = "from below"};
    const auto told = call("list_workloads", Json::object());
    EXPECT_TRUE(told.is_error);
    EXPECT_THAT(told.text, HasSubstr(c.zh));
  }
  prod.refuse.clear();
  prod.silent = {"pods"};
  EXPECT_THAT(call("list_workloads", Json::object()).text, HasSubstr("等了太久"));
  EXPECT_THAT(call("list_workloads", {{"namespace", "iot"}}).text,
              HasSubstr("没有找到 iot 命名空间"));
}

TEST_F(WorkloadToolsTest, AWorkloadIsFoundByWhatItIsCalled) {
  for (const auto* said : {"order-service", "订单服务", "dingdan", "oder service", "定单"}) {
    const auto told = call("inspect_workload", {{"name", said}});
    EXPECT_EQ(told.text,
              "order-service 要三个只有一个正常。两个反复崩溃。一共重启过十四次。版本是 1.4。")
        << said;
    EXPECT_EQ(told.data["pods"].size(), 3U);
  }
  EXPECT_EQ(call("inspect_workload", {{"name", "payment"}}, "john").text,
            "All two pods of payment are well. The version is 1.4.");
}

TEST_F(WorkloadToolsTest, OneThatIsNotInTheUsualClusterIsLookedForInAll) {
  const auto told = call("inspect_workload", {{"name", "mqtt broker"}});
  EXPECT_EQ(told.data["cluster"], "edge");
  EXPECT_THAT(call("inspect_workload", {{"name", "mqtt broker"}, {"cluster", "广州生产"}}).text,
              HasSubstr("没有找到 mqtt broker 服务。"));
}

TEST_F(WorkloadToolsTest, WhatIsNewerThanWhatIsRememberedIsSeen) {
  call("inspect_workload", {{"name", "payment"}});
  clock.time += std::chrono::seconds(2);
  add_workload(prod, "shop", "coupon-service", 1, 1);
  EXPECT_FALSE(call("inspect_workload", {{"name", "coupon-service"}}).is_error);
  std::erase_if(prod.work, [](const auto& one) { return one.name == "payment"; });
  EXPECT_TRUE(call("inspect_workload", {{"name", "payment"}}).is_error);
}

TEST_F(WorkloadToolsTest, ClustersThatDidNotAnswerAreNamedWhereNothingWasFound) {
  edge.refuse["workloads"] = {.code = Errc::unavailable, .message = "away"};
  EXPECT_THAT(call("inspect_workload", {{"name", "mqtt broker"}}).text, HasSubstr("edge 没查到。"));
}

TEST_F(WorkloadToolsTest, TwoThatFitAreAsked) {
  add_workload(prod, "shop", "member-api", 1, 1);
  add_workload(prod, "crm", "payment", 1, 1);
  const auto two = call("inspect_workload", {{"name", "支付"}});
  EXPECT_TRUE(two.is_error);
  EXPECT_EQ(two.text, "有两个 payment：shop 命名空间的和 crm 命名空间的，你说哪一个？");
  EXPECT_EQ(call("inspect_workload", {{"name", "支付"}, {"namespace", "crm"}})
                .data["workload"]["namespace"],
            "crm");
  EXPECT_EQ(call("inspect_workload", {{"name", "支付"}}, "john").text,
            "There are two workloads called payment: the one in shop and the one in crm. Which one "
            "do you mean?");
}

TEST_F(WorkloadToolsTest, EventsAreThoseOfTheWorkloadAndItsPods) {
  prod.happened = {{.ns = "shop",
                    .object_name = "order-service-7d9f4c5b6-x2k1",
                    .type = "Warning",
                    .reason = "BackOff",
                    .count = 12,
                    .last = clock.time - std::chrono::hours(1)},
                   {.ns = "shop",
                    .object_name = "order-service",
                    .type = "Normal",
                    .reason = "ScalingReplicaSet"},
                   {.ns = "shop",
                    .object_name = "payment-7d9f4c5b6-x2k1",
                    .type = "Warning",
                    .reason = "Failed"}};
  const auto told = call("inspect_workload", {{"name", "订单"}, {"what", "events"}});
  EXPECT_EQ(told.text, "order-service 有告警：反复重启十二次。最后一次在上午十点。");
  EXPECT_EQ(told.data["events"].size(), 2U);
}

TEST_F(WorkloadToolsTest, TheLogIsThatOfThePodThatIsWorstOff) {
  std::string text;
  for (int i = 0; i < 30; ++i)
    text += "2026-11-22 10:59:0" + std::to_string(i % 10) + " ERROR connect to mysql 10.0.0." +
            std::to_string(i) + " timed out\n";
  for (int i = 0; i < 20; ++i) text += "2026-11-22 10:59:30 INFO request served\n";
  prod.logs["order-service-7d9f4c5b6-x2k1"] = text;
  prod.logs["order-service-7d9f4c5b6-x2k1/previous"] = "2026-11-22 10:00:00 ERROR out of memory\n";
  const auto told = call("inspect_workload", {{"name", "订单"}, {"what", "logs"}});
  EXPECT_THAT(told.text, HasSubstr("order-service 的一个副本最后五十行里有三十行错误。最多的是"));
  EXPECT_THAT(told.text, HasSubstr("三十次"));
  EXPECT_THAT(told.text, Not(HasSubstr("7d9f")));
  EXPECT_EQ(told.data["log"]["kinds"][0]["count"], 30);
  EXPECT_EQ(told.data["pod"], "order-service-7d9f4c5b6-x2k1");
  EXPECT_THAT(
      call("inspect_workload", {{"name", "订单"}, {"what", "logs"}, {"previous", true}}).text,
      HasSubstr("上一次运行的最后一行里有一行错误"));
  EXPECT_TRUE(call("inspect_workload", {{"name", "支付"}, {"what", "logs"}}).is_error);
}

TEST_F(WorkloadToolsTest, HistoryIsToldByVersions) {
  prod.work.push_back({.kind = clusters::WorkloadKind::replica_set,
                       .ns = "shop",
                       .name = "payment-1",
                       .revision = "2",
                       .owner_name = "payment",
                       .images = {"r/payment:1.4"},
                       .created = clock.time - std::chrono::hours(1)});
  EXPECT_EQ(call("inspect_workload", {{"name", "支付"}, {"what", "history"}}).text,
            "payment 现在是 1.4，上午十点发布的。");
}

TEST_F(WorkloadToolsTest, UseIsToldNow) {
  prod.machines = {{.name = "node-1", .ready = true, .cpu = 4000, .memory = 8LL << 30}};
  prod.machine_usage = {{.name = "node-1", .cpu = 1000, .memory = 7LL << 30}};
  EXPECT_EQ(call("resource_usage", {{"resource", "memory"}}).text,
            "内存快满了：node-1 百分之八十八。广州生产集群内存一共用了百分之八十八。");
  EXPECT_EQ(call("resource_usage", Json::object(), "john").text,
            "25 percent of the CPU in 广州生产 is in use.");
  prod.running_usage = {{.ns = "shop", .name = "payment-7d9f4c5b6-x2k0", .cpu = 300}};
  EXPECT_EQ(call("resource_usage", {{"name", "支付服务"}, {"namespace", "shop"}}).text,
            "广州生产集群的 shop 里 CPU 一共用了三百毫核。");
  prod.refuse["node_usage"] = {.code = Errc::unavailable, .message = "no metrics service"};
  const auto told = call("resource_usage", Json::object());
  EXPECT_TRUE(told.is_error);
  EXPECT_EQ(told.data["error"]["message"], "no metrics service");
}

TEST_F(WorkloadToolsTest, UseOverTimeComesFromMonitoring) {
  metrics.answer = {{.name = "node-1",
                     .unit = "percent",
                     .points = {{clock.time - std::chrono::minutes(9), 94}, {clock.time, 90}}}};
  const auto told = call("resource_usage", {{"resource", "disk"}});
  EXPECT_EQ(
      told.text,
      "广州生产集群最近一个小时的磁盘，最高到百分之九十四，平均百分之九十二，现在百分之九十。");
  ASSERT_EQ(metrics.asked.size(), 1U);
  EXPECT_EQ(metrics.asked[0].measure, clusters::Measure::storage);
  EXPECT_EQ(metrics.asked[0].to - metrics.asked[0].from, std::chrono::hours(1));
  EXPECT_THAT(call("resource_usage", {{"resource", "cpu"}, {"time_range", "last_2h"}}, "john").text,
              HasSubstr("peaked at 94 percent"));
  metrics.refuse = Error{.code = Errc::not_found, .message = "no such metric"};
  EXPECT_TRUE(call("resource_usage", {{"resource", "network"}}).is_error);
  EXPECT_TRUE(call("resource_usage", {{"time_range", "whenever"}}).is_error);
}

TEST_F(WorkloadToolsTest, WhatAServiceKeepsOnDisksComesFromTheNodes) {
  prod.running = {
      {.ns = "shop", .name = "payment-7d9f4c5b6-x2k0", .node = "node-1", .phase = "Running"}};
  prod.disks["node-1"] = {{.ns = "shop",
                           .name = "payment-7d9f4c5b6-x2k0",
                           .local = 1LL << 30,
                           .volumes = {{"shop", "data", 91LL << 30, 100LL << 30}}}};
  const auto told =
      call("resource_usage", {{"resource", "disk"}, {"namespace", "shop"}, {"by", "namespace"}});
  EXPECT_EQ(told.text, "磁盘快满了：shop 百分之九十一。");
  EXPECT_EQ(told.data["rows"][0]["volumes"][0]["claim"], "data");
  EXPECT_EQ(told.data["complete"], true);
  EXPECT_TRUE(metrics.asked.empty());
  const auto past =
      call("resource_usage", {{"resource", "disk"}, {"by", "workload"}, {"time_range", "last_1h"}});
  EXPECT_TRUE(past.is_error);
  EXPECT_EQ(past.text, "过去的磁盘用量只有整台机器的。不说时间，可以看各个服务现在用了多少。");
}

TEST_F(WorkloadToolsTest, ANameIsRememberedAndServes) {
  EXPECT_TRUE(call("inspect_workload", {{"name", "老大"}}).is_error);
  EXPECT_EQ(call("name_workload", {{"spoken", "老大"}, {"workload", "支付"}}).text,
            "记住了，以后说老大就是 shop 里的 payment。");
  EXPECT_EQ(call("inspect_workload", {{"name", "老大"}}).data["workload"]["name"], "payment");
  const auto kept = run(aliases.list(1)).value();
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_EQ(kept[0].cluster_id, "cls-prod0001");
  const auto rows = run(approval.log.list({.action = "name_workload"})).value();
  ASSERT_EQ(rows.size(), 2U);  // begun and done
  EXPECT_EQ(rows[0].entry.target, "cls-prod0001/shop/payment");
}

TEST_F(WorkloadToolsTest, ANameLeadsToItsClusterThoughAnotherHasSomethingAlike) {
  add_workload(edge, "shop", "payment", 1, 1);
  call("name_workload", {{"spoken", "支付"}, {"workload", "payment"}, {"cluster", "edge"}});
  EXPECT_EQ(call("inspect_workload", {{"name", "支付"}}).data["cluster"], "edge");
}

TEST_F(WorkloadToolsTest, NamingNeedsTheRightToOperate) {
  const auto told = call("name_workload", {{"spoken", "boss"}, {"workload", "payment"}}, "john");
  EXPECT_TRUE(told.is_error);
  EXPECT_THAT(told.text, HasSubstr("ops.operate"));
  EXPECT_TRUE(run(aliases.list(callers.people["john"].user.id)).value().empty());
  EXPECT_TRUE(call("name_workload", {{"spoken", " "}, {"workload", "payment"}}).is_error);
}

TEST(PodLog, TakesAnyBytes) {
  const auto log =
      condense_log("\xff\xfe\n\n" + std::string(100'000, 'x') + "\n{\"level\":\"error\"", {});
  EXPECT_EQ(log.lines, 3);
  for (const auto& line : log.last) EXPECT_LE(line.size(), 500U);
  EXPECT_EQ(say_log(condense_log("", {}), "order", false, Language::zh),
            "order 的一个副本没有日志。");
}

}  // namespace
}  // namespace mtc::services
