#include "domain/clusters/fleet.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/clusters/access.h"
#include "domain/clusters/fake_cloud.h"
#include "domain/clusters/fake_cluster.h"
#include "infra/loop/run.h"

namespace mtc::clusters {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const Error kAway{.code = Errc::unavailable, .message = "tke.tencentcloudapi.com: no route"};

class FleetTest : public testing::Test {
 protected:
  FleetTest() {
    clock.time = TimePoint(std::chrono::hours(24 * 365 * 56));
    cloud.add({.id = "cls-gzprod01", .name = "广州生产", .region = "ap-guangzhou"});
    cloud.add({.id = "cls-gztest01", .name = "gz-test", .region = "ap-guangzhou"});
    cloud.add({.id = "cls-shprod01", .name = "sh-prod", .region = "ap-shanghai"});
  }
  FleetView view(std::string region = "") {
    auto got = run(fleet.clusters(std::move(region)));
    EXPECT_TRUE(got) << got.error().message;
    return got ? *got : FleetView{};
  }
  std::string chosen(std::string spoken, std::string region = "") {
    const auto got = run(fleet.choose({.spoken = std::move(spoken), .region = std::move(region)}));
    return got ? got->name : got.error().message;
  }

  FakeClock clock;
  FakeCloud cloud;
  FleetOptions options{.regions = {"ap-guangzhou", "ap-shanghai", "ap-nanjing"},
                       .gather = {.deadline = 20ms, .limit = 40ms}};
  Fleet fleet{cloud, clock, options};
};

TEST_F(FleetTest, IsAllClustersOfAllRegions) {
  const auto all = view();
  ASSERT_EQ(all.clusters.size(), 3U);
  EXPECT_EQ(all.clusters[0].name, "gz-test");
  EXPECT_EQ(all.clusters[2].name, "sh-prod");
  EXPECT_THAT(all.gaps, IsEmpty());
  EXPECT_FALSE(all.away);
  EXPECT_THAT(cloud.asked,
              ElementsAre("clusters/ap-guangzhou", "clusters/ap-shanghai", "clusters/ap-nanjing"));
}

TEST_F(FleetTest, OfOneRegionIsAskedThereOnly) {
  EXPECT_EQ(view("ap-shanghai").clusters.size(), 1U);
  EXPECT_THAT(cloud.asked, ElementsAre("clusters/ap-shanghai"));
}

TEST_F(FleetTest, ARegionThatIsSilentOrBrokenIsNamed) {
  cloud.silent = {"clusters/ap-nanjing"};
  cloud.refuse["clusters/ap-shanghai"] = kAway;
  const auto some = view();
  EXPECT_EQ(some.clusters.size(), 2U);
  ASSERT_EQ(some.gaps.size(), 2U);
  EXPECT_EQ(some.gaps[0].error.code, Errc::unavailable);
  EXPECT_EQ(some.gaps[1].error.code, Errc::timed_out);
  EXPECT_EQ(say_gaps(some.gaps, clock.time, Language::zh), "上海、南京区没查到。");
  EXPECT_EQ(say_gaps(some.gaps, clock.time, Language::en), "Shanghai and Nanjing did not answer.");
}

TEST_F(FleetTest, TheLastGoodAnswerServesWhileTheCloudIsAway) {
  view();
  clock.time += 5min;
  cloud.refuse["clusters"] = kAway;
  const auto old = view();
  EXPECT_EQ(old.clusters.size(), 3U);
  EXPECT_TRUE(old.away);
  EXPECT_EQ(say_away(old, clock.time, Language::zh), "腾讯云暂时连不上，这是五分钟前的结果：");
  EXPECT_THAT(say_away(old, clock.time, Language::en), HasSubstr("from five minutes ago"));
  clock.time += 1h;
  const auto none = run(fleet.clusters());
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, Errc::unavailable);
}

TEST_F(FleetTest, ARegionWithoutTheServiceIsNoGap) {
  cloud.refuse["clusters/ap-nanjing"] = {.code = Errc::invalid_argument,
                                         .message = "UnsupportedRegion"};
  EXPECT_THAT(view().gaps, IsEmpty());
}

TEST_F(FleetTest, NoPermissionAnywhereIsTold) {
  cloud.refuse["clusters"] = {.code = Errc::denied, .message = "not authorized"};
  EXPECT_EQ(run(fleet.clusters()).error().code, Errc::denied);
}

TEST_F(FleetTest, ChoosesWhatIsMeant) {
  EXPECT_EQ(chosen("广州生产集群"), "广州生产");
  EXPECT_EQ(chosen("上海"), "sh-prod");
  EXPECT_EQ(chosen("", "ap-shanghai"), "sh-prod");
  EXPECT_EQ(chosen("测试"), "gz-test");
  EXPECT_EQ(chosen(""), "有三个集群，比如 gz-test 和广州生产，你说哪一个？");
  EXPECT_EQ(chosen("", "ap-guangzhou"), "有两个集群，gz-test 和广州生产，你说哪一个？");
  EXPECT_EQ(chosen("", "ap-nanjing"), "这里一个集群也没有。");
  Fleet usual(cloud, clock, {.regions = options.regions, .usual_cluster = "cls-gzprod01"});
  EXPECT_EQ(run(usual.choose({}))->name, "广州生产");
}

TEST_F(FleetTest, WhatWasNotLookedAtIsToldWithWhatWasNotFound) {
  cloud.refuse["clusters/ap-nanjing"] = kAway;
  EXPECT_THAT(chosen("游戏"), HasSubstr("南京区没查到。"));
  clock.time += 5min;
  cloud.refuse["clusters/ap-shanghai"] = kAway;
  EXPECT_THAT(chosen("游戏"), HasSubstr("上海区的数据是五分钟前的。"));
}

class AccessTest : public FleetTest {
 protected:
  AccessTest() { cloud.kubeconfigs["cls-gzprod01"] = "first"; }
  Cluster prod() { return cloud.by_region["ap-guangzhou"][0]; }
  Result<std::vector<std::string>> spaces() { return run(read_spaces()); }
  Async<Result<std::vector<std::string>>> read_spaces() {
    auto api = co_await access.open(prod());
    if (!api) co_return fail(std::move(api).error());
    co_return co_await (*api)->namespaces();
  }
  std::unique_ptr<ClusterApi> make(const std::string& kubeconfig) {
    made.push_back(kubeconfig);
    auto cluster = std::make_unique<FakeCluster>();
    if (kubeconfig == outdated)
      cluster->refuse["namespaces"] = {.code = Errc::unauthenticated, .message = "expired"};
    return cluster;
  }

  std::vector<std::string> made;
  std::string outdated;
  ClusterAccess access{
      cloud, [this](std::string config) { return make(config); }, clock, {.deadline = 20ms}};
};

TEST_F(AccessTest, AKubeconfigIsFetchedOnceAnHour) {
  EXPECT_TRUE(spaces());
  EXPECT_TRUE(spaces());
  EXPECT_THAT(made, ElementsAre("first"));
  EXPECT_EQ(access.fetched(prod()), clock.time);
  clock.time += 1h;
  EXPECT_TRUE(spaces());
  EXPECT_EQ(made.size(), 2U);
}

TEST_F(AccessTest, OneThatIsRefusedIsFetchedOnceMoreAndThenTold) {
  EXPECT_TRUE(spaces());
  outdated = "first";
  made.clear();
  clock.time += 1h;
  auto got = spaces();
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, Errc::unauthenticated);
  EXPECT_THAT(got.error().message, HasSubstr("授权管理"));
  EXPECT_THAT(made, ElementsAre("first", "first")) << "once more, then told";
}

TEST_F(AccessTest, ANewOneIsTakenWhereTheOldIsRefused) {
  outdated = "first";
  auto api = run(access.open(prod()));
  ASSERT_TRUE(api);
  cloud.kubeconfigs["cls-gzprod01"] = "second";
  EXPECT_TRUE(run((*api)->namespaces()));
  EXPECT_THAT(made, ElementsAre("first", "second"));
  EXPECT_TRUE(spaces()) << "and kept";
  EXPECT_EQ(made.size(), 2U);
}

TEST_F(AccessTest, AClosedWayInIsToldWithHowToOpenIt) {
  cloud.kubeconfigs.clear();
  const auto zh = run(access.open(prod(), Language::zh));
  ASSERT_FALSE(zh);
  EXPECT_EQ(zh.error().code, Errc::not_found);
  EXPECT_EQ(zh.error().message,
            "广州生产集群没有开启外网访问。请在容器服务控制台的集群基本信息里打开，或者改用内网。");
  EXPECT_THAT(run(access.open(prod(), Language::en)).error().message,
              HasSubstr("tencent.cluster_reach to internal"));
}

TEST_F(AccessTest, ASilentCloudIsNotWaitedForForEver) {
  cloud.silent = {"kubeconfig"};
  EXPECT_EQ(run(access.open(prod())).error().code, Errc::timed_out);
}

}  // namespace
}  // namespace mtc::clusters
