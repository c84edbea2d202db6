#include "domain/clusters/manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/clusters/object.h"

namespace mtc::clusters {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> names(std::string_view yaml) {
  const auto manifests = parse_manifests(yaml, "shop");
  if (!manifests) return {manifests.error().message};
  std::vector<std::string> out;
  for (const auto& one : *manifests)
    out.push_back(target_name(std::to_string(one.document), one.ref));
  return out;
}

TEST(Manifest, ObjectsComeInTheOrderInWhichTheyCanBeApplied) {
  EXPECT_THAT(names(R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: order}
---
apiVersion: example.com/v1
kind: Widget
metadata: {name: w}
---
# nothing here
---
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Secret, metadata: {name: s, namespace: other}}
- {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
)"),
              ElementsAre("4/Namespace/shop", "4/other/Secret/s", "1/shop/Deployment/order",
                          "2/shop/Widget/w"));
}

TEST(Manifest, TheNamespaceIsPutIntoTheObject) {
  const auto manifests = parse_manifests(
      "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, uid: x, managedFields: []}, status: "
      "{}}",
      "shop");
  ASSERT_TRUE(manifests);
  EXPECT_EQ(manifests->front().object, Json::parse(R"({"apiVersion":"v1","kind":"ConfigMap",
                            "metadata":{"name":"a","namespace":"shop"}})"));
}

TEST(Manifest, WhatIsMissingIsToldWithTheDocument) {
  const struct {
    const char *yaml, *told;
  } cases[] = {
      {"a: 1", "document 1: apiVersion is missing"},
      {"apiVersion: v1", "document 1: kind is missing"},
      {"apiVersion: v1\nkind: Pod\n---\nx", "document 1: metadata.name is missing"},
      {"apiVersion: v1\nkind: Pod\nmetadata: {generateName: a-}", "document 1: generateName"},
      {"apiVersion: v1\nkind: Pod\nmetadata: {name: 12}",
       "document 1: metadata.name must be text; put it in quotes"},
      {"apiVersion: v1\nkind: Pod\nmetadata: {name: ../a}", "metadata.name is no name"},
      {"apiVersion: v1\nkind: Pod\nmetadata: {name: a/b}", "metadata.name is no name"},
      {"apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: ..}", "namespace is no name"},
      {"apiVersion: a/b/c\nkind: Pod\nmetadata: {name: a}", "apiVersion is no API version"},
      {"apiVersion: v1\nkind: a/b\nmetadata: {name: a}", "kind is no kind"},
      {"just text", "document 1: expected an object"},
      {"# nothing\n", "holds no object"},
      {"a: [1", "document 1, line 1"},
      {"apiVersion: v1\nkind: List\nitems: 3", "document 1: items must be a list"},
      {"apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n---\napiVersion: v1\nkind: Pod\n"
       "metadata: {name: a, namespace: shop}",
       "document 2: Pod/a is there twice"},
  };
  for (const auto& c : cases) {
    EXPECT_THAT(names(c.yaml), ElementsAre(HasSubstr(c.told))) << c.yaml;
  }
}

TEST(Manifest, RightsOverTheClusterAreForAdministrators) {
  const struct {
    const char *api_version, *kind;
    bool free;
  } cases[] = {
      {"v1", "ConfigMap", true},
      {"v1", "Namespace", true},
      {"apps/v1", "Deployment", true},
      {"policy/v1", "PodDisruptionBudget", true},
      {"rbac.authorization.k8s.io/v1", "Role", false},
      {"rbac.authorization.k8s.io/v1", "ClusterRoleBinding", false},
      {"admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration", false},
      {"apiextensions.k8s.io/v1", "CustomResourceDefinition", false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.kind);
    const Manifest manifest{
        .ref = {.api_version = c.api_version, .kind = c.kind, .ns = "", .name = "a"}, .object = {}};
    EXPECT_EQ(check_allowed(manifest, false).has_value(), c.free);
    EXPECT_TRUE(check_allowed(manifest, true));
  }
}

TEST(Manifest, WhatLivesOutsideOfNamespacesIsKnown) {
  EXPECT_TRUE(is_cluster_wide("v1", "Namespace"));
  EXPECT_TRUE(is_cluster_wide("v1", "Node"));
  EXPECT_TRUE(is_cluster_wide("storage.k8s.io/v1", "StorageClass"));
  EXPECT_TRUE(is_cluster_wide("cert-manager.io/v1", "ClusterIssuer"));
  EXPECT_FALSE(is_cluster_wide("apps/v1", "Deployment"));
  EXPECT_FALSE(is_cluster_wide("cert-manager.io/v1", "Issuer"));
}

}  // namespace
}  // namespace mtc::clusters
