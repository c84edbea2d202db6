#include "emulator/kubernetes/kubernetes_test_world.h"

namespace mtc::emulator::kubernetes {
namespace {

std::string condition(const Json& object, const char* type) {
  const auto& one = condition_of(object, type);
  return string_or(one, "status") + " " + string_or(one, "reason");
}

Json set_image(const char* image) {
  return {{"spec",
           {{"template",
             {{"spec", {{"containers", Json::array({{{"name", "app"}, {"image", image}}})}}}}}}}};
}

const std::string kWeb = std::string(kDeployments) + "/web";

TEST(KubernetesDeployments, BecomeAvailableWhenTheirPodsAreReady) {
  KubeWorld world;
  world.post(kDeployments, world.deployment("web", "nginx"));
  world.pass(1);
  EXPECT_EQ(condition(world.get(kWeb).json, "Available"), "False MinimumReplicasUnavailable");
  world.pass(5);
  const auto web = world.get(kWeb).json;
  EXPECT_EQ(condition(web, "Available"), "True MinimumReplicasAvailable");
  EXPECT_EQ(condition(web, "Progressing"), "True NewReplicaSetAvailable");
  EXPECT_EQ(integer_at(web, {"status", "readyReplicas"}), 3);
  EXPECT_EQ(integer_at(web, {"status", "observedGeneration"}), 1);
  EXPECT_EQ(annotation_of(web, "deployment.kubernetes.io/revision"), "1");
  EXPECT_FALSE(world.event("ScalingReplicaSet").is_null());
  EXPECT_FALSE(world.event("SuccessfulCreate").is_null());
}

TEST(KubernetesDeployments, AGoodImageRollsOutWithoutFallingBelowItsMinimum) {
  KubeWorld world;
  world.post(kDeployments, world.deployment("web", "nginx:1", 4));
  world.pass(10);
  world.patch(kWeb, set_image("nginx:2"));
  for (int second = 0; second < 60; ++second) {
    int ready = 0, all = 0;
    for (const auto& pod : world.pods()) {
      if (is_deleted(pod)) continue;
      ++all;
      if (is_ready(pod)) ++ready;
    }
    EXPECT_GE(ready, 3) << "maxUnavailable 25%";
    EXPECT_LE(all, 5) << "maxSurge 25%";
    world.pass(1);
  }
  const auto web = world.get(kWeb).json;
  EXPECT_EQ(integer_at(web, {"status", "updatedReplicas"}), 4);
  EXPECT_EQ(integer_at(web, {"status", "availableReplicas"}), 4);
  EXPECT_FALSE(web["status"].contains("unavailableReplicas"));
  for (const auto& pod : world.pods()) EXPECT_EQ(pod["spec"]["containers"][0]["image"], "nginx:2");
}

TEST(KubernetesDeployments, ABadImageStopsHalfwayAndMissesItsDeadline) {
  KubeWorld world;
  world.cluster->behaviours().add("nginx:gone", missing_image());
  world.post(kDeployments, world.deployment("web", "nginx:1", 4));
  world.pass(10);
  world.patch(kWeb, set_image("nginx:gone"));
  world.pass(60);
  auto web = world.get(kWeb).json;
  EXPECT_EQ(integer_at(web, {"status", "availableReplicas"}), 3);
  EXPECT_EQ(condition(web, "Progressing"), "True ReplicaSetUpdated");
  world.pass(600);
  web = world.get(kWeb).json;
  EXPECT_EQ(condition(web, "Progressing"), "False ProgressDeadlineExceeded");
  // Rolled back as kubectl does: the old template becomes the newest revision.
  world.patch(kWeb, set_image("nginx:1"));
  world.pass(60);
  web = world.get(kWeb).json;
  EXPECT_EQ(integer_at(web, {"status", "availableReplicas"}), 4);
  EXPECT_EQ(annotation_of(web, "deployment.kubernetes.io/revision"), "3");
  EXPECT_EQ(condition(web, "Progressing"), "True NewReplicaSetAvailable");
}

TEST(KubernetesDeployments, RecreateStopsTheOldOnesFirst) {
  KubeWorld world;
  auto web = world.deployment("web", "nginx:1");
  web["spec"]["strategy"] = {{"type", "Recreate"}};
  ASSERT_EQ(world.post(kDeployments, web).status, 201);
  world.pass(10);
  world.patch(kWeb, set_image("nginx:2"));
  for (const auto& pod : world.pods()) EXPECT_TRUE(is_deleted(pod));
  world.pass(30);
  EXPECT_EQ(world.pods().size(), 3U);
  EXPECT_EQ(integer_at(world.get(kWeb).json, {"status", "updatedReplicas"}), 3);
}

TEST(KubernetesDeployments, PausedOnesWaitAndScaleAllTheSame) {
  KubeWorld world;
  world.post(kDeployments, world.deployment("web", "nginx:1"));
  world.pass(10);
  world.patch(kWeb, {{"spec", {{"paused", true}}}});
  world.patch(kWeb, set_image("nginx:2"));
  world.patch(kWeb, {{"spec", {{"replicas", 5}}}});
  world.pass(30);
  EXPECT_EQ(condition(world.get(kWeb).json, "Progressing"), "Unknown DeploymentPaused");
  EXPECT_EQ(world.pods().size(), 5U);
  for (const auto& pod : world.pods()) EXPECT_EQ(pod["spec"]["containers"][0]["image"], "nginx:1");
  world.patch(kWeb, {{"spec", {{"paused", false}}}});
  world.pass(60);
  EXPECT_EQ(integer_at(world.get(kWeb).json, {"status", "updatedReplicas"}), 5);
}

TEST(KubernetesDeployments, ScalingBetweenThreeRevisionsDoesNotStopTheRollout) {
  KubeWorld world;
  world.cluster->behaviours().add("nginx:slow*", slow_start(Millis(60'000)));
  world.post(kDeployments, world.deployment("web", "nginx:1", 10));
  world.pass(10);
  world.patch(kWeb, set_image("nginx:slow2"));
  world.pass(63);
  world.patch(kWeb, set_image("nginx:slow3"));
  int active = 0;
  for (const auto& set : world.get("/apis/apps/v1/namespaces/default/replicasets").json["items"])
    if (integer_at(set, {"spec", "replicas"}) > 0) ++active;
  ASSERT_EQ(active, 3);
  world.patch(kWeb, {{"spec", {{"replicas", 11}}}});
  world.pass(600);
  const auto web = world.get(kWeb).json;
  EXPECT_EQ(integer_at(web, {"status", "updatedReplicas"}), 11);
  EXPECT_EQ(integer_at(web, {"status", "availableReplicas"}), 11);
}

TEST(KubernetesDeployments, ScaleIsASubresource) {
  KubeWorld world;
  world.post(kDeployments, world.deployment("web", "nginx"));
  const auto path = kWeb + "/scale";
  auto scale = world.get(path).json;
  EXPECT_EQ(string_or(scale, "kind"), "Scale");
  EXPECT_EQ(text_at(scale, {"status", "selector"}), "app=web");
  const auto merged =
      world.patch(path, {{"spec", {{"replicas", 1}}}}, "application/merge-patch+json");
  EXPECT_EQ(integer_at(merged.json, {"spec", "replicas"}), 1) << merged.body;
  scale["spec"]["replicas"] = 2;
  EXPECT_EQ(world.put(path, scale).status, 409) << "read before the patch";
  scale["metadata"].erase("resourceVersion");
  EXPECT_EQ(world.put(path, scale).status, 200);
  world.pass(60);
  EXPECT_EQ(world.pods().size(), 2U);
  EXPECT_EQ(world.patch(path, {{"spec", {{"replicas", -1}}}}).status, 422);
  EXPECT_EQ(world.patch(path, {{"spec", {{"replicas", 3'000'000'000}}}}).status, 400);
}

TEST(KubernetesDeployments, ByTheirScaleNothingElseIsChanged) {
  KubeWorld world;
  world.post(kDeployments, world.deployment("web", "nginx:1"));
  const auto path = kWeb + "/scale?fieldManager=hand&force=true";
  EXPECT_EQ(
      world.patch(path, world.deployment("web", "nginx:2"), "application/apply-patch+yaml").status,
      415);
  EXPECT_EQ(world.get(kWeb).json["spec"]["template"]["spec"]["containers"][0]["image"], "nginx:1");
}

TEST(KubernetesDeployments, ASlipOfThePenCostsNoMachine) {
  EXPECT_EQ(wanted_pods({{"spec", {{"replicas", 2'000'000'000}}}}, "replicas"), 10'000);
  EXPECT_EQ(wanted_pods({{"spec", {{"replicas", 3}}}}, "replicas"), 3);
  EXPECT_EQ(wanted_pods({{"spec", Json::object()}}, "replicas"), 1);
}

TEST(KubernetesDeployments, OldRevisionsAreForgotten) {
  KubeWorld world;
  auto web = world.deployment("web", "nginx:0", 1);
  web["spec"]["revisionHistoryLimit"] = 2;
  world.post(kDeployments, web);
  world.pass(20);
  for (const auto* image : {"nginx:1", "nginx:2", "nginx:3", "nginx:4"}) {
    world.patch(kWeb, set_image(image));
    world.pass(30);
  }
  EXPECT_EQ(world.get("/apis/apps/v1/namespaces/default/replicasets").json["items"].size(), 3U);
  EXPECT_EQ(annotation_of(world.get(kWeb).json, "deployment.kubernetes.io/revision"), "5");
}

TEST(KubernetesStatefulSets, StartInOrderAndUpdateFromTheEnd) {
  KubeWorld world;
  auto set = world.deployment("db", "mysql:1", 3);
  set["kind"] = "StatefulSet";
  set["spec"]["serviceName"] = "db";
  set["spec"]["volumeClaimTemplates"] =
      Json::array({{{"metadata", {{"name", "data"}}},
                    {"spec",
                     {{"accessModes", {"ReadWriteOnce"}},
                      {"resources", {{"requests", {{"storage", "10Gi"}}}}}}}}});
  const auto sets = "/apis/apps/v1/namespaces/default/statefulsets";
  ASSERT_EQ(world.post(sets, set).status, 201);
  world.pass(1);
  ASSERT_EQ(world.pods().size(), 1U);
  EXPECT_EQ(name_of(world.pods()[0]), "db-0");
  world.pass(30);
  ASSERT_EQ(world.pods().size(), 3U);
  const auto claim = world.get("/api/v1/namespaces/default/persistentvolumeclaims/data-db-0").json;
  EXPECT_EQ(text_at(claim, {"status", "phase"}), "Bound");
  world.patch(std::string(sets) + "/db", set_image("mysql:2"));
  std::string deleted;
  for (const auto& pod : world.pods())
    if (is_deleted(pod)) deleted += name_of(pod);
  EXPECT_EQ(deleted, "db-2");
  world.pass(60);
  const auto done = world.get(std::string(sets) + "/db").json;
  EXPECT_EQ(integer_at(done, {"status", "updatedReplicas"}), 3);
  EXPECT_EQ(text_at(done, {"status", "currentRevision"}),
            text_at(done, {"status", "updateRevision"}));
  const auto revisions = world.get("/apis/apps/v1/namespaces/default/controllerrevisions").json;
  EXPECT_EQ(revisions["items"].size(), 2U);
}

TEST(KubernetesDaemonSets, RunOnEveryNode) {
  KubeWorld world(3);
  auto set = world.deployment("agent", "agent:1");
  set["kind"] = "DaemonSet";
  set["spec"].erase("replicas");
  const auto path = std::string("/apis/apps/v1/namespaces/default/daemonsets");
  ASSERT_EQ(world.post(path, set).status, 201);
  world.pass(10);
  EXPECT_EQ(integer_at(world.get(path + "/agent").json, {"status", "numberReady"}), 3);
  world.cluster->create(tke_node({.name = "n4"}, world.clock.time));
  world.pass(10);
  EXPECT_EQ(integer_at(world.get(path + "/agent").json, {"status", "numberReady"}), 4);
  world.patch(path + "/agent", set_image("agent:2"));
  world.pass(1);
  int away = 0;
  for (const auto& pod : world.pods())
    if (!is_ready(pod) || is_deleted(pod)) ++away;
  EXPECT_EQ(away, 1) << "one after the other";
  world.pass(60);
  EXPECT_EQ(integer_at(world.get(path + "/agent").json, {"status", "updatedNumberScheduled"}), 4);
}

TEST(KubernetesJobs, EndWhenTheirPodsDoOrAfterTooManyFailures) {
  KubeWorld world;
  Behaviour quick;
  quick.completes_after = Millis(3'000);
  world.cluster->behaviours().add("task:ok", quick);
  world.cluster->behaviours().add("task:bad", crashing(Millis(1'000), {"boom"}));
  const auto job = [&](const char* name, const char* image) {
    return Json{{"apiVersion", "batch/v1"},
                {"kind", "Job"},
                {"metadata", {{"name", name}}},
                {"spec",
                 {{"backoffLimit", 2},
                  {"template",
                   {{"spec",
                     {{"restartPolicy", "Never"},
                      {"containers", Json::array({{{"name", "t"}, {"image", image}}})}}}}}}}};
  };
  const std::string jobs = "/apis/batch/v1/namespaces/default/jobs";
  ASSERT_EQ(world.post(jobs, job("good", "task:ok")).status, 201);
  ASSERT_EQ(world.post(jobs, job("bad", "task:bad")).status, 201);
  world.pass(60);
  EXPECT_TRUE(condition_is(world.get(jobs + "/good").json, "Complete", "True"));
  const auto bad = world.get(jobs + "/bad").json;
  EXPECT_EQ(condition(bad, "Failed"), "True BackoffLimitExceeded");
  EXPECT_EQ(integer_at(bad, {"status", "failed"}), 3);
}

TEST(KubernetesServices, ShowReadyPodsAsEndpoints) {
  KubeWorld world;
  world.cluster->behaviours().add("nginx:never", never_ready());
  world.post(kDeployments, world.deployment("web", "nginx", 2));
  world.post(
      "/api/v1/namespaces/default/services",
      {{"metadata", {{"name", "web"}}},
       {"spec", {{"selector", {{"app", "web"}}}, {"ports", Json::array({{{"port", 80}}})}}}});
  const auto path = "/api/v1/namespaces/default/endpoints/web";
  world.pass(10);
  EXPECT_EQ(world.get(path).json["subsets"][0]["addresses"].size(), 2U);
  world.patch(kWeb, set_image("nginx:never"));
  world.pass(10);
  EXPECT_EQ(world.get(path).json["subsets"][0]["notReadyAddresses"].size(), 1U);
}

TEST(KubernetesServices, GetABalancerWhenTheyBecomeOne) {
  KubeWorld world;
  const std::string services = "/api/v1/namespaces/default/services";
  world.post(services, {{"metadata", {{"name", "web"}}},
                        {"spec", {{"ports", Json::array({{{"port", 80}}})}}}});
  const auto turn = [&](const char* type) {
    EXPECT_EQ(world.patch(services + "/web", {{"spec", {{"type", type}}}}).status, 200);
    return dig(world.get(services + "/web").json, {"status", "loadBalancer", "ingress"});
  };
  EXPECT_EQ(turn("LoadBalancer").size(), 1U);
  EXPECT_TRUE(turn("ClusterIP").is_null());
}

TEST(KubernetesBudgets, KeepEvictionsFromTakingTooMany) {
  KubeWorld world;
  world.post(kDeployments, world.deployment("web", "nginx", 2));
  world.post("/apis/policy/v1/namespaces/default/poddisruptionbudgets",
             {{"metadata", {{"name", "web"}}},
              {"spec", {{"minAvailable", 1}, {"selector", {{"matchLabels", {{"app", "web"}}}}}}}});
  world.pass(10);
  const auto evict = [&](const Json& pod) {
    return world.post(std::string(kPods) + "/" + name_of(pod) + "/eviction",
                      {{"apiVersion", "policy/v1"},
                       {"kind", "Eviction"},
                       {"metadata", {{"name", name_of(pod)}}}});
  };
  const auto pods = world.pods();
  EXPECT_EQ(evict(pods[0]).status, 201);
  const auto refused = evict(pods[1]);
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.message(), "Cannot evict pod as it would violate the pod's disruption budget.");
  EXPECT_EQ(refused.json["details"]["causes"][0]["reason"], "DisruptionBudget");
  world.pass(30);
  EXPECT_EQ(evict(pods[1]).status, 201) << "its successor is ready";
}

}  // namespace
}  // namespace mtc::emulator::kubernetes
