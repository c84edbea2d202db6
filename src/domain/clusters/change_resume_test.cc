// A change whose checkpoint id was chosen before acting, done again after a crash: it finds its
// work done, or goes on, and what it kept is how things were before all of it.
#include <gmock/gmock.h>

#include "domain/clusters/apply_change.h"
#include "domain/clusters/config_change.h"
#include "domain/clusters/pool_change.h"
#include "domain/clusters/restart_change.h"
#include "domain/clusters/scale_change.h"
#include "domain/clusters/version_world_for_test.h"

namespace mtc::clusters {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class ResumeTest : public ::testing::Test, protected VersionWorld {
 protected:
  // The process died before it could note what the write had done.
  void forget_after() {
    for (auto& object : checkpoints.checkpoints.back().objects) object.after.clear();
  }
  Result<Planned> plan_apply_two() {
    return run(plan_apply(ports, scene(),
                          {.yaml = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n---\n"
                                   "{apiVersion: v1, kind: ConfigMap, metadata: {name: "
                                   "order-config}, data: {LEVEL: debug}}\n",
                           .ns = "shop"}));
  }
};

TEST_F(ResumeTest, WithoutAnIdEachGetsItsOwn) {
  ASSERT_TRUE(execute(run(plan_scale(ports, scene(), deployment(), 5))));
  EXPECT_EQ(checkpoints.checkpoints[0].id.size(), 32U);
}

TEST_F(ResumeTest, EveryChangeUsesTheIdAndIsDoneOnce) {
  const struct {
    const char* what;
    std::function<Result<Planned>()> plan;
  } cases[] = {
      {"scale", [this] { return run(plan_scale(ports, scene(), deployment(), 5)); }},
      {"restart", [this] { return run(plan_restart(ports, scene(), deployment())); }},
      {"restart one pod",
       [this] { return run(plan_pod_restart(ports, scene(), "shop", "order-7d9f4-x2k")); }},
      {"config",
       [this] {
         return run(plan_config(ports, scene(),
                                {.object = ref_of(config()), .key = "LEVEL", .value = "warn"}));
       }},
      {"apply", [this] { return plan_apply_two(); }},
      {"resize", [this] { return run(plan_resize(ports, scene(), "default", 4)); }},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.what);
    const auto made = c.plan();
    ASSERT_TRUE(made) << made.error().message;
    const auto kept = checkpoints.checkpoints.size();
    ASSERT_TRUE(execute(made, c.what));
    ASSERT_THAT(checkpoints.checkpoints, SizeIs(kept + 1));
    EXPECT_EQ(checkpoints.checkpoints.back().id, c.what);
    const auto noted = checkpoints.checkpoints.back().objects[0].after;
    const auto writes = count_writes();
    forget_after();
    const auto again = execute(made, c.what);
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_FALSE(again->failed);
    EXPECT_EQ(again->data["number"], checkpoints.checkpoints.back().number);
    EXPECT_EQ(count_writes(), writes);
    EXPECT_THAT(checkpoints.checkpoints, SizeIs(kept + 1));
    EXPECT_EQ(checkpoints.checkpoints.back().objects[0].after, noted);
  }
}

TEST_F(ResumeTest, ACheckpointWithoutItsWriteIsGoneOnWith) {
  const auto made = run(plan_scale(ports, scene(), deployment(), 5));
  cluster->refuse["scale"] = {.code = Errc::timed_out, .message = "away"};
  EXPECT_TRUE(execute(made, "chosen")->failed);
  cluster->refuse.clear();
  clock.time += std::chrono::minutes(1);
  ASSERT_TRUE(execute(made, "chosen"));
  EXPECT_THAT(checkpoints.checkpoints, SizeIs(1));
  ASSERT_TRUE(undo());
  EXPECT_EQ(order()["spec"]["replicas"], 3);
}

TEST_F(ResumeTest, ARestartIsNotDoneTwiceThoughTimeHasPassed) {
  const auto made = run(plan_restart(ports, scene(), deployment()));
  ASSERT_TRUE(execute(made, "chosen"));
  clock.time += std::chrono::minutes(1);
  ASSERT_TRUE(execute(made, "chosen"));
  EXPECT_THAT(cluster->writes, ElementsAre("patch Deployment/order"));
  Json other = order();
  other["spec"]["template"]["metadata"]["annotations"][std::string(kRestartedAt)] = "by hand";
  cluster->put(other);
  EXPECT_EQ(execute(made, "chosen").error().code, Errc::conflict);
}

TEST_F(ResumeTest, APodOfAStatefulSetThatIsBackUnderItsNameIsDone) {
  Json pod = cluster->at("Pod", "shop", "order-7d9f4-x2k");
  const auto made = run(plan_pod_restart(ports, scene(), "shop", "order-7d9f4-x2k"));
  ASSERT_TRUE(execute(made, "chosen"));
  pod["metadata"]["uid"] = "another";
  cluster->put(pod);
  ASSERT_TRUE(execute(made, "chosen"));
  EXPECT_EQ(execute(made).error().code, Errc::conflict) << "without an id nobody knows whose it is";
}

TEST_F(ResumeTest, ManifestsGoOnWhereTheyEnded) {
  const auto made = plan_apply_two();
  cluster->refuse["apply ConfigMap/order-config"] = {.code = Errc::timed_out, .message = "away"};
  EXPECT_TRUE(execute(made, "chosen")->failed);
  cluster->refuse.clear();
  const auto result = execute(made, "chosen");
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_THAT(result->speech, HasSubstr("新建了 ConfigMap a，改好了 ConfigMap order-config"));
  EXPECT_THAT(cluster->writes, ElementsAre("apply ConfigMap/a", "apply ConfigMap/order-config"));
  ASSERT_TRUE(undo());
  EXPECT_FALSE(cluster->has("ConfigMap", "shop", "a"));
  EXPECT_EQ(config()["data"]["LEVEL"], "info");
}

TEST_F(ResumeTest, ManifestsThatSomebodyElseOverwroteAreLeftAlone) {
  const auto made = plan_apply_two();
  cluster->refuse["apply ConfigMap/order-config"] = {.code = Errc::timed_out, .message = "away"};
  EXPECT_TRUE(execute(made, "chosen")->failed);
  cluster->refuse.clear();
  config()["data"]["URL"] = "http://b";
  EXPECT_EQ(execute(made, "chosen").error().code, Errc::conflict);
}

TEST_F(ResumeTest, AnUndoGoesOnWhereItEnded) {
  ASSERT_TRUE(execute(plan_apply_two()));
  auto kept = run(find_checkpoint(ports, scene().user, {}));
  const auto made = run(plan_undo(ports, scene(), kept.value(), false));
  cluster->refuse["remove ConfigMap/a"] = {.code = Errc::timed_out, .message = "away"};
  EXPECT_TRUE(execute(made, "chosen")->failed);
  cluster->refuse.clear();
  const auto result = execute(made, "chosen");
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_FALSE(cluster->has("ConfigMap", "shop", "a"));
  EXPECT_EQ(config()["data"]["LEVEL"], "info");
  EXPECT_THAT(checkpoints.checkpoints, SizeIs(2));
  EXPECT_TRUE(checkpoints.checkpoints[0].restored);
  ASSERT_TRUE(execute(made, "chosen")) << "and once more";
  EXPECT_THAT(cluster->writes, ElementsAre("apply ConfigMap/a", "apply ConfigMap/order-config",
                                           "replace ConfigMap/order-config", "remove ConfigMap/a"));
}

TEST_F(ResumeTest, AnUndoThatSomebodyElseCrossedStops) {
  ASSERT_TRUE(execute(plan_apply_two()));
  auto kept = run(find_checkpoint(ports, scene().user, {}));
  const auto made = run(plan_undo(ports, scene(), kept.value(), false));
  cluster->refuse["remove ConfigMap/a"] = {.code = Errc::timed_out, .message = "away"};
  EXPECT_TRUE(execute(made, "chosen")->failed);
  cluster->refuse.clear();
  cluster->at("ConfigMap", "shop", "a")["data"]["mine"] = "x";
  EXPECT_EQ(execute(made, "chosen").error().code, Errc::conflict);
}

}  // namespace
}  // namespace mtc::clusters
