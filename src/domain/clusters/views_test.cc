#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "domain/clusters/fake_cluster.h"
#include "domain/clusters/node_view.h"
#include "domain/clusters/pod_view.h"
#include "domain/clusters/storage_view.h"
#include "domain/clusters/usage_view.h"
#include "domain/clusters/words.h"
#include "domain/clusters/workload_view.h"
#include "infra/loop/run.h"

namespace mtc::clusters {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

const TimePoint kNow = Zone::shanghai().at(2026y / 11 / 22, 11h);

Pod pod(const std::string& workload, std::string phase = "Running", std::string reason = {}) {
  static int number = 0;
  Pod out{.ns = "crm",
          .name = workload + "-7d9f4c5b6-x2k" + std::to_string(number++),
          .owner_kind = "ReplicaSet",
          .owner_name = workload + "-7d9f4c5b6",
          .phase = std::move(phase),
          .reason = std::move(reason)};
  out.ready = out.phase == "Running" && out.reason.empty();
  out.containers.push_back({.name = "app", .image = "r/shop/" + workload + ":1.4"});
  return out;
}

TEST(PodView, AStateIsWhatPeopleAskFor) {
  Pod memory = pod("a", "Running", "CrashLoopBackOff");
  memory.containers[0].last_reason = "OOMKilled";
  memory.containers[0].state = "waiting";
  Pod leaving = pod("a");
  leaving.terminating = true;
  Pod starting = pod("a");
  starting.ready = false;
  const struct {
    Pod pod;
    std::string_view state;
  } cases[] = {{pod("a"), "running"},
               {pod("a", "Pending"), "pending"},
               {pod("a", "Pending", "ImagePullBackOff"), "imagepullbackoff"},
               {pod("a", "Pending", "ErrImagePull"), "imagepullbackoff"},
               {pod("a", "Pending", "Init:ImagePullBackOff"), "imagepullbackoff"},
               {pod("a", "Running", "CrashLoopBackOff"), "crashloopbackoff"},
               {pod("a", "Pending", "Init:CrashLoopBackOff"), "crashloopbackoff"},
               {pod("a", "Running", "OOMKilled"), "oomkilled"},
               {memory, "oomkilled"},
               {pod("a", "Failed", "Evicted"), "evicted"},
               {pod("a", "Failed", "Error"), "failed"},
               {pod("a", "Failed"), "failed"},
               {pod("a", "Succeeded", "Completed"), "completed"},
               {leaving, "terminating"},
               {starting, "notready"},
               {pod("a", "Unknown"), "unknown"}};
  for (const auto& c : cases) {
    EXPECT_EQ(name_of(state_of(c.pod)), c.state) << c.pod.phase << " " << c.pod.reason;
  }
}

TEST(PodView, FiltersAreTheWordsOfTheUtterances) {
  for (const auto* word : {"running", "pending", "failed", "completed", "terminating",
                           "CrashLoopBackOff", "ImagePullBackOff", "OOMKilled", "evicted",
                           "unhealthy", "起不来", "拉镜像失败", "驱逐", "oom killed", "不正常"})
    EXPECT_TRUE(parse_pod_filter(word)) << word;
  EXPECT_FALSE(parse_pod_filter("purple"));
  EXPECT_TRUE(parse_pod_filter("起不来")->matches(pod("a", "Pending")));
  EXPECT_FALSE(parse_pod_filter("起不来")->matches(pod("a", "Succeeded")));
}

TEST(PodView, APodIsSpokenOfByItsWorkload) {
  EXPECT_EQ(workload_of(pod("payment")), "payment");
  EXPECT_EQ(workload_of({.name = "lone"}), "lone");
  EXPECT_EQ(workload_of({.name = "x", .owner_kind = "StatefulSet", .owner_name = "mysql"}),
            "mysql");
  EXPECT_EQ(workload_of({.name = "x", .owner_kind = "Job", .owner_name = "backup-29345678"}),
            "backup");
  EXPECT_EQ(workload_of({.name = "x", .owner_kind = "Job", .owner_name = "import-v2"}),
            "import-v2");
}

TEST(PodView, BadNewsComesFirst) {
  const std::vector<Pod> pods{
      pod("payment", "Pending", "ImagePullBackOff"), pod("payment", "Pending", "ImagePullBackOff"),
      pod("order", "Running", "CrashLoopBackOff"), pod("cart"), pod("cart")};
  const PodPlace place{.ns = "crm"};
  EXPECT_EQ(
      say_pods(pods, {}, place, Language::zh),
      "crm 里有三个副本不正常：payment 的两个拉不到镜像，order 的一个反复崩溃。其余两个正常。");
  EXPECT_EQ(
      say_pods(pods, {}, place, Language::en),
      "Three of five pods in crm are not well: two of payment cannot pull their image, one of "
      "order keeps crashing.");
  EXPECT_EQ(say_pods(pods, parse_pod_filter("oomkilled"), {.cluster = "edge"}, Language::zh),
            "edge 集群没有内存超限被杀的副本。");
  EXPECT_EQ(say_pods(pods, parse_pod_filter("imagepullbackoff"), place, Language::zh),
            "crm 里有两个副本拉不到镜像：payment 两个。");
  EXPECT_EQ(
      say_pods(pods, parse_pod_filter("起不来"), {.cluster = "广州生产集群", .ns = "crm"},
               Language::zh),
      "广州生产集群的 crm 里有三个副本不正常：payment 的两个拉不到镜像，order 的一个反复崩溃。");
  EXPECT_EQ(say_pods(std::vector{pod("cart")}, {}, place, Language::zh),
            "crm 里一共一个副本，都正常。");
  EXPECT_EQ(say_pods({}, {}, place, Language::en), "No pods run in crm.");
}

TEST(PodView, IsShortHoweverManyAreIll) {
  std::vector<Pod> pods;
  for (int i = 0; i < 500; ++i) {
    pods.push_back(pod("some-quite-long-service-name-" + std::to_string(i % 50), "Running",
                       "CrashLoopBackOff"));
  }
  for (const auto language : {Language::zh, Language::en}) {
    const auto text = say_pods(pods, {}, {.cluster = "广州生产", .ns = "crm"}, language);
    EXPECT_LE(count_characters(text), 300U) << text;
    EXPECT_THAT(text, Not(HasSubstr("7d9f"))) << "no ids for the ear";
  }
}

TEST(NodeView, BadNewsComesFirst) {
  std::vector<Node> nodes;
  for (int i = 1; i <= 9; ++i)
    nodes.push_back({.name = "node-" + std::to_string(i), .ready = true});
  EXPECT_EQ(say_nodes(nodes, "", "广州生产", Language::zh), "广州生产集群九个节点都正常。");
  nodes[2].ready = false;
  nodes[2].not_ready_reason = "NodeStatusUnknown";
  nodes[4].pressures = {"DiskPressure"};
  nodes[5].unschedulable = true;
  EXPECT_EQ(say_nodes(nodes, "", "广州生产", Language::zh),
            "广州生产集群有两个节点不正常：node-3 没有响应；node-5 "
            "磁盘紧张。另外七个正常。一个不可调度。");
  EXPECT_EQ(
      say_nodes(nodes, "", "gz", Language::en),
      "Two of nine nodes in gz are not well: node-3 does not answer; node-5 is short of disk. "
      "One is unschedulable.");
  EXPECT_EQ(say_nodes(nodes, "notready", "game", Language::zh),
            "game 集群有一个节点没就绪：node-3。");
  EXPECT_EQ(say_nodes(nodes, "unschedulable", "game", Language::en),
            "One node in game is unschedulable: node-6.");
  EXPECT_EQ(parse_node_filter("掉线"), "notready");
  EXPECT_EQ(parse_node_filter("Not Ready"), "notready");
  EXPECT_FALSE(parse_node_filter("purple"));
}

TEST(NodeView, PoolsAndClustersAreCounted) {
  const std::vector<NodePool> pools{{.name = "battle", .desired = 5, .ready = 3},
                                    {.name = "batch", .desired = 2, .ready = 2}};
  EXPECT_EQ(say_pools(pools, "大数据", Language::zh),
            "battle 还差两台。大数据集群有两个节点池，一共五台：battle 三台和 batch 两台。");
  EXPECT_EQ(say_pools(pools, "big", Language::en),
            "battle is two short. There are two node pools in big, with five nodes: battle with "
            "three and batch with two.");
  std::vector<Cluster> clusters{
      {.id = "1", .name = "广州生产", .region = "ap-guangzhou", .status = ClusterStatus::running},
      {.id = "2", .name = "game", .region = "ap-nanjing", .status = ClusterStatus::running}};
  EXPECT_EQ(say_clusters(clusters, "", Language::zh),
            "一共两个集群：广州生产和 game。广州一个，南京一个。都正常。");
  clusters[1].status = ClusterStatus::abnormal;
  EXPECT_EQ(say_clusters(clusters, "", Language::en),
            "game is in trouble. There are two clusters: 广州生产 and game.");
  EXPECT_EQ(say_clusters({}, "ap-nanjing", Language::zh), "南京没有集群。");
}

Workload deployment(const std::string& name, std::int64_t desired, std::int64_t ready) {
  return {.kind = WorkloadKind::deployment,
          .ns = "crm",
          .name = name,
          .generation = 2,
          .observed = 2,
          .desired = desired,
          .ready = ready,
          .updated = desired,
          .revision = "5",
          .images = {"r/shop/" + name + ":1.4"}};
}

TEST(WorkloadView, SaysWhatIsMissing) {
  const std::vector<Workload> some{deployment("order", 3, 1), deployment("cart", 2, 2)};
  EXPECT_EQ(say_workloads(some, false, {.ns = "crm"}, Language::zh),
            "crm 里有一个不正常：order 要三个只有一个正常。其余一个正常。");
  EXPECT_EQ(say_workloads(std::span(some).last(1), false, {.ns = "crm"}, Language::zh),
            "crm 里一共一个，都正常：cart。");
  EXPECT_EQ(say_workload(deployment("cart", 2, 2), {}, Language::zh),
            "cart 的两个副本都正常。版本是 1.4。");
  EXPECT_EQ(say_workload(deployment("order", 3, 1),
                         std::vector{pod("order", "Running", "CrashLoopBackOff"),
                                     pod("order", "Running", "CrashLoopBackOff"), pod("order")},
                         Language::zh),
            "order 要三个只有一个正常。两个反复崩溃。版本是 1.4。");
  EXPECT_EQ(say_workload(deployment("order", 3, 1),
                         std::vector{pod("order", "Running", "CrashLoopBackOff")}, Language::en),
            "order has one of three ready. One keeps crashing. The version is 1.4.");
  auto rolling = deployment("cart", 4, 4);
  rolling.updated = 1;
  EXPECT_THAT(say_workload(rolling, {}, Language::zh), HasSubstr("正在发布，一个已经更新。"));
  EXPECT_THAT(say_workload(deployment("cart", 0, 0), {}, Language::zh), HasSubstr("缩到了零个"));
}

TEST(WorkloadView, AJobIsOverWhenEnoughOfItHasSucceeded) {
  Workload job{
      .kind = WorkloadKind::job, .name = "migrate", .desired = 1, .available = 1, .failed = 1};
  EXPECT_TRUE(is_well(job));
  EXPECT_EQ(say_workload(job, {}, Language::zh), "migrate 跑完了。");
  EXPECT_EQ(say_workload(job, {}, Language::en), "migrate has completed.");
  job.available = 0;
  EXPECT_FALSE(is_well(job));
  job.failed = 0;
  EXPECT_EQ(say_workload(job, {}, Language::zh), "migrate 没有失败。");
}

TEST(WorkloadView, KindsGoByTheirShortNamesToo) {
  for (const auto* word : {"deployment", "Deployments", "deploy"})
    EXPECT_EQ(parse_workload_kind(word), WorkloadKind::deployment) << word;
  EXPECT_EQ(parse_workload_kind("cron job"), WorkloadKind::cron_job);
  EXPECT_EQ(parse_workload_kind("sts"), WorkloadKind::stateful_set);
  EXPECT_FALSE(parse_workload_kind("pod"));
}

TEST(WorkloadView, AVersionIsTheImagesTag) {
  EXPECT_EQ(image_version("ccr.ccs.tencentyun.com:443/shop/payment:1.4.2"), "1.4.2");
  EXPECT_EQ(image_version("nginx"), "latest");
  EXPECT_EQ(image_version("r:5000/nginx"), "latest");
  EXPECT_EQ(image_version("nginx@sha256:abcdef0123456789"), "abcdef0");
  EXPECT_EQ(image_version("nginx:1.2@sha256:abcdef0123456789"), "1.2");
}

TEST(EventView, AreCondensedByReasonWarningsFirst) {
  const std::vector<Event> events{
      {.object_name = "order-1", .type = "Normal", .reason = "Pulled", .count = 40},
      {.object_name = "order-1",
       .type = "Warning",
       .reason = "BackOff",
       .message = "old",
       .count = 10,
       .last = kNow - 2h},
      {.object_name = "order-2",
       .type = "Warning",
       .reason = "BackOff",
       .message = "new",
       .count = 2,
       .last = kNow - 1h},
      {.object_name = "order-2",
       .type = "Warning",
       .reason = "Strange\nreason",
       .last = kNow - 3h}};
  const auto groups = condense(events);
  ASSERT_EQ(groups.size(), 3U);
  EXPECT_EQ(groups[0].count, 12);
  EXPECT_EQ(groups[0].message, "new");
  EXPECT_EQ(say_events(std::span(groups).first(1), "order", kNow, Zone::shanghai(), Language::zh),
            "order 有告警：反复重启十二次。最后一次在上午十点。");
  EXPECT_EQ(say_events(std::span(groups).first(1), "order", kNow, Zone::shanghai(), Language::en),
            "order has warnings: twelve back-off after crashes. The last was at 10 am.");
  EXPECT_EQ(say_events({}, "order", kNow, Zone::shanghai(), Language::zh), "order 最近没有事件。");
}

TEST(RolloutHistory, OfADeploymentIsItsReplicaSets) {
  FakeCluster cluster;
  for (int i = 3; i <= 5; ++i) {
    const auto name = "order-" + std::to_string(i);
    cluster.work.push_back({.kind = WorkloadKind::replica_set,
                            .ns = "crm",
                            .name = name,
                            .revision = std::to_string(i),
                            .owner_name = "order",
                            .images = {"r/order:1." + std::to_string(i)},
                            .created = kNow - std::chrono::hours(24 * (5 - i) + 1)});
    cluster.put({{"apiVersion", "apps/v1"},
                 {"kind", "ReplicaSet"},
                 {"metadata",
                  {{"namespace", "crm"},
                   {"name", name},
                   {"annotations", {{"kubernetes.io/change-cause", "release " + name}}}}}});
  }
  cluster.work.push_back({.kind = WorkloadKind::replica_set,
                          .ns = "crm",
                          .name = "other-1",
                          .revision = "9",
                          .owner_name = "other"});
  const auto history = run(rollout_history(cluster, deployment("order", 3, 3), 10));
  ASSERT_TRUE(history);
  ASSERT_EQ(history->size(), 3U);
  EXPECT_EQ((*history)[0].number, 5);
  EXPECT_TRUE((*history)[0].current);
  EXPECT_EQ((*history)[2].cause, "release order-3");
  EXPECT_EQ(
      say_history(*history, "order", kNow, Zone::shanghai(), Language::zh),
      "order 现在是 1.5，上午十点发布的。之前是昨天上午十点的 1.4，再之前是前天上午十点的 1.3。");
  EXPECT_EQ(say_history(*history, "order", kNow, Zone::shanghai(), Language::en),
            "order is at 1.5, released at 10 am. Before that: 1.4 yesterday at 10 am; 1.3 on "
            "November 20 at 10 am.");
}

TEST(RolloutHistory, OfAStatefulSetIsItsControllerRevisions) {
  FakeCluster cluster;
  for (int i = 1; i <= 2; ++i) {
    cluster.put(
        {{"apiVersion", "apps/v1"},
         {"kind", "ControllerRevision"},
         {"revision", i},
         {"metadata",
          {{"namespace", "crm"},
           {"name", "mysql-" + std::to_string(i)},
           {"creationTimestamp", "2026-11-22T01:00:00Z"},
           {"ownerReferences", {{{"kind", "StatefulSet"}, {"name", "mysql"}}}}}},
         {"data",
          {{"spec",
            {{"template",
              {{"spec", {{"containers", {{{"image", "mysql:8." + std::to_string(i)}}}}}}}}}}}}});
  }
  Workload mysql{.kind = WorkloadKind::stateful_set, .ns = "crm", .name = "mysql"};
  const auto history = run(rollout_history(cluster, mysql, 10));
  ASSERT_TRUE(history) << history.error().message;
  ASSERT_EQ(history->size(), 2U);
  EXPECT_EQ((*history)[0].images, std::vector<std::string>{"mysql:8.2"});
  EXPECT_EQ((*history)[0].created, kNow - 2h);
  cluster.refuse["names"] = {.code = Errc::denied, .message = "no"};
  EXPECT_EQ(run(rollout_history(cluster, mysql, 10)).error().code, Errc::denied);
}

class UsageTest : public testing::Test {
 protected:
  UsageTest() {
    constexpr std::int64_t kGi = 1LL << 30;
    for (int i = 1; i <= 2; ++i) {
      const auto name = "node-" + std::to_string(i);
      cluster.machines.push_back({.name = name, .ready = true, .cpu = 8000, .memory = 16 * kGi});
      cluster.machine_usage.push_back(
          {.name = name, .cpu = i * 2000, .memory = i == 1 ? 4 * kGi : 15 * kGi});
    }
    for (int i = 0; i < 3; ++i) {
      auto one = pod(i == 2 ? "cart" : "order");
      one.node = "node-1";
      one.containers[0].cpu_request = 500;
      one.containers[0].memory_request = kGi;
      one.containers[0].memory_limit = 2 * kGi;
      cluster.running_usage.push_back(
          {.ns = "crm", .name = one.name, .cpu = 250, .memory = i == 2 ? 2 * kGi : kGi});
      cluster.running.push_back(std::move(one));
    }
  }
  std::vector<UsageRow> rows(UsageScope scope) { return run(read_usage(cluster, scope)).value(); }

  FakeCluster cluster;
};

TEST_F(UsageTest, OfNodesIsAgainstWhatTheyHave) {
  const auto nodes = rows({.by = UsageOf::node});
  ASSERT_EQ(nodes.size(), 2U);
  EXPECT_EQ(nodes[0].pods, 3);
  EXPECT_EQ(nodes[0].cpu_request, 1500);
  EXPECT_DOUBLE_EQ(*nodes[0].cpu_share(), 0.25);
  EXPECT_EQ(say_usage(nodes, {}, Measure::memory, "edge", Language::zh),
            "内存快满了：node-2 百分之九十四。edge 集群内存一共用了百分之五十九。申请了三G。");
  EXPECT_EQ(say_usage(nodes, {}, Measure::cpu, "edge", Language::en),
            "38 percent of the CPU in edge is in use. The highest: node-2 at 50 percent and node-1 "
            "at 25 percent. Requested: 1.5 cores.");
}

TEST_F(UsageTest, OfWorkloadsIsAgainstTheirLimits) {
  const UsageScope scope{.by = UsageOf::workload, .ns = "crm"};
  const auto workloads = rows(scope);
  ASSERT_EQ(workloads.size(), 2U);
  EXPECT_EQ(say_usage(workloads, scope, Measure::memory, "", Language::zh),
            "内存快满了：cart 百分之百。crm 里内存一共用了四G。申请了三G。");
  EXPECT_EQ(rows({.by = UsageOf::workload, .ns = "crm", .name = "order"}).size(), 1U);
  EXPECT_EQ(rows({.by = UsageOf::name_space})[0].cpu, 750);
  EXPECT_EQ(rows({.by = UsageOf::pod}).size(), 3U);
}

TEST_F(UsageTest, WithoutMetricsTheClustersReasonIsPassedOn) {
  cluster.refuse["node_usage"] = {.code = Errc::unavailable, .message = "no metrics service"};
  EXPECT_EQ(run(read_usage(cluster, {})).error().message, "no metrics service");
}

class StorageTest : public testing::Test {
 protected:
  static constexpr std::int64_t kGi = 1LL << 30;
  StorageTest() {
    for (int i = 0; i < 3; ++i) {
      auto one = pod(i == 2 ? "cart" : "mysql");
      one.node = i == 0 ? "node-1" : "node-2";
      PodStorage kept{.ns = one.ns, .name = one.name, .local = kGi, .volumes = {}};
      if (i < 2) {
        kept.volumes = {
            {one.ns, "data-" + std::to_string(i), i == 0 ? 91 * kGi : 40 * kGi, 100 * kGi},
            {one.ns, "shared", 2 * kGi, 10 * kGi}};
      }
      cluster->disks[one.node].push_back(std::move(kept));
      cluster->running.push_back(std::move(one));
    }
  }
  Result<StorageUse> read(UsageScope scope) { return run(read_storage(cluster, scope)); }

  std::shared_ptr<FakeCluster> cluster = std::make_shared<FakeCluster>();
};

TEST_F(StorageTest, IsAgainstTheFullestVolumeAndCountsASharedOneOnce) {
  const UsageScope scope{.by = UsageOf::workload, .ns = "crm"};
  const auto use = read(scope).value();
  ASSERT_EQ(use.rows.size(), 2U);
  EXPECT_EQ(use.rows[0].name, "mysql");
  EXPECT_EQ(use.rows[0].used(), (2 + 91 + 40 + 2) * kGi);
  EXPECT_EQ(use.rows[0].volumes.size(), 3U);
  EXPECT_DOUBLE_EQ(*use.rows[0].share(), 0.91);
  EXPECT_EQ(use.rows[1].share(), std::nullopt);
  EXPECT_EQ(say_storage(use, scope, "edge", Language::zh),
            "磁盘快满了：mysql 百分之九十一。edge 集群的 crm 里磁盘一共用了一百三十六G。");
  EXPECT_EQ(
      say_storage(use, scope, "edge", Language::en),
      "Disk is nearly used up: mysql at 91 percent. 136 gigabytes of disk are in use in crm of "
      "edge.");
  EXPECT_EQ(to_json(use.rows[0])["volumes"][0]["percent"], 91);
}

TEST_F(StorageTest, OfNamespacesAndPodsIsCountedAlike) {
  EXPECT_EQ(read({.by = UsageOf::name_space})->rows.size(), 1U);
  EXPECT_EQ(read({.by = UsageOf::name_space})->rows[0].used(), (3 + 91 + 40 + 2) * kGi);
  EXPECT_EQ(read({.by = UsageOf::pod})->rows.size(), 3U);
  const auto one = read({.by = UsageOf::pod, .name = cluster->running[1].name}).value();
  EXPECT_EQ(say_storage(one, {}, "edge", Language::zh),
            "edge 集群磁盘一共用了四十三G。最满的卷用了百分之四十。");
}

TEST_F(StorageTest, ANodeThatDoesNotAnswerIsNamed) {
  cluster->refuse["pod_storage node-1"] = {.code = Errc::unavailable, .message = "i/o timeout"};
  const auto use = read({.by = UsageOf::workload}).value();
  EXPECT_EQ(use.missing, std::vector<std::string>{"node-1"});
  EXPECT_EQ(say_storage(use, {.by = UsageOf::workload}, "edge", Language::zh),
            "edge 集群磁盘一共用了四十四G。最高的是 mysql 百分之四十和 cart 一G。node-1 没查到。");
}

TEST_F(StorageTest, WhereNoNodeTellsItTheReasonIsPassedOn) {
  cluster->refuse["pod_storage"] = {.code = Errc::denied, .message = "nodes/proxy"};
  EXPECT_EQ(read({.by = UsageOf::workload}).error().code, Errc::denied);
}

TEST(Curves, SayThePeakAndWhatIsNow) {
  const std::vector<MetricSeries> series{
      {.name = "node-1", .unit = "percent", .points = {{kNow - 2min, 20}, {kNow, 40}}},
      {.name = "node-2", .unit = "percent", .points = {{kNow - 2min, 90}, {kNow, 50}}},
      {.name = "empty", .unit = "percent"}};
  const auto curves = curves_of(series);
  ASSERT_EQ(curves.size(), 2U);
  EXPECT_EQ(curves[0].peak_at, kNow - 2min);
  EXPECT_EQ(say_curves(curves, Measure::storage, "大数据", "最近一个小时", Language::zh),
            "大数据集群最近一个小时的磁盘，node-2 "
            "最高，最高到百分之九十，平均百分之七十，现在百分之五十。其次是 "
            "node-1，最高百分之四十。");
  EXPECT_THAT(say_curves({}, Measure::storage, "大数据", "", Language::zh),
              HasSubstr("没有磁盘的数据"));
}

TEST(Words, AmountsAreSaidAsPeopleSayThem) {
  EXPECT_EQ(say_bytes(3LL << 29, Language::zh), "一点五G");
  EXPECT_EQ(say_bytes(512LL << 20, Language::zh), "五百一十二兆");
  EXPECT_EQ(say_bytes(2LL << 30, Language::en), "two gigabytes");
  EXPECT_EQ(say_cores(300, Language::zh), "三百毫核");
  EXPECT_EQ(say_cores(1500, Language::en), "1.5 cores");
  EXPECT_EQ(say_list({"a", "b", "c"}, 2, Language::zh), "a、b 等三个");
  EXPECT_EQ(say_list({"a", "b", "c"}, 2, Language::en), "a, b and one more");
  EXPECT_EQ(say_list({"a", "b", "c"}, 3, Language::en), "a, b and c");
}

}  // namespace
}  // namespace mtc::clusters
