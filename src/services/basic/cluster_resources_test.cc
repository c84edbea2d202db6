#include "services/basic/cluster_resources.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "infra/loop/run.h"
#include "mcp/resource_registry.h"
#include "services/basic/cluster_world_for_test.h"

namespace mtc::services {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kTemplate =
    "ops://clusters/{cluster}/namespaces/{namespace}/workloads/{workload}";

class ClusterResourcesTest : public testing::Test, protected ClusterWorld {
 protected:
  ClusterResourcesTest() { add_all(); }
  void add_all() {
    registry = mcp::ResourceRegistry();
    for (const auto& resource : cluster_resources(ports)) EXPECT_TRUE(registry.add(resource));
  }
  Result<mcp::ResourceContents> read(const std::string& uri, const char* who = "zhangsan") {
    const auto found = registry.find(uri);
    if (found.resource == nullptr) return fail(Errc::not_found, "no resource fits");
    return run(found.resource->read(uri, found.variables, called_by(who)));
  }
  Json data(const std::string& uri, const char* who = "zhangsan") {
    const auto contents = read(uri, who);
    if (!contents) return contents.error().message;
    EXPECT_EQ(contents->uri, uri);
    EXPECT_EQ(contents->mime_type, "application/json");
    return Json::parse(contents->text);
  }
  Json told(std::string tool, Json arguments) {
    return run(ask(std::move(tool), std::move(arguments), "zhangsan")).data;
  }

  mcp::ResourceRegistry registry;
};

TEST_F(ClusterResourcesTest, ShowWhatTheToolsTell) {
  EXPECT_EQ(data("ops://clusters"), told("list_clusters", Json::object()));
  EXPECT_EQ(data("ops://clusters")["clusters"].size(), 2U);
  // Percent-encoded, as clients fill a template in.
  const auto order = data(
      "ops://clusters/%E5%B9%BF%E5%B7%9E%E7%94%9F%E4%BA%A7/namespaces/shop/workloads/"
      "order-service");
  EXPECT_EQ(order,
            told("inspect_workload",
                 {{"name", "order-service"}, {"namespace", "shop"}, {"cluster", "广州生产"}}));
  EXPECT_EQ(order["workload"]["name"], "order-service");
  EXPECT_EQ(order["pods"].size(), 3U);
}

TEST_F(ClusterResourcesTest, AClusterGoesByIdToo) {
  EXPECT_EQ(data("ops://clusters/cls-edge0001/namespaces/shop/workloads/mqtt-broker")["cluster"],
            "edge");
}

TEST_F(ClusterResourcesTest, WhatIsNotThereIsNotFound) {
  for (const std::string uri :
       {"ops://clusters/edge/namespaces/shop/workloads/weather-forecast",
        "ops://clusters/nowhere/namespaces/shop/workloads/payment",
        "ops://clusters/edge/namespaces/shop/workloads/..", "ops://clusters/edge"}) {
    EXPECT_EQ(read(uri).error().code, Errc::not_found) << uri;
  }
  EXPECT_EQ(
      read("ops://clusters/edge/namespaces/shop/workloads/" + std::string(201, 'x')).error().code,
      Errc::not_found);
}

TEST_F(ClusterResourcesTest, FailuresAreSentencesInThePersonsLanguage) {
  cloud.refuse["clusters"] = {.code = Errc::denied, .message = "vendor text RequestId 42"};
  const auto zh = read("ops://clusters");
  EXPECT_EQ(zh.error().code, Errc::denied);
  EXPECT_THAT(zh.error().message, HasSubstr("没有权限"));
  EXPECT_THAT(read("ops://clusters", "john").error().message, Not(HasSubstr("权限")));
}

TEST_F(ClusterResourcesTest, AClusterThatHangsIsGivenUp) {
  edge.silent = {"workloads"};
  const auto hung = read("ops://clusters/edge/namespaces/shop/workloads/mqtt-broker");
  EXPECT_EQ(hung.error().code, Errc::timed_out);
}

TEST_F(ClusterResourcesTest, AreOfTheCallersOwnAccountAndNotForStrangers) {
  std::vector<identity::UserId> asked;
  ports.estate = [&](const identity::User& user) -> clusters::Estate& {
    asked.push_back(user.id);
    return estate;
  };
  add_all();
  EXPECT_TRUE(read("ops://clusters", "john"));
  EXPECT_TRUE(read("ops://clusters/edge/namespaces/shop/workloads/mqtt-broker", "john"));
  EXPECT_EQ(asked.size(), 2U);
  EXPECT_THAT(asked, Each(callers.people["john"].user.id));
  EXPECT_EQ(read("ops://clusters", "nobody").error().code, Errc::unauthenticated);
  EXPECT_EQ(asked.size(), 2U);
}

TEST_F(ClusterResourcesTest, EachVariableCompletesWithinThoseBeforeIt) {
  const auto& completers = registry.find_declared(kTemplate)->completers;
  const auto complete = [&](const char* name, std::map<std::string, std::string> others) {
    return run(completers.at(name)("", std::move(others), called_by("zhangsan"))).value();
  };
  EXPECT_THAT(complete("cluster", {}), ElementsAre("edge", "广州生产"));
  EXPECT_THAT(complete("namespace", {{"cluster", "edge"}}), ElementsAre("shop"));
  EXPECT_THAT(complete("workload", {{"cluster", "广州生产"}, {"namespace", "crm"}}),
              ElementsAre("member-service"));
}

}  // namespace
}  // namespace mtc::services
