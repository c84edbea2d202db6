#include "emulator/tke_model.h"

#include <gtest/gtest.h>

#include "emulator/emulator_test_exchange.h"
#include "emulator/many_clusters.h"

namespace mtc::emulator {
namespace {

struct TkeWorld {
  FakeClock clock{};
  SeededRandom random{5};
  Cloud cloud{{}, clock, random};
  Owner owner{.uin = 1, .region = "ap-guangzhou"};
  Record* cluster = nullptr;

  TkeWorld() {
    clock.time = TimePoint(Millis(kTestTime));
    cluster = &add_cluster(cloud, owner, {.id = "cls-00000001", .name = "test"});
  }
  Record& pool(std::int64_t wanted) {
    return create_pool(cloud, *cluster,
                       {{"Type", "Regular"}, {"Desired", wanted}, {"InstanceType", "SA5.LARGE8"}});
  }
  void wait(int seconds) {
    clock.time += std::chrono::seconds(seconds);
    ASSERT_TRUE(find_cluster(cloud, owner, cluster->id));  // settles what is due
  }
  // "joining/initializing/normal"
  std::string count(const Record& pool) {
    const auto nodes = count_nodes(nodes_in(cloud, *cluster, pool.id), cloud.now());
    return fmt::format("{}/{}/{}", nodes.joining, nodes.initializing, nodes.normal);
  }
};

TEST(NodePools, GrowNodeByNode) {
  TkeWorld world;
  const auto& pool = world.pool(2);
  EXPECT_EQ(life_state(pool, world.cloud.now()), "creating");
  EXPECT_EQ(world.count(pool), "2/0/0");
  world.wait(3);
  EXPECT_EQ(life_state(pool, world.cloud.now()), "normal");
  world.wait(2);
  EXPECT_EQ(world.count(pool), "1/1/0");
  world.wait(2);
  EXPECT_EQ(world.count(pool), "0/2/0");
  world.wait(2);
  EXPECT_EQ(world.count(pool), "0/1/1");
  world.wait(2);
  EXPECT_EQ(world.count(pool), "0/0/2");
}

TEST(NodePools, LoseTheNewestNodesFirst) {
  TkeWorld world;
  auto& pool = world.pool(3);
  world.wait(60);
  const auto oldest = nodes_in(world.cloud, *world.cluster, pool.id)[0]->id;
  resize_pool(world.cloud, *world.cluster, pool, 1);
  EXPECT_EQ(world.count(pool), "0/0/3");
  world.wait(2);
  EXPECT_EQ(world.count(pool), "0/0/2");
  world.wait(2);
  EXPECT_EQ(world.count(pool), "0/0/1");
  EXPECT_EQ(nodes_in(world.cloud, *world.cluster, pool.id)[0]->id, oldest);
}

TEST(NodePools, ForgetAnOldOrderForANewOne) {
  TkeWorld world;
  auto& pool = world.pool(3);
  world.wait(60);
  resize_pool(world.cloud, *world.cluster, pool, 0);
  world.wait(2);
  resize_pool(world.cloud, *world.cluster, pool, 3);
  world.wait(60);
  EXPECT_EQ(world.count(pool), "0/0/3");
}

TEST(NodePools, GoWithTheirNodesOrWithout) {
  TkeWorld world;
  auto& with = world.pool(2);
  auto& without = world.pool(1);
  world.wait(60);
  delete_pool(world.cloud, with, false);
  delete_pool(world.cloud, without, true);
  EXPECT_EQ(life_state(with, world.cloud.now()), "deleting");
  EXPECT_FALSE(check_changeable(*world.cluster, &with, world.cloud.now()));
  world.wait(4);
  EXPECT_TRUE(pools_of(world.cloud, *world.cluster).empty());
  ASSERT_EQ(nodes_of(world.cloud, *world.cluster).size(), 1U);
  EXPECT_EQ(nodes_of(world.cloud, *world.cluster)[0]->text("PoolId"), "");
}

TEST(NodePools, ReadInstanceTypes) {
  EXPECT_EQ(read_instance_type("SA5.LARGE8")->cores, 4);
  EXPECT_EQ(read_instance_type("SA5.MEDIUM4")->memory_gb, 4);
  EXPECT_EQ(read_instance_type("S6.4XLARGE64")->cores, 16);
  for (const auto* bad : {"", ".", "SA5", "SA5.", "SA5.LARGE", "SA5.HUGE8", "SA5.999XLARGE1",
                          "SA5.LARGE99999", ".LARGE8", "SA5.XLARGE8"})
    EXPECT_FALSE(read_instance_type(bad)) << bad;
}

TEST(NodePools, OfMachinesKeepWhatAChangeDoesNotName) {
  EmulatorWorld world;
  world.service = "tke";
  world.version = "2022-05-01";
  add_cluster(world.emulator.cloud(), {.uin = demo_account().uin, .region = "ap-guangzhou"},
              {.id = "cls-1", .name = "c"});
  const auto created = world.call(
      "CreateNodePool",
      {{"ClusterId", "cls-1"},
       {"Name", "machines"},
       {"Type", "Native"},
       {"Native",
        {{"Scaling", {{"MinReplicas", 0}, {"MaxReplicas", 5}, {"CreatePolicy", "ZonePriority"}}},
         {"SubnetIds", {"subnet-1"}},
         {"InstanceChargeType", "POSTPAID_BY_HOUR"},
         {"SystemDisk", {{"DiskType", "CLOUD_BSSD"}, {"DiskSize", 50}}},
         {"InstanceTypes", {"SA5.MEDIUM4"}},
         {"Password", "hunter2"}}}});
  const auto id = string_or(created, "NodePoolId");
  ASSERT_NE(id, "") << created;
  world.clock.time += std::chrono::minutes(1);
  const auto modify = [&](const Json& native) {
    return world.code("ModifyNodePool",
                      {{"ClusterId", "cls-1"}, {"NodePoolId", id}, {"Native", native}});
  };
  EXPECT_EQ(modify({{"Scaling", {{"MaxReplicas", 3}, {"ScaleDownMode", "Shutdown"}}},
                    {"InstanceTypes", {"SA5.LARGE8"}},
                    {"Replicas", 1},
                    {"DeletePolicy", "Newest"}}),
            "");
  EXPECT_EQ(modify({{"InstanceTypes", Json::array()}}), "InvalidParameter.Param");
  world.clock.time += std::chrono::minutes(1);
  const auto pool = world.call("DescribeNodePools", {{"ClusterId", "cls-1"}})["NodePools"][0];
  EXPECT_EQ(pool["Native"]["Scaling"], (Json{{"MinReplicas", 0},
                                             {"MaxReplicas", 3},
                                             {"CreatePolicy", "ZonePriority"},
                                             {"ScaleDownMode", "Shutdown"}}));
  for (const auto* other : {"Password", "DeletePolicy"})
    EXPECT_FALSE(pool["Native"].contains(other)) << other;
  EXPECT_EQ(world.call("DescribeClusterMachines",
                       {{"ClusterId", "cls-1"}})["Machines"][0]["InstanceType"],
            "SA5.LARGE8");
}

TEST(NodePools, SurviveInTheFile) {
  const auto file = std::filesystem::temp_directory_path() / "mtc_tke_model_test.db";
  std::filesystem::remove(file);
  FakeClock clock;
  SeededRandom random(3);
  const Owner owner{.uin = 1, .region = "ap-guangzhou"};
  {
    Cloud cloud(file, clock, random);
    add_pool(cloud, add_cluster(cloud, owner, {.id = "cls-1", .name = "c"}),
             {.name = "p", .nodes = 2});
  }
  Cloud again(file, clock, random);
  const auto cluster = find_cluster(again, owner, "cls-1");
  ASSERT_TRUE(cluster);
  EXPECT_EQ(pools_of(again, **cluster).size(), 1U);
  EXPECT_EQ(nodes_of(again, **cluster).size(), 2U);
  std::filesystem::remove(file);
}

TEST(Kubeconfig, ComesFromItsSource) {
  EmulatorWorld world;
  world.service = "tke";
  world.version = "2018-05-25";
  auto& cloud = world.emulator.cloud();
  const Owner owner{.uin = demo_account().uin, .region = "ap-guangzhou"};
  add_cluster(cloud, owner, {.id = "cls-1", .name = "c"});
  const Json asked{{"ClusterId", "cls-1"}, {"IsExtranet", true}};
  EXPECT_NE(string_or(world.call("DescribeClusterKubeconfig", asked), "Kubeconfig")
                .find("server: https://cls-1.ccs.tencent-cloud.com"),
            std::string::npos);
  cloud.set_kubeconfig("cls-1", [](const std::string& id, std::uint64_t uin, bool extranet) {
    return fmt::format("{} {} {}", id, uin, extranet);
  });
  EXPECT_EQ(string_or(world.call("DescribeClusterKubeconfig", asked), "Kubeconfig"),
            fmt::format("cls-1 {} true", demo_account().uin));
}

TEST(ManyClusters, AreAsManyAsWanted) {
  EmulatorWorld world;
  world.service = "tke";
  world.version = "2018-05-25";
  load_many_clusters(world.emulator, world.clock, {.regions = 20, .per_region = 10});
  load_many_clusters(world.emulator, world.clock, {.regions = 20, .per_region = 10});
  std::set<std::string> ids;
  for (std::size_t r = 0; r < 20; ++r) {
    world.region = known_regions()[r];
    for (const auto& one : world.call("DescribeClusters", Json::object())["Clusters"])
      ids.insert(string_or(one, "ClusterId"));
  }
  EXPECT_EQ(ids.size(), 200U);
}

TEST(Faults, HitOneRegionOnly) {
  EmulatorWorld world;
  Faults faults{.regions = {"ap-shanghai"}, .errors = 1};
  world.emulator.set_faults(faults);
  EXPECT_EQ(world.code("DescribeLogsets", Json::object()), "");
  world.region = "ap-shanghai";
  EXPECT_EQ(world.code("DescribeLogsets", Json::object()), "InternalError");
  EXPECT_EQ(world.code("DescribeLogsets", Json::object()), "");
}

}  // namespace
}  // namespace mtc::emulator
