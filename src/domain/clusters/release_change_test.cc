#include <gmock/gmock.h>

#include "domain/clusters/version_change.h"
#include "domain/clusters/version_world_for_test.h"

namespace mtc::clusters {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// order and single belong together.
class ReleaseBackTest : public ::testing::Test, protected VersionWorld {
 protected:
  ReleaseBackTest() {
    for (const char* name : {"order", "single"}) {
      cluster->at("Deployment", "shop", name)["metadata"]["labels"]["app.kubernetes.io/instance"] =
          "checkout";
    }
    order()["spec"]["template"]["spec"]["containers"][0]["image"] = "r.example.com/order:1.4";
    good = state_now(std::chrono::hours(1));
  }
  Json& single() { return cluster->at("Deployment", "shop", "single"); }
  void break_all() {
    order()["spec"]["template"]["spec"]["containers"][0]["image"] = "r.example.com/order:1.5";
    single()["spec"]["template"]["spec"]["containers"][0]["image"] = "r.example.com/single:2";
    set_level("chaos");
    set_password("tr0ub4dor-Xy7");
  }
  Result<Planned> plan(Language language = Language::zh) {
    return run(plan_release_back(ports, scene(language), good));
  }
};

TEST_F(ReleaseBackTest, SaysHowMuchAndWhomItTouches) {
  break_all();
  EXPECT_EQ(said(plan()),
            "准备把广州生产集群的 shop 里的 checkout 整套改回晚上十点正常时的样子，要改两个服务和"
            "两个配置。四个副本会逐个替换，入口 shop.example.com 的流量走它，预算允许一个不可用。");
  EXPECT_THAT(said(plan(Language::en)),
              HasSubstr("About to put all of checkout in shop of 广州生产集群 back as it was at "
                        "10 pm, when it was well: two workloads and two configurations. Four "
                        "replicas will be replaced"));
}

TEST_F(ReleaseBackTest, ConfigurationGoesFirstThenTheWorkloads) {
  break_all();
  const auto made = plan();
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(std::get<ChangePlan>(*made).target, "cls-1/shop/Release/checkout");
  const auto result = execute(made);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->speech, "checkout 整套改回去了，两个服务都好了。要改回来就说：撤销。");
  EXPECT_THAT(cluster->writes,
              ElementsAre("replace ConfigMap/order-config", "replace Secret/db-secret",
                          "replace Deployment/order", "replace Deployment/single"));
  EXPECT_EQ(image(), "r.example.com/order:1.4");
  EXPECT_EQ(config()["data"]["LEVEL"], "info");
  EXPECT_EQ(secret()["data"]["password"], to_base64(kDbPassword));
}

TEST_F(ReleaseBackTest, NoSecretShowsAnywhere) {
  break_all();
  const std::string all = all_of(plan());
  for (const std::string value : {"tr0ub4dor-Xy7", kDbPassword}) {
    EXPECT_THAT(all, Not(HasSubstr(value)));
    EXPECT_THAT(all, Not(HasSubstr(to_base64(value))));
  }
}

TEST_F(ReleaseBackTest, WhatIsAsItWasStaysUntouched) {
  EXPECT_EQ(said(plan()), "checkout 整套都和正常的时候一样，没有要改的。");
  order()["spec"]["template"]["spec"]["containers"][0]["image"] = "r.example.com/order:1.5";
  ASSERT_TRUE(execute(plan()));
  EXPECT_THAT(cluster->writes, ElementsAre("replace Deployment/order"));
}

TEST_F(ReleaseBackTest, PodsThatReadWhatChangesAreStartedAnew) {
  set_level("chaos");
  ASSERT_TRUE(execute(plan()));
  EXPECT_THAT(cluster->writes,
              ElementsAre("replace ConfigMap/order-config", "replace Deployment/order",
                          "replace Deployment/single"));
  EXPECT_FALSE(restarted_at(order()).empty());
  EXPECT_FALSE(restarted_at(single()).empty());
}

TEST_F(ReleaseBackTest, WhatIsGoneIsMadeAnewAndWhatCameSinceStays) {
  ASSERT_TRUE(run(cluster->remove(ref_of(single()), {})));
  cluster->put_yaml("{apiVersion: v1, kind: ConfigMap, metadata: {name: fresh, namespace: shop}}");
  const auto made = plan();
  EXPECT_THAT(said(made), HasSubstr("要改一个服务。其中一个已经没有了，会重新建出来。"));
  ASSERT_TRUE(execute(made));
  EXPECT_TRUE(cluster->has("Deployment", "shop", "single"));
  EXPECT_TRUE(cluster->has("ConfigMap", "shop", "fresh"));
  ASSERT_TRUE(undo());
  EXPECT_FALSE(cluster->has("Deployment", "shop", "single"));
}

TEST_F(ReleaseBackTest, ReplicasComeBackOnlyWhereThereAreNone) {
  resize("order", 0);
  resize("single", 4);
  ASSERT_TRUE(execute(plan()));
  EXPECT_EQ(order()["spec"]["replicas"], 3);
  EXPECT_EQ(single()["spec"]["replicas"], 4);
}

TEST_F(ReleaseBackTest, ExecutedTwiceItIsDoneOnce) {
  break_all();
  const auto made = plan();
  ASSERT_TRUE(execute(made));
  ASSERT_TRUE(execute(made));
  EXPECT_EQ(count_writes(), 4U);
}

TEST_F(ReleaseBackTest, AfterACrashItGoesOnWhereItEnded) {
  break_all();
  const auto made = plan();
  cluster->refuse["replace Deployment/order"] = {.code = Errc::timed_out, .message = "away"};
  EXPECT_TRUE(execute(made, "chosen")->failed);
  cluster->refuse.clear();
  const auto result = execute(made, "chosen");
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_FALSE(result->failed);
  EXPECT_EQ(count_writes(), 4U);
  EXPECT_EQ(checkpoints.checkpoints.size(), 1U);
}

TEST_F(ReleaseBackTest, WhatSomebodyElseChangedMeanwhileIsLeftAlone) {
  break_all();
  const auto made = plan();
  set_level("warn");
  EXPECT_EQ(execute(made).error().code, Errc::conflict);
  EXPECT_THAT(cluster->writes, IsEmpty());
}

TEST_F(ReleaseBackTest, UndoPutsAllOfItBack) {
  break_all();
  ASSERT_TRUE(execute(plan()));
  const auto result = undo();
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(image(), "r.example.com/order:1.5");
  EXPECT_EQ(config()["data"]["LEVEL"], "chaos");
  EXPECT_EQ(secret()["data"]["password"], to_base64("tr0ub4dor-Xy7"));
}

TEST_F(ReleaseBackTest, ARolloutOfAnyOfThemThatGoesOnStopsIt) {
  break_all();
  single()["status"]["updatedReplicas"] = 0;
  EXPECT_EQ(plan().error().code, Errc::conflict);
  EXPECT_THAT(said(plan()), HasSubstr("single 正在发布"));
}

TEST_F(ReleaseBackTest, OneThatDoesNotComeUpIsTold) {
  break_all();
  const auto made = plan();
  cluster->stuck_because = "no room";
  const auto result = execute(made);
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->failed);
  EXPECT_THAT(result->speech, HasSubstr("两个服务里好了零个。single 起不来。"));
}

}  // namespace
}  // namespace mtc::clusters
