#include <fmt/format.h>

#include <set>

#include "emulator/kubernetes/kubernetes_test_world.h"
#include "emulator/kubernetes/pod_logs.h"

namespace mtc::emulator::kubernetes {
namespace {

const std::string kPod = std::string(kPods) + "/p";

Json container(KubeWorld& world) {
  return world.get(kPod).json["status"]["containerStatuses"][0];
}

TEST(KubernetesPods, StartStepByStepAndTellOfIt) {
  KubeWorld world;
  world.post(kPods, world.pod("p", "nginx"));
  EXPECT_FALSE(text_at(world.get(kPod).json, {"spec", "nodeName"}).empty());
  EXPECT_EQ(text_at(container(world), {"state", "waiting", "reason"}), "ContainerCreating");
  world.pass(1);
  EXPECT_EQ(text_at(world.get(kPod).json, {"status", "phase"}), "Running");
  EXPECT_FALSE(is_ready(world.get(kPod).json));
  world.pass(3);
  EXPECT_TRUE(is_ready(world.get(kPod).json));
  for (const auto* reason : {"Scheduled", "Pulling", "Pulled", "Created", "Started"})
    EXPECT_FALSE(world.event(reason).is_null()) << reason;
}

TEST(KubernetesPods, AMissingImageIsTriedAgainEverMoreRarely) {
  KubeWorld world;
  world.cluster->behaviours().add("gone:*", missing_image());
  world.post(kPods, world.pod("p", "gone:1"));
  world.pass(1);
  EXPECT_EQ(text_at(container(world), {"state", "waiting", "reason"}), "ErrImagePull");
  world.pass(3);
  EXPECT_EQ(text_at(container(world), {"state", "waiting", "reason"}), "ImagePullBackOff");
  EXPECT_EQ(text_at(container(world), {"state", "waiting", "message"}),
            "Back-off pulling image \"gone:1\"");
  world.pass(1200);
  const auto pulls = world.get("/api/v1/events?fieldSelector=reason=Pulling").json["items"];
  ASSERT_EQ(pulls.size(), 1U) << "repeated events count up";
  const auto count = integer_or(pulls[0], "count");
  EXPECT_GT(count, 4);
  EXPECT_LT(count, 12);
  EXPECT_EQ(text_at(world.get(kPod).json, {"status", "phase"}), "Pending");
}

TEST(KubernetesPods, CrashesAreRestartedWithBackOffAndLeaveTheirLog) {
  KubeWorld world;
  world.cluster->behaviours().add("bad", crashing(Millis(5'000), {"FATAL no database"}, 3));
  world.post(kPods, world.pod("p", "bad"));
  world.pass(7);
  EXPECT_EQ(integer_or(container(world), "restartCount"), 1) << "the first time at once";
  world.pass(6);
  const auto waiting = container(world);
  EXPECT_EQ(text_at(waiting, {"state", "waiting", "reason"}), "CrashLoopBackOff");
  EXPECT_NE(text_at(waiting, {"state", "waiting", "message"})
                .find("back-off 10s restarting failed container=app pod=p_default("),
            std::string::npos);
  EXPECT_EQ(integer_at(waiting, {"lastState", "terminated", "exitCode"}), 3);
  world.pass(10);
  EXPECT_EQ(integer_or(container(world), "restartCount"), 2);
  const auto previous = world.get(kPod + "/log?previous=true");
  EXPECT_EQ(previous.status, 200);
  EXPECT_NE(previous.body.find("FATAL no database\n"), std::string::npos) << previous.body;
  world.pass(3600);
  EXPECT_LT(integer_or(container(world), "restartCount"), 20) << "at most every five minutes";
}

TEST(KubernetesPods, NeverReadyOnesFailTheirProbe) {
  KubeWorld world;
  world.cluster->behaviours().add("slowpoke", never_ready());
  auto pod = world.pod("p", "slowpoke");
  pod["spec"]["containers"][0]["readinessProbe"] = {{"httpGet", {{"port", 80}}}};
  world.post(kPods, pod);
  world.pass(65);
  const auto now = world.get(kPod).json;
  EXPECT_EQ(text_at(now, {"status", "phase"}), "Running");
  EXPECT_EQ(string_or(condition_of(now, "Ready"), "reason"), "ContainersNotReady");
  EXPECT_EQ(string_or(condition_of(now, "Ready"), "message"),
            "containers with unready status: [app]");
  EXPECT_EQ(integer_or(world.event("Unhealthy"), "count"), 6);
}

TEST(KubernetesPods, LeaksEndAtTheMemoryLimit) {
  KubeWorld world;
  world.cluster->behaviours().add("leaky", leaking(std::int64_t{8} << 20U));
  auto pod = world.pod("p", "leaky");
  pod["spec"]["containers"][0]["resources"]["limits"]["memory"] = "256Mi";
  world.post(kPods, pod);
  world.pass(15);
  const auto memory = [&] {
    const auto metrics = world.get("/apis/metrics.k8s.io/v1beta1/namespaces/default/pods/p").json;
    return std::stoll(text_at(metrics["containers"][0], {"usage", "memory"}));
  };
  const auto early = memory();
  world.pass(8);
  EXPECT_GT(memory(), early);
  world.pass(10);
  EXPECT_EQ(text_at(container(world), {"lastState", "terminated", "reason"}), "OOMKilled");
  EXPECT_EQ(integer_at(container(world), {"lastState", "terminated", "exitCode"}), 137);
}

TEST(KubernetesPods, WaitForTheirConfiguration) {
  KubeWorld world;
  auto pod = world.pod("p", "nginx");
  pod["spec"]["containers"][0]["envFrom"] =
      Json::array({{{"configMapRef", {{"name", "settings"}}}}});
  world.post(kPods, pod);
  world.pass(2);
  EXPECT_EQ(text_at(container(world), {"state", "waiting", "reason"}),
            "CreateContainerConfigError");
  world.post("/api/v1/namespaces/default/configmaps", {{"metadata", {{"name", "settings"}}}});
  world.pass(15);
  EXPECT_TRUE(is_ready(world.get(kPod).json));
}

TEST(KubernetesPods, BehaveAsTheirConfigurationSays) {
  KubeWorld world;
  world.cluster->behaviours().add({.image = "nginx",
                                   .config_kind = "ConfigMap",
                                   .config_name = "settings",
                                   .key = "conf",
                                   .contains = "pool=0",
                                   .behaviour = crashing(Millis(1'000), {"bad pool"})});
  world.post("/api/v1/namespaces/default/configmaps",
             {{"metadata", {{"name", "settings"}}}, {"data", {{"conf", "pool=0"}}}});
  auto pod = world.pod("p", "nginx");
  pod["spec"]["containers"][0]["envFrom"] =
      Json::array({{{"configMapRef", {{"name", "settings"}}}}});
  world.post(kPods, pod);
  world.pass(30);
  EXPECT_GT(integer_or(container(world), "restartCount"), 0);
  world.patch("/api/v1/namespaces/default/configmaps/settings", {{"data", {{"conf", "pool=9"}}}});
  world.pass(120);
  EXPECT_TRUE(is_ready(world.get(kPod).json)) << "read again at the next start";
}

TEST(KubernetesPods, GracefulDeletionTakesItsTime) {
  KubeWorld world;
  world.post(kPods, world.pod("p", "nginx"));
  world.pass(5);
  const auto ending = world.remove(kPod);
  EXPECT_TRUE(is_deleted(ending.json));
  EXPECT_EQ(integer_at(ending.json, {"metadata", "deletionGracePeriodSeconds"}), 30);
  EXPECT_EQ(world.get(kPod).status, 200);
  world.pass(2);
  EXPECT_EQ(world.get(kPod).status, 404);
  EXPECT_FALSE(world.event("Killing").is_null());
  world.post(kPods, world.pod("p", "nginx"));
  world.pass(5);
  EXPECT_EQ(world.remove(kPod + "?gracePeriodSeconds=0").status, 200);
  EXPECT_EQ(world.get(kPod).status, 404);
}

TEST(KubernetesLogs, AreCutAsAsked) {
  KubeWorld world;
  world.post(kPods, world.pod("p", "nginx"));
  EXPECT_EQ(world.get(kPod + "/log").message(),
            "container \"app\" in pod \"p\" is waiting to start: ContainerCreating");
  world.pass(100);
  const auto all = world.get(kPod + "/log").body;
  EXPECT_EQ(all.substr(0, all.find('\n')), "server started");
  const auto tail = world.get(kPod + "/log?tailLines=2").body;
  EXPECT_EQ(std::ranges::count(tail, '\n'), 2);
  EXPECT_TRUE(all.ends_with(tail));
  const auto since = world.get(kPod + "/log?sinceSeconds=11").body;
  EXPECT_EQ(std::ranges::count(since, '\n'), 2) << "one line every five seconds";
  const auto stamped = world.get(kPod + "/log?timestamps=true&tailLines=1").body;
  EXPECT_TRUE(stamped.starts_with("2026-01-01T00:01:3")) << stamped;
  EXPECT_EQ(world.get(kPod + "/log?limitBytes=6").body, "server");
  EXPECT_EQ(world.get(kPod + "/log?container=x").message(), "container x is not valid for pod p");
  EXPECT_EQ(world.get(kPod + "/log?previous=true").status, 400);
  EXPECT_EQ(world.get(kPod + "/log?sinceTime=2026-01-01T00:01:29Z").body, since);
  EXPECT_EQ(world.get(kPod + "/log?sinceTime=noon").status, 400);
  EXPECT_EQ(world.get(kPod + "/log?limitBytes=0").status, 422);
}

TEST(KubernetesLogs, FollowingEndsWithTheContainer) {
  KubeWorld world;
  Behaviour quick;
  quick.completes_after = Millis(3'000);
  world.cluster->behaviours().add("task", quick);
  auto pod = world.pod("p", "task");
  pod["spec"]["restartPolicy"] = "Never";
  world.post(kPods, pod);
  world.pass(30);
  const auto log = world.get(kPod + "/log?follow=true");
  EXPECT_EQ(log.status, 200);
  EXPECT_EQ(log.body, "server started\nrequest handled status=200\n");
}

TEST(KubernetesLogs, FollowingDoesNotGoOnWithTheNextContainer) {
  KubeWorld world;
  world.cluster->behaviours().add("bad", crashing(Millis(5'000), {"FATAL no database"}));
  world.post(kPods, world.pod("p", "bad"));
  world.pass(3);
  const auto before = world.plane().now;
  world.pass(4);
  ASSERT_EQ(text_at(container(world), {"state", "running", "startedAt"}), "2026-01-01T00:00:05Z");
  const auto tail = follow_log(world.plane(), world.get(kPod).json, {}, before);
  ASSERT_FALSE(tail.lines.empty());
  EXPECT_EQ(tail.lines.back().text, "FATAL no database");
  EXPECT_FALSE(tail.next);
}

TEST(KubernetesLogs, OfASilentContainerAreLookedAtRarely) {
  KubeWorld world;
  Behaviour silent;
  silent.lines = {};
  world.cluster->behaviours().add("silent", silent);
  world.post(kPods, world.pod("p", "silent"));
  world.pass(60);
  const auto tail = follow_log(world.plane(), world.get(kPod).json, {}, world.plane().now);
  ASSERT_TRUE(tail.next);
  EXPECT_GE(*tail.next, world.plane().now + std::chrono::seconds(1));
}

TEST(KubernetesNodes, FullOrCordonedOnesTakeNoPods) {
  KubeWorld world(1);
  auto big = world.pod("p", "nginx");
  big["spec"]["containers"][0]["resources"]["requests"]["cpu"] = "16";
  world.post(kPods, big);
  EXPECT_EQ(string_or(condition_of(world.get(kPod).json, "PodScheduled"), "message"),
            "0/1 nodes are available: 1 Insufficient cpu.");
  EXPECT_FALSE(world.event("FailedScheduling").is_null());
  world.cluster->create(tke_node({.name = "big", .cpu = 32, .memory_gib = 64}, world.clock.time));
  world.pass(5);
  EXPECT_EQ(text_at(world.get(kPod).json, {"spec", "nodeName"}), "big");
  world.patch("/api/v1/nodes/n1", {{"spec", {{"unschedulable", true}}}});
  world.patch("/api/v1/nodes/big", {{"spec", {{"unschedulable", true}}}});
  world.post(kPods, world.pod("q", "nginx"));
  EXPECT_EQ(
      string_or(condition_of(world.get(std::string(kPods) + "/q").json, "PodScheduled"), "message"),
      "0/2 nodes are available: 2 node(s) were unschedulable.");
  world.patch("/api/v1/nodes/n1", {{"spec", {{"unschedulable", nullptr}}}});
  EXPECT_EQ(text_at(world.get(std::string(kPods) + "/q").json, {"spec", "nodeName"}), "n1");
}

TEST(KubernetesNodes, LostOnesLoseTheirPodsAfterAWhile) {
  KubeWorld world;
  world.post(kDeployments, world.deployment("web", "nginx", 4));
  world.pass(10);
  set_node_down(world.plane(), "n1", true);
  world.pass(30);
  EXPECT_TRUE(condition_is(world.get("/api/v1/nodes/n1").json, "Ready", "True"));
  world.pass(15);
  const auto lost = world.get("/api/v1/nodes/n1").json;
  EXPECT_TRUE(condition_is(lost, "Ready", "Unknown"));
  EXPECT_EQ(string_or(condition_of(lost, "Ready"), "message"),
            "Kubelet stopped posting node status.");
  EXPECT_FALSE(world.event("NodeNotReady").is_null());
  EXPECT_EQ(
      integer_at(world.get(std::string(kDeployments) + "/web").json, {"status", "readyReplicas"}),
      2);
  world.pass(310);
  int ending = 0, ready = 0;
  for (const auto& pod : world.pods()) {
    if (is_deleted(pod)) ++ending;
    if (is_ready(pod)) ++ready;
  }
  EXPECT_EQ(ending, 2) << "nobody is there to confirm their end";
  EXPECT_EQ(ready, 4);
  set_node_down(world.plane(), "n1", false);
  world.pass(5);
  EXPECT_EQ(world.pods().size(), 4U);
  EXPECT_TRUE(condition_is(world.get("/api/v1/nodes/n1").json, "Ready", "True"));
  EXPECT_FALSE(world.get("/api/v1/nodes/n1").json["spec"].contains("taints"));
}

TEST(KubernetesNodes, DeletedOnesTakeTheirPodsAlong) {
  KubeWorld world;
  world.post(kDeployments, world.deployment("web", "nginx", 4));
  world.pass(10);
  EXPECT_EQ(world.remove("/api/v1/nodes/n1").status, 200);
  world.pass(10);
  const auto pods = world.pods();
  EXPECT_EQ(pods.size(), 4U);
  for (const auto& pod : pods) EXPECT_EQ(text_at(pod, {"spec", "nodeName"}), "n2");
  world.cluster->create(tke_node({.name = "n1"}, world.clock.time));
  EXPECT_EQ(world.plane().nodes.find("n1")->used.pods, 0);
}

TEST(KubernetesNodes, PressureKeepsPodsAwayAndEvictsTheLargest) {
  KubeWorld world(1);
  world.post(kPods, world.pod("p", "nginx"));
  world.pass(10);
  set_node_pressure(world.plane(), "n1", "MemoryPressure", true);
  world.pass(1);
  const auto node = world.get("/api/v1/nodes/n1").json;
  EXPECT_TRUE(condition_is(node, "MemoryPressure", "True"));
  EXPECT_EQ(node["spec"]["taints"][0]["key"], "node.kubernetes.io/memory-pressure");
  EXPECT_EQ(text_at(world.get(kPod).json, {"status", "reason"}), "Evicted");
  set_node_pressure(world.plane(), "n1", "MemoryPressure", false);
  EXPECT_FALSE(world.get("/api/v1/nodes/n1").json["spec"].contains("taints"));
}

TEST(KubernetesMetrics, AreThereForWhatRuns) {
  KubeWorld world;
  world.post(kPods, world.pod("p", "nginx"));
  const auto pods = "/apis/metrics.k8s.io/v1beta1/namespaces/default/pods";
  EXPECT_EQ(world.get(pods).json["items"].size(), 0U);
  world.pass(30);
  const auto one = world.get(std::string(pods) + "/p").json;
  EXPECT_TRUE(text_at(one["containers"][0], {"usage", "cpu"}).ends_with("m"));
  const auto cpu = [&] {
    return std::stoll(
        text_at(world.get(std::string(pods) + "/p").json["containers"][0], {"usage", "cpu"}));
  };
  const auto before = cpu();
  world.plane().load = 10;
  EXPECT_NEAR(static_cast<double>(cpu()), static_cast<double>(before) * 10, 15);
  EXPECT_EQ(world.get("/apis/metrics.k8s.io/v1beta1/nodes").json["items"].size(), 2U);
}

TEST(KubernetesNodeStats, TellWhatPodsKeepOnDisks) {
  KubeWorld world;
  world.post("/api/v1/namespaces/default/persistentvolumeclaims",
             {{"apiVersion", "v1"},
              {"kind", "PersistentVolumeClaim"},
              {"metadata", {{"name", "data"}}},
              {"spec",
               {{"accessModes", Json::array({"ReadWriteOnce"})},
                {"resources", {{"requests", {{"storage", "10Gi"}}}}}}}});
  auto pod = world.pod("p", "nginx");
  pod["spec"]["volumes"] =
      Json::array({{{"name", "d"}, {"persistentVolumeClaim", {{"claimName", "data"}}}}});
  world.post(kPods, std::move(pod));
  world.pass(30);
  const auto node = text_at(world.get(std::string(kPods) + "/p").json, {"spec", "nodeName"});
  const auto path = "/api/v1/nodes/" + node + "/proxy/stats/summary";
  const auto stats = world.get(path).json;
  EXPECT_EQ(text_at(stats, {"node", "nodeName"}), node);
  ASSERT_EQ(stats["pods"].size(), 1U) << stats.dump();
  const auto& one = stats["pods"][0];
  EXPECT_EQ(text_at(one, {"podRef", "name"}), "p");
  EXPECT_GT(integer_at(one, {"ephemeral-storage", "usedBytes"}), 0);
  ASSERT_EQ(one["volume"].size(), 1U);
  EXPECT_EQ(text_at(one["volume"][0], {"pvcRef", "name"}), "data");
  EXPECT_EQ(one["volume"][0]["capacityBytes"], std::int64_t{10} << 30U);

  EXPECT_EQ(world.get("/api/v1/nodes/nowhere/proxy/stats/summary").status, 404);
  EXPECT_EQ(world.get("/api/v1/nodes/" + node + "/proxy/metrics").status, 404);
  EXPECT_EQ(world.send({.method = "POST", .path = path}).status, 405);
  set_node_down(world.plane(), node, true);
  EXPECT_EQ(world.get(path).status, 503);
}

TEST(KubernetesEvents, AreForgottenAfterAnHour) {
  KubeWorld world;
  world.post(kPods, world.pod("p", "nginx"));
  world.pass(10);
  EXPECT_FALSE(world.event("Started").is_null());
  world.pass(3700);
  EXPECT_TRUE(world.event("Started").is_null());
}

TEST(KubernetesEvents, CountUpWhereTheSameHappensAgain) {
  KubeWorld world;
  const auto tell = [&] {
    world.plane().tell(world.get("/api/v1/nodes/n1").json, "test", "Normal", "Odd", "an odd thing");
  };
  tell();
  world.pass(60);
  tell();
  const auto event = world.event("Odd");
  EXPECT_EQ(integer_or(event, "count"), 2);
  EXPECT_EQ(string_or(event, "lastTimestamp"), "2026-01-01T00:01:00Z");
  world.remove("/api/v1/namespaces/default/events/" + name_of(event));
  tell();
  EXPECT_EQ(integer_or(world.event("Odd"), "count"), 1);
}

TEST(KubernetesScale, AThousandPodsAreListedPageByPage) {
  KubeWorld world(0);
  world.plane().start_at_once = true;
  for (int i = 0; i < 10; ++i)
    world.cluster->create(
        tke_node({.name = fmt::format("n{:03}", i), .cpu = 64, .memory_gib = 256, .pods = 256},
                 world.clock.time));
  for (int i = 0; i < 4; ++i)
    ASSERT_EQ(
        world.post(kDeployments, world.deployment(fmt::format("web-{}", i), "nginx", 250)).status,
        201);
  std::string token;
  std::set<std::string> seen;
  std::size_t pages = 0;
  do {
    const auto answer =
        world.get(std::string(kPods) + "?limit=150" + (token.empty() ? "" : "&continue=" + token));
    ASSERT_EQ(answer.status, 200);
    for (const auto& pod : answer.json["items"]) seen.insert(text_at(pod, {"metadata", "name"}));
    token = text_at(answer.json, {"metadata", "continue"});
    ++pages;
  } while (!token.empty());
  EXPECT_EQ(seen.size(), 1000U);
  EXPECT_EQ(pages, 7U);
}

}  // namespace
}  // namespace mtc::emulator::kubernetes
