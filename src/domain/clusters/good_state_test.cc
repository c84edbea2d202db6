#include "domain/clusters/good_state.h"

#include <gmock/gmock.h>

#include "base/zone.h"
#include "domain/clusters/memory_good_state_store.h"
#include "domain/clusters/version_world_for_test.h"

namespace mtc::clusters {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

std::vector<std::string> names_of(const std::vector<ObjectRef>& refs) {
  std::vector<std::string> out;
  for (const ObjectRef& ref : refs) out.push_back(short_name(ref));
  return out;
}

std::vector<std::string> names_of(const std::vector<Json>& objects) {
  std::vector<std::string> out;
  for (const Json& one : objects) out.push_back(short_name(ref_of(one)));
  return out;
}

TEST(Release, IsNamedByInstanceThenHelmThenItself) {
  const struct {
    const char *what, *metadata, *name;
  } cases[] = {
      {"label", R"({"labels":{"app.kubernetes.io/instance":"a"}})", "a"},
      {"Helm", R"({"annotations":{"meta.helm.sh/release-name":"b"}})", "b"},
      {"both",
       R"({"labels":{"app.kubernetes.io/instance":"a"},"annotations":{"meta.helm.sh/release-name":"b"}})",
       "a"},
      {"neither", "{}", "w"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.what);
    Json workload{{"kind", "Deployment"}, {"metadata", Json::parse(c.metadata)}};
    workload["metadata"].update({{"name", "w"}, {"namespace", "shop"}});
    EXPECT_EQ(release_of("cls-1", workload),
              (ReleaseName{.cluster_id = "cls-1", .ns = "shop", .name = c.name}));
  }
}

TEST(Release, ReadsConfigurationInFourWays) {
  const Json workload = Json::parse(R"({
    "kind":"Deployment","metadata":{"name":"w","namespace":"shop"},
    "spec":{"template":{"spec":{
      "initContainers":[{"envFrom":[{"secretRef":{"name":"i"}}]}],
      "containers":[{"envFrom":[{"configMapRef":{"name":"a"}}],
                     "env":[{"name":"X","valueFrom":{"secretKeyRef":{"name":"b","key":"k"}}},
                            {"name":"Y","valueFrom":{"configMapKeyRef":{"name":"a","key":"k"}}},
                            {"name":"Z","value":"plain"}]}],
      "volumes":[{"name":"v","configMap":{"name":"c"}},{"name":"w","secret":{"secretName":"d"}},
                 {"name":"e","emptyDir":{}},
                 {"name":"p","projected":{"sources":[{"configMap":{"name":"f"}},
                   {"secret":{"name":"g"}},{"serviceAccountToken":{"path":"t"}}]}}]}}}})");
  EXPECT_THAT(names_of(configs_of(workload)),
              ElementsAre("ConfigMap/a", "ConfigMap/c", "ConfigMap/f", "Secret/b", "Secret/d",
                          "Secret/g", "Secret/i"));
}

class ReadReleaseTest : public ::testing::Test, protected VersionWorld {
 protected:
  Result<std::vector<Json>> read(int most = 40) {
    return run(read_release(scene(), order(), most));
  }
  void mark(const char* part, const char* key) {
    for (const char* name : {"order", "single"}) {
      cluster->at("Deployment", "shop", name)["metadata"][part][key] = "checkout";
    }
  }
};

TEST_F(ReadReleaseTest, AWorkloadWithoutAReleaseStandsForItself) {
  EXPECT_THAT(names_of(read().value()),
              ElementsAre("Deployment/order", "ConfigMap/order-config", "Secret/db-secret"));
}

TEST_F(ReadReleaseTest, ThoseOfALabelOrOfHelmBelongTogether) {
  mark("annotations", "meta.helm.sh/release-name");
  EXPECT_THAT(names_of(read().value()), ElementsAre("Deployment/order", "Deployment/single",
                                                    "ConfigMap/order-config", "Secret/db-secret"));
  mark("labels", "app.kubernetes.io/instance");
  EXPECT_EQ(read()->size(), 4U);
  EXPECT_EQ(read(3).error().code, Errc::resource_exhausted);
}

TEST_F(ReadReleaseTest, WhatMayNotBeReadOrIsGoneIsLeftOut) {
  cluster->refuse["get Secret/db-secret"] = {.code = Errc::denied, .message = "no"};
  ASSERT_TRUE(run(cluster->remove(ref_of(config()), {})));
  EXPECT_THAT(names_of(read().value()), ElementsAre("Deployment/order"));
  cluster->refuse["get Secret/db-secret"] = {.code = Errc::unavailable, .message = "away"};
  EXPECT_EQ(read().error().code, Errc::unavailable);
}

constexpr Millis kSettled = std::chrono::minutes(5);

class KeeperTest : public ::testing::Test, protected VersionWorld {
 protected:
  KeeperTest() {
    for (const auto& name : {"single", "mysql", "agent"}) {
      for (const auto* kind : {"Deployment", "StatefulSet", "DaemonSet"}) {
        if (!cluster->has(kind, "shop", name)) continue;
        run(cluster->remove({.api_version = "apps/v1", .kind = kind, .ns = "shop", .name = name},
                            {}));
      }
    }
    touched(config(), "2026-11-23T10:00:00Z");
    touched(secret(), "2026-11-23T10:00:00Z");
    start_pods("2026-11-23T12:00:00Z");
  }
  static void touched(Json& object, const char* when) {
    object["metadata"]["managedFields"] = {{{"manager", "kubectl"}, {"time", when}}};
  }
  void start_pods(const char* when) {
    cluster->at("Pod", "shop", "order-7d9f4-x2k")["metadata"]["creationTimestamp"] = when;
  }
  void change_config(const std::string& level) {
    set_level(level);
    const std::string now = format_iso_utc(clock.time);
    touched(config(), now.c_str());
  }
  int look() { return run(keeper.look_around(scene(), 1, "shop", kSettled, 40)).value_or(-1); }
  int look_after(Millis later) {
    clock.time += later;
    return look();
  }
  std::string noted_level(const GoodState& state) {
    const Json* kept = find_object(state.objects, ref_of(config()));
    return kept == nullptr ? "" : (*kept)["data"]["LEVEL"].get<std::string>();
  }

  MemoryGoodStateStore states;
  GoodStateKeeper keeper{states, fingerprints, clock};
};

TEST_F(KeeperTest, NotesAReleaseThatStaysWell) {
  const TimePoint begun = clock.time;
  EXPECT_EQ(look(), 0);
  EXPECT_EQ(look_after(std::chrono::minutes(4)), 0);
  EXPECT_EQ(look_after(std::chrono::minutes(2)), 1);
  ASSERT_THAT(states.states, SizeIs(1));
  const GoodState& state = states.states[0];
  EXPECT_EQ(state.account, 1);
  EXPECT_EQ(state.release, release_of("cls-1", order()));
  EXPECT_THAT(names_of(state.objects),
              ElementsAre("Deployment/order", "ConfigMap/order-config", "Secret/db-secret"));
  EXPECT_EQ(state.since, begun);
  EXPECT_EQ(state.seen, clock.time);
  EXPECT_FALSE(state.objects[0].contains("status"));
}

TEST_F(KeeperTest, IsCheapWhereNothingChanges) {
  look();
  look_after(kSettled);
  cluster->asked.clear();
  EXPECT_EQ(look_after(kSettled), 0) << "noted already";
  EXPECT_THAT(cluster->asked, UnorderedElementsAre(Pair("workloads", 3), Pair("pods", 1),
                                                   Pair("get ConfigMap/order-config", 1),
                                                   Pair("get Secret/db-secret", 1)));
  EXPECT_EQ(look_after(std::chrono::hours(1)), 1) << "so that it is known to have lasted";
  ASSERT_THAT(states.states, SizeIs(1));
  EXPECT_EQ(states.states[0].seen, clock.time);
}

TEST_F(KeeperTest, WhatIsSickIsNotNoted) {
  const struct {
    const char* what;
    void (*harm)(Json&);
  } cases[] = {
      {"a replica is missing", [](Json& one) { one["status"]["readyReplicas"] = 2; }},
      {"a rollout goes on", [](Json& one) { one["status"]["updatedReplicas"] = 2; }},
      {"not seen by its controller", [](Json& one) { one["status"]["observedGeneration"] = 0; }},
      {"paused", [](Json& one) { one["spec"]["paused"] = true; }},
  };
  const Json well = order();
  for (const auto& c : cases) {
    SCOPED_TRACE(c.what);
    order() = well;
    c.harm(order());
    look();
    EXPECT_EQ(look_after(kSettled * 20), 0);
  }
  order() = well;
  EXPECT_EQ(look(), 0) << "it has to settle anew";
  EXPECT_EQ(look_after(kSettled), 1);
}

TEST_F(KeeperTest, ARestartBeginsTheWaitAnew) {
  look();
  clock.time += kSettled - std::chrono::minutes(1);
  cluster->at("Pod", "shop", "order-7d9f4-x2k")["status"]["containerStatuses"] = {
      {{"name", "order"}, {"restartCount", 1}}};
  look();
  EXPECT_EQ(look_after(std::chrono::minutes(2)), 0);
  EXPECT_EQ(look_after(kSettled), 1);
}

TEST_F(KeeperTest, AnotherVersionIsAnotherState) {
  look();
  look_after(kSettled);
  Json next = order();
  next["spec"]["template"]["spec"]["containers"][0]["image"] = "r.example.com/order:1.6";
  next["metadata"]["generation"] = 2;
  next["status"]["observedGeneration"] = 2;
  cluster->put(next);
  EXPECT_EQ(look_after(kSettled), 0);
  EXPECT_EQ(look_after(kSettled), 1);
  EXPECT_THAT(states.states, SizeIs(2));
}

TEST_F(KeeperTest, ConfigurationThatNoPodHasReadYetProvesNothing) {
  look();
  look_after(kSettled);
  change_config("chaos");
  look();
  EXPECT_EQ(look_after(kSettled * 2), 0) << "the pods still run with the one before";
  EXPECT_EQ(look_after(kSettled * 7), 0);
  ASSERT_THAT(states.states, SizeIs(1));
  EXPECT_EQ(noted_level(states.states[0]), "info");
  EXPECT_EQ(look_after(kSettled), 1) << "but after ten times as long";
  EXPECT_EQ(noted_level(states.states[1]), "chaos");
}

TEST_F(KeeperTest, ConfigurationThatThePodsWereStartedWithCounts) {
  look();
  look_after(kSettled);
  change_config("debug");
  look();
  clock.time += std::chrono::minutes(1);
  start_pods(format_iso_utc(clock.time).c_str());
  look();
  EXPECT_EQ(look_after(kSettled), 1);
  EXPECT_EQ(noted_level(states.states[1]), "debug");
}

TEST_F(KeeperTest, AChangeThatTheClusterDoesNotDateCountsFromWhenItWasSeen) {
  look();
  look_after(kSettled);
  set_level("chaos");
  config()["metadata"].erase("managedFields");
  start_pods("2026-11-23T12:00:00Z");
  look();
  EXPECT_EQ(look_after(kSettled * 9), 0);
  EXPECT_EQ(look_after(kSettled), 1);
}

TEST_F(KeeperTest, WhoMayNotListPodsWaitsLonger) {
  cluster->refuse["pods"] = {.code = Errc::denied, .message = "no"};
  look();
  EXPECT_EQ(look_after(kSettled * 9), 0);
  EXPECT_EQ(look_after(kSettled), 1);
}

TEST_F(KeeperTest, AStopForAWhileDoesNotForgetTheReplicas) {
  look();
  look_after(kSettled);
  resize("order", 0);
  order()["metadata"]["generation"] = 2;
  order()["status"]["observedGeneration"] = 2;
  look();
  EXPECT_EQ(look_after(kSettled), 1);
  ASSERT_THAT(states.states, SizeIs(1)) << "nothing else has changed";
  EXPECT_EQ(states.states[0].objects[0]["spec"]["replicas"], 3);
}

TEST_F(KeeperTest, WhatCannotBeKeptIsTriedAgain) {
  look();
  cluster->refuse["get Secret/db-secret"] = {.code = Errc::unavailable, .message = "away"};
  EXPECT_EQ(look_after(kSettled), 0);
  EXPECT_THAT(states.states, IsEmpty());
  cluster->refuse.clear();
  EXPECT_EQ(look(), 1);
  cluster->refuse["workloads"] = {.code = Errc::unavailable, .message = "away"};
  EXPECT_EQ(look(), -1);
}

TEST_F(KeeperTest, ALargeReleaseIsNotNoted) {
  for (int i = 0; i < 2; ++i) {
    clock.time += kSettled;
    EXPECT_EQ(run(keeper.look_around(scene(), 1, "shop", kSettled, 2)).value(), 0);
  }
}

TEST(MemoryGoodStates, TheNewestStayAndTheSameIsReplaced) {
  MemoryGoodStateStore store;
  const ReleaseName release{.cluster_id = "c", .ns = "n", .name = "r"};
  for (const char* print : {"a", "b", "c", "b"}) {
    ASSERT_TRUE(run(store.put({.release = release, .fingerprint = print}, 2)));
  }
  const auto kept = run(store.list(0, release)).value();
  ASSERT_EQ(kept.size(), 2U);
  EXPECT_EQ(kept[0].fingerprint, "c");
  EXPECT_EQ(kept[1].fingerprint, "b");
  EXPECT_EQ(run(store.forget(TimePoint{std::chrono::seconds(1)})), 2);
}

}  // namespace
}  // namespace mtc::clusters
