#include "emulator/kubernetes/kinds.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace mtc::emulator::kubernetes {
namespace {

TEST(Kinds, AreFoundByPathAndByBody) {
  const auto* deployments = find_resource("apps", "v1", "deployments");
  ASSERT_NE(deployments, nullptr);
  EXPECT_EQ(deployments, find_kind("apps/v1", "Deployment"));
  EXPECT_EQ(deployments->api_version(), "apps/v1");
  EXPECT_TRUE(deployments->can("deletecollection"));
  EXPECT_FALSE(deployments->can("get list"));
  ASSERT_NE(deployments->subresource("scale"), nullptr);
  EXPECT_EQ(deployments->subresource("scale")->group, "autoscaling");
  EXPECT_EQ(deployments->subresource("log"), nullptr);
  EXPECT_EQ(find_kind("v1", "Pod")->api_version(), "v1");
}

TEST(Kinds, UnknownOnesAreNull) {
  EXPECT_EQ(find_resource("apps", "v1beta1", "deployments"), nullptr);
  EXPECT_EQ(find_resource("", "v1", "deployments"), nullptr);
  EXPECT_EQ(find_kind("extensions/v1beta1", "Ingress"), nullptr);
}

TEST(Kinds, OldVersionsShareTheStoredRow) {
  const auto* old = find_resource("policy", "v1beta1", "poddisruptionbudgets");
  ASSERT_NE(old, nullptr);
  EXPECT_FALSE(old->stored);
  EXPECT_EQ(find_stored("policy", "poddisruptionbudgets")->version, "v1");
}

TEST(Kinds, NoTwoRowsAnswerForTheSamePath) {
  std::set<std::string> paths;
  for (const auto& row : all_kinds())
    EXPECT_TRUE(paths.insert(row.api_version() + "/" + std::string(row.plural)).second)
        << row.plural;
}

}  // namespace
}  // namespace mtc::emulator::kubernetes
