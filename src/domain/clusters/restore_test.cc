#include "domain/clusters/restore.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/encoding.h"
#include "domain/clusters/apply_change.h"
#include "domain/clusters/change_world.h"
#include "domain/clusters/checkpoint_choice.h"
#include "domain/clusters/config_change.h"
#include "domain/clusters/pool_change.h"
#include "domain/clusters/restart_change.h"
#include "domain/clusters/scale_change.h"
#include "infra/loop/run.h"

namespace mtc::clusters {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class RestoreTest : public ::testing::Test, protected ChangeWorld {
 protected:
  ChangeResult change(const Result<Planned>& made) {
    EXPECT_TRUE(made) << made.error().message;
    auto result = run(execute_change(ports, scene(), approve(std::get<ChangePlan>(made.value()))));
    EXPECT_TRUE(result) << result.error().message;
    return result.value_or(ChangeResult{});
  }
  ChangeResult scale_to(std::int64_t replicas) {
    return change(run(plan_scale(ports, scene(), deployment(), replicas)));
  }
  ChangeResult apply(std::string yaml) {
    return change(run(plan_apply(ports, scene(), {.yaml = std::move(yaml), .ns = "shop"})));
  }
  Result<Planned> plan(std::optional<std::int64_t> number = {}, bool force = false,
                       Language language = Language::zh) {
    auto checkpoint = run(find_checkpoint(ports, scene(language).user, number));
    if (!checkpoint) return fail(checkpoint.error());
    return run(plan_undo(ports, scene(language), *checkpoint, force));
  }
  static std::string said(const Result<Planned>& made) {
    if (!made) return made.error().message;
    const auto* idle = std::get_if<NothingToDo>(&*made);
    return idle != nullptr ? idle->speech : std::get<ChangePlan>(*made).summary;
  }
  ChangeResult undo(std::optional<std::int64_t> number = {}, bool force = false) {
    return change(plan(number, force));
  }
  Json& order() { return cluster->at("Deployment", "shop", "order"); }
};

TEST_F(RestoreTest, ReplicasAreSetBack) {
  scale_to(5);
  EXPECT_EQ(said(plan()),
            "准备撤销一号改动：order 改回三个副本。会停掉两个副本，入口 shop.example.com "
            "的流量走它，预算允许一个不可用。");
  EXPECT_THAT(said(plan({}, false, Language::en)),
              HasSubstr("About to undo change 1: order back to three replicas."));
  const auto result = undo();
  EXPECT_EQ(result.speech, "order 已经改回去了。三个副本都好了。");
  EXPECT_EQ(order()["spec"]["replicas"], 3);
  EXPECT_TRUE(checkpoints.checkpoints[0].restored);
  ASSERT_EQ(checkpoints.checkpoints.size(), 2U);
  EXPECT_EQ(checkpoints.checkpoints[1].action, "undo_change");
  EXPECT_EQ(said(plan()), "没有可以撤销的改动。");
  EXPECT_EQ(said(plan(1)), "这次改动已经撤销过了。");
}

TEST_F(RestoreTest, AnUndoCanBeUndoneByItsNumber) {
  scale_to(5);
  undo();
  undo(2);
  EXPECT_EQ(order()["spec"]["replicas"], 5);
}

TEST_F(RestoreTest, AnImageIsPutBack) {
  apply(R"({apiVersion: apps/v1, kind: Deployment, metadata: {name: order, labels: {team: b}},
            spec: {template: {spec: {containers: [{name: order, image: "r.example.com/order:1.5"}]}}}})");
  const Json uid = order()["metadata"]["uid"];
  EXPECT_THAT(said(plan()), HasSubstr("order 改回原来的内容"));
  undo();
  EXPECT_EQ(order()["spec"]["template"]["spec"]["containers"][0]["image"],
            "r.example.com/order:1.4");
  EXPECT_EQ(order()["metadata"]["labels"], Json::parse(R"({"team":"a"})"));
  EXPECT_EQ(order()["metadata"]["uid"], uid);
}

TEST_F(RestoreTest, WhatWasCreatedIsRemovedAndWhatIsGoneIsMadeAnew) {
  apply("{apiVersion: v1, kind: ConfigMap, metadata: {name: fresh}, data: {a: b}}");
  EXPECT_EQ(said(plan()), "准备撤销一号改动：删掉那次新建的 ConfigMap fresh。");
  undo();
  EXPECT_FALSE(cluster->has("ConfigMap", "shop", "fresh"));
  undo(2);
  EXPECT_EQ(cluster->at("ConfigMap", "shop", "fresh")["data"], Json::parse(R"({"a":"b"})"));
}

TEST_F(RestoreTest, ASecretIsPutBackAndShowsNowhere) {
  change(run(plan_config(ports, scene(),
                         {.object = {.kind = "Secret", .ns = "shop", .name = "db-secret"},
                          .key = "password",
                          .value = "tr0ub4dor-Xy7"})));
  const auto made = plan();
  ASSERT_TRUE(made) << made.error().message;
  const auto& planned = std::get<ChangePlan>(*made);
  const std::string all =
      planned.summary + planned.preview.dump() + planned.arguments.dump() + planned.details.dump();
  for (const std::string value : {"tr0ub4dor-Xy7", kDbPassword}) {
    EXPECT_THAT(all, Not(HasSubstr(value)));
    EXPECT_THAT(all, Not(HasSubstr(to_base64(value))));
  }
  undo();
  EXPECT_EQ(cluster->at("Secret", "shop", "db-secret")["data"]["password"], to_base64(kDbPassword));
}

TEST_F(RestoreTest, WhatSomebodyChangedSinceIsKeptUnlessForced) {
  scale_to(5);
  order()["spec"]["replicas"] = 8;
  order()["metadata"]["managedFields"] = Json::parse(
      R"([{"manager":"mcp","time":"2026-11-23T15:00:00Z"},{"manager":"kubectl-edit","time":"2026-11-23T15:05:00Z"},
          {"manager":"kube-controller-manager","time":"2026-11-23T15:06:00Z","subresource":"status"}])");
  EXPECT_EQ(plan().error().code, Errc::conflict);
  EXPECT_EQ(said(plan()),
            "order 之后又被改过，最后是 kubectl-edit 改的，没有撤销。一定要改回去，就说强制撤销。");
  EXPECT_THAT(said(plan({}, true)), HasSubstr("之后别人改的也会没有"));
  undo({}, true);
  EXPECT_EQ(order()["spec"]["replicas"], 3);
}

TEST_F(RestoreTest, AChangeBetweenPlanAndConfirmationStopsIt) {
  scale_to(5);
  const auto made = plan();
  order()["spec"]["replicas"] = 6;
  const auto result =
      run(execute_change(ports, scene(), approve(std::get<ChangePlan>(made.value()))));
  EXPECT_EQ(result.error().code, Errc::conflict);
  EXPECT_EQ(order()["spec"]["replicas"], 6);
}

TEST_F(RestoreTest, WhatIsAsBeforeNeedsNoUndo) {
  scale_to(5);
  order()["spec"]["replicas"] = 3;
  EXPECT_EQ(said(plan()), "已经是改动以前的样子了，不用撤销。");
}

TEST_F(RestoreTest, AChangeThatStoppedHalfwayIsPutBackAsFarAsItWent) {
  const auto made =
      run(plan_apply(ports, scene(),
                     {.yaml = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n---\n"
                              "{apiVersion: v1, kind: ConfigMap, metadata: {name: b}}\n",
                      .ns = "shop"}));
  cluster->refuse["apply ConfigMap/b"] = {.code = Errc::denied, .message = "no"};
  EXPECT_TRUE(change(made).failed);
  undo();
  EXPECT_FALSE(cluster->has("ConfigMap", "shop", "a"));
}

TEST_F(RestoreTest, SomeThingsAreNotUndone) {
  change(run(plan_restart(ports, scene(), deployment())));
  EXPECT_EQ(said(plan()), "没有可以撤销的改动。");
  EXPECT_THAT(said(plan(1)), HasSubstr("重启过就是重启过了"));
  EXPECT_THAT(said(plan(9)), HasSubstr("没有九号改动"));
  apply("{apiVersion: v1, kind: Namespace, metadata: {name: fresh}}");
  EXPECT_THAT(said(plan()), HasSubstr("请管理员自己删"));
}

TEST_F(RestoreTest, NodePoolsGoBackToo) {
  change(run(plan_resize(ports, scene(), "default", 5)));
  EXPECT_EQ(said(plan()), "准备撤销一号改动：节点池 default 改回三台。");
  undo();
  EXPECT_EQ(pools()[0].desired, 3);
  change(run(plan_new_pool(ports, scene(), {.name = "gpu"})));
  EXPECT_THAT(said(plan()), HasSubstr("删掉那次新建的节点池 gpu，它的机器会退掉"));
  undo();
  EXPECT_EQ(pools().size(), 2U);
}

TEST_F(RestoreTest, WhatFailsIsTold) {
  scale_to(5);
  cluster->refuse["scale"] = {.code = Errc::timed_out, .message = "集群没有回答"};
  const auto result = undo();
  EXPECT_TRUE(result.failed);
  EXPECT_THAT(result.speech, HasSubstr("没有全部撤销，order：没有收到回答，不知道做成了没有"));
  EXPECT_FALSE(checkpoints.checkpoints[0].restored);
}

TEST_F(RestoreTest, ChangesAreListedAsTheyAreSaid) {
  scale_to(5);
  const TimePoint later = clock.time + std::chrono::minutes(10);
  const auto& first = checkpoints.checkpoints[0];
  EXPECT_EQ(say_checkpoint(first, later, Language::zh),
            "一号，十分钟前：order 从三个副本改成五个。");
  undo();
  EXPECT_EQ(say_checkpoint(checkpoints.checkpoints[0], later, Language::zh),
            "一号，十分钟前：order 从三个副本改成五个，已经撤销。");
  Checkpoint idle = checkpoints.checkpoints[1];
  idle.objects[0].after.clear();
  EXPECT_THAT(say_checkpoint(idle, later, Language::en), HasSubstr("not seen to be carried out"));
}

}  // namespace
}  // namespace mtc::clusters
