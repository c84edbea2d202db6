#include "emulator/kubernetes/managed_fields.h"

#include <gtest/gtest.h>

#include "emulator/kubernetes/api_time.h"

namespace mtc::emulator::kubernetes {
namespace {

const TypeSchema& schema() {
  return schema_of("apps/v1", "Deployment");
}
const auto kStart = *read_api_time("2026-11-22T10:00:00Z");

Json deployment(const char* rest) {
  auto out = Json::parse(
      R"({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "cart"}})");
  out.merge_patch(Json::parse(rest));
  return out;
}

Json containers(const char* list) {
  return deployment(
      (R"({"spec": {"template": {"spec": {"containers": )" + std::string(list) + "}}}}").c_str());
}

// A Deployment on a server, changed by several managers; each change is a minute after the last.
struct Life {
  Json object;
  TimePoint now = kStart;

  KubeResult<Json> apply(std::string manager, const Json& config, bool force = false,
                         std::string subresource = {}) {
    now += std::chrono::minutes(1);
    auto out = server_side_apply(object, config,
                                 {.manager = std::move(manager),
                                  .force = force,
                                  .now = now,
                                  .subresource = std::move(subresource)},
                                 schema());
    if (out) object = *out;
    return out;
  }
  void update(std::string manager, const char* change, std::string subresource = {}) {
    now += std::chrono::minutes(1);
    auto after = object.is_null() ? deployment("{}") : object;
    after.merge_patch(Json::parse(change));
    object = track_update(
        object, after,
        {.manager = std::move(manager), .now = now, .subresource = std::move(subresource)},
        schema());
  }
  // The fields of that manager; null if it has none.
  Json fields(std::string_view manager) const {
    for (const auto& entry : array_or_empty(object["metadata"], "managedFields"))
      if (entry["manager"] == manager) return entry["fieldsV1"];
    return nullptr;
  }
  Json spec() const { return object.value("spec", Json()); }
};

TEST(ServerSideApply, CreatesAndRecordsTheManager) {
  Life life;
  ASSERT_TRUE(
      life.apply("ci", deployment(R"({"metadata": {"labels": {"a": "b"}, "creationTimestamp": null},
                                              "spec": {"replicas": 2}, "status": {"replicas": 9}})")));
  EXPECT_EQ(life.object, deployment(R"({"metadata": {"labels": {"a": "b"}, "managedFields": [
      {"manager": "ci", "operation": "Apply", "apiVersion": "apps/v1", "time": "2026-11-22T10:01:00Z",
       "fieldsType": "FieldsV1", "fieldsV1": {"f:metadata": {"f:labels": {"f:a": {}}}, "f:spec": {"f:replicas": {}}}}]},
       "spec": {"replicas": 2}})"));
}

TEST(ServerSideApply, ConflictsWhereAnotherManagerSetAnotherValue) {
  Life life;
  ASSERT_TRUE(life.apply("ci", deployment(R"({"spec": {"replicas": 2, "paused": false}})")));
  life.update("kubectl-scale", R"({"spec": {"replicas": 5}})");
  const auto before = life.object;
  const auto refused =
      life.apply("ci", deployment(R"({"spec": {"replicas": 2, "paused": false}})"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(to_json(refused.error()),
            Json::parse(R"({"kind": "Status", "apiVersion": "v1", "metadata": {},
      "status": "Failure", "code": 409, "reason": "Conflict",
      "message": "Apply failed with 1 conflict: conflict with \"kubectl-scale\" using apps/v1: .spec.replicas",
      "details": {"causes": [{"reason": "FieldManagerConflict",
        "message": "conflict with \"kubectl-scale\" using apps/v1", "field": ".spec.replicas"}]}})"));
  EXPECT_EQ(life.object, before);
}

TEST(ServerSideApply, ListsSeveralConflictsByManager) {
  Life life;
  ASSERT_TRUE(life.apply("b", deployment(R"({"spec": {"replicas": 2, "paused": false}})")));
  ASSERT_TRUE(life.apply("a", deployment(R"({"metadata": {"labels": {"x": "1"}}})")));
  const auto refused = life.apply("c", deployment(R"({"metadata": {"labels": {"x": "2"}},
                                                      "spec": {"replicas": 3, "paused": true}})"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message,
            "Apply failed with 3 conflicts: conflicts with \"a\":\n- .metadata.labels.x\n"
            "conflicts with \"b\":\n- .spec.paused\n- .spec.replicas");
}

TEST(ServerSideApply, ForceTakesOwnership) {
  Life life;
  ASSERT_TRUE(life.apply("a", deployment(R"({"spec": {"replicas": 2, "paused": true}})")));
  ASSERT_TRUE(life.apply("b", deployment(R"({"spec": {"replicas": 3}})"), true));
  EXPECT_EQ(life.spec(), Json::parse(R"({"replicas": 3, "paused": true})"));
  EXPECT_EQ(life.fields("a"), Json::parse(R"({"f:spec": {"f:paused": {}}})"));
  EXPECT_EQ(life.fields("b"), Json::parse(R"({"f:spec": {"f:replicas": {}}})"));
}

TEST(ServerSideApply, SharesFieldsOfTheSameValue) {
  Life life;
  ASSERT_TRUE(life.apply("a", deployment(R"({"spec": {"replicas": 2}})")));
  ASSERT_TRUE(life.apply("b", deployment(R"({"spec": {"replicas": 2}})")));
  EXPECT_EQ(life.fields("a"), life.fields("b"));
  // One alone may give it up, and it stays; the last to give it up removes it.
  ASSERT_TRUE(life.apply("a", deployment("{}")));
  EXPECT_EQ(life.fields("a"), nullptr);
  EXPECT_EQ(life.spec(), Json::parse(R"({"replicas": 2})"));
  ASSERT_TRUE(life.apply("b", deployment("{}")));
  EXPECT_EQ(life.spec(), Json());
  EXPECT_FALSE(life.object["metadata"].contains("managedFields"));
}

TEST(ServerSideApply, SharedFieldsConflictWhenOneChangesThem) {
  Life life;
  ASSERT_TRUE(life.apply("a", deployment(R"({"spec": {"replicas": 2}})")));
  ASSERT_TRUE(life.apply("b", deployment(R"({"spec": {"replicas": 2}})")));
  EXPECT_EQ(life.apply("b", deployment(R"({"spec": {"replicas": 3}})")).error().code, 409);
}

TEST(ServerSideApply, RemovesWhatIsNoLongerAppliedAndKeepsWhatOthersSet) {
  Life life;
  ASSERT_TRUE(life.apply(
      "ci",
      deployment(R"({"metadata": {"labels": {"a": "1", "b": "1"}}, "spec": {"paused": true}})")));
  life.update("someone", R"({"metadata": {"labels": {"c": "1"}}})");
  ASSERT_TRUE(life.apply("ci", deployment(R"({"metadata": {"labels": {"a": "1"}}})")));
  EXPECT_EQ(life.object["metadata"]["labels"], Json::parse(R"({"a": "1", "c": "1"})"));
  EXPECT_EQ(life.spec(), Json());
  ASSERT_TRUE(life.apply("ci", deployment("{}")));
  EXPECT_EQ(life.object["metadata"]["labels"], Json::parse(R"({"c": "1"})"));
}

TEST(ServerSideApply, AddsAndRemovesItemsOfKeyedLists) {
  Life life;
  ASSERT_TRUE(life.apply(
      "ci", containers(R"([{"name": "web", "image": "web:1", "env": [{"name": "A", "value": "1"},
      {"name": "B", "value": "1"}]}, {"name": "old", "image": "x"}])")));
  ASSERT_TRUE(life.apply("mesh", containers(R"([{"name": "sidecar", "image": "proxy:1"}])")));
  ASSERT_TRUE(life.apply(
      "ci",
      containers(R"([{"name": "web", "image": "web:2", "env": [{"name": "B", "value": "2"}]}])")));
  EXPECT_EQ(life.spec()["template"]["spec"]["containers"],
            Json::parse(R"([{"name": "web", "image": "web:2", "env": [{"name": "B", "value": "2"}]},
                            {"name": "sidecar", "image": "proxy:1"}])"));
  EXPECT_EQ(life.fields("mesh"),
            Json::parse(R"({"f:spec": {"f:template": {"f:spec": {"f:containers": {
      "k:{\"name\":\"sidecar\"}": {".": {}, "f:name": {}, "f:image": {}}}}}}})"));
}

TEST(ServerSideApply, TellsPortsApartByProtocolTcpWhereNoneIsSaid) {
  Life life;
  ASSERT_TRUE(life.apply(
      "a", containers(R"([{"name": "w", "ports": [{"containerPort": 53, "protocol": "UDP"}]}])")));
  ASSERT_TRUE(life.apply("b", containers(R"([{"name": "w", "ports": [{"containerPort": 53}]}])")));
  EXPECT_EQ(life.spec()["template"]["spec"]["containers"][0]["ports"].size(), 2U);
  // The server wrote the default: still the same port.
  life.update("server", R"({"spec": {"template": {"spec": {"containers": [{"name": "w", "ports": [
      {"containerPort": 53, "protocol": "UDP"}, {"containerPort": 53, "protocol": "TCP"}]}]}}}})");
  ASSERT_TRUE(life.apply(
      "b", containers(R"([{"name": "w", "ports": [{"containerPort": 53, "name": "dns"}]}])")));
  EXPECT_EQ(life.spec()["template"]["spec"]["containers"][0]["ports"].size(), 2U);
}

TEST(ServerSideApply, TreatsSelectorsAsAWholeAndFinalizersAsASet) {
  Life life;
  ASSERT_TRUE(life.apply(
      "a",
      deployment(
          R"({"metadata": {"finalizers": ["x"]}, "spec": {"selector": {"matchLabels": {"app": "c"}}}})")));
  ASSERT_TRUE(life.apply("b", deployment(R"({"metadata": {"finalizers": ["y"]}})")));
  EXPECT_EQ(life.object["metadata"]["finalizers"], Json::parse(R"(["x", "y"])"));
  const auto refused =
      life.apply("b", deployment(R"({"spec": {"selector": {"matchLabels": {"tier": "c"}}}})"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().details["causes"][0]["field"], ".spec.selector");
}

TEST(ServerSideApply, ApplyingTheSameAgainChangesNothing) {
  Life life;
  const auto config =
      deployment(R"({"metadata": {"labels": {"a": "b"}}, "spec": {"replicas": 2}})");
  ASSERT_TRUE(life.apply("ci", config));
  const auto before = life.object;
  ASSERT_TRUE(life.apply("ci", config));
  EXPECT_EQ(life.object, before);
}

TEST(ServerSideApply, KeepsDefaultsTheServerAdded) {
  Life life;
  ASSERT_TRUE(life.apply("ci", deployment(R"({"spec": {"replicas": 2, "paused": true}})")));
  life.object["spec"]["revisionHistoryLimit"] = 10;  // nobody's
  ASSERT_TRUE(life.apply("ci", deployment(R"({"spec": {"replicas": 2}})")));
  EXPECT_EQ(life.spec(), Json::parse(R"({"replicas": 2, "revisionHistoryLimit": 10})"));
}

TEST(ServerSideApply, LeavesTheServersMetadataAndTheStatusAlone) {
  Life life;
  life.object = deployment(R"({"metadata": {"uid": "u1", "generation": 4, "resourceVersion": "9",
      "creationTimestamp": "2026-11-22T09:00:00Z"}, "status": {"replicas": 1}})");
  ASSERT_TRUE(life.apply(
      "ci", deployment(R"({"metadata": {"uid": "other", "generation": 1, "resourceVersion": "9",
      "creationTimestamp": null}, "status": {"replicas": 7}, "spec": {"replicas": 2}})")));
  EXPECT_EQ(life.object["metadata"]["uid"], "u1");
  EXPECT_EQ(life.object["metadata"]["generation"], 4);
  EXPECT_EQ(life.object["metadata"]["creationTimestamp"], "2026-11-22T09:00:00Z");
  EXPECT_EQ(life.object["status"], Json::parse(R"({"replicas": 1})"));
  EXPECT_EQ(life.fields("ci"), Json::parse(R"({"f:spec": {"f:replicas": {}}})"));
}

TEST(ServerSideApply, ChangesTheStatusThroughItsSubresource) {
  Life life;
  ASSERT_TRUE(life.apply("ci", deployment(R"({"spec": {"replicas": 2}})")));
  ASSERT_TRUE(life.apply("operator",
                         deployment(R"({"spec": {"replicas": 7}, "status": {"replicas": 2}})"),
                         false, "status"));
  EXPECT_EQ(life.object["status"], Json::parse(R"({"replicas": 2})"));
  EXPECT_EQ(life.spec(), Json::parse(R"({"replicas": 2})"));
  EXPECT_EQ(life.object["metadata"]["managedFields"][1]["subresource"], "status");
  const auto refused =
      life.apply("other", deployment(R"({"status": {"replicas": 3}})"), false, "status");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message,
            "Apply failed with 1 conflict: conflict with \"operator\" with subresource \"status\": "
            ".status.replicas");
}

TEST(ServerSideApply, AdoptsWhatWasNeverRecorded) {
  Life life;
  life.object = deployment(R"({"spec": {"replicas": 1}})");
  const auto refused = life.apply("ci", deployment(R"({"spec": {"replicas": 2}})"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().details["causes"][0]["message"],
            R"(conflict with "before-first-apply" using apps/v1)");
  EXPECT_TRUE(life.apply("ci", deployment(R"({"spec": {"replicas": 1}})")));
}

TEST(ServerSideApply, LetsKubectlTakeOverWhatKubectlAppliedBefore) {
  Life life;
  auto first = deployment(R"({"spec": {"replicas": 1}})");
  first["metadata"]["annotations"]["kubectl.kubernetes.io/last-applied-configuration"] =
      dump_json(deployment(R"({"spec": {"replicas": 1}})"));
  life.update("kubectl-client-side-apply", dump_json(first).c_str());
  const auto config = deployment(R"({"spec": {"replicas": 2}})");
  EXPECT_EQ(life.apply("argo", config).error().code, 409);
  ASSERT_TRUE(life.apply("kubectl", config));
  EXPECT_EQ(life.spec()["replicas"], 2);
  const auto last = Json::parse(
      life.object["metadata"]["annotations"]["kubectl.kubernetes.io/last-applied-configuration"]
          .get<std::string>());
  EXPECT_EQ(last["spec"]["replicas"], 2);
}

TEST(ServerSideApply, RefusesWhatItCannotApply) {
  Life life;
  EXPECT_EQ(life.apply("", deployment("{}")).error().code, 400);
  EXPECT_EQ(life.apply("ci", deployment(R"({"metadata": {"managedFields": [{"manager": "x"}]}})"))
                .error()
                .message,
            "metadata.managedFields must be nil");
  EXPECT_EQ(life.apply("ci", Json::array()).error().code, 400);
  const auto twice = life.apply("ci", containers(R"([{"name": "a"}, {"name": "a"}])"));
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().message,
            "failed to create typed patch object (cart; apps/v1, Kind=Deployment): "
            R"(.spec.template.spec.containers: duplicate entries for key {"name":"a"})");
}

TEST(ServerSideApply, ANullRemovesTheField) {
  Life life;
  ASSERT_TRUE(life.apply("ci", deployment(R"({"spec": {"replicas": 1, "paused": true}})")));
  auto config = deployment(R"({"spec": {"replicas": 1}})");
  config["spec"]["paused"] = nullptr;
  ASSERT_TRUE(life.apply("ci", config));
  EXPECT_EQ(life.spec(), Json::parse(R"({"replicas": 1})"));
}

TEST(TrackUpdate, RecordsWhatACreationSets) {
  Life life;
  life.update(
      "kubectl-create",
      R"({"metadata": {"labels": {"a": "b"}}, "spec": {"selector": {"matchLabels": {"a": "b"}},
      "strategy": {"rollingUpdate": {"maxSurge": 1}}, "template": {"spec": {"containers": [
      {"name": "web", "image": "x", "resources": {}}]}}}, "status": {}})");
  EXPECT_EQ(life.fields("kubectl-create"),
            Json::parse(R"({"f:metadata": {"f:labels": {".": {}, "f:a": {}}},
      "f:spec": {"f:selector": {}, "f:strategy": {"f:rollingUpdate": {".": {}, "f:maxSurge": {}}}, "f:template": {"f:spec": {"f:containers": {
        "k:{\"name\":\"web\"}": {".": {}, "f:name": {}, "f:image": {}, "f:resources": {}}}}}}})"));
}

TEST(TrackUpdate, MovesOwnershipOfWhatChanged) {
  Life life;
  life.update("a", R"({"spec": {"replicas": 1, "paused": true}})");
  life.update("b", R"({"spec": {"replicas": 2}})");
  EXPECT_EQ(life.fields("a"), Json::parse(R"({"f:spec": {"f:paused": {}}})"));
  EXPECT_EQ(life.fields("b"), Json::parse(R"({"f:spec": {"f:replicas": {}}})"));
  life.update("c", R"({"spec": {"paused": null}})");
  EXPECT_EQ(life.fields("a"), nullptr);
  EXPECT_EQ(life.fields("c"), nullptr);
}

TEST(TrackUpdate, KeepsTimesWhereNothingChanged) {
  Life life;
  life.update("a", R"({"spec": {"replicas": 1}})");
  const auto before = life.object;
  life.update("b", R"({"spec": {"replicas": 1}})");
  EXPECT_EQ(life.object, before);
}

TEST(TrackUpdate, TellsTheStatusSubresourceApart) {
  Life life;
  life.update("a", R"({"spec": {"replicas": 1}})");
  life.update("a", R"({"status": {"replicas": 1}})", "status");
  const auto& entries = life.object["metadata"]["managedFields"];
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[1]["subresource"], "status");
  EXPECT_EQ(entries[1]["fieldsV1"], Json::parse(R"({"f:status": {"f:replicas": {}}})"));
}

TEST(TrackUpdate, SortsByOperationThenTime) {
  Life life;
  life.update("z", R"({"spec": {"replicas": 1}})");
  life.update("a", R"({"spec": {"paused": true}})");
  ASSERT_TRUE(life.apply("m", deployment(R"({"metadata": {"labels": {"x": "y"}}})")));
  std::vector<std::string> managers;
  for (const auto& entry : life.object["metadata"]["managedFields"])
    managers.push_back(entry["manager"]);
  EXPECT_EQ(managers, (std::vector<std::string>{"m", "z", "a"}));
}

TEST(TrackUpdate, ForgetsAllWhenAskedTo) {
  Life life;
  life.update("a", R"({"spec": {"replicas": 1}})");
  life.update("b", R"({"metadata": {"managedFields": [{}]}})");
  EXPECT_FALSE(life.object["metadata"].contains("managedFields"));
}

}  // namespace
}  // namespace mtc::emulator::kubernetes
