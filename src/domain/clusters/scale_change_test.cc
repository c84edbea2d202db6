#include "domain/clusters/scale_change.h"

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

class ScaleTest : public ::testing::Test, protected ChangeWorld {
 protected:
  Result<Planned> plan(ObjectRef object, std::int64_t replicas, Language language = Language::zh) {
    return run(plan_scale(ports, scene(language), std::move(object), replicas));
  }
  ChangePlan planned(std::int64_t replicas, Language language = Language::zh) {
    auto made = plan(deployment(), replicas, language);
    EXPECT_TRUE(made) << made.error().message;
    return made ? std::get<ChangePlan>(*made) : ChangePlan{};
  }
  Result<ChangeResult> execute(const ChangePlan& plan, Language language = Language::zh) {
    return run(execute_change(ports, scene(language), approve(plan)));
  }
};

TEST_F(ScaleTest, WhatIsPlannedIsSaidWithWhomItTouches) {
  const struct {
    std::int64_t replicas;
    const char *action, *zh, *en;
  } cases[] = {
      {5, "scale_workload.up", "准备把广州生产集群的 shop 里的 order 从三个副本改成五个。",
       "About to scale order from three replicas to five in shop of 广州生产集群."},
      {7, "scale_workload", "准备把广州生产集群的 shop 里的 order 从三个副本改成七个。",
       "About to scale order from three replicas to seven in shop of 广州生产集群."},
      {2, "scale_workload",
       "准备把广州生产集群的 shop 里的 order 从三个副本改成两个。会停掉一个副本，入口 "
       "shop.example.com "
       "的流量走它，预算允许一个不可用。",
       "About to scale order from three replicas to two in shop of 广州生产集群. One replica will "
       "stop, the traffic of shop.example.com goes through it, the disruption budget allows one to "
       "be missing."},
      {0, "scale_workload",
       "准备把广州生产集群的 shop 里的 order "
       "从三个副本改成零个。三个副本全部停掉，服务就没了，入口 "
       "shop.example.com 的流量走它，预算允许一个不可用。",
       "About to scale order from three replicas to zero in shop of 广州生产集群. All three "
       "replicas "
       "stop and nobody answers any more, the traffic of shop.example.com goes through it, the "
       "disruption budget allows one to be missing."},
  };
  for (const auto& c : cases) {
    const auto zh = planned(c.replicas);
    EXPECT_EQ(zh.action, c.action);
    EXPECT_EQ(zh.summary, c.zh);
    EXPECT_EQ(planned(c.replicas, Language::en).summary, c.en);
  }
  EXPECT_THAT(cluster->writes, IsEmpty());
}

TEST_F(ScaleTest, DoesWhatWasPlannedAndKeepsWhatWas) {
  const auto plan = planned(5);
  EXPECT_EQ(plan.target, "cls-1/shop/Deployment/order");
  EXPECT_EQ(plan.ns, "shop");
  const auto result = execute(plan);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->speech, "order 改成五个副本了，五个副本都好了。要改回来就说：撤销。");
  EXPECT_EQ(result->data["number"], 1);
  EXPECT_FALSE(result->watch);
  EXPECT_THAT(cluster->writes, ElementsAre("scale Deployment/order 5"));
  ASSERT_EQ(checkpoints.checkpoints.size(), 1U);
  const auto& kept = checkpoints.checkpoints[0];
  EXPECT_EQ(kept.summary, "order 从三个副本改成五个");
  EXPECT_EQ((*kept.objects[0].before)["spec"]["replicas"], 3);
  EXPECT_EQ(kept.objects[0].after, result->after);
}

TEST_F(ScaleTest, IsDoneOnceThoughExecutedTwice) {
  const auto plan = planned(5);
  ASSERT_TRUE(execute(plan));
  const auto again = execute(plan);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(cluster->writes.size(), 1U);
  EXPECT_EQ(checkpoints.checkpoints.size(), 1U);
}

TEST_F(ScaleTest, AProcessThatDiesBeforeActingLeavesTheCheckpoint) {
  cluster->refuse["scale"] = {.code = Errc::unavailable, .message = "gone"};
  const auto plan = planned(5);
  const auto lost = execute(plan);
  ASSERT_TRUE(lost) << "it may have been done";
  EXPECT_TRUE(lost->failed);
  EXPECT_THAT(lost->speech, HasSubstr("没有收到回答，不知道做成了没有"));
  ASSERT_EQ(checkpoints.checkpoints.size(), 1U);
  EXPECT_EQ(checkpoints.checkpoints[0].objects[0].after, "");
}

TEST_F(ScaleTest, ATargetThatWasChangedMeanwhileIsLeftAlone) {
  const auto plan = planned(5);
  cluster->at("Deployment", "shop", "order")["spec"]["replicas"] = 4;
  const auto result = execute(plan);
  EXPECT_EQ(result.error().code, Errc::conflict);
  EXPECT_THAT(result.error().message, HasSubstr("order 刚刚被别人改过"));
  EXPECT_THAT(execute(plan, Language::en).error().message, HasSubstr("has been changed since"));
  EXPECT_THAT(cluster->writes, IsEmpty());
  EXPECT_THAT(checkpoints.checkpoints, IsEmpty());
}

TEST_F(ScaleTest, AStatusThatChangesIsNoChange) {
  const auto plan = planned(5);
  auto object = cluster->at("Deployment", "shop", "order");
  object["status"]["readyReplicas"] = 2;
  cluster->put(object);
  int races = 2;  // and once more at the moment of writing
  cluster->before_write = [&] {
    if (races-- > 0) cluster->put(cluster->at("Deployment", "shop", "order"));
  };
  EXPECT_TRUE(execute(plan));
  EXPECT_EQ(cluster->at("Deployment", "shop", "order")["spec"]["replicas"], 5);
  EXPECT_EQ(checkpoints.checkpoints.size(), 1U);
}

TEST_F(ScaleTest, SlowPodsAreWatchedOn) {
  cluster->reads_until_ready = 1000;
  const auto result = execute(planned(5));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->speech, "order 改成五个副本了，五个副本里好了三个。要改回来就说：撤销。");
  ASSERT_TRUE(result->watch);
  EXPECT_EQ(result->watch->object, deployment());
  const Watch watch = watch_from_json(to_json(*result->watch));
  const auto end = run(watch_rollout(ports, scene(), watch, Millis(0)));
  EXPECT_THAT(end->speech, HasSubstr("要改回来就说：撤销。"));
  EXPECT_LE(sleeper.slept, Millis(5000));
}

TEST_F(ScaleTest, PodsThatDoNotComeUpAreToldWithTheReason) {
  cluster->stuck_because = "exceeded quota: compute";
  const auto result = execute(planned(5));
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->failed);
  EXPECT_THAT(result->speech, HasSubstr("五个副本里只好了三个，集群说：exceeded quota: compute。"));
}

TEST_F(ScaleTest, WhatIsSoAlreadyNeedsNoPlan) {
  const auto made = plan(deployment(), 3);
  ASSERT_TRUE(made);
  EXPECT_EQ(std::get<NothingToDo>(*made).speech, "order 已经是三个副本了，不用改。");
}

TEST_F(ScaleTest, AnAutoscalerIsToldOf) {
  cluster->put_yaml(R"({apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler,
      metadata: {name: order, namespace: shop},
      spec: {minReplicas: 2, maxReplicas: 10, scaleTargetRef: {kind: Deployment, name: order}}})");
  EXPECT_THAT(planned(5).summary,
              HasSubstr("它有自动伸缩，两到十个之间，这个数过后可能又被改掉。"));
  EXPECT_THAT(planned(0).summary, HasSubstr("改成零以后自动伸缩也停了。"));
}

TEST_F(ScaleTest, RefusalsSayWhy) {
  const ObjectRef agent{
      .api_version = "apps/v1", .kind = "DaemonSet", .ns = "shop", .name = "agent"};
  EXPECT_THAT(plan(agent, 2).error().message, HasSubstr("每个节点一个"));
  EXPECT_EQ(plan(deployment(), 1001).error().code, Errc::invalid_argument);
  EXPECT_EQ(plan(deployment(), -1).error().code, Errc::invalid_argument);
  EXPECT_EQ(plan(deployment("nope"), 2).error().message,
            "广州生产集群的 shop 里没有 Deployment nope。");
  cluster->refuse["dry scale"] = {.code = Errc::denied, .message = "forbidden by the cluster"};
  EXPECT_EQ(plan(deployment(), 2).error().message, "forbidden by the cluster");
}

TEST_F(ScaleTest, WhatCannotBeLookedUpIsSaid) {
  cluster->refuse["ingresses"] = {.code = Errc::denied, .message = "no"};
  const auto plan = planned(2);
  EXPECT_THAT(plan.summary, HasSubstr("流量没有全查到"));
  EXPECT_EQ(plan.preview["blast_radius"]["unknown"], Json::array({"ingresses"}));
}

}  // namespace
}  // namespace mtc::clusters
