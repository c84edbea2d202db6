#include "services/basic/cluster_tools.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "infra/loop/run.h"
#include "services/basic/cluster_world_for_test.h"

namespace mtc::services {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class ClusterToolsTest : public testing::Test, protected ClusterWorld {
 protected:
  ClusterToolsTest() {
    prod.machines = {{.name = "node-1", .ready = true, .cpu = 4000, .memory = 8LL << 30},
                     {.name = "node-2", .not_ready_reason = "NodeStatusUnknown", .cpu = 4000}};
    edge.machines = {{.name = "edge-1", .ready = true}};
    cloud.node_pools["cls-prod0001"] = {{.id = "np-1", .name = "battle", .desired = 3, .ready = 2}};
  }
  Told call(std::string tool, Json arguments, std::string who = "zhangsan") {
    return run(ask(std::move(tool), std::move(arguments), std::move(who)));
  }
};

TEST_F(ClusterToolsTest, ClustersOfAllRegionsAreTold) {
  const auto zh = call("list_clusters", Json::object());
  EXPECT_EQ(zh.text, "一共两个集群：广州生产和 edge。广州一个，上海一个。都正常。");
  EXPECT_FALSE(zh.is_error);
  EXPECT_EQ(zh.data["clusters"].size(), 2U);
  EXPECT_EQ(zh.data["complete"], true);
  EXPECT_EQ(call("list_clusters", Json::object(), "john").text,
            "There are two clusters: 广州生产 and edge. All is well.");
  EXPECT_EQ(call("list_clusters", {{"region", "上海"}}).text, "上海一共一个集群：edge。都正常。");
  EXPECT_EQ(call("list_clusters", {{"region", "南京"}}).text, "南京没有集群。");
}

TEST_F(ClusterToolsTest, ARegionThatDoesNotAnswerIsNamed) {
  cloud.silent = {"clusters/ap-shanghai"};
  const auto told = call("list_clusters", Json::object());
  EXPECT_THAT(told.text, HasSubstr("上海区没查到。"));
  EXPECT_EQ(told.data["complete"], false);
  EXPECT_EQ(told.data["missing"][0]["error"], "timed_out");
}

TEST_F(ClusterToolsTest, WhileTheCloudIsAwayTheLastResultIsTold) {
  call("list_clusters", Json::object());
  clock.time += std::chrono::minutes(5);
  cloud.refuse["clusters"] = {.code = Errc::unavailable, .message = "no route to host"};
  EXPECT_EQ(call("list_clusters", Json::object()).text,
            "腾讯云暂时连不上，这是五分钟前的结果：一共两个集群：广州生产和 "
            "edge。广州一个，上海一个。都正常。");
}

TEST_F(ClusterToolsTest, FailuresAreSentences) {
  const struct {
    Errc code;
    const char *zh, *en;
  } cases[] = {{Errc::rate_limited, "问得太勤", "Too many questions"},
               {Errc::denied, "没有权限", "may not do that"},
               {Errc::unavailable, "连不上", "does not answer"},  // also an answer that is nonsense
               {Errc::timed_out, "等了太久", "took too long"},
               {Errc::unauthenticated, "凭证", "credentials"}};
  for (const auto& c : cases) {
    SCOPED_TRACE(name_of(c.code));
    clock.time += std::chrono::hours(2);
    cloud.refuse["clusters"] = {.code = c.code, .message = "vendor text RequestId 42"};
    const auto zh = call("list_clusters", Json::object());
    EXPECT_TRUE(zh.is_error);
    EXPECT_THAT(zh.text, HasSubstr(c.zh));
    EXPECT_THAT(zh.text, Not(HasSubstr("vendor")));
    EXPECT_EQ(zh.data["error"]["code"], name_of(c.code));
    EXPECT_EQ(zh.data["error"]["message"], "vendor text RequestId 42");
    const auto en = call("list_clusters", Json::object(), "john");
    if (c.code != Errc::denied && c.code != Errc::unauthenticated)
      EXPECT_THAT(en.text, HasSubstr(c.en));
    cloud.refuse.clear();
    clock.time += std::chrono::minutes(1);
    EXPECT_FALSE(call("list_clusters", Json::object()).is_error);
  }
}

TEST_F(ClusterToolsTest, StrangersAreToldNothing) {
  const auto told = call("list_clusters", Json::object(), "mallory");
  EXPECT_TRUE(told.is_error);
  EXPECT_TRUE(cloud.asked.empty());
}

TEST_F(ClusterToolsTest, NodesThatAreDownComeFirst) {
  const auto zh = call("list_nodes", Json::object());
  EXPECT_EQ(zh.text, "广州生产集群有一个节点不正常：node-2 没有响应。另外一个正常。");
  EXPECT_EQ(zh.data["nodes"].size(), 2U);
  EXPECT_EQ(call("list_nodes", {{"cluster", "广州生产集群"}, {"status", "notready"}}, "john").text,
            "One node in 广州生产 is not ready: node-2.");
  const auto shanghai = call("list_nodes", {{"region", "上海"}});
  EXPECT_EQ(shanghai.text, "edge 集群一个节点都正常。");
  EXPECT_EQ(shanghai.data["nodes"][0]["cluster"], "edge");
}

TEST_F(ClusterToolsTest, AClusterOfARegionThatDoesNotAnswerIsNamed) {
  cloud.add({.id = "cls-dark0001", .name = "dark", .region = "ap-shanghai"});
  const auto told = call("list_nodes", {{"region", "上海"}});
  EXPECT_EQ(told.text, "dark 集群没查到。edge 集群一个节点都正常。");
  edge.silent = {"nodes"};
  const auto silent = call("list_nodes", {{"region", "上海"}});
  EXPECT_TRUE(silent.is_error);
}

TEST_F(ClusterToolsTest, AnUnknownClusterOrRegionIsTold) {
  EXPECT_THAT(call("list_nodes", {{"cluster", "游戏"}}).text, HasSubstr("没有找到游戏集群。"));
  EXPECT_THAT(call("list_nodes", {{"region", "火星"}}).text, HasSubstr("没有叫火星的地域"));
  EXPECT_THAT(call("list_nodes", {{"region", "Mars"}}, "john").text, HasSubstr("no region"));
  EXPECT_TRUE(call("list_nodes", {{"status", "purple"}}).is_error);
}

TEST_F(ClusterToolsTest, TwoClustersThatFitAreAsked) {
  cloud.add({.id = "cls-prod0002", .name = "上海生产", .region = "ap-shanghai"});
  const auto told = call("list_nodes", {{"cluster", "生产"}});
  EXPECT_TRUE(told.is_error);
  EXPECT_EQ(told.text, "有两个生产集群：广州生产和上海生产，你说哪一个？");
  EXPECT_EQ(told.data["error"]["code"], "conflict");
}

TEST_F(ClusterToolsTest, AClusterThatIsSilentIsNotWaitedForForEver) {
  prod.silent = {"nodes"};
  const auto told = call("list_nodes", Json::object());
  EXPECT_TRUE(told.is_error);
  EXPECT_EQ(told.text, "等了太久，腾讯云或者集群没有回答，稍后再试。");
}

TEST_F(ClusterToolsTest, ARefusalOfTheClusterIsTold) {
  prod.refuse["nodes"] = {.code = Errc::denied, .message = "nodes is forbidden"};
  EXPECT_THAT(call("list_nodes", Json::object()).text, HasSubstr("集群授权"));
  EXPECT_THAT(call("list_nodes", Json::object(), "john").text, HasSubstr("may not do that"));
}

TEST_F(ClusterToolsTest, PoolsAreToldWithWhatIsMissing) {
  EXPECT_EQ(call("list_node_pools", Json::object()).text,
            "battle 还差一台。广州生产集群有一个节点池，一共两台：battle 两台。");
  EXPECT_EQ(call("list_node_pools", {{"cluster", "edge"}}, "john").text,
            "There are no node pools in edge.");
  cloud.refuse["pools"] = {.code = Errc::rate_limited, .message = "limit"};
  clock.time += std::chrono::hours(2);
  EXPECT_THAT(call("list_node_pools", Json::object()).text, HasSubstr("问得太勤"));
}

TEST_F(ClusterToolsTest, AccessIsToldWithoutTheKubeconfig) {
  cloud.kubeconfigs["cls-prod0001"] = "cls-prod0001 SECRET";
  call("list_nodes", Json::object());
  clock.time += std::chrono::minutes(3);
  const auto told = call("cluster_access", Json::object());
  EXPECT_EQ(told.text, "广州生产外网访问开着，内网访问没开。凭证是三分钟前取的。");
  EXPECT_THAT(told.data.dump() + told.text, Not(HasSubstr("SECRET")));
  EXPECT_EQ(told.data["external"], "https://1.2.3.4");
  EXPECT_THAT(call("cluster_access", {{"cluster", "edge"}}, "john").text,
              HasSubstr("edge has no external access, so I cannot get in"));
}

TEST_F(ClusterToolsTest, AClosedClusterIsToldWithHowToOpenIt) {
  cloud.kubeconfigs.clear();
  EXPECT_EQ(call("list_nodes", Json::object()).text,
            "广州生产集群没有开启外网访问。请在容器服务控制台的集群基本信息里打开，或者改用内网。");
}

TEST_F(ClusterToolsTest, AreShortInTheCatalogue) {
  // As one who listens gets them: 24 KB for 22 tools is all there is.
  mcp::ToolRegistry heard;
  for (auto tool : tools.all()) {
    tool.output_schema = nullptr;
    ASSERT_TRUE(heard.add(std::move(tool)));
  }
  EXPECT_LE(heard.catalogue(mcp::Revision::v2025_11_25)->size(), 8U * 24'000 / 22);
  for (const auto& tool : tools.all()) {
    EXPECT_LE(count_characters(tool.description), 120U) << tool.name;
    EXPECT_EQ(tool.hints.read_only, tool.name != "name_workload") << tool.name;
    EXPECT_EQ(tool.scope, tool.name == "name_workload" ? "ops.operate" : "ops.read");
  }
}

}  // namespace
}  // namespace mtc::services
