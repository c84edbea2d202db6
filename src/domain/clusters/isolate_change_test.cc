#include "domain/clusters/isolate_change.h"

#include <gmock/gmock.h>

#include "domain/clusters/version_world_for_test.h"

namespace mtc::clusters {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kMore = R"(
{apiVersion: v1, kind: Node, metadata: {name: n1, uid: node-1}}
---
{apiVersion: v1, kind: Node, metadata: {name: n2}}
---
apiVersion: v1
kind: Pod
metadata:
  name: order-7d9f4-sick
  namespace: shop
  labels: {app: order, tier: web, pod-template-hash: 7d9f4}
  ownerReferences: [{kind: ReplicaSet, name: order-7d9f4, controller: true}]
spec: {nodeName: n1}
status: {reason: CrashLoopBackOff}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: canary, namespace: shop}
spec:
  replicas: 1
  selector: {matchLabels: {part: canary}}
  template: {metadata: {labels: {app: order, part: canary}}, spec: {containers: [{name: c, image: "r/order:2"}]}}
---
apiVersion: v1
kind: Pod
metadata:
  name: canary-5c6-aaa
  namespace: shop
  labels: {app: order, part: canary, pod-template-hash: 5c6}
  ownerReferences: [{kind: ReplicaSet, name: canary-5c6, controller: true}]
spec: {nodeName: n1}
)";

class IsolationTest : public ::testing::Test, protected VersionWorld {
 protected:
  IsolationTest() { cluster->put_yaml(kMore); }
  Result<Planned> plan(IsolationWish wish, Language language = Language::zh) {
    return run(plan_isolation(ports, scene(language), std::move(wish)));
  }
  Result<Planned> plan_pods(std::vector<std::string> pods = {}, Language language = Language::zh) {
    return plan({.kind = Isolation::pods, .object = deployment(), .pods = std::move(pods)},
                language);
  }
  Result<Planned> plan_node(std::string node = "n1", Language language = Language::zh) {
    return plan({.kind = Isolation::node, .object = deployment(), .node = std::move(node)},
                language);
  }
  Result<Planned> plan_workload(std::string name = "canary", Language language = Language::zh) {
    return plan({.kind = Isolation::workload, .object = deployment(std::move(name))}, language);
  }
  Json& pod(const std::string& name) { return cluster->at("Pod", "shop", name); }
  Json& sick() { return pod("order-7d9f4-sick"); }
  Json& node() { return cluster->at("Node", "", "n1"); }
  Json& service() { return cluster->at("Service", "shop", "order"); }
};

TEST_F(IsolationTest, ASickPodLosesItsTrafficAndItsControllerAndStays) {
  const auto made = plan_pods();
  EXPECT_EQ(
      said(made),
      "准备把广州生产集群的 shop 里的 order 的一个副本摘下来，不再接流量，不删掉，会补上新的。"
      "还有一个好的在服务。");
  EXPECT_THAT(said(plan_pods({}, Language::en)),
              HasSubstr("About to set one pod of order in shop of 广州生产集群 aside, without "
                        "traffic; they are kept, and new ones take their place. One that is well "
                        "goes on serving."));
  EXPECT_EQ(std::get<ChangePlan>(*made).action, "isolate_workload");
  EXPECT_THAT(cluster->writes, IsEmpty());
  const auto result = execute(made);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_THAT(result->speech, HasSubstr("order 的一个副本摘下来了，"));
  EXPECT_EQ(sick()["metadata"]["labels"], Json::parse(R"({"tier":"web","pod-template-hash":"7d9f4",
                            "mcp-tencent-cloud/isolated":"order"})"));
}

TEST_F(IsolationTest, AnIsolatedPodIsPutBackByUndo) {
  const Json before = sick()["metadata"]["labels"];
  ASSERT_TRUE(execute(plan_pods()));
  sick()["status"]["containerStatuses"] = {{{"name", "order"}, {"restartCount", 9}}};
  const auto result = undo();
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_THAT(result->speech, HasSubstr("order 已经改回去了"));
  EXPECT_EQ(sick()["metadata"]["labels"], before);
}

TEST_F(IsolationTest, APodThatIsGoneIsNotMadeAnewByUndo) {
  ASSERT_TRUE(execute(plan_pods()));
  ASSERT_TRUE(run(cluster->remove(ref_of(sick()), {})));
  EXPECT_EQ(undo().error().message, "已经是改动以前的样子了，不用撤销。");
}

TEST_F(IsolationTest, AServiceThatChoosesByAnotherLabelLosesItToo) {
  service()["spec"]["selector"] = {{"tier", "web"}};
  ASSERT_TRUE(execute(plan_pods()));
  EXPECT_EQ(sick()["metadata"]["labels"],
            Json::parse(R"({"pod-template-hash":"7d9f4","mcp-tencent-cloud/isolated":"order"})"))
      << "tier for the Service, app for the controller";
}

TEST_F(IsolationTest, OneWellPodHasToStay) {
  pod("order-7d9f4-x2k")["status"] = {{"reason", "CrashLoopBackOff"}};
  const auto made = plan_pods({"order-7d9f4-sick"});
  EXPECT_EQ(made.error().code, Errc::conflict);
  EXPECT_EQ(said(made), "order 没有别的好副本了，摘下来就没有服务了，没有动。");
}

TEST_F(IsolationTest, ItIsLookedAgainWhetherOneStays) {
  const auto made = plan_pods();
  pod("order-7d9f4-x2k")["status"] = {{"reason", "CrashLoopBackOff"}};
  EXPECT_EQ(execute(made).error().code, Errc::conflict);
  EXPECT_THAT(cluster->writes, IsEmpty());
}

TEST_F(IsolationTest, WhereAllAreWellThereIsNothingToDo) {
  sick().erase("status");
  EXPECT_EQ(said(plan_pods()), "order 的副本都正常，没有要摘下来的。");
  EXPECT_EQ(plan_pods({"order-gone"}).error().code, Errc::not_found);
}

TEST_F(IsolationTest, ThePodsOfAStatefulSetAreNotSetAside) {
  const auto made = plan({.object = ref_of(cluster->at("StatefulSet", "shop", "mysql"))});
  EXPECT_THAT(said(made), HasSubstr("mysql 的副本名字是固定的"));
}

TEST_F(IsolationTest, PodsExecutedTwiceAreSetAsideOnce) {
  const auto made = plan_pods();
  ASSERT_TRUE(execute(made, "chosen"));
  const auto again = execute(made, "chosen");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_THAT(cluster->writes, ElementsAre("patch Pod/order-7d9f4-sick"));
  EXPECT_EQ(checkpoints.checkpoints.size(), 1U);
}

TEST_F(IsolationTest, AWriteThatWasDoneAndNotNotedCanBeUndone) {
  const Json before = sick()["metadata"]["labels"];
  const auto made = plan_pods();
  ASSERT_TRUE(execute(made, "chosen"));
  checkpoints.checkpoints[0].objects[0].after.clear();
  ASSERT_TRUE(execute(made, "chosen"));
  ASSERT_TRUE(undo());
  EXPECT_EQ(sick()["metadata"]["labels"], before);
}

TEST_F(IsolationTest, AnUnknownOutcomeIsToldAsOneAndGoneOnWith) {
  const auto made = plan_pods();
  cluster->refuse["patch"] = {.code = Errc::timed_out, .message = "away"};
  const auto cut = execute(made, "chosen");
  ASSERT_TRUE(cut);
  EXPECT_TRUE(cut->failed);
  EXPECT_THAT(cut->speech, HasSubstr("不知道做成了没有"));
  cluster->refuse.clear();
  EXPECT_FALSE(execute(made, "chosen")->failed);
  EXPECT_EQ(checkpoints.checkpoints.size(), 1U);
}

TEST_F(IsolationTest, PodsThatWereChangedOrReplacedMeanwhileAreLeftAlone) {
  const auto made = plan_pods();
  sick()["metadata"]["labels"]["tier"] = "db";
  EXPECT_EQ(execute(made).error().code, Errc::conflict);
  sick()["metadata"]["uid"] = "another";
  EXPECT_EQ(execute(made)->speech, "order 那些副本已经不在了，不用摘。");
  EXPECT_THAT(cluster->writes, IsEmpty());
}

TEST_F(IsolationTest, ANodeIsClosedAndTheWorkloadMovedAway) {
  const auto made = plan_node();
  EXPECT_EQ(said(made),
            "准备让广州生产集群的节点 n1 不再接新的副本。order 在上面的一个副本会挪到别的节点。");
  EXPECT_THAT(said(plan_node("n1", Language::en)),
              HasSubstr("About to stop node n1 in 广州生产集群 taking new pods. Of order one pod "
                        "there will be moved to other nodes."));
  EXPECT_EQ(std::get<ChangePlan>(*made).target, "cls-1/Node/n1");
  const auto result = execute(made);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_THAT(result->speech, HasSubstr("节点 n1 不再接新的副本，order 的一个副本已经挪走，"));
  EXPECT_THAT(cluster->writes, ElementsAre("patch Node/n1", "evict Pod/order-7d9f4-sick"));
  EXPECT_EQ(node()["spec"]["unschedulable"], true);
}

TEST_F(IsolationTest, UndoOpensTheNodeAgainThoughTheClusterHasMarkedIt) {
  ASSERT_TRUE(execute(plan_node()));
  node()["spec"]["taints"] = {{{"key", "node.kubernetes.io/unschedulable"}}};
  const auto result = undo();
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(node()["spec"]["unschedulable"], false);
  EXPECT_FALSE(cluster->has("Pod", "shop", "order-7d9f4-sick")) << "evicted is evicted";
}

TEST_F(IsolationTest, ANodeExecutedTwiceIsClosedOnce) {
  const auto made = plan_node();
  ASSERT_TRUE(execute(made, "chosen"));
  const auto again = execute(made, "chosen");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(count_writes(), 2U);
  EXPECT_EQ(said(plan_node()), "节点 n1 已经停止调度，上面也没有 order。");
}

TEST_F(IsolationTest, AfterACrashTheEvictionGoesOn) {
  const auto made = plan_node();
  cluster->refuse["evict"] = {.code = Errc::unavailable, .message = "away"};
  EXPECT_TRUE(execute(made, "chosen")->failed);
  cluster->refuse.clear();
  EXPECT_FALSE(execute(made, "chosen")->failed);
  EXPECT_THAT(cluster->writes, ElementsAre("patch Node/n1", "evict Pod/order-7d9f4-sick"));
  EXPECT_EQ(checkpoints.checkpoints.size(), 1U);
}

TEST_F(IsolationTest, ABudgetHoldsPodsBack) {
  const auto made = plan_node();
  cluster->refuse["evict"] = {.code = Errc::conflict, .message = "budget"};
  const auto result = execute(made);
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->failed);
  EXPECT_THAT(result->speech, HasSubstr("还有一个副本预算不让动。"));
  cluster->at("PodDisruptionBudget", "shop", "order")["status"]["disruptionsAllowed"] = 0;
  EXPECT_THAT(said(plan_node()), HasSubstr("预算 order 现在一个副本都不许少"));
}

TEST_F(IsolationTest, ANodeWithoutWhichNothingServesStaysOpen) {
  sick().erase("status");
  pod("order-7d9f4-x2k")["status"] = {{"reason", "CrashLoopBackOff"}};
  EXPECT_THAT(said(plan_node()), HasSubstr("order 的好副本都在节点 n1 上"));
  EXPECT_THAT(said(plan_node("n9")), HasSubstr("没有 Node n9"));
  pod("order-7d9f4-x2k").erase("status");
  cluster->at("Node", "", "n2")["spec"]["unschedulable"] = true;
  EXPECT_THAT(said(plan_node()), HasSubstr("除了 n1 没有别的节点能用"));
}

TEST_F(IsolationTest, AWorkloadLeavesTheTrafficToTheOthers) {
  const auto made = plan_workload();
  EXPECT_EQ(said(made),
            "准备断开广州生产集群的 shop 里的 canary 的流量，副本照常运行。服务 order 的流量全部走 "
            "order。");
  EXPECT_THAT(said(plan_workload("canary", Language::en)),
              HasSubstr("About to take canary in shop of 广州生产集群 out of the traffic"));
  const auto result = execute(made);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->speech, "canary 的流量断开了，副本照常运行。要改回来就说：撤销。");
  EXPECT_EQ(service()["spec"]["selector"], Json::parse(R"({"app":"order","tier":"web"})"));
  ASSERT_TRUE(undo());
  EXPECT_EQ(service()["spec"]["selector"], Json::parse(R"({"app":"order"})"));
}

TEST_F(IsolationTest, AWorkloadWhoseSelectorFitsTheOthersTooKnowsItsOwnPods) {
  const auto made = plan_workload("order");
  EXPECT_THAT(said(made), HasSubstr("服务 order 的流量全部走 canary。"));
  ASSERT_TRUE(execute(made));
  EXPECT_EQ(service()["spec"]["selector"], Json::parse(R"({"app":"order","part":"canary"})"));
}

TEST_F(IsolationTest, AWorkloadThatIsAloneBehindItsServiceIsNotIsolated) {
  EXPECT_EQ(said(plan_workload("single")), "没有服务指向 single，没有流量可以断开。");
  cluster->put_yaml(
      "{apiVersion: v1, kind: Service, metadata: {name: canary, namespace: shop}, spec: {selector: "
      "{part: canary}}}");
  EXPECT_EQ(plan_workload().error().code, Errc::conflict);
  EXPECT_THAT(said(plan_workload()), HasSubstr("服务 canary 后面只有 canary 在服务"));
}

TEST_F(IsolationTest, OthersThatAreNotWellDoNotCount) {
  const auto made = plan_workload();
  pod("order-7d9f4-x2k")["status"] = {{"reason", "CrashLoopBackOff"}};
  EXPECT_EQ(plan_workload().error().code, Errc::conflict);
  EXPECT_EQ(execute(made).error().code, Errc::conflict);
  EXPECT_THAT(cluster->writes, IsEmpty());
}

TEST_F(IsolationTest, WhereNoLabelTellsThemApartNothingIsDone) {
  for (const char* name : {"order-7d9f4-x2k", "order-7d9f4-sick"}) {
    pod(name)["metadata"]["labels"].erase("tier");
  }
  EXPECT_THAT(said(plan_workload()), HasSubstr("和别的副本标签一样，分不开"));
}

TEST_F(IsolationTest, AWorkloadExecutedTwiceIsIsolatedOnce) {
  const auto made = plan_workload();
  cluster->refuse["patch"] = {.code = Errc::timed_out, .message = "away"};
  EXPECT_TRUE(execute(made, "chosen")->failed);
  cluster->refuse.clear();
  ASSERT_TRUE(execute(made, "chosen"));
  ASSERT_TRUE(execute(made, "chosen"));
  EXPECT_THAT(cluster->writes, ElementsAre("patch Service/order"));
  EXPECT_EQ(checkpoints.checkpoints.size(), 1U);
}

TEST_F(IsolationTest, AServiceThatSomebodyChangedMeanwhileIsLeftAlone) {
  const auto made = plan_workload();
  service()["spec"]["selector"]["x"] = "y";
  EXPECT_EQ(execute(made).error().code, Errc::conflict);
  EXPECT_THAT(cluster->writes, IsEmpty());
}

}  // namespace
}  // namespace mtc::clusters
