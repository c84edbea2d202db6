#include "domain/clusters/apply_change.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/encoding.h"
#include "domain/clusters/change_world.h"
#include "infra/loop/run.h"

namespace mtc::clusters {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* kNewImage = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: order, namespace: shop}
spec:
  template: {spec: {containers: [{name: order, image: "r.example.com/order:1.5"}]}}
)";

constexpr const char* kTwo = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: order}
spec:
  template: {spec: {containers: [{name: order, image: "r.example.com/order:1.5"}]}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: fresh}
data: {a: b}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: order-config}
data: {LEVEL: info}
)";

class ApplyTest : public ::testing::Test, protected ChangeWorld {
 protected:
  Result<Planned> plan(ApplyWish wish, Language language = Language::zh) {
    if (wish.ns.empty()) wish.ns = "shop";
    return run(plan_apply(ports, scene(language), std::move(wish)));
  }
  ChangePlan planned(std::string yaml, Language language = Language::zh) {
    auto made = plan({.yaml = std::move(yaml)}, language);
    EXPECT_TRUE(made) << made.error().message;
    return made ? std::get<ChangePlan>(*made) : ChangePlan{};
  }
  std::string refusal(std::string yaml) {
    auto made = plan({.yaml = std::move(yaml)});
    return made ? "" : made.error().message;
  }
  Result<ChangeResult> execute(const ChangePlan& plan) {
    return run(execute_change(ports, scene(), approve(plan)));
  }
};

TEST_F(ApplyTest, ADifferenceIsSaidAndShown) {
  const auto plan = planned(kNewImage);
  EXPECT_EQ(plan.summary,
            "准备在广州生产集群的 shop 里改一个：order 的镜像从 1.4 改成 "
            "1.5，副本不变。三个副本会逐个替换，入口 "
            "shop.example.com 的流量走它，预算允许一个不可用。");
  EXPECT_EQ(planned(kNewImage, Language::en).summary,
            "About to apply in shop of 广州生产集群, one changed: order: the image from 1.4 to "
            "1.5, replicas "
            "unchanged. Three replicas will be replaced one after the other, the traffic of "
            "shop.example.com goes through it, the disruption budget allows one to be missing.");
  EXPECT_EQ(plan.target, "cls-1/shop/Deployment/order");
  EXPECT_EQ(plan.preview["objects"][0]["differences"][0]["path"],
            "spec.template.spec.containers[order].image");
  EXPECT_THAT(cluster->writes, IsEmpty());
}

TEST_F(ApplyTest, SeveralObjectsAreAppliedInOrderAndWhatIsSoAlreadyIsLeft) {
  const auto plan = planned(kTwo);
  EXPECT_THAT(plan.summary, HasSubstr("新建一个对象，改一个，一个不变"));
  const auto result = execute(plan);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(
      result->speech,
      "新建了 ConfigMap fresh，改好了 Deployment order。三个副本都好了。要改回来就说：撤销。");
  EXPECT_THAT(cluster->writes, ElementsAre("apply ConfigMap/fresh", "apply Deployment/order"));
  EXPECT_EQ(result->data["created"], Json::array({"ConfigMap fresh"}));
  ASSERT_EQ(checkpoints.checkpoints.size(), 1U);
  const auto& kept = checkpoints.checkpoints[0];
  EXPECT_FALSE(kept.objects[0].before);
  EXPECT_TRUE(kept.objects[1].before);
  EXPECT_NE(kept.objects[0].after, "");
}

TEST_F(ApplyTest, NothingIsPlannedWhereNothingWouldChange) {
  cluster->at("Deployment", "shop", "order")["spec"]["template"]["spec"]["containers"][0]["image"] =
      "r.example.com/order:1.5";
  auto made = plan({.yaml = kNewImage});
  ASSERT_TRUE(made);
  EXPECT_THAT(std::get<NothingToDo>(*made).speech, HasSubstr("没有要改的"));
}

TEST_F(ApplyTest, WhatWasDoneWhenOneFailsIsTold) {
  const auto plan = planned(kTwo);
  cluster->refuse["apply Deployment/order"] = {.code = Errc::denied, .message = "不允许"};
  const auto result = execute(plan);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_TRUE(result->failed);
  EXPECT_EQ(result->speech,
            "新建了 ConfigMap fresh，Deployment order 没有成功：不允许。要改回来就说：撤销。");
  EXPECT_EQ(result->data["failed"], "Deployment order");
  EXPECT_NE(checkpoints.checkpoints[0].objects[0].after, "");
  EXPECT_EQ(checkpoints.checkpoints[0].objects[1].after, "");
}

TEST_F(ApplyTest, WhoManagesAFieldIsTold) {
  cluster->conflicts = {{.field = ".spec.replicas", .manager = "kubectl"}};
  EXPECT_THAT(refusal(kNewImage),
              AllOf(HasSubstr("order 的 .spec.replicas 归 kubectl 管"), HasSubstr("强制应用")));
  auto forced = plan({.yaml = kNewImage, .force = true});
  ASSERT_TRUE(forced) << forced.error().message;
  EXPECT_THAT(std::get<ChangePlan>(*forced).summary, HasSubstr("会强制抢过别人管的字段"));
  ASSERT_TRUE(execute(std::get<ChangePlan>(*forced)));
}

TEST_F(ApplyTest, ObjectsOfANewNamespaceAreCheckedLater) {
  const auto plan = planned(
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: fresh}\n---\n"
      "apiVersion: v1\nkind: Namespace\nmetadata: {name: fresh}\n");
  EXPECT_EQ(plan.ns, "fresh");
  EXPECT_EQ(plan.preview["objects"][1]["unchecked"], true);
  ASSERT_TRUE(execute(plan));
  EXPECT_TRUE(cluster->has("ConfigMap", "fresh", "a"));
}

TEST_F(ApplyTest, RefusalsNameTheObjectOrTheDocument) {
  EXPECT_THAT(refusal("a: [1"), HasSubstr("document 1, line 1"));
  EXPECT_THAT(refusal("apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: a}"),
              HasSubstr("ops.admin"));
  cluster->refuse["dry apply"] = {.code = Errc::invalid_argument,
                                  .message = "spec.x: unknown field"};
  EXPECT_EQ(refusal(kNewImage), "Deployment order: spec.x: unknown field");
}

TEST_F(ApplyTest, SecretsInTheTextShowNowhere) {
  const auto plan = planned(
      "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {password: tr0ub4dor-Xy7}\n");
  const std::string all = plan.summary + plan.preview.dump() + plan.arguments.dump() +
                          plan.details.dump() + plan.target;
  for (const auto& form : {std::string("tr0ub4dor-Xy7"), to_base64("tr0ub4dor-Xy7")}) {
    EXPECT_THAT(all, Not(HasSubstr(form)));
  }
  ASSERT_TRUE(execute(plan));
  EXPECT_EQ(cluster->at("Secret", "shop", "s")["data"]["password"], to_base64("tr0ub4dor-Xy7"));
}

TEST_F(ApplyTest, AnObjectThatAppearedMeanwhileStopsIt) {
  const auto plan = planned(kTwo);
  cluster->put_yaml("{apiVersion: v1, kind: ConfigMap, metadata: {name: fresh, namespace: shop}}");
  EXPECT_EQ(execute(plan).error().code, Errc::conflict);
  EXPECT_THAT(cluster->writes, IsEmpty());
}

}  // namespace
}  // namespace mtc::clusters
