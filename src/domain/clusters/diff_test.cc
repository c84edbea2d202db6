#include "domain/clusters/diff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/encoding.h"
#include "domain/clusters/fake_fingerprints.h"

namespace mtc::clusters {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const FakeFingerprints kFingerprints;

Json deployment(const char* image, int replicas) {
  return {{"apiVersion", "apps/v1"},
          {"kind", "Deployment"},
          {"metadata", {{"name", "order-service"}, {"namespace", "shop"}}},
          {"spec",
           {{"replicas", replicas},
            {"template",
             {{"spec",
               {{"containers",
                 {{{"name", "order"},
                   {"image", image},
                   {"env", {{{"name", "LEVEL"}, {"value", "info"}}}}}}}}}}}}}};
}

std::vector<std::string> paths(const Differences& differences) {
  std::vector<std::string> out;
  for (const auto& one : differences.shown) out.push_back(one.path);
  return out;
}

TEST(Diff, ListItemsAreNamedByTheirKey) {
  const auto found =
      differences(deployment("r/order:1.4", 3), deployment("r/order:1.5", 3), kFingerprints);
  EXPECT_EQ(to_json(found), Json::parse(R"([{"path":"spec.template.spec.containers[order].image",
      "before":"r/order:1.4","after":"r/order:1.5"}])"));
}

TEST(Diff, WhatTheClusterWritesIsNoDifference) {
  Json after = deployment("r/order:1.4", 3);
  after["status"] = {{"readyReplicas", 3}};
  after["metadata"]["resourceVersion"] = "12";
  after["metadata"]["uid"] = "u";
  after["metadata"]["generation"] = 4;
  after["metadata"]["managedFields"] = Json::array({1});
  after["metadata"]["annotations"] = {{"kubectl.kubernetes.io/last-applied-configuration", "{}"},
                                      {"deployment.kubernetes.io/revision", "7"}};
  EXPECT_TRUE(differences(deployment("r/order:1.4", 3), after, kFingerprints).empty());
}

TEST(Diff, ItemsThatComeAndGoAreShownPartByPart) {
  Json after = deployment("r/order:1.4", 3);
  auto& container = after["spec"]["template"]["spec"]["containers"][0];
  container["env"] = Json::parse(R"([{"name":"MODE","value":"fast"}])");
  container["args"] = {"-v", "2"};
  EXPECT_THAT(paths(differences(deployment("r/order:1.4", 3), after, kFingerprints)),
              ElementsAre("spec.template.spec.containers[order].args",
                          "spec.template.spec.containers[order].env[LEVEL].name",
                          "spec.template.spec.containers[order].env[LEVEL].value",
                          "spec.template.spec.containers[order].env[MODE].name",
                          "spec.template.spec.containers[order].env[MODE].value"));
}

TEST(Diff, SecretsShowFingerprintsOnly) {
  const auto secret = [](const char* value, bool plain) {
    Json out{{"apiVersion", "v1"}, {"kind", "Secret"}, {"metadata", {{"name", "db"}}}};
    out[plain ? "stringData" : "data"]["password"] = plain ? value : to_base64(value);
    return out;
  };
  EXPECT_TRUE(
      differences(secret("hunter2", false), secret("hunter2", true), kFingerprints).empty());
  for (const Json& before : {secret("hunter2", false), Json(nullptr)}) {
    const auto shown = to_json(differences(before, secret("hunter3", true), kFingerprints)).dump();
    EXPECT_THAT(shown, HasSubstr("fingerprint "));
    for (const auto* value : {"hunter2", "hunter3"}) {
      EXPECT_THAT(shown, Not(HasSubstr(value)));
      EXPECT_THAT(shown, Not(HasSubstr(to_base64(value))));
    }
  }
}

TEST(Diff, VariablesThatSoundSecretAreHiddenToo) {
  Json before = deployment("r/order:1.4", 3);
  Json after = before;
  auto& env = after["spec"]["template"]["spec"]["containers"][0]["env"];
  env.push_back({{"name", "DB_PASSWORD"}, {"value", "hunter2"}});
  for (const Json& from : {before, Json(nullptr)}) {
    EXPECT_THAT(to_json(differences(from, after, kFingerprints)).dump(), Not(HasSubstr("hunter2")));
  }
}

TEST(Diff, LongValuesAndManyLinesAreBounded) {
  Json before{{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", "c"}}}};
  Json after = before;
  for (int i = 0; i < 60; ++i) after["data"]["k" + std::to_string(i)] = std::string(5000, 'x');
  const auto found = differences(before, after, kFingerprints, 10);
  EXPECT_EQ(found.total, 60U);
  EXPECT_EQ(found.shown.size(), 10U);
  EXPECT_LE(found.shown[0].after->get<std::string>().size(), 200U);
}

TEST(Diff, IsSaidInBothLanguages) {
  const struct {
    Json before, after;
    const char *zh, *en;
  } cases[] = {
      {deployment("r/order:1.4", 3), deployment("r/order:1.5", 3),
       "order-service 的镜像从 1.4 改成 1.5，副本不变",
       "order-service: the image from 1.4 to 1.5, replicas unchanged"},
      {deployment("r/order:1.4", 3), deployment("r/order:1.5", 5),
       "order-service 的副本从三个改成五个，镜像从 1.4 改成 1.5",
       "order-service: replicas from three to five, the image from 1.4 to 1.5"},
      {deployment("a/order:1.4", 3), deployment("b/order:1.4", 3),
       "order-service 的镜像从 a/order:1.4 改成 b/order:1.4，副本不变",
       "order-service: the image from a/order:1.4 to b/order:1.4, replicas unchanged"},
      {nullptr, deployment("r/order:1.4", 3), "新建 Deployment order-service",
       "creates Deployment order-service"},
      {deployment("r/order:1.4", 3), nullptr, "删除 Deployment order-service",
       "removes Deployment order-service"},
      {deployment("r/order:1.4", 3), deployment("r/order:1.4", 3), "order-service 没有变化",
       "order-service stays the same"},
  };
  for (const auto& c : cases) {
    const auto found = differences(c.before, c.after, kFingerprints);
    EXPECT_EQ(say_differences(c.before, c.after, found, Language::zh), c.zh);
    EXPECT_EQ(say_differences(c.before, c.after, found, Language::en), c.en);
  }
}

}  // namespace
}  // namespace mtc::clusters
