#include "services/common/change_places.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/clusters/fake_cloud.h"
#include "domain/clusters/fake_cluster.h"
#include "domain/clusters/memory_checkpoint_store.h"
#include "infra/loop/run.h"

namespace mtc::services {
namespace {

using clusters::ClusterApi;

class ChangePlacesTest : public ::testing::Test {
 protected:
  ChangePlacesTest() {
    cloud.add({.id = "cls-1", .name = "prod", .region = "ap-guangzhou"});
    cloud.add({.id = "cls-2", .name = "test", .region = "ap-shanghai"});
    cloud.kubeconfigs["cls-1"] = "apiVersion: v1";
  }
  Result<clusters::Scene> open(std::string said) {
    return run(places.open(user, {.name = std::move(said), .region = ""}));
  }

  FakeClock clock;
  clusters::FakeCloud cloud;
  clusters::Estate estate{
      cloud,
      [](const std::string&) -> Result<std::unique_ptr<ClusterApi>> {
        auto cluster = std::make_unique<clusters::FakeCluster>();
        cluster->work = {
            {.ns = "shop", .name = "order-service"},
            {.kind = clusters::WorkloadKind::daemon_set, .ns = "shop", .name = "agent"}};
        return cluster;
      },
      nullptr,
      clock,
      {.regions = {"ap-guangzhou", "ap-shanghai"}}};
  clusters::MemoryAliasStore aliases;
  EstatePlaces places{[this](const identity::User&) -> clusters::Estate& { return estate; },
                      aliases};
  identity::User user{.id = 7, .username = "alice"};
};

TEST_F(ChangePlacesTest, AClusterIsOpenedByItsNameAndByItsId) {
  for (const auto* said : {"prod", "cls-1"}) {
    const auto scene = open(said);
    ASSERT_TRUE(scene) << scene.error().message;
    EXPECT_EQ(scene->cluster.id, "cls-1");
    EXPECT_EQ(scene->user.id, 7);
    EXPECT_EQ(scene->cloud, &cloud);
    ASSERT_TRUE(scene->api);
    EXPECT_TRUE(run(scene->api->namespaces()));
  }
}

TEST_F(ChangePlacesTest, TheCloudAloneNeedsNoWayIntoTheCluster) {
  const auto scene = run(places.cloud(user, {.name = "test", .region = ""}));
  ASSERT_TRUE(scene) << scene.error().message;
  EXPECT_EQ(scene->cluster.id, "cls-2");
  EXPECT_FALSE(scene->api);
  EXPECT_EQ(open("test").error().code, Errc::not_found) << "that way is closed";
}

TEST_F(ChangePlacesTest, AWorkloadIsFoundByWhatItIsCalled) {
  aliases.aliases[7]["下单"] = {
      .spoken = "下单", .cluster_id = "", .ns = "", .name = "order-service"};
  for (const auto* said : {"order-service", "订单服务", "下单"}) {
    const auto found =
        run(places.workload(user, {.name = said, .ns = "", .kind = "", .cluster = "prod"}));
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_EQ(found->object.kind, "Deployment");
    EXPECT_EQ(found->object.api_version, "apps/v1");
    EXPECT_EQ(found->object.ns, "shop");
    EXPECT_EQ(found->object.name, "order-service");
    EXPECT_EQ(found->scene.cluster.id, "cls-1");
  }
  EXPECT_FALSE(run(
      places.workload(user, {.name = "agent", .ns = "", .kind = "deployment", .cluster = "prod"})));
}

TEST_F(ChangePlacesTest, WhatIsNotThereIsTold) {
  EXPECT_FALSE(open("zzzqqq"));
  EXPECT_FALSE(open("")) << "two, and none of them is the usual one";
}

}  // namespace
}  // namespace mtc::services
