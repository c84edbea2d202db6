// What goes out when something is written, and single objects are read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/kubernetes/test_world.h"

namespace mtc::kubernetes {
namespace {

using clusters::PatchType;
using testing::ElementsAre;
using testing::HasSubstr;

const Json kObject = Json::parse(R"({"apiVersion":"apps/v1","kind":"Deployment",
  "metadata":{"namespace":"shop","name":"order","managedFields":[{"manager":"x"}]},
  "spec":{"replicas":3}})");

TEST(KubernetesWriting, Patches) {
  const struct {
    PatchType type;
    const char* content_type;
    Json body, sent;
  } cases[] = {
      {PatchType::merge, "application/merge-patch+json", Json{{"spec", {{"a", 1}}}},
       Json{{"spec", {{"a", 1}}}, {"metadata", {{"resourceVersion", "7"}}}}},
      {PatchType::strategic, "application/strategic-merge-patch+json",
       Json{{"metadata", {{"labels", {{"a", "b"}}}}}},
       Json{{"metadata", {{"labels", {{"a", "b"}}}, {"resourceVersion", "7"}}}}},
      {PatchType::json, "application/json-patch+json",
       Json::array({{{"op", "remove"}, {"path", "/a"}}}),
       Json::array({{{"op", "remove"}, {"path", "/a"}},
                    {{"op", "replace"}, {"path", "/metadata/resourceVersion"}, {"value", "7"}}})},
  };
  for (const auto& c : cases) {
    World world;
    world.http.answer(200, R"({"kind":"Deployment"})");
    ASSERT_TRUE(
        run(world.api().patch(kOrder, c.type, c.body, {.dry_run = true, .resource_version = "7"})));
    EXPECT_EQ(world.http.requests[0].method, "PATCH");
    EXPECT_EQ(world.header(0, "Content-Type"), c.content_type);
    EXPECT_EQ(world.body(0), c.sent);
    EXPECT_EQ(world.path(0),
              "/apis/apps/v1/namespaces/shop/deployments/order?fieldManager=mcp-tencent-cloud&"
              "dryRun=All");
  }
  World world;
  EXPECT_EQ(run(world.api().patch(kOrder, PatchType::json, Json::object(), {})).error().code,
            Errc::invalid_argument);
  EXPECT_EQ(run(world.api().patch(kOrder, PatchType::merge, Json::array(), {})).error().code,
            Errc::invalid_argument);
}

TEST(KubernetesWriting, Creates) {
  World world;
  world.http.answer(201, R"({"kind":"Deployment"})");
  ASSERT_TRUE(run(world.api().create(kObject, {})));
  EXPECT_EQ(world.http.requests[0].method, "POST");
  EXPECT_EQ(world.path(0),
            "/apis/apps/v1/namespaces/shop/deployments?fieldManager=mcp-tencent-cloud");
  auto homeless = kObject;
  homeless["metadata"].erase("namespace");
  const auto refused = run(world.api().create(homeless, {}));
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("Deployment order has no namespace"));
  EXPECT_EQ(run(world.api().create(Json::array(), {})).error().code, Errc::invalid_argument);
}

TEST(KubernetesWriting, Replaces) {
  World world;
  world.http.answer(200, R"({"kind":"Deployment"})");
  ASSERT_TRUE(run(world.api().replace(kObject, {.resource_version = "7"})));
  EXPECT_EQ(world.http.requests[0].method, "PUT");
  EXPECT_EQ(world.body(0)["metadata"]["resourceVersion"], "7");
}

TEST(KubernetesWriting, Removes) {
  World world;
  world.http.answer(200, status(200, "", ""));
  ASSERT_TRUE(run(world.api().remove(kOrder, {.dry_run = true, .resource_version = "7"})));
  EXPECT_EQ(world.http.requests[0].method, "DELETE");
  EXPECT_EQ(world.path(0), "/apis/apps/v1/namespaces/shop/deployments/order?dryRun=All");
  EXPECT_EQ(world.body(0)["propagationPolicy"], "Background");
  EXPECT_EQ(world.body(0)["preconditions"]["resourceVersion"], "7");
  EXPECT_EQ(world.body(0)["dryRun"], Json::array({"All"}));
}

TEST(KubernetesWriting, ScalesAndTellsWhatThereWas) {
  World world;
  world.http.answer(200, R"({"kind":"Scale","spec":{"replicas":2}})")
      .answer(200, R"({"kind":"Scale","spec":{"replicas":5}})");
  EXPECT_EQ(run(world.api().scale(kOrder, 5, {})), 2);
  EXPECT_EQ(world.path(0), "/apis/apps/v1/namespaces/shop/deployments/order/scale");
  EXPECT_EQ(world.path(1),
            "/apis/apps/v1/namespaces/shop/deployments/order/scale?fieldManager=mcp-tencent-cloud");
  EXPECT_EQ(world.body(1), (Json{{"spec", {{"replicas", 5}}}}));
}

TEST(KubernetesWriting, Applies) {
  World world;
  world.http.answer(200, R"({"kind":"Deployment"})");
  ASSERT_TRUE(run(world.api().apply(kObject, {.dry_run = true, .force = true}, nullptr)));
  EXPECT_EQ(world.header(0, "Content-Type"), "application/apply-patch+yaml");
  EXPECT_EQ(world.path(0),
            "/apis/apps/v1/namespaces/shop/deployments/order?fieldManager=mcp-tencent-cloud&"
            "force=true&dryRun=All");
  EXPECT_FALSE(world.body(0)["metadata"].contains("managedFields"));
  EXPECT_EQ(world.body(0)["spec"]["replicas"], 3);
}

TEST(KubernetesWriting, TellsWhoManagesWhatIsApplied) {
  const Json causes = Json::array(
      {{{"reason", "FieldManagerConflict"},
        {"message", R"(conflict with "kubectl-client-side-apply" using apps/v1 at 2026-01-01)"},
        {"field", ".spec.replicas"}},
       {{"reason", "FieldManagerConflict"},
        {"message", R"(conflict with "helm" with subresource "scale" using apps/v1)"},
        {"field", ".spec.template.spec.containers[name=\"order\"].image"}}});
  for (const bool wanted : {true, false}) {
    World world;
    world.http.answer(
        409, status(409, "Conflict", "Apply failed with 2 conflicts", {{"causes", causes}}));
    std::vector<clusters::FieldConflict> conflicts;
    const auto answer = run(world.api().apply(kObject, {}, wanted ? &conflicts : nullptr));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, Errc::conflict);
    EXPECT_THAT(answer.error().message,
                HasSubstr("others manage what would be changed: .spec.replicas is managed by "
                          "kubectl-client-side-apply, .spec.template"));
    if (!wanted) continue;
    ASSERT_EQ(conflicts.size(), 2U);
    EXPECT_EQ(conflicts[0].field, ".spec.replicas");
    EXPECT_EQ(conflicts[0].manager, "kubectl-client-side-apply");
    EXPECT_EQ(conflicts[1].manager, "helm");
  }
}

TEST(KubernetesWriting, Evicts) {
  World world;
  world.http.answer(201, status(201, "", ""));
  ASSERT_TRUE(run(world.api().evict("shop", "order-1")));
  EXPECT_EQ(world.path(0), "/api/v1/namespaces/shop/pods/order-1/eviction");
  EXPECT_EQ(world.body(0)["apiVersion"], "policy/v1");
}

TEST(KubernetesWriting, EvictsInOlderClusters) {
  for (const auto& refusal :
       {std::pair{404, status(404, "NotFound", "the server could not find the requested resource")},
        {400, status(400, "BadRequest",
                     "no kind \"Eviction\" is registered for version \"policy/v1\"")}}) {
    World world;
    world.http.answer(refusal.first, refusal.second).answer(201, status(201, "", ""));
    EXPECT_TRUE(run(world.api().evict("shop", "order-1")));
    EXPECT_EQ(world.body(1)["apiVersion"], "policy/v1beta1");
  }
}

TEST(KubernetesWriting, ABudgetForbidsAnEvictionAndItIsNotTriedAgain) {
  World world;
  world.http.answer(
      429,
      status(429, "TooManyRequests", "Cannot evict pod as it would violate the pod's budget.",
             {{"causes", Json::array({{{"reason", "DisruptionBudget"}, {"message", "needs 2"}}})}}),
      {{"Retry-After", "10"}});
  const auto refused = run(world.api().evict("shop", "order-1"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::conflict);
  EXPECT_THAT(refused.error().message, HasSubstr("disruption budget forbids it"));
  EXPECT_EQ(world.http.requests.size(), 1U);
}

TEST(KubernetesWriting, APodThatIsGoneIsNotEvictedTwice) {
  World world;
  world.http.answer(404, status(404, "NotFound", "pods \"order-1\" not found"));
  EXPECT_EQ(run(world.api().evict("shop", "order-1")).error().code, Errc::not_found);
  EXPECT_EQ(world.http.requests.size(), 1U);
}

TEST(KubernetesReading, AsksForTheKindsItDoesNotKnow) {
  World world;
  const clusters::ObjectRef object{
      .api_version = "cls.cloud.tencent.com/v1", .kind = "LogConfig", .name = "app"};
  const auto kinds = R"({"kind":"APIResourceList","resources":[
    {"name":"logconfigs","kind":"LogConfig","namespaced":false},
    {"name":"logconfigs/status","kind":"LogConfig","namespaced":false}, 7]})";
  world.http.answer(200, kinds).answer(200, "{}").answer(200, "{}");
  EXPECT_TRUE(run(world.api().get(object)));
  EXPECT_TRUE(run(world.api().get(object)));
  EXPECT_EQ(world.path(0), "/apis/cls.cloud.tencent.com/v1");
  EXPECT_EQ(world.path(1), "/apis/cls.cloud.tencent.com/v1/logconfigs/app");
  EXPECT_EQ(world.path(2), world.path(1)) << "what it learnt it remembers";
  world.clock.time += std::chrono::minutes(11);
  world.http.answer(200, kinds).answer(200, "{}");
  EXPECT_TRUE(run(world.api().get(object)));
  EXPECT_EQ(world.path(3), world.path(0)) << "but not for ever";
}

TEST(KubernetesReading, SaysThatThereIsNoSuchKind) {
  for (const auto& [code, body] : {std::pair{404, "404 page not found"},
                                   {200, R"({"kind":"APIResourceList","resources":[]})"}}) {
    World world;
    world.http.answer(code, body);
    const auto answer =
        run(world.api().get({.api_version = "a.test/v1", .kind = "Thing", .name = "x"}));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, Errc::not_found);
    EXPECT_THAT(answer.error().message, HasSubstr("has no kind Thing in a.test/v1"));
  }
}

TEST(KubernetesReading, Logs) {
  World world;
  world.http.answer(200, "line one\nline \xff two\n");
  const auto text = run(world.api().log({.ns = "shop",
                                         .pod = "order-1",
                                         .container = "app",
                                         .previous = true,
                                         .lines = 50,
                                         .since = Millis{1500}}));
  ASSERT_TRUE(text);
  EXPECT_EQ(*text, "line one\nline \xef\xbf\xbd two\n");
  EXPECT_EQ(
      world.path(0),
      "/api/v1/namespaces/shop/pods/order-1/log?tailLines=50&limitBytes=4194304&container=app&"
      "previous=true&sinceSeconds=2");
}

TEST(KubernetesReading, LogsOfTheFirstContainerIfThereAreMore) {
  World world;
  world.http
      .answer(400, status(400, "BadRequest",
                          "a container name must be specified for pod order-1, choose one of: [app "
                          "proxy]"))
      .answer(200, R"({"spec":{"containers":[{"name":"app"},{"name":"proxy"}]}})")
      .answer(200, "hello\n");
  EXPECT_EQ(run(world.api().log({.ns = "shop", .pod = "order-1"})), "hello\n");
  EXPECT_THAT(world.path(2), HasSubstr("container=app"));
}

TEST(KubernetesReading, Version) {
  World world;
  world.http.answer(200, R"({"major":"1","minor":"30","gitVersion":"v1.30.0-tke.5"})");
  EXPECT_EQ(run(world.api().version()), "v1.30.0-tke.5");
  EXPECT_EQ(world.path(0), "/version");
}

}  // namespace
}  // namespace mtc::kubernetes
