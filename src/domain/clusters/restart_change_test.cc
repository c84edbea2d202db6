#include "domain/clusters/restart_change.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/clusters/change_world.h"
#include "domain/clusters/rollout.h"
#include "infra/loop/run.h"

namespace mtc::clusters {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class RestartTest : public ::testing::Test, protected ChangeWorld {
 protected:
  Result<Planned> plan(const ObjectRef& object, Language language = Language::zh) {
    return run(plan_restart(ports, scene(language), object));
  }
  std::string summary(const ObjectRef& object, Language language = Language::zh) {
    auto made = plan(object, language);
    if (!made) return made.error().message;
    return std::get<ChangePlan>(*made).summary;
  }
  Result<Planned> plan_pod(const std::string& pod, Language language = Language::zh) {
    return run(plan_pod_restart(ports, scene(language), "shop", pod));
  }
  Result<ChangeResult> execute(const Result<Planned>& made, Language language = Language::zh) {
    return run(execute_change(ports, scene(language), approve(std::get<ChangePlan>(*made))));
  }
  Json& order() { return cluster->at("Deployment", "shop", "order"); }
  static ObjectRef mysql() {
    return {.api_version = "apps/v1", .kind = "StatefulSet", .ns = "shop", .name = "mysql"};
  }
};

TEST_F(RestartTest, SaysWhatIsReplacedAndWhetherItIsDownMeanwhile) {
  EXPECT_EQ(summary(deployment()),
            "准备重启广州生产集群的 shop 里的 order。三个副本会逐个替换，入口 shop.example.com "
            "的流量走它，预算允许一个不可用。");
  EXPECT_EQ(
      summary(deployment(), Language::en),
      "About to restart order in shop of 广州生产集群. Three replicas will be replaced one after "
      "the other, the traffic of shop.example.com goes through it, the disruption budget allows "
      "one to be missing.");
  EXPECT_THAT(summary(deployment("single")), HasSubstr("只有一个副本，新的起来才停旧的。"));
  EXPECT_THAT(summary(mysql()), HasSubstr("只有一个副本，替换时会中断。"));
  order()["spec"]["strategy"] = {{"type", "Recreate"}};
  EXPECT_THAT(summary(deployment()), HasSubstr("三个副本会先全部停掉再起来，中间会中断"));
}

TEST_F(RestartTest, MarksThePodsAndWaitsForThem) {
  const auto result = execute(plan(deployment()));
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->speech, "order 开始重启了，三个副本都好了。");
  EXPECT_THAT(cluster->writes, ElementsAre("patch Deployment/order"));
  EXPECT_EQ(
      order()["spec"]["template"]["metadata"]["annotations"]["kubectl.kubernetes.io/restartedAt"],
      "2026-11-23T15:00:00.000Z");
  EXPECT_EQ(order()["spec"]["template"]["spec"]["containers"].size(), 1U);
}

TEST_F(RestartTest, IsDoneOnceThoughExecutedTwice) {
  const auto made = plan(deployment());
  ASSERT_TRUE(execute(made));
  EXPECT_EQ(execute(made).error().code, Errc::conflict) << "it is not as it was planned any more";
  EXPECT_EQ(cluster->writes.size(), 1U);
}

TEST_F(RestartTest, IsRefusedWhereItWouldNotHelp) {
  order()["spec"]["paused"] = true;
  EXPECT_THAT(summary(deployment()), HasSubstr("发布被暂停了"));
  order()["spec"].erase("paused");
  order()["status"]["updatedReplicas"] = 1;
  EXPECT_EQ(plan(deployment()).error().code, Errc::conflict);
  EXPECT_THAT(summary(deployment()), HasSubstr("正在发布，三个里换好了一个"));
  EXPECT_THAT(summary(deployment(), Language::en), HasSubstr("one of three are new"));
  // One that is stuck may be restarted.
  order()["status"]["conditions"] = Json::parse(
      R"([{"type":"Progressing","status":"False","message":"ReplicaSet has timed out"}])");
  EXPECT_TRUE(plan(deployment()));
  cluster->at("StatefulSet", "shop", "mysql")["spec"]["updateStrategy"] = {{"type", "OnDelete"}};
  EXPECT_THAT(summary(mysql()), HasSubstr("更新策略是手动删除"));
  order()["spec"]["replicas"] = 0;
  EXPECT_THAT(std::get<NothingToDo>(*plan(deployment())).speech, HasSubstr("一个副本也没有"));
}

TEST_F(RestartTest, ARolloutOfSomebodyElseInBetweenStopsIt) {
  const auto made = plan(deployment());
  order()["spec"]["template"]["spec"]["containers"][0]["image"] = "r.example.com/order:1.5";
  EXPECT_EQ(execute(made).error().code, Errc::conflict);
  EXPECT_THAT(cluster->writes, IsEmpty());
}

TEST_F(RestartTest, OnePodIsEvictedAndTheRestStays) {
  const auto made = plan_pod("order-7d9f4-x2k");
  ASSERT_TRUE(made);
  const auto& plan = std::get<ChangePlan>(*made);
  EXPECT_EQ(plan.action, "restart_workload.pod");
  EXPECT_EQ(plan.summary, "准备重启广州生产集群的 shop 里的 order 的一个副本，其它副本不动。");
  const auto result = execute(made);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->speech, "order 的一个副本正在重启，新的马上起来。");
  EXPECT_THAT(cluster->writes, ElementsAre("evict Pod/order-7d9f4-x2k"));
  EXPECT_TRUE(execute(made)) << "gone already";
  EXPECT_EQ(cluster->writes.size(), 1U);
}

TEST_F(RestartTest, ABudgetForbidsIt) {
  cluster->at("PodDisruptionBudget", "shop", "order")["status"]["disruptionsAllowed"] = 0;
  const auto made = plan_pod("order-7d9f4-x2k");
  EXPECT_EQ(made.error().code, Errc::conflict);
  EXPECT_THAT(made.error().message, HasSubstr("预算 order 现在一个副本都不许少"));
}

TEST_F(RestartTest, APodThatNothingStartsAnewMakesADangerousPlan) {
  const auto made = plan_pod("debug");
  ASSERT_TRUE(made);
  EXPECT_EQ(std::get<ChangePlan>(*made).action, "restart_workload");
  EXPECT_THAT(std::get<ChangePlan>(*made).summary, HasSubstr("没有控制器管它，停掉就没了"));
  EXPECT_THAT(std::get<ChangePlan>(*plan_pod("debug", Language::en)).summary,
              HasSubstr("gone for good"));
  EXPECT_THAT(execute(made)->speech, HasSubstr("没有东西会把它再起来"));
}

TEST_F(RestartTest, AnotherPodOfThatNameIsLeftAlone) {
  const auto made = plan_pod("debug");
  cluster->at("Pod", "shop", "debug")["metadata"]["uid"] = "another";
  EXPECT_EQ(execute(made).error().code, Errc::conflict);
  EXPECT_THAT(cluster->writes, IsEmpty());
}

TEST_F(RestartTest, TheWatchTellsTheEnd) {
  cluster->reads_until_ready = 20;
  const auto result = execute(plan(deployment()));
  ASSERT_TRUE(result);
  ASSERT_TRUE(result->watch);
  const Watch watch = watch_from_json(to_json(*result->watch));
  int looks = 0;
  const auto end = run(watch_rollout(ports, scene(), watch, std::chrono::minutes(10),
                                     [&looks](const Rollout&) { ++looks; }));
  ASSERT_TRUE(end);
  EXPECT_EQ(end->speech, "order 好了，三个副本都好了。");
  EXPECT_GT(looks, 5);
}

TEST_F(RestartTest, AWatchThatSeesNoEndSaysWhatThePodsSay) {
  cluster->reads_until_ready = -1;
  const auto result = execute(plan(deployment()));
  ASSERT_TRUE(result && result->watch);
  order()["status"]["availableReplicas"] = 3;  // old ones
  order()["status"]["updatedReplicas"] = 1;
  const auto silent = run(watch_rollout(ports, scene(), *result->watch, std::chrono::minutes(1)));
  ASSERT_TRUE(silent);
  EXPECT_EQ(silent->speech, "order 没有好，三个副本里只好了一个。") << "nobody has said why";
  cluster->at("Pod", "shop", "order-7d9f4-x2k")["status"] = {{"reason", "ImagePullBackOff"}};
  const auto end = run(watch_rollout(ports, scene(), *result->watch, std::chrono::minutes(10)));
  ASSERT_TRUE(end);
  EXPECT_TRUE(end->failed);
  EXPECT_THAT(end->speech,
              HasSubstr("order 没有好，三个副本里只好了一个，集群说：ImagePullBackOff。"));
}

TEST_F(RestartTest, AClusterThatIsAwayForAMomentIsWaitedOut) {
  cluster->reads_until_ready = 20;
  const auto result = execute(plan(deployment()));
  ASSERT_TRUE(result && result->watch);
  cluster->refuse["get"] = {.code = Errc::unavailable, .message = "away"};
  EXPECT_EQ(
      run(watch_rollout(ports, scene(), *result->watch, std::chrono::seconds(30))).error().code,
      Errc::unavailable);
  EXPECT_GE(sleeper.slept, std::chrono::seconds(30));
}

}  // namespace
}  // namespace mtc::clusters
