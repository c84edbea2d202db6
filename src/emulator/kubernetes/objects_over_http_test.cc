#include <limits>

#include "emulator/kubernetes/kubernetes_test_world.h"

namespace mtc::emulator::kubernetes {
namespace {

Json config_map(const std::string& name, Json data = {{"a", "1"}}) {
  return {{"apiVersion", "v1"},
          {"kind", "ConfigMap"},
          {"metadata", {{"name", name}}},
          {"data", std::move(data)}};
}
constexpr const char* kMaps = "/api/v1/namespaces/default/configmaps";

TEST(KubernetesObjects, CreatedOnesGetTheirMetadata) {
  KubeWorld world;
  const auto made = world.post(kMaps, config_map("c"));
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(text_at(made.json, {"metadata", "creationTimestamp"}), "2026-01-01T00:00:00Z");
  EXPECT_EQ(text_at(made.json, {"metadata", "namespace"}), "default");
  EXPECT_EQ(uid_of(made.json).size(), 36U);
  EXPECT_FALSE(text_at(made.json, {"metadata", "resourceVersion"}).empty());
  EXPECT_EQ(string_or(made.json["metadata"]["managedFields"][0], "manager"), "tester");
  EXPECT_EQ(world.get(std::string(kMaps) + "/c").json, made.json);
}

TEST(KubernetesObjects, RefusalsSayWhatTheApiSays) {
  KubeWorld world;
  ASSERT_EQ(world.post(kMaps, config_map("c")).status, 201);
  auto bad_selector = world.deployment("web", "nginx");
  bad_selector["spec"]["selector"]["matchLabels"]["app"] = "other";
  auto no_image = world.deployment("web", "");
  auto text_replicas = world.deployment("web", "nginx");
  text_replicas["spec"]["replicas"] = "three";
  auto many_replicas = world.deployment("web", "nginx");
  many_replicas["spec"]["replicas"] = 3'000'000'000;
  auto bad_amount = world.pod("p", "nginx");
  bad_amount["spec"]["containers"][0]["resources"]["limits"]["memory"] = "lots";
  auto bad_name = config_map("Big_Name");
  auto wrong_version = config_map("d");
  wrong_version["apiVersion"] = "v2";
  auto other_namespace = config_map("d");
  other_namespace["metadata"]["namespace"] = "kube-system";
  const struct {
    const char* name;
    TestAnswer answer;
    int status;
    const char* message;
  } cases[] = {
      {"twice", world.post(kMaps, config_map("c")), 409, "configmaps \"c\" already exists"},
      {"absent", world.get(std::string(kMaps) + "/x"), 404, "configmaps \"x\" not found"},
      {"absent deployment", world.get(std::string(kDeployments) + "/x"), 404,
       "deployments.apps \"x\" not found"},
      {"no namespace", world.post("/api/v1/namespaces/nowhere/configmaps", config_map("c")), 404,
       "namespaces \"nowhere\" not found"},
      {"no kind", world.get("/api/v1/namespaces/default/things"), 404,
       "the server could not find the requested resource"},
      {"version", world.post(kMaps, wrong_version), 400,
       "the API version in the data (v2) does not match the expected API version (v1)"},
      {"namespaces differ", world.post(kMaps, other_namespace), 400,
       "the namespace of the provided object does not match the namespace sent on the request"},
      {"name", world.post(kMaps, bad_name), 422, "a lowercase RFC 1123 subdomain must consist of"},
      {"selector", world.post(kDeployments, bad_selector), 422,
       "`selector` does not match template `labels`"},
      {"image", world.post(kDeployments, no_image), 422,
       "spec.template.spec.containers[0].image: Required value"},
      {"type", world.post(kDeployments, text_replicas), 400,
       "cannot unmarshal string into Go struct field Deployment.spec.replicas of type int32"},
      {"too many", world.post(kDeployments, many_replicas), 400,
       "cannot unmarshal number 3000000000 into Go struct field Deployment.spec.replicas of type "
       "int32"},
      {"quantity", world.post(kPods, bad_amount), 400, "quantities must match the regular"},
      {"method", world.put(kMaps, config_map("c")), 405, "does not allow this method"},
      {"selector syntax", world.get(std::string(kPods) + "?labelSelector=a%20b"), 400, ""},
      {"field", world.get(std::string(kPods) + "?fieldSelector=spec.color=red"), 400,
       "field label not supported"},
      {"not json", world.send({"POST", kMaps, nullptr}), 400, "has no body"},
      {"media", world.send({"POST", kMaps, config_map("e"), "text/plain"}), 415, "media types"},
      {"patch type", world.send({"PATCH", std::string(kMaps) + "/c", Json::object(), "text/x"}),
       415, "strategic-merge-patch"},
      {"default namespace", world.remove("/api/v1/namespaces/default"), 403,
       "namespaces \"default\" is forbidden: this namespace may not be deleted"},
      {"continue", world.get(std::string(kPods) + "?limit=1&continue=zzz"), 400, "continue key"},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.name);
    EXPECT_EQ(one.answer.status, one.status) << one.answer.body;
    EXPECT_EQ(string_or(one.answer.json, "kind"), "Status");
    EXPECT_NE(one.answer.message().find(one.message), std::string::npos) << one.answer.message();
  }
}

TEST(KubernetesObjects, NonsenseIsRefusedOrHarmless) {
  KubeWorld world;
  const auto web = std::string(kDeployments) + "/web";
  world.post(kDeployments, world.deployment("web", "nginx"));
  const Json bent[] = {
      {{"spec", "x"}},
      {{"spec", nullptr}},
      {{"spec", {{"template", Json::array()}}}},
      {{"spec", {{"selector", 7}}}},
      {{"spec", {{"strategy", "fast"}}}},
      {{"spec", {{"template", {{"spec", {{"containers", Json::array({1, nullptr})}}}}}}}},
      {{"spec", {{"template", {{"spec", {{"volumes", Json::array({"a"})}}}}}}}},
      {{"metadata", {{"labels", Json::array({1})}}}},
      {{"metadata", {{"ownerReferences", Json::array({1})}}}},
      {{"metadata", nullptr}},
      {{"metadata", {{"name", 5}}}},
  };
  for (const auto& patch : bent) {
    const auto answer = world.patch(web, patch, "application/merge-patch+json");
    EXPECT_TRUE(answer.status == 400 || answer.status == 422 || answer.status == 200)
        << patch << answer.body;
    EXPECT_FALSE(answer.json.is_null()) << patch << answer.body;
  }
  world.patch("/api/v1/nodes/n1/status",
              {{"status", {{"conditions", Json::array({1, "x", nullptr})}}}},
              "application/merge-patch+json");
  set_node_down(world.plane(), "n1", true);
  world.pass(100);
  EXPECT_EQ(world.get(web).status, 200);
  EXPECT_EQ(world.get("/api/v1/nodes").status, 200);
}

TEST(KubernetesObjects, AnOldVersionDoesNotOverwriteANewerOne) {
  KubeWorld world;
  const auto first = world.post(kMaps, config_map("c")).json;
  const auto path = std::string(kMaps) + "/c";
  auto mine = first, theirs = first;
  theirs["data"]["a"] = "theirs";
  ASSERT_EQ(world.put(path, theirs).status, 200);
  mine["data"]["a"] = "mine";
  const auto late = world.put(path, mine);
  EXPECT_EQ(late.status, 409);
  EXPECT_EQ(late.reason(), "Conflict");
  EXPECT_EQ(late.message(),
            "Operation cannot be fulfilled on configmaps \"c\": the object has been modified; "
            "please apply your changes to the latest version and try again");
  mine["metadata"].erase("resourceVersion");
  EXPECT_EQ(world.put(path, mine).status, 200) << "without a version the last one wins";
}

TEST(KubernetesObjects, WritingTheSameAgainChangesNothing) {
  KubeWorld world;
  const auto first = world.post(kMaps, config_map("c")).json;
  const auto again = world.put(std::string(kMaps) + "/c", first);
  EXPECT_EQ(again.json["metadata"]["resourceVersion"], first["metadata"]["resourceVersion"]);
}

TEST(KubernetesObjects, GenerationCountsSpecsNotStatusNorMetadata) {
  KubeWorld world;
  world.post(kDeployments, world.deployment("web", "nginx"));
  const auto path = std::string(kDeployments) + "/web";
  world.pass(10);
  EXPECT_EQ(integer_at(world.get(path).json, {"metadata", "generation"}), 1);
  world.patch(path, {{"metadata", {{"labels", {{"team", "shop"}}}}}});
  EXPECT_EQ(integer_at(world.get(path).json, {"metadata", "generation"}), 1);
  world.patch(path, {{"spec", {{"replicas", 4}}}});
  EXPECT_EQ(integer_at(world.get(path).json, {"metadata", "generation"}), 2);
}

TEST(KubernetesObjects, FourKindsOfPatches) {
  KubeWorld world;
  world.post(kDeployments, world.deployment("web", "nginx:1"));
  const auto path = std::string(kDeployments) + "/web";
  const auto strategic = world.patch(
      path,
      {{"spec",
        {{"template",
          {{"spec", {{"containers", Json::array({{{"name", "app"}, {"image", "nginx:2"}}})}}}}}}}});
  ASSERT_EQ(strategic.status, 200) << strategic.body;
  const auto& container = strategic.json["spec"]["template"]["spec"]["containers"][0];
  EXPECT_EQ(string_or(container, "image"), "nginx:2");
  EXPECT_TRUE(container.contains("readinessProbe"));
  const auto merged =
      world.patch(path, {{"metadata", {{"labels", {{"app", nullptr}, {"x", "y"}}}}}},
                  "application/merge-patch+json");
  EXPECT_EQ(merged.json["metadata"]["labels"], Json({{"x", "y"}}));
  const auto pointed = world.patch(
      path, Json::array({{{"op", "replace"}, {"path", "/spec/replicas"}, {"value", 5}}}),
      "application/json-patch+json");
  EXPECT_EQ(integer_at(pointed.json, {"spec", "replicas"}), 5) << pointed.body;
  auto applied = world.deployment("web", "nginx:2");
  applied["spec"]["replicas"] = 7;
  const auto conflict =
      world.patch(path + "?fieldManager=other", applied, "application/apply-patch+yaml");
  EXPECT_EQ(conflict.status, 409) << conflict.body;
  EXPECT_NE(conflict.message().find("conflict"), std::string::npos);
  const auto forced =
      world.patch(path + "?fieldManager=other&force=true", applied, "application/apply-patch+yaml");
  EXPECT_EQ(integer_at(forced.json, {"spec", "replicas"}), 7) << forced.body;
}

TEST(KubernetesObjects, ImmutableFieldsStay) {
  KubeWorld world;
  world.post(kDeployments, world.deployment("web", "nginx"));
  auto other = world.deployment("web", "nginx");
  other["spec"]["selector"]["matchLabels"]["app"] = "x";
  other["spec"]["template"]["metadata"]["labels"]["app"] = "x";
  const auto answer = world.put(std::string(kDeployments) + "/web", other);
  EXPECT_EQ(answer.status, 422);
  EXPECT_NE(answer.message().find("spec.selector: Invalid value"), std::string::npos);
  EXPECT_NE(answer.message().find("field is immutable"), std::string::npos);
}

TEST(KubernetesObjects, DryRunsAnswerAndStoreNothing) {
  KubeWorld world;
  const auto made = world.post(std::string(kMaps) + "?dryRun=All", config_map("c"));
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(world.get(std::string(kMaps) + "/c").status, 404);
  world.post(kDeployments, world.deployment("web", "nginx"));
  const auto path = std::string(kDeployments) + "/web";
  EXPECT_EQ(integer_at(world.patch(path + "?dryRun=All", {{"spec", {{"replicas", 9}}}}).json,
                       {"spec", "replicas"}),
            9);
  EXPECT_EQ(world.remove(path + "?dryRun=All").status, 200);
  EXPECT_EQ(integer_at(world.get(path).json, {"spec", "replicas"}), 3);
}

TEST(KubernetesObjects, PagesShowTheListAsItWasAtTheFirstOne) {
  KubeWorld world;
  for (const auto* name : {"a", "b", "c", "d", "e"}) world.post(kMaps, config_map(name));
  const auto path = std::string(kMaps) + "?limit=3";
  const auto first = world.get(path);
  ASSERT_EQ(first.json["items"].size(), 3U);
  EXPECT_EQ(integer_at(first.json, {"metadata", "remainingItemCount"}), 3);
  world.post(kMaps, config_map("cc"));
  world.remove(std::string(kMaps) + "/d");
  const auto token = text_at(first.json, {"metadata", "continue"});
  const auto second = world.get(path + "&continue=" + token);
  std::string names;
  for (const auto& item : second.json["items"]) names += name_of(item) + " ";
  EXPECT_EQ(names, "d e kube-root-ca.crt ");
  EXPECT_EQ(second.json["metadata"]["resourceVersion"], first.json["metadata"]["resourceVersion"]);
  EXPECT_FALSE(second.json["metadata"].contains("continue"));
  world.cluster->store().forget_changes();
  const auto late = world.get(path + "&continue=" + token);
  EXPECT_EQ(late.status, 410);
  EXPECT_EQ(late.reason(), "Expired");
  const auto rest = world.get(path + "&continue=" + text_at(late.json, {"metadata", "continue"}));
  EXPECT_EQ(rest.status, 200) << "the new token goes on, inconsistently";
}

TEST(KubernetesObjects, WhatAnOwnerLeavesGoesOrStaysAsAsked) {
  KubeWorld world;
  const auto sets = "/apis/apps/v1/namespaces/default/replicasets";
  world.post(kDeployments, world.deployment("web", "nginx"));
  world.pass(10);
  const auto gone = world.remove(std::string(kDeployments) + "/web");
  EXPECT_EQ(string_or(gone.json, "status"), "Success");
  world.pass(60);
  EXPECT_EQ(world.get(sets).json["items"].size(), 0U);
  EXPECT_TRUE(world.pods().empty());

  world.post(kDeployments, world.deployment("web", "nginx"));
  world.pass(10);
  world.remove(std::string(kDeployments) + "/web?propagationPolicy=Orphan");
  world.pass(60);
  EXPECT_EQ(world.get(sets).json["items"].size(), 1U);
  EXPECT_EQ(world.pods().size(), 3U);
}

TEST(KubernetesObjects, ForegroundDeletionWaitsForWhatIsOwned) {
  KubeWorld world;
  world.post(kDeployments, world.deployment("web", "nginx"));
  world.pass(10);
  const auto path = std::string(kDeployments) + "/web";
  world.remove(path, {{"propagationPolicy", "Foreground"}});
  const auto waiting = world.get(path);
  ASSERT_EQ(waiting.status, 200);
  EXPECT_TRUE(is_deleted(waiting.json));
  EXPECT_EQ(waiting.json["metadata"]["finalizers"], Json::array({"foregroundDeletion"}));
  world.pass(60);
  EXPECT_EQ(world.get(path).status, 404);
  EXPECT_TRUE(world.pods().empty());
}

TEST(KubernetesObjects, FinalizersKeepAnObjectUntilTheyAreGone) {
  KubeWorld world;
  auto map = config_map("c");
  map["metadata"]["finalizers"] = Json::array({"example.com/hold"});
  world.post(kMaps, map);
  const auto path = std::string(kMaps) + "/c";
  world.remove(path);
  EXPECT_TRUE(is_deleted(world.get(path).json));
  world.patch(path, {{"metadata", {{"finalizers", nullptr}}}}, "application/merge-patch+json");
  EXPECT_EQ(world.get(path).status, 404);
}

TEST(KubernetesObjects, ANamespaceEndsWithAllThatIsInIt) {
  KubeWorld world;
  world.post("/api/v1/namespaces",
             {{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", "shop"}}}});
  auto web = world.deployment("web", "nginx");
  web["metadata"]["namespace"] = "shop";
  world.post("/apis/apps/v1/namespaces/shop/deployments", web);
  world.pass(10);
  world.remove("/api/v1/namespaces/shop");
  EXPECT_EQ(text_at(world.get("/api/v1/namespaces/shop").json, {"status", "phase"}), "Terminating");
  const auto late = world.post("/api/v1/namespaces/shop/configmaps", config_map("c"));
  EXPECT_EQ(late.status, 403);
  EXPECT_NE(late.message().find("because it is being terminated"), std::string::npos);
  world.pass(60);
  EXPECT_EQ(world.get("/api/v1/namespaces/shop").status, 404);
}

TEST(KubernetesObjects, ThoseDeletedAtOnceGoWithTheirLastFinalizer) {
  KubeWorld world;
  auto pod = world.pod("p", "nginx");
  pod["metadata"]["finalizers"] = Json::array({"example.com/hold"});
  world.post(kPods, pod);
  world.pass(10);
  const auto path = std::string(kPods) + "/p";
  set_node_down(world.plane(), text_at(world.get(path).json, {"spec", "nodeName"}), true);
  world.remove(path + "?gracePeriodSeconds=0");
  EXPECT_EQ(world.get(path).status, 200);
  world.patch(path, {{"metadata", {{"finalizers", nullptr}}}}, "application/merge-patch+json");
  EXPECT_EQ(world.get(path).status, 404);
}

TEST(KubernetesObjects, EndlessGraceAndTolerationsEndNothingElse) {
  KubeWorld world;
  constexpr auto kEver = std::numeric_limits<std::int64_t>::max();
  auto pod = world.pod("p", "nginx");
  pod["spec"]["terminationGracePeriodSeconds"] = kEver;
  pod["spec"]["tolerations"] = Json::array(
      {{{"operator", "Exists"}, {"effect", "NoExecute"}, {"tolerationSeconds", kEver}}});
  pod["spec"]["containers"][0]["resources"]["requests"]["cpu"] = kEver;
  pod["spec"]["nodeName"] = "n1";
  ASSERT_EQ(world.post(kPods, pod).status, 201);
  world.pass(10);
  set_node_down(world.plane(), "n1", true);
  world.pass(100);
  const auto path = std::string(kPods) + "/p";
  EXPECT_FALSE(is_deleted(world.get(path).json));
  const auto ending = world.remove(path).json;
  EXPECT_TRUE(text_at(ending, {"metadata", "deletionTimestamp"}).starts_with("2057-"));
}

TEST(KubernetesObjects, NamesAreGeneratedOnRequest) {
  KubeWorld world;
  auto map = config_map("");
  map["metadata"] = {{"generateName", "run-"}};
  const auto made = world.post(kMaps, map);
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(name_of(made.json).size(), 9U);
}

TEST(KubernetesObjects, TablesAreForThoseWhoAsk) {
  KubeWorld world;
  world.post(kPods, world.pod("p", "nginx"));
  const auto table = world.send(
      {.path = kPods, .accept = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"});
  EXPECT_EQ(string_or(table.json, "kind"), "Table");
  EXPECT_EQ(table.json["rows"][0]["cells"][0], "p");
  EXPECT_EQ(world.send({.path = kPods, .accept = "application/vnd.kubernetes.protobuf"}).status,
            406);
}

TEST(KubernetesObjects, OneStoreServesBothVersionsOfBudgets) {
  KubeWorld world;
  const Json budget{{"apiVersion", "policy/v1beta1"},
                    {"kind", "PodDisruptionBudget"},
                    {"metadata", {{"name", "b"}}},
                    {"spec", {{"minAvailable", 1}, {"selector", {{"matchLabels", {{"a", "b"}}}}}}}};
  const auto old =
      world.post("/apis/policy/v1beta1/namespaces/default/poddisruptionbudgets", budget);
  EXPECT_EQ(old.status, 201) << old.body;
  EXPECT_EQ(string_or(old.json, "apiVersion"), "policy/v1beta1");
  const auto now = world.get("/apis/policy/v1/namespaces/default/poddisruptionbudgets/b");
  EXPECT_EQ(string_or(now.json, "apiVersion"), "policy/v1");
}

TEST(KubernetesObjects, SecretsTakePlainTextAndKeepBase64) {
  KubeWorld world;
  const auto made = world.post("/api/v1/namespaces/default/secrets",
                               {{"metadata", {{"name", "s"}}}, {"stringData", {{"k", "v"}}}});
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(made.json["data"], Json({{"k", "dg=="}}));
  EXPECT_FALSE(made.json.contains("stringData"));
}

}  // namespace
}  // namespace mtc::emulator::kubernetes
