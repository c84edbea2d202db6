// Lists: pages, and what becomes of the objects in them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/kubernetes/test_world.h"

namespace mtc::kubernetes {
namespace {

using clusters::WorkloadKind;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

std::string list_of(const std::string& items, const std::string& next = "") {
  return fmt::format(
      R"({{"kind":"List","metadata":{{"resourceVersion":"9","continue":"{}"}},"items":[{}]}})",
      next, items);
}

// The pod of one list.
clusters::Pod read_pod(const std::string& pod) {
  World world;
  world.http.answer(200, list_of(pod));
  const auto pods = run(world.api().pods({}));
  EXPECT_TRUE(pods && pods->size() == 1) << pod;
  return pods && pods->size() == 1 ? pods->front() : clusters::Pod{};
}

template <class T>
T read_one(Async<Result<std::vector<T>>> (KubernetesApi::*call)(clusters::Where),
           const std::string& item) {
  World world;
  world.http.answer(200, list_of(item));
  const auto items = run((world.api().*call)({}));
  EXPECT_TRUE(items && items->size() == 1) << item;
  return items && items->size() == 1 ? items->front() : T{};
}

TEST(KubernetesLists, AreReadPageByPage) {
  World world;
  world.http.answer(200, list_of(R"({"metadata":{"name":"a"}},{"metadata":{"name":"b"}})", "x=/1"))
      .answer(200, list_of(R"({"metadata":{"name":"c"}})"));
  const auto pods =
      run(world.api().pods({.ns = "shop", .labels = "app in (a,b)", .fields = "spec.nodeName=n"}));
  ASSERT_TRUE(pods);
  ASSERT_EQ(pods->size(), 3U);
  EXPECT_EQ((*pods)[2].name, "c");
  const std::string first =
      "/api/v1/namespaces/shop/pods?labelSelector=app%20in%20%28a%2Cb%29&fieldSelector=spec."
      "nodeName%3Dn&limit=500";
  EXPECT_EQ(world.path(0), first);
  EXPECT_EQ(world.path(1), first + "&continue=x%3D%2F1");
}

TEST(KubernetesLists, StartOnceMoreWhenTheirStateIsForgotten) {
  World world;
  world.http.answer(200, list_of(R"({"metadata":{"name":"a"}})", "1"))
      .answer(410, status(410, "Expired", "The provided continue parameter is too old"))
      .answer(200, list_of(R"({"metadata":{"name":"b"}})", "2"))
      .answer(200, list_of(R"({"metadata":{"name":"c"}})"));
  const auto names = run(world.api().namespaces());
  ASSERT_TRUE(names);
  EXPECT_THAT(*names, ElementsAre("b", "c"));
  World never;
  never.http.answer(200, list_of("", "1"))
      .answer(410, status(410, "Expired", "too old"))
      .answer(200, list_of("", "1"))
      .answer(410, status(410, "Expired", "too old"));
  EXPECT_EQ(run(never.api().namespaces()).error().code, Errc::unavailable);
}

TEST(KubernetesLists, AMalformedPageIsAskedForAgainAndNothingCountsTwice) {
  for (const std::string& body :
       {list_of(R"({"metadata":{"name":"a"}})").substr(0, 90), std::string("[]"), std::string("7"),
        std::string(R"({"kind":"PodList"})"), std::string(R"({"items":{}})"), std::string()}) {
    SCOPED_TRACE(body);
    World world;
    world.http.answer(200, body).answer(200, list_of(R"({"metadata":{"name":"a"}})"));
    const auto names = run(world.api().namespaces());
    ASSERT_TRUE(names);
    EXPECT_THAT(*names, ElementsAre("a"));
  }
}

TEST(KubernetesLists, MayBeEmptyAndTheirObjectsMayLackEverything) {
  World world;
  world.http.answer(200, R"({"items":null})")
      .answer(200,
              R"({"items":[{},7,null,{"metadata":[],"spec":"x","status":{"conditions":{}}}]})");
  EXPECT_THAT(*run(world.api().pods({})), IsEmpty());
  EXPECT_EQ(run(world.api().pods({}))->size(), 4U);
}

TEST(KubernetesLists, HaveAnEnd) {
  World world;
  world.options.max_items = 10;
  world.http.otherwise([](const OutboundRequest&) {
    return OutboundResponse{200, {}, list_of("{},{},{},{}", "more")};
  });
  const auto pods = run(world.api().pods({}));
  ASSERT_FALSE(pods);
  EXPECT_EQ(pods.error().code, Errc::resource_exhausted);
  EXPECT_THAT(pods.error().message,
              HasSubstr("the pods: there are too many to read (more than 10 "));
  World idle;
  idle.http.otherwise(
      [](const OutboundRequest&) { return OutboundResponse{200, {}, list_of("", "more")}; });
  EXPECT_EQ(run(idle.api().pods({})).error().code, Errc::resource_exhausted);
}

TEST(KubernetesPods, AreReadInFull) {
  const auto pod = read_pod(R"({
    "metadata":{"namespace":"shop","name":"order-1","creationTimestamp":"2026-01-01T01:02:00Z",
      "labels":{"b":"2","a":"1"},"deletionTimestamp":"2026-01-01T02:00:00Z",
      "ownerReferences":[{"kind":"Other","name":"no"},
                         {"kind":"ReplicaSet","name":"order-7d9f","controller":true}]},
    "spec":{"nodeName":"10.0.0.3","initContainers":[{"name":"init"}],"containers":[
      {"name":"app","image":"shop/order:1","resources":{"requests":{"cpu":"100m","memory":"64Mi"},
        "limits":{"cpu":"1.5","memory":"1G"}}},
      {"name":"proxy","image":"envoy"}]},
    "status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"},
        {"type":"Initialized","status":"True"}],
      "containerStatuses":[
       {"name":"proxy","ready":false,"restartCount":4,"state":{"waiting":{"reason":"CrashLoopBackOff"}},
        "lastState":{"terminated":{"reason":"OOMKilled","exitCode":137}}},
       {"name":"app","ready":true,"restartCount":1,"state":{"running":{"startedAt":"x"}}}]}})");
  EXPECT_EQ(pod.ns, "shop");
  EXPECT_EQ(pod.name, "order-1");
  EXPECT_EQ(pod.node, "10.0.0.3");
  EXPECT_EQ(pod.owner_kind, "ReplicaSet");
  EXPECT_EQ(pod.owner_name, "order-7d9f");
  EXPECT_EQ(pod.phase, "Running");
  EXPECT_EQ(pod.reason, "CrashLoopBackOff");
  EXPECT_TRUE(pod.ready);
  EXPECT_TRUE(pod.terminating);
  EXPECT_EQ(pod.created, TimePoint(Millis{1'767'229'320'000}));
  EXPECT_THAT(pod.labels, ElementsAre(Pair("a", "1"), Pair("b", "2")));
  ASSERT_EQ(pod.containers.size(), 2U);
  const auto& app = pod.containers[0];
  EXPECT_EQ(app.name, "app");
  EXPECT_EQ(app.image, "shop/order:1");
  EXPECT_TRUE(app.ready);
  EXPECT_EQ(app.restarts, 1);
  EXPECT_EQ(app.state, "running");
  EXPECT_EQ(app.cpu_request, 100);
  EXPECT_EQ(app.memory_request, 64 << 20);
  EXPECT_EQ(app.cpu_limit, 1500);
  EXPECT_EQ(app.memory_limit, 1'000'000'000);
  const auto& proxy = pod.containers[1];
  EXPECT_EQ(proxy.state, "waiting");
  EXPECT_EQ(proxy.reason, "CrashLoopBackOff");
  EXPECT_EQ(proxy.last_reason, "OOMKilled");
  EXPECT_EQ(proxy.last_exit, 137);
  EXPECT_EQ(proxy.restarts, 4);
}

TEST(KubernetesPods, SayWhyTheyAreNotWellAsKubectlDoes) {
  const struct {
    const char *name, *status, *reason;
  } cases[] = {
      {"well", R"({"phase":"Running","containerStatuses":[{"ready":true,"state":{"running":{}}}]})",
       ""},
      {"starting",
       R"({"phase":"Pending","containerStatuses":[{"state":{"waiting":{"reason":"ContainerCreating"}}}]})",
       "ContainerCreating"},
      {"unplaced",
       R"({"phase":"Pending","conditions":[{"type":"PodScheduled","status":"False","reason":"Unschedulable"}]})",
       "Unschedulable"},
      {"evicted", R"({"phase":"Failed","reason":"Evicted"})", "Evicted"},
      {"first of two",
       R"({"containerStatuses":[{"state":{"waiting":{"reason":"ImagePullBackOff"}}},
                                {"state":{"terminated":{"reason":"Error","exitCode":1}}}]})",
       "ImagePullBackOff"},
      {"ended", R"({"containerStatuses":[{"state":{"terminated":{"exitCode":3}}}]})", "ExitCode:3"},
      {"killed", R"({"containerStatuses":[{"state":{"terminated":{"exitCode":0,"signal":9}}}]})",
       "Signal:9"},
      {"completed", R"({"containerStatuses":[{"state":{"terminated":{"reason":"Completed"}}}]})",
       "Completed"},
      {"one completed, one runs",
       R"({"conditions":[{"type":"Ready","status":"True"}],"containerStatuses":[
          {"state":{"terminated":{"reason":"Completed"}}},{"ready":true,"state":{"running":{}}}]})",
       ""},
      {"one completed, one runs, not ready",
       R"({"containerStatuses":[
          {"state":{"terminated":{"reason":"Completed"}}},{"ready":true,"state":{"running":{}}}]})",
       "NotReady"},
      {"init crashes",
       R"({"initContainerStatuses":[{"state":{"waiting":{"reason":"CrashLoopBackOff"}}}],
           "containerStatuses":[{"state":{"waiting":{"reason":"PodInitializing"}}}]})",
       "Init:CrashLoopBackOff"},
      {"init failed",
       R"({"initContainerStatuses":[{"state":{"terminated":{"exitCode":2,"reason":"Error"}}}]})",
       "Init:Error"},
      {"init failed without a word",
       R"({"initContainerStatuses":[{"state":{"terminated":{"exitCode":2}}}]})", "Init:ExitCode:2"},
      {"init runs",
       R"({"initContainerStatuses":[{"state":{"terminated":{"exitCode":0}}},{"state":{"running":{}}}],
           "containerStatuses":[{"state":{"waiting":{"reason":"PodInitializing"}}}]})",
       "Init:1/3"},
      {"sidecar runs",
       R"({"initContainerStatuses":[{"name":"sidecar","started":true,"state":{"running":{}}}],
           "containerStatuses":[{"state":{"waiting":{"reason":"ContainerCreating"}}}]})",
       "ContainerCreating"},
      {"init is long past",
       R"({"conditions":[{"type":"Initialized","status":"True"}],
           "initContainerStatuses":[{"state":{"running":{}}}],
           "containerStatuses":[{"state":{"waiting":{"reason":"CrashLoopBackOff"}}}]})",
       "CrashLoopBackOff"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto pod = read_pod(fmt::format(
        R"({{"spec":{{"initContainers":[{{"name":"a"}},{{"name":"b"}},
             {{"name":"sidecar","restartPolicy":"Always"}}]}},"status":{}}})",
        c.status));
    EXPECT_EQ(pod.reason, c.reason);
  }
}

clusters::Workload read_workload(WorkloadKind kind, const std::string& item) {
  World world;
  world.http.answer(200, list_of(item));
  const auto items = run(world.api().workloads(kind, {}));
  EXPECT_TRUE(items && items->size() == 1);
  return items && items->size() == 1 ? items->front() : clusters::Workload{};
}

TEST(KubernetesWorkloads, Deployments) {
  const auto it = read_workload(WorkloadKind::deployment, R"({
    "metadata":{"namespace":"shop","name":"order","uid":"u","resourceVersion":"12","generation":4,
      "annotations":{"deployment.kubernetes.io/revision":"41"},"labels":{"app":"order"}},
    "spec":{"replicas":3,"paused":true,"selector":{"matchLabels":{"app":"order"}},
      "template":{"spec":{"containers":[{"image":"shop/order:1"},{"image":"envoy"}]}}},
    "status":{"observedGeneration":3,"readyReplicas":2,"updatedReplicas":1,"availableReplicas":2,
      "unavailableReplicas":1,"conditions":[{"type":"Progressing","status":"False",
      "reason":"ProgressDeadlineExceeded","message":"has timed out"}]}})");
  EXPECT_EQ(it.kind, WorkloadKind::deployment);
  EXPECT_EQ(it.uid, "u");
  EXPECT_EQ(it.resource_version, "12");
  EXPECT_EQ(it.generation, 4);
  EXPECT_EQ(it.observed, 3);
  EXPECT_EQ(it.desired, 3);
  EXPECT_EQ(it.ready, 2);
  EXPECT_EQ(it.updated, 1);
  EXPECT_EQ(it.available, 2);
  EXPECT_EQ(it.failed, 1);
  EXPECT_TRUE(it.paused);
  EXPECT_EQ(it.revision, "41");
  EXPECT_THAT(it.selector, ElementsAre(Pair("app", "order")));
  EXPECT_THAT(it.labels, ElementsAre(Pair("app", "order")));
  EXPECT_THAT(it.images, ElementsAre("shop/order:1", "envoy"));
  ASSERT_EQ(it.conditions.size(), 1U);
  EXPECT_EQ(it.conditions[0].reason, "ProgressDeadlineExceeded");
}

TEST(KubernetesWorkloads, TheOthersCountInTheirOwnWords) {
  const auto daemons = read_workload(WorkloadKind::daemon_set, R"({"status":{
    "desiredNumberScheduled":5,"numberReady":4,"updatedNumberScheduled":3,"numberAvailable":2,
    "numberUnavailable":1}})");
  EXPECT_EQ(daemons.desired, 5);
  EXPECT_EQ(daemons.ready, 4);
  EXPECT_EQ(daemons.updated, 3);
  EXPECT_EQ(daemons.available, 2);
  EXPECT_EQ(daemons.failed, 1);
  const auto job = read_workload(WorkloadKind::job, R"({
    "metadata":{"ownerReferences":[{"name":"nightly","controller":true}]},
    "spec":{"completions":3,"suspend":true},"status":{"active":1,"succeeded":2,"failed":4}})");
  EXPECT_EQ(job.desired, 3);
  EXPECT_EQ(job.ready, 1);
  EXPECT_EQ(job.available, 2);
  EXPECT_EQ(job.failed, 4);
  EXPECT_TRUE(job.paused);
  EXPECT_EQ(job.owner_name, "nightly");
  const auto cron = read_workload(WorkloadKind::cron_job, R"({"spec":{"schedule":"0 5 * * *",
    "jobTemplate":{"spec":{"template":{"spec":{"containers":[{"image":"busybox"}]}}}}},
    "status":{"active":[{},{}]}})");
  EXPECT_EQ(cron.schedule, "0 5 * * *");
  EXPECT_EQ(cron.desired, 2);
  EXPECT_THAT(cron.images, ElementsAre("busybox"));
  EXPECT_EQ(read_workload(WorkloadKind::stateful_set, "{}").desired, 1) << "as the API reads it";
}

TEST(KubernetesWorkloads, OldClustersHaveTheirCronJobsAndBudgetsElsewhere) {
  World world;
  world.http.answer(404, "404 page not found").answer(200, list_of("{}"));
  EXPECT_EQ(run(world.api().workloads(WorkloadKind::cron_job, {.ns = "shop"}))->size(), 1U);
  EXPECT_THAT(world.path(1), HasSubstr("/apis/batch/v1beta1/namespaces/shop/cronjobs?"));
  World budgets;
  budgets.http.answer(404, "404 page not found").answer(200, list_of("{}"));
  EXPECT_EQ(run(budgets.api().disruption_budgets({}))->size(), 1U);
  EXPECT_THAT(budgets.path(1), HasSubstr("/apis/policy/v1beta1/poddisruptionbudgets?"));
}

clusters::Node read_node(const std::string& item) {
  World world;
  world.http.answer(200, list_of(item));
  return run(world.api().nodes()).value().at(0);
}

TEST(KubernetesNodes, AreReadInFull) {
  const auto node = read_node(R"({
    "metadata":{"name":"10.0.0.3","labels":{"cloud.tencent.com/node-instance-id":"ins-1",
      "tke.cloud.tencent.com/nodepool-id":"np-1","topology.kubernetes.io/zone":"100003"}},
    "spec":{"unschedulable":true,"providerID":"qcloud:///100003/ins-2"},
    "status":{"addresses":[{"type":"Hostname","address":"h"},{"type":"InternalIP","address":"10.0.0.3"}],
      "allocatable":{"cpu":"3900m","memory":"7Gi","pods":"61","ephemeral-storage":"47438316671"},
      "capacity":{"cpu":"4"},"nodeInfo":{"kubeletVersion":"v1.30.0-tke.5"},
      "conditions":[{"type":"MemoryPressure","status":"True"},{"type":"DiskPressure","status":"False"},
        {"type":"Ready","status":"Unknown","reason":"NodeStatusUnknown"}]}})");
  EXPECT_EQ(node.name, "10.0.0.3");
  EXPECT_FALSE(node.ready);
  EXPECT_EQ(node.not_ready_reason, "NodeStatusUnknown");
  EXPECT_TRUE(node.unschedulable);
  EXPECT_EQ(node.version, "v1.30.0-tke.5");
  EXPECT_EQ(node.instance_id, "ins-1");
  EXPECT_EQ(node.pool_id, "np-1");
  EXPECT_EQ(node.zone, "100003");
  EXPECT_EQ(node.address, "10.0.0.3");
  EXPECT_THAT(node.pressures, ElementsAre("MemoryPressure"));
  EXPECT_EQ(node.cpu, 3900);
  EXPECT_EQ(node.memory, 7LL << 30);
  EXPECT_EQ(node.pods, 61);
  EXPECT_EQ(node.ephemeral_storage, 47438316671);
}

TEST(KubernetesNodes, TakeTheirInstanceFromTheProviderToo) {
  EXPECT_EQ(read_node(R"({"spec":{"providerID":"qcloud:///100003/ins-2"}})").instance_id, "ins-2");
  EXPECT_EQ(read_node(R"({"spec":{"providerID":"nonsense"}})").instance_id, "");
  EXPECT_EQ(read_node(R"({"status":{"capacity":{"cpu":2}}})").cpu, 2000);
  EXPECT_EQ(read_node(R"({"status":{"capacity":{"cpu":9223372036854775807}}})").cpu, INT64_MAX);
}

TEST(KubernetesServices, AreReadInFull) {
  const auto it = read_one(&KubernetesApi::services, R"({
    "metadata":{"namespace":"shop","name":"gateway"},
    "spec":{"type":"LoadBalancer","clusterIP":"172.16.0.9","externalIPs":["1.2.3.4"],
      "selector":{"app":"gateway"},
      "ports":[{"port":80,"nodePort":30080,"protocol":"TCP"},{"port":53,"protocol":"UDP"},{"port":1}]},
    "status":{"loadBalancer":{"ingress":[{"ip":"119.29.0.1"},{"hostname":"lb.test"}]}}})");
  EXPECT_EQ(it.type, "LoadBalancer");
  EXPECT_EQ(it.cluster_ip, "172.16.0.9");
  EXPECT_THAT(it.addresses, ElementsAre("119.29.0.1", "lb.test", "1.2.3.4"));
  EXPECT_THAT(it.ports, ElementsAre("80:30080/TCP", "53/UDP", "1/TCP"));
  EXPECT_THAT(it.selector, ElementsAre(Pair("app", "gateway")));
}

TEST(KubernetesIngresses, AreReadInFull) {
  const auto it = read_one(&KubernetesApi::ingresses, R"({
    "metadata":{"namespace":"shop","name":"web"},
    "spec":{"defaultBackend":{"service":{"name":"front"}},"rules":[
      {"host":"a.test","http":{"paths":[{"backend":{"service":{"name":"cart"}}},
                                        {"backend":{"service":{"name":"front"}}}]}},
      {"host":"b.test"}]},
    "status":{"loadBalancer":{"ingress":[{"ip":"119.29.0.2"}]}}})");
  EXPECT_THAT(it.hosts, ElementsAre("a.test", "b.test"));
  EXPECT_THAT(it.services, ElementsAre("front", "cart"));
  EXPECT_THAT(it.addresses, ElementsAre("119.29.0.2"));
}

TEST(KubernetesEvents, OfBothAges) {
  const auto old = read_one(&KubernetesApi::events, R"({"metadata":{"namespace":"shop"},
    "involvedObject":{"kind":"Pod","name":"order-1"},"type":"Warning","reason":"BackOff",
    "message":"Back-off restarting","count":7,"firstTimestamp":"2026-01-01T01:00:00Z",
    "lastTimestamp":"2026-01-01T01:02:00Z"})");
  EXPECT_EQ(old.object_kind, "Pod");
  EXPECT_EQ(old.object_name, "order-1");
  EXPECT_EQ(old.count, 7);
  EXPECT_EQ(old.last - old.first, std::chrono::minutes(2));
  const auto young = read_one(&KubernetesApi::events, R"({"eventTime":"2026-01-01T01:02:00.500000Z",
    "firstTimestamp":null,"count":null,
    "series":{"count":3,"lastObservedTime":"2026-01-01T01:03:00.500000Z"}})");
  EXPECT_EQ(young.count, 3);
  EXPECT_EQ(young.first, TimePoint(Millis{1'767'229'320'500}));
  EXPECT_EQ(young.last - young.first, std::chrono::minutes(1));
}

TEST(KubernetesBudgets, AreReadInFull) {
  const auto it = read_one(&KubernetesApi::disruption_budgets, R"({
    "metadata":{"namespace":"shop","name":"order"},"spec":{"selector":{"matchLabels":{"a":"b"}}},
    "status":{"disruptionsAllowed":1,"currentHealthy":3,"desiredHealthy":2,"expectedPods":4}})");
  EXPECT_EQ(it.allowed, 1);
  EXPECT_EQ(it.healthy, 3);
  EXPECT_EQ(it.desired_healthy, 2);
  EXPECT_EQ(it.expected, 4);
  EXPECT_THAT(it.selector, ElementsAre(Pair("a", "b")));
}

TEST(KubernetesUsage, AddsUpContainers) {
  const auto it = read_one(&KubernetesApi::pod_usage, R"({
    "metadata":{"namespace":"shop","name":"order-1"},"timestamp":"2026-01-01T01:02:00Z",
    "containers":[{"usage":{"cpu":"1500000n","memory":"1Mi"}},{"usage":{"cpu":"10m","memory":"1Ki"}}]})");
  EXPECT_EQ(it.cpu, 12);
  EXPECT_EQ(it.memory, (1 << 20) + 1024);
  World world;
  world.http.answer(200,
                    list_of(R"({"metadata":{"name":"n"},"usage":{"cpu":"2","memory":"1Gi"}})"));
  const auto nodes = run(world.api().node_usage());
  ASSERT_TRUE(nodes);
  EXPECT_EQ(nodes->at(0).cpu, 2000);
}

TEST(KubernetesStorage, IsWhatTheKubeletTellsOfPodsAndTheirClaims) {
  World world;
  world.http.answer(200, R"({"node":{"nodeName":"n-1","fs":{"usedBytes":5}},"pods":[
    {"podRef":{"name":"mysql-0","namespace":"shop","uid":"u"},"ephemeral-storage":{"usedBytes":7},
     "volume":[{"name":"data","usedBytes":40,"capacityBytes":100,
                "pvcRef":{"name":"data-mysql-0","namespace":"shop"}},
               {"name":"tmp","usedBytes":3,"capacityBytes":90}]},
    {"podRef":{"name":"bare","namespace":"shop"}}]})");
  const auto pods = run(world.api().pod_storage("n-1"));
  ASSERT_TRUE(pods) << pods.error().message;
  EXPECT_EQ(world.path(0), "/api/v1/nodes/n-1/proxy/stats/summary");
  ASSERT_EQ(pods->size(), 2U);
  EXPECT_EQ((*pods)[0].name, "mysql-0");
  EXPECT_EQ((*pods)[0].local, 7);
  ASSERT_EQ((*pods)[0].volumes.size(), 1U) << "what lies on the node is in its own figure";
  EXPECT_EQ((*pods)[0].volumes[0].claim, "data-mysql-0");
  EXPECT_EQ((*pods)[0].volumes[0].used, 40);
  EXPECT_EQ((*pods)[0].volumes[0].capacity, 100);
  EXPECT_EQ((*pods)[1].local, 0);
}

TEST(KubernetesStorage, FailuresKeepTheirMeaning) {
  const struct {
    int code;
    std::string body;
    Errc expected;
  } cases[] = {{200, "<html>", Errc::unavailable},
               {200, "[]", Errc::unavailable},
               {403, status(403, "Forbidden", "cannot get resource nodes/proxy"), Errc::denied},
               {503, status(503, "ServiceUnavailable", "i/o timeout"), Errc::unavailable}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.body);
    World world;
    world.http.otherwise(
        [&](const OutboundRequest&) { return OutboundResponse{c.code, {}, c.body}; });
    const auto pods = run(world.api().pod_storage("n-1"));
    ASSERT_FALSE(pods);
    EXPECT_EQ(pods.error().code, c.expected);
  }
}

TEST(KubernetesUsage, SaysThatThereIsNoMetricsService) {
  for (const auto& [code, body] :
       {std::pair{404, std::string("404 page not found")},
        {503, status(503, "ServiceUnavailable", "the server is currently unable")}}) {
    World world;
    world.http.otherwise([&](const OutboundRequest&) { return OutboundResponse{code, {}, body}; });
    const auto usage = run(world.api().node_usage());
    ASSERT_FALSE(usage);
    EXPECT_EQ(usage.error().code, code == 404 ? Errc::not_found : Errc::unavailable);
    EXPECT_THAT(usage.error().message, HasSubstr("no metrics service"));
  }
}

TEST(KubernetesNames, AskForTheNamesOnly) {
  World world;
  world.http.answer(200, list_of(R"({"metadata":{"name":"a"}},{"metadata":{"name":"b"}})"));
  const auto names = run(world.api().names("v1", "Secret", "shop"));
  ASSERT_TRUE(names);
  EXPECT_THAT(*names, ElementsAre("a", "b"));
  EXPECT_THAT(world.header(0, "Accept"), HasSubstr("as=PartialObjectMetadataList"));
  EXPECT_THAT(world.path(0), HasSubstr("/api/v1/namespaces/shop/secrets?"));
}

}  // namespace
}  // namespace mtc::kubernetes
