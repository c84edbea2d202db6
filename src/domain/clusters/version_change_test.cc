#include "domain/clusters/version_change.h"

#include <gmock/gmock.h>

#include "domain/clusters/version_world_for_test.h"

namespace mtc::clusters {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class RollBackTest : public ::testing::Test, protected VersionWorld {
 protected:
  Result<Planned> plan(std::string to = {}, std::vector<GoodState> states = {},
                       Language language = Language::zh) {
    return run(plan_roll_back(
        ports, scene(language),
        {.object = deployment(), .to_version = std::move(to), .good = std::move(states)}));
  }
  Result<Planned> plan_from_good() { return plan({}, {good}); }
  std::string hash() { return order()["spec"]["template"]["metadata"]["labels"].dump(); }
};

TEST_F(RollBackTest, SaysFromWhereToWhereAndWhomItTouches) {
  EXPECT_EQ(said(plan_from_good()),
            "准备把广州生产集群的 shop 里的 order 从 1.5 回滚到 1.4。晚上十点它还正常。"
            "三个副本会逐个替换，入口 shop.example.com 的流量走它，预算允许一个不可用。");
  EXPECT_EQ(said(plan({}, {good}, Language::en)),
            "About to roll order back from 1.5 to 1.4 in shop of 广州生产集群. It last was well at "
            "10 pm. Three replicas will be replaced one after the other, the traffic of "
            "shop.example.com goes through it, the disruption budget allows one to be missing.");
}

TEST_F(RollBackTest, PutsTheTemplateBackAndNothingElse) {
  resize("order", 5);
  order()["metadata"]["labels"]["team"] = "b";
  const auto made = plan_from_good();
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(std::get<ChangePlan>(*made).action, "roll_back");
  EXPECT_EQ(std::get<ChangePlan>(*made).target, "cls-1/shop/Deployment/order");
  EXPECT_THAT(cluster->writes, IsEmpty()) << "a plan changes nothing";
  const auto result = execute(made);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->speech, "order 回滚到 1.4 了，五个副本都好了。要改回来就说：撤销。");
  EXPECT_EQ(image(), "r.example.com/order:1.4");
  EXPECT_EQ(order()["spec"]["replicas"], 5);
  EXPECT_EQ(order()["metadata"]["labels"]["team"], "b");
  EXPECT_THAT(cluster->writes, ElementsAre("replace Deployment/order"));
}

TEST_F(RollBackTest, WithoutAGoodStateTheNewestEarlierRevisionIsTaken) {
  const auto made = plan();
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_THAT(said(made), HasSubstr("从 1.5 回滚到 1.4。三个副本"));
  ASSERT_TRUE(execute(made));
  EXPECT_EQ(image(), "r.example.com/order:1.4");
  EXPECT_THAT(hash(), Not(HasSubstr("pod-template-hash")));
}

TEST_F(RollBackTest, AVersionIsNamedByItsTagOrItsNumber) {
  const struct {
    const char *said, *tag;
  } cases[] = {{"1.3", "1.3"},    {"v1.3", "1.3"},     {" V1.4 ", "1.4"},
               {"40", "1.3"},     {"v41", "1.4"},      {"", "1.4"},
               {"上一个", "1.4"}, {"previous", "1.4"}, {"上一版", "1.4"}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.said);
    const auto made = plan(c.said);
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(std::get<ChangePlan>(*made).details["to"], c.tag);
  }
}

TEST_F(RollBackTest, AVersionThatIsNotThereIsRefusedWithThoseThatAre) {
  const auto made = plan("2.0");
  EXPECT_EQ(made.error().code, Errc::not_found);
  EXPECT_EQ(said(made), "order 没有 2.0 这个版本，有 1.5、1.4 和 1.3。");
  EXPECT_EQ(said(plan("2.0", {}, Language::en)),
            "order has no version 2.0; there are 1.5, 1.4 and 1.3.");
}

TEST_F(RollBackTest, TheVersionThatRunsNeedsNothing) {
  EXPECT_EQ(said(plan("1.5")), "order 现在就是这个版本，不用回滚。");
}

TEST_F(RollBackTest, AWorkloadWithoutAPastIsNotRolledBack) {
  const auto made =
      run(plan_roll_back(ports, scene(), {.object = deployment("single"), .to_version = ""}));
  EXPECT_EQ(made.error().code, Errc::not_found);
  EXPECT_EQ(said(made), "single 没有更早的版本可以回滚。");
}

TEST_F(RollBackTest, ARestartMakesNoOtherVersion) {
  order()["spec"]["template"]["metadata"]["annotations"] = {{std::string(kRestartedAt), "now"}};
  add_set("order-43", "43", "1.5");
  ASSERT_TRUE(plan());
  EXPECT_EQ(std::get<ChangePlan>(*plan()).details["to"], "1.4");
}

TEST_F(RollBackTest, TheNewestGoodStateThatDiffersIsTaken) {
  GoodState older = good;
  older.seen -= std::chrono::hours(24);
  for (Json& object : older.objects) {
    if (string_or(object, "kind") != "Deployment") continue;
    object["spec"]["template"]["spec"]["containers"][0]["image"] = "r.example.com/order:1.2";
  }
  EXPECT_EQ(std::get<ChangePlan>(*plan({}, {older, good})).details["to"], "1.4");
  order()["spec"]["template"]["spec"]["containers"][0]["image"] = "r.example.com/order:1.4";
  EXPECT_EQ(std::get<ChangePlan>(*plan({}, {good, older})).details["to"], "1.2");
}

TEST_F(RollBackTest, ConfigurationGoesBackWithItsVersion) {
  set_level("chaos");
  const auto made = plan_from_good();
  EXPECT_THAT(said(made), HasSubstr("配置 order-config 也改回那时的内容。"
                                    "single 也在用这些配置，不会跟着重启。"));
  ASSERT_TRUE(execute(made));
  EXPECT_THAT(cluster->writes,
              ElementsAre("replace ConfigMap/order-config", "replace Deployment/order"));
  EXPECT_EQ(config()["data"]["LEVEL"], "info");
  EXPECT_EQ(config()["binaryData"]["logo"], "AAEC");
  EXPECT_EQ(image(), "r.example.com/order:1.4");
}

TEST_F(RollBackTest, WhereOnlyConfigurationChangedItsPodsAreStartedAnew) {
  order()["spec"]["template"]["spec"]["containers"][0]["image"] = "r.example.com/order:1.4";
  set_level("chaos");
  const auto made = plan_from_good();
  EXPECT_THAT(said(made), HasSubstr("准备把广州生产集群的 shop 里的 order 用的配置 order-config "
                                    "改回晚上十点正常时的内容，版本不变。"));
  const auto result = execute(made);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_THAT(result->speech, HasSubstr("order 的配置改回去了，三个副本都好了。"));
  EXPECT_EQ(config()["data"]["LEVEL"], "info");
  EXPECT_EQ(restarted_at(order()), "2026-11-23T15:00:00.000Z");
}

TEST_F(RollBackTest, ConfigurationThatIsGoneIsMadeAnew) {
  ASSERT_TRUE(run(cluster->remove(ref_of(config()), {})));
  const auto made = plan_from_good();
  ASSERT_TRUE(execute(made));
  EXPECT_EQ(config()["data"]["LEVEL"], "info");
  ASSERT_TRUE(undo());
  EXPECT_FALSE(cluster->has("ConfigMap", "shop", "order-config"));
}

TEST_F(RollBackTest, SecretsGoBackAndShowNowhere) {
  set_password("tr0ub4dor-Xy7");
  for (const auto language : {Language::zh, Language::en}) {
    const auto made = plan({}, {good}, language);
    ASSERT_TRUE(made) << made.error().message;
    const std::string all = all_of(made);
    for (const std::string value : {"tr0ub4dor-Xy7", kDbPassword}) {
      EXPECT_THAT(all, Not(HasSubstr(value)));
      EXPECT_THAT(all, Not(HasSubstr(to_base64(value))));
    }
    EXPECT_THAT(all, HasSubstr("fingerprint "));
  }
  EXPECT_THAT(said(plan_from_good()), HasSubstr("密钥 db-secret 也改回那时的内容。"));
  const auto result = execute(plan_from_good());
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_THAT(result->speech + result->data.dump() + checkpoints.checkpoints[0].summary,
              Not(HasSubstr(kDbPassword)));
  EXPECT_EQ(secret()["data"]["password"], to_base64(kDbPassword));
}

TEST_F(RollBackTest, ImmutableConfigurationIsRefused) {
  set_level("chaos");
  config()["immutable"] = true;
  const auto made = plan_from_good();
  EXPECT_EQ(made.error().code, Errc::conflict);
  EXPECT_THAT(said(made), HasSubstr("order-config 是不可改的"));
}

TEST_F(RollBackTest, ExecutedTwiceItIsDoneOnce) {
  set_level("chaos");
  const auto made = plan_from_good();
  ASSERT_TRUE(execute(made));
  const auto writes = count_writes();
  const auto again = execute(made);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_THAT(again->speech, HasSubstr("order 回滚到 1.4 了"));
  EXPECT_EQ(count_writes(), writes);
  EXPECT_EQ(checkpoints.checkpoints.size(), 1U);
}

TEST_F(RollBackTest, AfterACrashBetweenCheckpointAndWriteItGoesOn) {
  set_level("chaos");
  const auto made = plan_from_good();
  // What a process leaves behind that dies before, between and after the writes.
  for (const char* silent : {"replace ConfigMap/order-config", "replace Deployment/order"}) {
    cluster->refuse[silent] = {.code = Errc::timed_out, .message = "away"};
    const auto cut = execute(made, "chosen");
    ASSERT_TRUE(cut) << cut.error().message;
    EXPECT_TRUE(cut->failed);
    cluster->refuse.clear();
  }
  const auto result = execute(made, "chosen");
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_FALSE(result->failed);
  EXPECT_THAT(cluster->writes,
              ElementsAre("replace ConfigMap/order-config", "replace Deployment/order"));
  ASSERT_EQ(checkpoints.checkpoints.size(), 1U);
  EXPECT_EQ(checkpoints.checkpoints[0].id, "chosen");
  ASSERT_TRUE(undo());
  EXPECT_EQ(config()["data"]["LEVEL"], "chaos");
  EXPECT_EQ(image(), "r.example.com/order:1.5");
}

TEST_F(RollBackTest, AWriteThatWasDoneAndNotNotedCanBeUndone) {
  const auto made = plan_from_good();
  ASSERT_TRUE(execute(made, "chosen"));
  checkpoints.checkpoints[0].objects[0].after.clear();
  ASSERT_TRUE(execute(made, "chosen"));
  EXPECT_EQ(count_writes(), 1U);
  EXPECT_FALSE(checkpoints.checkpoints[0].objects[0].after.empty());
  ASSERT_TRUE(undo());
  EXPECT_EQ(image(), "r.example.com/order:1.5");
}

TEST_F(RollBackTest, WhatSomebodyElseChangedMeanwhileIsLeftAlone) {
  set_level("chaos");
  const auto made = plan_from_good();
  order()["spec"]["template"]["spec"]["containers"][0]["image"] = "r.example.com/order:1.6";
  EXPECT_EQ(execute(made).error().code, Errc::conflict);
  EXPECT_THAT(cluster->writes, IsEmpty());
  EXPECT_THAT(checkpoints.checkpoints, IsEmpty());
}

TEST_F(RollBackTest, SomebodyQuickerBetweenReadingAndWritingStopsIt) {
  const auto made = plan_from_good();
  cluster->before_write = [this] {
    Json other = order();
    other["spec"]["template"]["spec"]["containers"][0]["image"] = "r.example.com/order:1.6";
    cluster->before_write = [] {};
    cluster->put(std::move(other));
  };
  EXPECT_EQ(execute(made).error().code, Errc::conflict);
  EXPECT_EQ(image(), "r.example.com/order:1.6");
}

TEST_F(RollBackTest, AStatusThatChangesInBetweenDoesNot) {
  const auto made = plan_from_good();
  cluster->before_write = [this] {
    Json same = order();
    cluster->before_write = [] {};
    cluster->put(std::move(same));
  };
  ASSERT_TRUE(execute(made));
  EXPECT_EQ(image(), "r.example.com/order:1.4");
}

TEST_F(RollBackTest, WhatFailsHalfwayIsToldAndCanBeUndone) {
  set_level("chaos");
  const auto made = plan_from_good();
  cluster->refuse["replace Deployment/order"] = {.code = Errc::denied, .message = "no"};
  const auto result = execute(made);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_TRUE(result->failed);
  EXPECT_THAT(result->speech, HasSubstr("只做了一半：order-config 改好了，order 没有成功"));
  ASSERT_TRUE(undo());
  EXPECT_EQ(config()["data"]["LEVEL"], "chaos");
}

TEST_F(RollBackTest, UndoPutsTheConfigurationFirst) {
  set_level("chaos");
  ASSERT_TRUE(execute(plan_from_good()));
  cluster->writes.clear();
  ASSERT_TRUE(undo());
  EXPECT_THAT(cluster->writes,
              ElementsAre("replace ConfigMap/order-config", "replace Deployment/order"));
  EXPECT_EQ(config()["data"]["LEVEL"], "chaos");
  EXPECT_EQ(image(), "r.example.com/order:1.5");
  EXPECT_EQ(restarted_at(order()), "");
}

TEST_F(RollBackTest, ARolloutThatGoesOnIsLeftAloneUnlessItsPodsAreInTrouble) {
  order()["status"]["updatedReplicas"] = 1;
  EXPECT_EQ(plan().error().code, Errc::conflict);
  EXPECT_THAT(said(plan()), HasSubstr("order 正在发布，还没结束"));
  Json pod = cluster->at("Pod", "shop", "order-7d9f4-x2k");
  pod["status"] = {{"reason", "CrashLoopBackOff"}};
  cluster->put(pod);
  EXPECT_FALSE(plan()) << "the old pods crash: somebody may be rolling out the cure";
  pod["metadata"]["name"] = "order-42-abc";
  pod["metadata"]["ownerReferences"][0]["name"] = "order-42";
  pod["status"] = {{"reason", "ImagePullBackOff"}, {"phase", "Pending"}};
  cluster->put(pod);
  EXPECT_TRUE(plan()) << "the new ones do";
  pod["status"] = {{"reason", "ContainerCreating"}, {"phase", "Pending"}};
  pod["metadata"]["creationTimestamp"] = "2026-11-23T14:59:30Z";
  cluster->put(pod);
  EXPECT_FALSE(plan()) << "it may still come up";
  clock.time += std::chrono::minutes(2);
  EXPECT_TRUE(plan());
}

TEST_F(RollBackTest, SomeWorkloadsCannotBeRolled) {
  order()["spec"]["paused"] = true;
  EXPECT_THAT(said(plan()), HasSubstr("发布被暂停了"));
  const auto pod = run(
      plan_roll_back(ports, scene(),
                     {.object = {.kind = "Pod", .ns = "shop", .name = "debug"}, .to_version = ""}));
  EXPECT_THAT(said(pod), HasSubstr("没有版本可以回滚"));
  Json& mysql = cluster->at("StatefulSet", "shop", "mysql");
  mysql["spec"]["updateStrategy"] = {{"type", "OnDelete"}};
  EXPECT_THAT(
      said(run(plan_roll_back(ports, scene(), {.object = ref_of(mysql), .to_version = ""}))),
      HasSubstr("更新策略是手动删除"));
}

TEST_F(RollBackTest, AStatefulSetGoesBackToAControllerRevision) {
  const Json mysql = cluster->at("StatefulSet", "shop", "mysql");
  for (const auto& [revision, tag] : {std::pair{1, "mysql:7"}, std::pair{2, "mysql:8"}}) {
    Json pods = mysql["spec"]["template"];
    pods["spec"]["containers"][0]["image"] = tag;
    pods["$patch"] = "replace";
    cluster->put({{"apiVersion", "apps/v1"},
                  {"kind", "ControllerRevision"},
                  {"metadata",
                   {{"name", "mysql-" + std::to_string(revision)},
                    {"namespace", "shop"},
                    {"ownerReferences", {{{"kind", "StatefulSet"}, {"name", "mysql"}}}}}},
                  {"revision", revision},
                  {"data", {{"spec", {{"template", pods}}}}}});
  }
  const auto made =
      run(plan_roll_back(ports, scene(), {.object = ref_of(mysql), .to_version = ""}));
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_THAT(said(made), HasSubstr("mysql 从 8 回滚到 7"));
  ASSERT_TRUE(execute(made));
  const Json& now = cluster->at("StatefulSet", "shop", "mysql")["spec"]["template"];
  EXPECT_EQ(now["spec"]["containers"][0]["image"], "mysql:7");
  EXPECT_FALSE(now.contains("$patch"));
}

}  // namespace
}  // namespace mtc::clusters
