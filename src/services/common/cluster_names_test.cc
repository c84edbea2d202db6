#include "services/common/cluster_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/clusters/fake_cloud.h"
#include "domain/clusters/fake_cluster.h"
#include "infra/loop/run.h"

namespace mtc::services {
namespace {

using ::testing::ElementsAre;

class ClusterNamesTest : public testing::Test {
 protected:
  ClusterNamesTest() {
    cloud.add({.id = "cls-1", .name = "prod", .region = "ap-guangzhou"});
    cloud.add({.id = "cls-2", .name = "edge", .region = "ap-guangzhou"});
    cloud.kubeconfigs = {{"cls-1", "x"}, {"cls-2", "x"}};
    cluster.work = {{.ns = "shop", .name = "payment"}, {.ns = "crm", .name = "member"}};
  }

  FakeClock clock;
  clusters::FakeCloud cloud;
  clusters::FakeCluster cluster;
  clusters::Estate estate{cloud,
                          [this](const std::string&) {
                            return std::shared_ptr<clusters::ClusterApi>(std::shared_ptr<void>(),
                                                                         &cluster);
                          },
                          nullptr,
                          clock,
                          {.regions = {"ap-guangzhou"}}};
  ClusterNames names{[this](const identity::User&) -> clusters::Estate& { return estate; }};
};

TEST_F(ClusterNamesTest, AreThoseThereAreEachOnce) {
  EXPECT_THAT(run(names.list_clusters({.id = 1})).value(), ElementsAre("edge", "prod"));
  EXPECT_THAT(run(names.list_namespaces({.id = 1}, "")).value(), ElementsAre("crm", "shop"));
  EXPECT_THAT(run(names.list_workloads({.id = 1}, "prod", "")).value(),
              ElementsAre("member", "payment"));
  EXPECT_THAT(run(names.list_workloads({.id = 1}, "prod", "crm")).value(), ElementsAre("member"));
}

TEST_F(ClusterNamesTest, EveryKeyStrokeIsNoQuestion) {
  for (int i = 0; i < 5; ++i) run(names.list_clusters({.id = 1}));
  EXPECT_EQ(cloud.asked.size(), 1U);
}

TEST_F(ClusterNamesTest, ClustersThatFailAreLeftOut) {
  cloud.kubeconfigs.erase("cls-2");
  EXPECT_THAT(run(names.list_workloads({.id = 1}, "", "")).value(),
              ElementsAre("member", "payment"));
  cloud.refuse["clusters"] = {.code = Errc::denied, .message = "no"};
  clock.time += std::chrono::hours(2);
  EXPECT_EQ(run(names.list_clusters({.id = 1})).error().code, Errc::denied);
}

}  // namespace
}  // namespace mtc::services
