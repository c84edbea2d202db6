#include "emulator/kubernetes/status.h"

#include <gtest/gtest.h>

namespace mtc::emulator::kubernetes {
namespace {

TEST(Status, SpeaksAsARealServerDoes) {
  EXPECT_EQ(not_found("deployments", "apps", "cart").error().message,
            R"(deployments.apps "cart" not found)");
  EXPECT_EQ(not_found("pods", "", "p").error().message, R"(pods "p" not found)");
  EXPECT_EQ(already_exists("configmaps", "", "c").error().reason, "AlreadyExists");
  EXPECT_EQ(conflict("deployments", "apps", "cart").error().message,
            R"(Operation cannot be fulfilled on deployments.apps "cart": the object has been )"
            "modified; please apply your changes to the latest version and try again");
  EXPECT_EQ(forbidden("pods", "", "", "no").error().message, "pods is forbidden: no");
}

TEST(Status, InvalidNamesEveryCause) {
  const auto one = invalid("Deployment", "apps", "cart", {field_required("spec.selector")}).error();
  EXPECT_EQ(one.message, R"(Deployment.apps "cart" is invalid: spec.selector: Required value)");
  EXPECT_EQ(one.code, 422);
  const auto two = invalid("Pod", "", "p",
                           {field_invalid("spec.replicas", -1, "must not be negative"),
                            field_not_supported("type", "X", {"A", "B"})})
                       .error();
  EXPECT_EQ(two.message,
            R"(Pod "p" is invalid: [spec.replicas: Invalid value: -1: must not be negative, )"
            R"(type: Unsupported value: "X": supported values: "A", "B"])");
  EXPECT_EQ(two.details["causes"][1]["reason"], "FieldValueNotSupported");
}

TEST(Status, BecomesTheWireForm) {
  const auto json = to_json(not_found("deployments", "apps", "cart").error());
  EXPECT_EQ(json, Json::parse(R"({"kind": "Status", "apiVersion": "v1", "metadata": {},
      "status": "Failure", "message": "deployments.apps \"cart\" not found", "reason": "NotFound",
      "details": {"name": "cart", "group": "apps", "kind": "deployments"}, "code": 404})"));
}

}  // namespace
}  // namespace mtc::emulator::kubernetes
