#include "domain/rollback/observer.h"

#include "domain/rollback/rollback_world_for_test.h"

namespace mtc::rollback {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ObserverTest : public RollbackTest {
 protected:
  Health look() {
    auto seen = run(observer.look(scene(), 1, target(), "i1", clock.time));
    EXPECT_TRUE(seen) << seen.error().message;
    return seen.value_or(Health{});
  }
  Findings find() {
    auto seen = run(observer.find(scene(), 1, target(), "i1", clock.time));
    EXPECT_TRUE(seen) << seen.error().message;
    return seen.value_or(Findings{});
  }
};

TEST_F(ObserverTest, SeesHowWellItIs) {
  nature = [](RollbackWorld&) { return Nature{.sick = 2, .errors = 0.25, .cpu = 800}; };
  settle();
  const Health health = look();
  EXPECT_EQ(health.at, clock.time);
  EXPECT_EQ(health.wanted, 3);
  EXPECT_EQ(health.ready, 1);
  EXPECT_EQ(health.crashing, 2);
  EXPECT_EQ(health.restarts, 0);
  EXPECT_DOUBLE_EQ(health.error_rate.value_or(0), 0.25);
  EXPECT_DOUBLE_EQ(health.resource_use.value_or(0), 0.8);
  EXPECT_EQ(health.alert_firing, true);
  EXPECT_FALSE(health.rolling);
  EXPECT_FALSE(health.release_wanted) << "it belongs to no release";
}

TEST_F(ObserverTest, LeavesOutWhatCannotBeSeen) {
  settle();
  errors.now.reset();
  cluster->refuse["pods"] = cluster->refuse["pod_usage"] = {.code = Errc::denied, .message = "no"};
  alert_store.refuses = Error{.code = Errc::unavailable, .message = "away"};
  const Health health = look();
  EXPECT_EQ(health.ready, 3);
  EXPECT_FALSE(health.crashing);
  EXPECT_FALSE(health.restarts);
  EXPECT_FALSE(health.error_rate);
  EXPECT_FALSE(health.resource_use);
  EXPECT_FALSE(health.alert_firing);
}

TEST_F(ObserverTest, WhatIsGoneDoesNotExistAndWhatCannotBeReadFails) {
  settle();
  auto gone = target();
  gone.object.name = "nobody";
  EXPECT_FALSE(run(observer.look(scene(), 1, gone, "", clock.time))->exists);
  cluster->refuse["get"] = {.code = Errc::unavailable, .message = "away"};
  EXPECT_FALSE(run(observer.look(scene(), 1, target(), "", clock.time)));
}

TEST_F(ObserverTest, CountsAWholeRelease) {
  order()["metadata"]["labels"]["app.kubernetes.io/instance"] = "shop";
  cluster->work.push_back({.kind = clusters::WorkloadKind::stateful_set,
                           .ns = "shop",
                           .name = "store",
                           .desired = 2,
                           .ready = 1,
                           .labels = {{"app.kubernetes.io/instance", "shop"}}});
  settle();
  const Health health = look();
  EXPECT_EQ(health.release_wanted, 5);
  EXPECT_EQ(health.release_ready, 4);
}

TEST_F(ObserverTest, FindsWhatIsWrongWithThePods) {
  nature = [](RollbackWorld&) { return Nature{.sick = 2}; };
  settle();
  cluster->running[0].reason = "ImagePullBackOff";
  Findings findings = find();
  EXPECT_EQ(findings.image_trouble, 1);
  EXPECT_EQ(findings.crashing, 1);
  EXPECT_EQ(findings.sick_pods, 2);
  EXPECT_EQ(findings.well_pods, 1);
  EXPECT_TRUE(findings.newest_version_sick);
  EXPECT_FALSE(findings.oldest_version_sick);
  EXPECT_TRUE(findings.has_previous_version);
  EXPECT_EQ(findings.replaced_recently, 2 * 24 * 3600);
  cluster->running[1].owner_name = "order-old";
  cluster->running[1].containers[0].last_reason = "OOMKilled";
  findings = find();
  EXPECT_EQ(findings.oom_killed, 1);
  EXPECT_TRUE(findings.oldest_version_sick);
}

TEST_F(ObserverTest, TellsARolloutThatGoesOnFromOneThatGoesNowhere) {
  settle();
  order()["status"]["updatedReplicas"] = 1;
  order()["metadata"]["managedFields"] = {
      {{"manager", "helm"}, {"time", "2026-11-23T14:00:00Z"}},
      {{"manager", "kubelet"}, {"time", "2026-11-23T15:00:00Z"}, {"subresource", "status"}}};
  cluster->running[0].ready = false;
  cluster->running[0].containers[0].ready = false;
  cluster->running[0].created = clock.time - std::chrono::seconds(5);
  Findings findings = find();
  EXPECT_TRUE(findings.someone_rolling) << "its new pod is only starting";
  EXPECT_EQ(findings.someone, "helm");
  cluster->running[0].created = clock.time - std::chrono::minutes(5);
  findings = find();
  EXPECT_FALSE(findings.someone_rolling) << "it does not come up";
  EXPECT_TRUE(findings.newest_version_sick);
}

TEST_F(ObserverTest, ComparesWithHowItLastWasWell) {
  settle();
  EXPECT_THAT(find().changed_configs, IsEmpty());
  Json config = clusters::ChangeWorld::cluster->at("ConfigMap", "shop", "order-config");
  config["data"]["URL"] = "http://before";
  good.states.back().objects.push_back(config);
  EXPECT_THAT(find().changed_configs, ElementsAre("ConfigMap/order-config"));
  EXPECT_FALSE(find().release_changed);
  Json other = cluster->at("Deployment", "shop", "single");
  other["spec"]["template"]["spec"]["containers"][0]["image"] = "r.example.com/single:0";
  good.states.back().objects.push_back(other);
  EXPECT_TRUE(find().release_changed);
  (void)run(cluster->remove({.kind = "ConfigMap", .ns = "shop", .name = "order-config"}, {}));
  EXPECT_THAT(find().missing_configs, ElementsAre("ConfigMap/order-config"));
}

TEST_F(ObserverTest, LooksAroundIt) {
  settle();
  EXPECT_TRUE(find().can_scale);
  cluster->machines[0].ready = false;
  EXPECT_THAT(find().bad_nodes, ElementsAre("10.0.0.1"));
  EXPECT_EQ(find().on_bad_nodes, 3);
  cluster->machines[0].ready = true;
  cluster->machine_usage = {{.name = "10.0.0.1", .cpu = 15'000}};
  cluster->running.push_back(
      {.ns = "batch", .name = "report-1", .node = "10.0.0.1", .ready = true});
  cluster->running_usage.push_back({.ns = "batch", .name = "report-1", .cpu = 12'000});
  EXPECT_THAT(find().noisy, ElementsAre("report-1"));
  cluster->put_yaml(R"(
{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: h, namespace: shop},
 spec: {scaleTargetRef: {kind: Deployment, name: order}}}
)");
  EXPECT_FALSE(find().can_scale);
}

TEST_F(ObserverTest, FindsWhatItCallsAndIsNotWell) {
  settle();
  cluster->at("StatefulSet", "shop", "mysql")["status"]["readyReplicas"] = 0;
  errors.examples = {"dial tcp mysql:3306: connect: connection refused", "singleton failed"};
  EXPECT_THAT(find().failing_dependencies, ElementsAre("mysql"));
}

}  // namespace
}  // namespace mtc::rollback
