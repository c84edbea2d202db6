#include "adapters/tencent/tke_clusters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/tencent/scripted_cloud.h"
#include "infra/loop/run.h"

namespace mtc::tencent {
namespace {

using clusters::ClusterStatus;
using clusters::PoolType;
using clusters::Reach;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kRegion[] = "ap-guangzhou";
constexpr char kId[] = "cls-0a1b2c3d";

struct World : ScriptedCloud {
  TkeClusters tke{client};
};

Json cluster_item(std::string id, std::string status) {
  return {{"ClusterId", std::move(id)},
          {"ClusterName", "广州生产"},
          {"ClusterVersion", "1.30.0"},
          {"ClusterType", "MANAGED_CLUSTER"},
          {"ClusterStatus", std::move(status)},
          {"ClusterNodeNum", 5},
          {"CreatedTime", "2025-03-01T02:03:04Z"},
          {"TagSpecification", nullptr},
          {"ClusterNetworkSettings", {{"VpcId", "vpc-0a1b2c3d"}}}};
}

Json regular_pool(std::string id) {
  return {{"NodePoolId", std::move(id)},
          {"Name", "general"},
          {"Type", "Regular"},
          {"LifeState", "normal"},
          {"Labels", {{{"Name", "tier"}, {"Value", "web"}}}},
          {"Taints", nullptr},
          {"Native", nullptr},
          {"Regular",
           {{"MinNodesNum", 1},
            {"MaxNodesNum", 6},
            {"DesiredNodesNum", 3},
            {"AutoscalingGroupStatus", "enabled"},
            {"NodePoolOs", "tlinux3.1x86_64"},
            {"NodeCountSummary",
             {{"ManuallyAdded", {{"Normal", 1}}}, {"AutoscalingAdded", {{"Normal", 2}}}}}}}};
}

Json native_pool(std::string id) {
  return {{"NodePoolId", std::move(id)},
          {"Name", "native"},
          {"Type", "Native"},
          {"LifeState", "Running"},
          {"Native",
           {{"Scaling", {{"MinReplicas", 2}, {"MaxReplicas", 8}}},
            {"EnableAutoscaling", true},
            {"Replicas", 4},
            {"ReadyReplicas", 3},
            {"InstanceTypes", {"SA5.LARGE8"}},
            {"SubnetIds", {"subnet-1"}},
            {"SecurityGroupIds", {"sg-1"}},
            {"KeyIds", {"skey-1"}},
            {"InstanceChargeType", "POSTPAID_BY_HOUR"},
            {"SystemDisk", {{"DiskType", "CLOUD_PREMIUM"}, {"DiskSize", 100}}}}}};
}

TEST(TkeClusters, ListsTheClustersOfARegionPageByPage) {
  World world;
  Json first = Json::array();
  for (int i = 0; i < 100; ++i)
    first.push_back(cluster_item("cls-" + std::to_string(i), "Running"));
  world.answer({{"TotalCount", 101}, {"Clusters", first}});
  world.answer({{"TotalCount", 101}, {"Clusters", {cluster_item(kId, "Upgrading")}}});
  const auto clusters = run(world.tke.clusters(kRegion));
  ASSERT_TRUE(clusters) << clusters.error().message;
  ASSERT_EQ(clusters->size(), 101U);
  const auto& last = clusters->back();
  EXPECT_EQ(last.id, kId);
  EXPECT_EQ(last.name, "广州生产");
  EXPECT_EQ(last.region, kRegion);
  EXPECT_EQ(last.status, ClusterStatus::changing);
  EXPECT_EQ(last.status_text, "Upgrading");
  EXPECT_EQ(last.nodes, 5);
  EXPECT_EQ(last.network, "vpc-0a1b2c3d");
  EXPECT_EQ(last.created.time_since_epoch().count(), 1740794584000);
  EXPECT_EQ(world.body(1), (Json{{"Limit", 100}, {"Offset", 100}}));
  EXPECT_EQ(world.action(0), "DescribeClusters");
  EXPECT_EQ(world.version(0), "2018-05-25");
}

TEST(TkeClusters, SaysWhatStatesMean) {
  const struct {
    const char* word;
    ClusterStatus status;
  } cases[] = {{"Running", ClusterStatus::running},        {"Creating", ClusterStatus::creating},
               {"NodeUpgrading", ClusterStatus::changing}, {"Isolated", ClusterStatus::stopped},
               {"Deleting", ClusterStatus::deleting},      {"Abnormal", ClusterStatus::abnormal},
               {"Brandnew", ClusterStatus::unknown}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.word);
    World world;
    world.answer({{"TotalCount", 1}, {"Clusters", {cluster_item(kId, c.word)}}});
    EXPECT_EQ(run(world.tke.clusters(kRegion))->front().status, c.status);
  }
}

TEST(TkeClusters, SurvivesAnswersThatAreNoList) {
  World world;
  world.answer({{"TotalCount", "many"}, {"Clusters", "none"}});
  EXPECT_TRUE(run(world.tke.clusters(kRegion))->empty());
  world.answer({{"TotalCount", 2}, {"Clusters", {nullptr, 7}}});
  EXPECT_TRUE(run(world.tke.clusters(kRegion))->empty());
}

TEST(TkeClusters, PassesFailuresOnWithWhatToDo) {
  const struct {
    const char* code;
    Errc errc;
  } cases[] = {{"ResourceNotFound.ClusterNotFound", Errc::not_found},
               {"InternalError.ClusterNotFound", Errc::not_found},
               {"UnauthorizedOperation.CamNoAuth", Errc::denied},
               {"FailedOperation.RBACForbidden", Errc::denied},
               {"ResourceUnavailable.NodePoolStateNotNormal", Errc::conflict},
               {"FailedOperation.TradeInsufficientBalance", Errc::denied},
               {"FailedOperation.UnexpectedError", Errc::unavailable}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.code);
    World world;
    world.refuse(c.code);
    const auto pools = run(world.tke.pools(kRegion, kId));
    ASSERT_FALSE(pools);
    EXPECT_EQ(pools.error().code, c.errc);
    EXPECT_THAT(pools.error().message, HasSubstr("DescribeNodePools in ap-guangzhou"));
  }
}

TEST(TkeClusters, ListsMachinesAndWhyOneFailed) {
  World world;
  world.answer({{"TotalCount", 2},
                {"InstanceSet",
                 {{{"InstanceId", "ins-1"},
                   {"InstanceState", "running"},
                   {"FailedReason", "=Ready:True;"},
                   {"LanIP", "10.0.0.8"},
                   {"NodePoolId", "np-1"},
                   {"InstanceAdvancedSettings", {{"Unschedulable", 1}}}},
                  {{"InstanceId", "ins-2"},
                   {"InstanceState", "failed"},
                   {"FailedReason", "image not found"},
                   {"LanIP", nullptr}}}}});
  const auto machines = run(world.tke.instances(kRegion, kId));
  ASSERT_TRUE(machines) << machines.error().message;
  ASSERT_EQ(machines->size(), 2U);
  EXPECT_EQ((*machines)[0].reason, "");
  EXPECT_TRUE((*machines)[0].unschedulable);
  EXPECT_EQ((*machines)[0].address, "10.0.0.8");
  EXPECT_EQ((*machines)[1].state, "failed");
  EXPECT_EQ((*machines)[1].reason, "image not found");
}

TEST(TkeClusters, ListsPoolsOfAllKinds) {
  World world;
  world.answer({{"TotalCount", 2}, {"NodePools", {regular_pool("np-1"), native_pool("np-2")}}});
  const auto pools = run(world.tke.pools(kRegion, kId));
  ASSERT_TRUE(pools) << pools.error().message;
  const auto& regular = pools->at(0);
  EXPECT_EQ(regular.type, PoolType::regular);
  EXPECT_EQ(regular.cluster_id, kId);
  EXPECT_EQ(regular.state, "normal");
  EXPECT_TRUE(regular.autoscaling);
  EXPECT_EQ(regular.minimum, 1);
  EXPECT_EQ(regular.maximum, 6);
  EXPECT_EQ(regular.desired, 3);
  EXPECT_EQ(regular.ready, 3);
  EXPECT_THAT(regular.labels, ElementsAre(clusters::Label{.name = "tier", .value = "web"}));
  const auto& native = pools->at(1);
  EXPECT_EQ(native.type, PoolType::native);
  EXPECT_EQ(native.desired, 4);
  EXPECT_EQ(native.ready, 3);
  EXPECT_THAT(native.instance_types, ElementsAre("SA5.LARGE8"));
  EXPECT_EQ(world.version(0), "2022-05-01");
}

TEST(TkeClusters, TakesOverWhatAPoolTellsOfItself) {
  World world;
  world.answer({{"TotalCount", 1}, {"NodePools", {native_pool("np-2")}}});
  const auto spec = run(world.tke.pool_settings(kRegion, {.id = "np-2", .cluster_id = kId}));
  ASSERT_TRUE(spec) << spec.error().message;
  EXPECT_EQ(spec->instance_type, "SA5.LARGE8");
  EXPECT_EQ(spec->disk_type, "CLOUD_PREMIUM");
  EXPECT_EQ(spec->disk_gib, 100);
  EXPECT_THAT(spec->subnets, ElementsAre("subnet-1"));
  EXPECT_THAT(spec->security_groups, ElementsAre("sg-1"));
  EXPECT_EQ(world.body(0)["Filters"], Json::parse(R"([{"Name":"NodePoolsId","Values":["np-2"]}])"));

  world.answer({{"TotalCount", 0}, {"NodePools", nullptr}});
  const auto gone = run(world.tke.pool_settings(kRegion, {.id = "np-9", .cluster_id = kId}));
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code, Errc::not_found);
}

clusters::NodePoolSpec wanted(PoolType type) {
  return {.name = "night",
          .type = type,
          .instance_type = "SA5.LARGE8",
          .minimum = 1,
          .maximum = 4,
          .desired = 2,
          .subnets = {"subnet-1"},
          .security_groups = {"sg-1"},
          .key_ids = {"skey-1"},
          .labels = {{.name = "tier", .value = "batch"}}};
}

TEST(TkeClusters, MakesARegularPoolWithTheTextsOfAutoScaling) {
  World world;
  world.answer({{"NodePoolId", "np-7"}});
  const auto id = run(
      world.tke.create_pool(kRegion, {.id = kId, .network = "vpc-1"}, wanted(PoolType::regular)));
  ASSERT_TRUE(id) << id.error().message;
  EXPECT_EQ(*id, "np-7");
  EXPECT_EQ(world.action(0), "CreateClusterNodePool");
  const Json body = world.body(0);
  EXPECT_EQ(*parse_json(string_or(body, "AutoScalingGroupPara")),
            (Json{{"MinSize", 1},
                  {"MaxSize", 4},
                  {"DesiredCapacity", 2},
                  {"VpcId", "vpc-1"},
                  {"SubnetIds", {"subnet-1"}},
                  {"RetryPolicy", "IMMEDIATE_RETRY"},
                  {"ServiceSettings", {{"ScalingMode", "CLASSIC_SCALING"}}}}));
  const Json launch = *parse_json(string_or(body, "LaunchConfigurePara"));
  EXPECT_EQ(launch["InstanceType"], "SA5.LARGE8");
  EXPECT_EQ(launch["LoginSettings"], (Json{{"KeyIds", {"skey-1"}}}));
  EXPECT_EQ(body["EnableAutoscale"], true);
  EXPECT_EQ(body["Labels"], Json::parse(R"([{"Name":"tier","Value":"batch"}])"));
  // All four that the service wants.
  EXPECT_EQ(body["InstanceAdvancedSettings"].size(), 4U);
}

TEST(TkeClusters, MakesANativePool) {
  World world;
  world.answer({{"NodePoolId", "np-8"}});
  const auto id = run(
      world.tke.create_pool(kRegion, {.id = kId, .network = "vpc-1"}, wanted(PoolType::native)));
  ASSERT_TRUE(id) << id.error().message;
  EXPECT_EQ(world.action(0), "CreateNodePool");
  const Json native = world.body(0)["Native"];
  EXPECT_EQ(native["InstanceTypes"], Json::array({"SA5.LARGE8"}));
  EXPECT_EQ(native["Scaling"], (Json{{"MinReplicas", 1}, {"MaxReplicas", 4}}));
  EXPECT_EQ(native["Replicas"], 2);
}

TEST(TkeClusters, NamesWhatANewPoolLacksWithoutAsking) {
  World world;
  auto spec = wanted(PoolType::regular);
  spec.instance_type = spec.name = "";
  spec.subnets.clear();
  const auto id = run(world.tke.create_pool(kRegion, {.id = kId, .network = "vpc-1"}, spec));
  ASSERT_FALSE(id);
  EXPECT_EQ(id.error().message, "the new node pool needs: name, machine type, subnet");
  spec = wanted(PoolType::super);
  EXPECT_FALSE(run(world.tke.create_pool(kRegion, {.id = kId, .network = "vpc-1"}, spec)));
  spec = wanted(PoolType::regular);
  spec.desired = 9;
  EXPECT_FALSE(run(world.tke.create_pool(kRegion, {.id = kId, .network = "vpc-1"}, spec)));
  EXPECT_TRUE(world.http.requests.empty());
}

TEST(TkeClusters, ResizesWithinTheBoundsAndMovesThemOnlyWhenTold) {
  const clusters::NodePool regular{
      .id = "np-1", .cluster_id = kId, .name = "general", .minimum = 1, .maximum = 6};
  {
    World world;
    world.answer(Json::object());
    ASSERT_TRUE(run(world.tke.resize_pool(kRegion, regular, 5, false)));
    EXPECT_EQ(world.action(0), "ModifyNodePoolDesiredCapacityAboutAsg");
    EXPECT_EQ(world.body(0)["DesiredCapacity"], 5);
  }
  {
    World world;
    const auto refused = run(world.tke.resize_pool(kRegion, regular, 9, false));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message, "general allows 1 to 6 machines, not 9");
    EXPECT_TRUE(world.http.requests.empty());
  }
  {
    World world;
    world.answer(Json::object()).answer(Json::object());
    ASSERT_TRUE(run(world.tke.resize_pool(kRegion, regular, 9, true)));
    EXPECT_EQ(world.action(0), "ModifyClusterNodePool");
    EXPECT_EQ(world.body(0)["MaxNodesNum"], 9);
    EXPECT_EQ(world.body(0)["MinNodesNum"], 1);
    EXPECT_EQ(world.action(1), "ModifyNodePoolDesiredCapacityAboutAsg");
  }
  {
    World world;
    world.answer(Json::object()).refuse("ResourceInsufficient.SpecifiedInstanceType");
    const auto half = run(world.tke.resize_pool(kRegion, regular, 9, true));
    ASSERT_FALSE(half);
    EXPECT_THAT(half.error().message, HasSubstr("bounds have been moved all the same"));
  }
  {
    World world;
    auto native = regular;
    native.type = PoolType::native;
    world.answer(Json::object());
    ASSERT_TRUE(run(world.tke.resize_pool(kRegion, native, 2, false)));
    EXPECT_EQ(world.action(0), "ScaleNodePool");
    EXPECT_EQ(world.body(0)["Replicas"], 2);
  }
}

// A change that may have been carried out must not be sent again.
TEST(TkeClusters, DoesNotRepeatAChangeThatMayHaveHappened) {
  World world;
  world.http.fail_with(Errc::timed_out, "too slow");
  const clusters::NodePool pool{
      .id = "np-1", .cluster_id = kId, .name = "general", .minimum = 1, .maximum = 6};
  const auto lost = run(world.tke.resize_pool(kRegion, pool, 5, false));
  ASSERT_FALSE(lost);
  EXPECT_EQ(world.http.requests.size(), 1U);
}

TEST(TkeClusters, DeletesAPool) {
  World world;
  world.answer(Json::object()).answer(Json::object());
  ASSERT_TRUE(run(world.tke.delete_pool(kRegion, {.id = "np-1", .cluster_id = kId})));
  EXPECT_EQ(world.body(0),
            (Json{{"ClusterId", kId}, {"NodePoolIds", {"np-1"}}, {"KeepInstance", false}}));
  ASSERT_TRUE(run(
      world.tke.delete_pool(kRegion, {.id = "np-2", .cluster_id = kId, .type = PoolType::native})));
  EXPECT_EQ(world.action(1), "DeleteNodePool");
}

TEST(TkeClusters, FetchesTheKubeconfigOnlyWhereThatWayIsOpen) {
  World world;
  world.answer({{"Status", "Created"}, {"ErrorMsg", ""}})
      .answer({{"Kubeconfig", "apiVersion: v1"}});
  const auto yaml = run(world.tke.kubeconfig(kRegion, kId, Reach::external));
  ASSERT_TRUE(yaml) << yaml.error().message;
  EXPECT_EQ(*yaml, "apiVersion: v1");
  EXPECT_EQ(world.body(1), (Json{{"ClusterId", kId}, {"IsExtranet", true}}));

  world.answer({{"Status", "NotFound"}});
  const auto shut = run(world.tke.kubeconfig(kRegion, kId, Reach::internal));
  ASSERT_FALSE(shut);
  EXPECT_EQ(shut.error().code, Errc::not_found);
  EXPECT_THAT(shut.error().message, HasSubstr("switch that access on"));

  world.answer({{"Status", "Created"}}).answer({{"Kubeconfig", ""}});
  EXPECT_EQ(run(world.tke.kubeconfig(kRegion, kId, Reach::internal)).error().code,
            Errc::unavailable);
}

TEST(TkeClusters, TellsTheEndpointsAndRenewsTheKubeconfig) {
  World world;
  world.answer({{"ClusterExternalEndpoint", "1.2.3.4"}, {"ClusterIntranetEndpoint", nullptr}});
  const auto endpoints = run(world.tke.endpoints(kRegion, kId));
  ASSERT_TRUE(endpoints);
  EXPECT_EQ(endpoints->external, "1.2.3.4");
  EXPECT_EQ(endpoints->internal, "");
  world.answer({{"UpdatedSubAccounts", {"100"}}});
  EXPECT_TRUE(run(world.tke.renew_kubeconfig(kRegion, kId)));
  EXPECT_EQ(world.action(1), "UpdateClusterKubeconfig");
}

}  // namespace
}  // namespace mtc::tencent
