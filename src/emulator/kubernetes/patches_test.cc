#include "emulator/kubernetes/patches.h"

#include <gtest/gtest.h>

namespace mtc::emulator::kubernetes {
namespace {

const TypeSchema& deployment() {
  return schema_of("apps/v1", "Deployment");
}

Json strategic(const char* object, const char* patch, const TypeSchema& schema = deployment()) {
  auto out = strategic_merge_patch(Json::parse(object), Json::parse(patch), schema);
  return out ? *out : Json(out.error().message);
}

// Containers are where most patches go: these stand for a Deployment's.
std::string with_containers(std::string_view list) {
  return R"({"spec": {"template": {"spec": {"containers": )" + std::string(list) + "}}}}";
}

TEST(JsonPatch, DoesEachOperation) {
  const auto object = Json::parse(R"({"spec": {"replicas": 1, "list": ["a", "c"]}})");
  const auto patched = json_patch(object, Json::parse(R"([
      {"op": "test", "path": "/spec/replicas", "value": 1},
      {"op": "replace", "path": "/spec/replicas", "value": 3},
      {"op": "add", "path": "/spec/list/1", "value": "b"},
      {"op": "add", "path": "/spec/list/-", "value": "d"},
      {"op": "copy", "from": "/spec/replicas", "path": "/spec/copy"},
      {"op": "move", "from": "/spec/copy", "path": "/spec/a~1b"},
      {"op": "remove", "path": "/spec/list/0"}])"));
  ASSERT_TRUE(patched);
  EXPECT_EQ(*patched,
            Json::parse(R"({"spec": {"replicas": 3, "list": ["b", "c", "d"], "a/b": 3}})"));
}

TEST(JsonPatch, RefusesWhatDoesNotFitWith422AndNonsenseWith400) {
  const struct {
    const char* patch;
    int code;
  } cases[] = {{R"([{"op": "test", "path": "/a", "value": 2}])", 422},
               {R"([{"op": "remove", "path": "/nothing"}])", 422},
               {R"([{"op": "replace", "path": "/nothing", "value": 1}])", 422},
               {R"([{"op": "add", "path": "/x/y/z", "value": 1}])", 422},
               {R"([{"op": "add", "path": "no slash", "value": 1}])", 422},
               {R"([{"op": "copy", "from": "/no", "path": "/b"}])", 422},
               {R"([{"op": "add", "path": "/a"}])", 400},
               {R"([{"op": "fly", "path": "/a"}])", 400},
               {R"([7])", 400},
               {R"({"op": "remove"})", 400}};
  for (const auto& c : cases) {
    const auto patched = json_patch({{"a", 1}}, Json::parse(c.patch));
    ASSERT_FALSE(patched) << c.patch;
    EXPECT_EQ(patched.error().code, c.code) << c.patch;
  }
}

TEST(JsonPatch, DoesNotGrowWithoutBound) {
  auto patch = Json::array();
  for (int i = 0; i < 200; ++i)
    patch.push_back({{"op", "copy"}, {"from", ""}, {"path", "/x" + std::to_string(i)}});
  EXPECT_EQ(json_patch({{"a", "b"}}, patch).error().code, 413);
}

TEST(MergePatch, MergesMembersAndReplacesLists) {
  EXPECT_EQ(*merge_patch(Json::parse(R"({"a": {"b": 1, "c": 2}, "l": [1, 2]})"),
                         Json::parse(R"({"a": {"b": null, "d": 3}, "l": [3]})")),
            Json::parse(R"({"a": {"c": 2, "d": 3}, "l": [3]})"));
  EXPECT_EQ(merge_patch(Json::object(), Json::array()).error().code, 400);
}

TEST(StrategicMergePatch, MergesMapsAndDeletesByNull) {
  EXPECT_EQ(
      strategic(R"({"metadata": {"labels": {"a": "1", "b": "2"}}, "spec": {"replicas": 1}})",
                R"({"metadata": {"labels": {"a": null, "c": "3"}}, "spec": {"paused": true}})"),
      Json::parse(R"({"metadata": {"labels": {"b": "2", "c": "3"}},
                            "spec": {"replicas": 1, "paused": true}})"));
}

TEST(StrategicMergePatch, ForgetsNullsAndDirectivesWhereNothingWas) {
  EXPECT_EQ(strategic(R"({})", R"({"spec": {"a": null, "b": {"c": null, "d": 1},
      "$retainKeys": ["b"], "list": [{"$patch": "delete", "name": "x"}, {"e": null}]}})"),
            Json::parse(R"({"spec": {"b": {"d": 1}, "list": [{}]}})"));
}

TEST(StrategicMergePatch, MergesListsByTheirKeys) {
  const struct {
    const char *name, *before, *patch, *after;
  } cases[] = {
      {"a member of one container",
       R"([{"name": "a", "image": "x:1", "tty": true}, {"name": "b"}])",
       R"([{"name": "a", "image": "x:2"}])",
       R"([{"name": "a", "image": "x:2", "tty": true}, {"name": "b"}])"},
      {"a new container", R"([{"name": "a"}])", R"([{"name": "b", "image": "y"}])",
       R"([{"name": "a"}, {"name": "b", "image": "y"}])"},
      {"a deleted one", R"([{"name": "a"}, {"name": "b"}])",
       R"([{"name": "a", "$patch": "delete"}])", R"([{"name": "b"}])"},
      {"a replaced one", R"([{"name": "a", "image": "x", "tty": true}])",
       R"([{"name": "a", "image": "y", "$patch": "replace"}])", R"([{"name": "a", "image": "y"}])"},
      {"the whole list replaced", R"([{"name": "a"}, {"name": "b"}])",
       R"([{"$patch": "replace"}, {"name": "c"}])", R"([{"name": "c"}])"},
      {"environment by name",
       R"([{"name": "a", "env": [{"name": "X", "value": "1"}, {"name": "Y"}]}])",
       R"([{"name": "a", "env": [{"name": "X", "value": "2"}]}])",
       R"([{"name": "a", "env": [{"name": "X", "value": "2"}, {"name": "Y"}]}])"},
      {"ports by number", R"([{"name": "a", "ports": [{"containerPort": 80, "name": "http"}]}])",
       R"([{"name": "a", "ports": [{"containerPort": 80, "protocol": "UDP"}, {"containerPort": 81}]}])",
       R"([{"name": "a", "ports": [{"containerPort": 80, "name": "http", "protocol": "UDP"},
           {"containerPort": 81}]}])"},
      {"arguments as a whole", R"([{"name": "a", "args": ["x", "y"]}])",
       R"([{"name": "a", "args": ["z"]}])", R"([{"name": "a", "args": ["z"]}])"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(strategic(with_containers(c.before).c_str(), with_containers(c.patch).c_str()),
              Json::parse(with_containers(c.after)));
  }
}

TEST(StrategicMergePatch, ReplacesTolerations) {
  const auto pods = [](std::string_view list) {
    return R"({"spec": {"template": {"spec": {"tolerations": )" + std::string(list) + "}}}}";
  };
  EXPECT_EQ(
      strategic(pods(R"([{"key": "a"}, {"key": "b"}])").c_str(), pods(R"([{"key": "c"}])").c_str()),
      Json::parse(pods(R"([{"key": "c"}])")));
}

TEST(StrategicMergePatch, KeepsFinalizersAsASet) {
  const auto* before = R"({"metadata": {"finalizers": ["a", "b"]}})";
  EXPECT_EQ(strategic(before, R"({"metadata": {"finalizers": ["b", "c"]}})"),
            Json::parse(R"({"metadata": {"finalizers": ["a", "b", "c"]}})"));
  EXPECT_EQ(strategic(before, R"({"metadata": {"$deleteFromPrimitiveList/finalizers": ["a"]}})"),
            Json::parse(R"({"metadata": {"finalizers": ["b"]}})"));
  EXPECT_EQ(strategic(before, R"({"metadata": {"finalizers": ["c"],
      "$setElementOrder/finalizers": ["c", "b"], "$deleteFromPrimitiveList/finalizers": ["a"]}})"),
            Json::parse(R"({"metadata": {"finalizers": ["c", "b"]}})"));
}

TEST(StrategicMergePatch, OrdersItemsAsThePatchSays) {
  const auto patched = [](const char* before, const char* patch, const char* order) {
    auto text =
        R"({"spec": {"template": {"spec": {"$setElementOrder/containers": )" + std::string(order);
    if (*patch) text += R"(, "containers": )" + std::string(patch);
    return strategic(with_containers(before).c_str(), (text + "}}}}").c_str());
  };
  EXPECT_EQ(patched(R"([{"name": "a"}, {"name": "b"}, {"name": "server"}])",
                    R"([{"name": "c"}, {"name": "a", "$patch": "delete"}])",
                    R"([{"name": "c"}, {"name": "b"}])"),
            Json::parse(with_containers(R"([{"name": "c"}, {"name": "b"}, {"name": "server"}])")));
  EXPECT_EQ(patched(R"([{"name": "a"}, {"name": "b"}])", "", R"([{"name": "b"}, {"name": "a"}])"),
            Json::parse(with_containers(R"([{"name": "b"}, {"name": "a"}])")));
  EXPECT_TRUE(
      patched(R"([{"name": "a"}])", R"([{"name": "z"}])", R"([{"name": "a"}])").is_string());
}

TEST(StrategicMergePatch, RetainsOnlyTheKeysNamed) {
  const auto* before =
      R"({"spec": {"strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}}}})";
  EXPECT_EQ(
      strategic(before, R"({"spec": {"strategy": {"$retainKeys": ["type"], "type": "Recreate"}}})"),
      Json::parse(R"({"spec": {"strategy": {"type": "Recreate"}}})"));
  EXPECT_TRUE(
      strategic(before, R"({"spec": {"strategy": {"$retainKeys": ["x"], "type": "Recreate"}}})")
          .is_string());
}

TEST(StrategicMergePatch, ReplacesOrEmptiesAMapByDirective) {
  const auto* before = R"({"spec": {"x": {"a": 1}}})";
  EXPECT_EQ(strategic(before, R"({"spec": {"x": {"$patch": "replace", "b": 2}}})"),
            Json::parse(R"({"spec": {"x": {"b": 2}}})"));
  EXPECT_EQ(strategic(before, R"({"spec": {"x": {"$patch": "delete"}}})"),
            Json::parse(R"({"spec": {"x": {}}})"));
}

TEST(StrategicMergePatch, RefusesMalformedPatches) {
  const struct {
    const char* patch;
    int code;
  } cases[] = {
      {R"([])", 400},
      {R"({"spec": {"x": {"$patch": "explode"}}})", 422},
      {R"({"spec": {"template": {"spec": {"containers": [{"image": "y"}]}}}})", 500},
      {R"({"spec": {"template": {"spec": {"containers": ["y"]}}}})", 500},
      {R"({"metadata": {"$deleteFromPrimitiveList/finalizers": 7}})", 400},
      {R"({"metadata": {"$setElementOrder/finalizers": 7}})", 400},
      {R"({"spec": {"$retainKeys": 7}})", 400},
  };
  for (const auto& c : cases) {
    const auto patched = strategic_merge_patch(
        Json::parse(R"({"spec": {"x": {}, "template": {"spec": {"containers": [{"name": "a"}]}}},
                        "metadata": {"finalizers": []}})"),
        Json::parse(c.patch), deployment());
    ASSERT_FALSE(patched) << c.patch;
    EXPECT_EQ(patched.error().code, c.code) << c.patch;
  }
}

TEST(StrategicMergePatch, TreatsUnknownKindsAsPlainJson) {
  EXPECT_EQ(
      strategic(R"({"spec": {"list": [{"name": "a"}]}})", R"({"spec": {"list": [{"name": "b"}]}})",
                schema_of("example.com/v1", "Thing")),
      Json::parse(R"({"spec": {"list": [{"name": "b"}]}})"));
}

}  // namespace
}  // namespace mtc::emulator::kubernetes
