#include "emulator/kubernetes/field_set.h"

#include <gtest/gtest.h>

namespace mtc::emulator::kubernetes {
namespace {

const TypeSchema& deployment() {
  return schema_of("apps/v1", "Deployment");
}

FieldSet set_of(const char* fields_v1) {
  return from_fields_v1(Json::parse(fields_v1));
}

Json fields(const char* object, const TypeSchema& schema = deployment()) {
  const auto set = fields_of(Json::parse(object), schema);
  return set ? to_fields_v1(*set) : Json(set.error().message);
}

TEST(FieldSet, NamesMembersItemsAndValues) {
  EXPECT_EQ(
      fields(R"({"metadata": {"finalizers": ["x"], "labels": {"app": "cart"}},
                       "spec": {"replicas": 2, "template": {"spec": {"containers": [
                         {"name": "web", "args": ["a"], "ports": [{"containerPort": 80}]}]}}}})"),
      Json::parse(R"({"f:metadata": {"f:finalizers": {"v:\"x\"": {}}, "f:labels": {"f:app": {}}},
              "f:spec": {"f:replicas": {}, "f:template": {"f:spec": {"f:containers": {
                "k:{\"name\":\"web\"}": {".": {}, "f:name": {}, "f:args": {}, "f:ports": {
                  "k:{\"containerPort\":80,\"protocol\":\"TCP\"}": {".": {}, "f:containerPort": {}}}}}}}}})"));
}

TEST(FieldSet, TakesAtomicAndEmptyThingsAsOneField) {
  EXPECT_EQ(fields(R"({"spec": {"selector": {"matchLabels": {"a": "b"}},
                       "template": {"metadata": {}, "spec": {"tolerations": [{"key": "a"}]}}}})"),
            Json::parse(R"({"f:spec": {"f:selector": {}, "f:template": {"f:metadata": {},
                            "f:spec": {"f:tolerations": {}}}}})"));
}

TEST(FieldSet, RefusesItemsItCannotTellApart) {
  EXPECT_EQ(fields(R"({"spec": {"template": {"spec": {"containers": [{"image": "x"}]}}}})"),
            ".spec.template.spec.containers: element 0: associative list with keys has an element "
            "that omits key field \"name\" (and doesn't have default value)");
  EXPECT_EQ(
      fields(R"({"spec": {"template": {"spec": {"containers": [{"name": "x"}, {"name": "x"}]}}}})"),
      R"(.spec.template.spec.containers: duplicate entries for key {"name":"x"})");
}

TEST(FieldSet, ReadsAndWritesFieldsV1) {
  const auto json =
      Json::parse(R"({"f:a": {".": {}, "f:b": {}}, "f:c": {"k:{\"name\":\"x\"}": {"f:d": {}}}})");
  EXPECT_EQ(to_fields_v1(from_fields_v1(json)), json);
  EXPECT_TRUE(from_fields_v1(Json::parse(R"(["f:a"])")).empty());
  EXPECT_TRUE(from_fields_v1(Json::parse(R"({"x": {}, ".": {}})")).empty());
}

TEST(FieldSet, ShowsPathsAsConflictsDo) {
  std::vector<std::string> paths;
  set_of(R"({"f:spec": {"f:replicas": {}, "f:finalizers": {"v:\"x\"": {}},
             "f:ports": {"k:{\"port\":80,\"protocol\":\"TCP\"}": {".": {}, "f:name": {}}}}})")
      .each_path([&](const std::string& path) { paths.push_back(path); });
  EXPECT_EQ(paths, (std::vector<std::string>{
                       ".spec.finalizers[=\"x\"]", ".spec.ports[port=80,protocol=\"TCP\"]",
                       ".spec.ports[port=80,protocol=\"TCP\"].name", ".spec.replicas"}));
}

TEST(FieldSet, Arithmetic) {
  const auto a = set_of(R"({"f:x": {".": {}, "f:y": {}}, "f:z": {}})");
  const auto b = set_of(R"({"f:x": {"f:y": {}}, "f:w": {}})");
  EXPECT_EQ(set_union(a, b), set_of(R"({"f:x": {".": {}, "f:y": {}}, "f:z": {}, "f:w": {}})"));
  EXPECT_EQ(set_intersection(a, b), set_of(R"({"f:x": {"f:y": {}}})"));
  EXPECT_EQ(set_difference(a, b), set_of(R"({"f:x": {}, "f:z": {}})"));
  EXPECT_EQ(recursive_difference(a, set_of(R"({"f:x": {}})")), set_of(R"({"f:z": {}})"));
  EXPECT_EQ(to_fields_v1(with_holders(b)),
            Json::parse(R"({"f:x": {".": {}, "f:y": {}}, "f:w": {}})"));
}

TEST(CompareFields, TellsAddedModifiedAndRemoved) {
  const auto changes = compare_fields(
      Json::parse(
          R"({"metadata": {"labels": {"a": "1", "b": "1"}}, "spec": {"replicas": 1, "paused": true}})"),
      Json::parse(
          R"({"metadata": {"labels": {"a": "2"}, "annotations": {"x": "y"}}, "spec": {"replicas": 1}})"),
      deployment());
  EXPECT_EQ(to_fields_v1(changes.added),
            Json::parse(R"({"f:metadata": {"f:annotations": {".": {}, "f:x": {}}}})"));
  EXPECT_EQ(to_fields_v1(changes.modified),
            Json::parse(R"({"f:metadata": {"f:labels": {"f:a": {}}}})"));
  EXPECT_EQ(
      to_fields_v1(changes.removed),
      Json::parse(R"({"f:metadata": {"f:labels": {"f:b": {}}}, "f:spec": {"f:paused": {}}})"));
}

TEST(CompareFields, LooksIntoListItems) {
  const auto pods = [](std::string_view containers) {
    return Json::parse(R"({"spec": {"template": {"spec": {"containers": )" +
                       std::string(containers) + "}}}}");
  };
  const auto changes =
      compare_fields(pods(R"([{"name": "a", "image": "1"}, {"name": "b"}])"),
                     pods(R"([{"name": "c"}, {"name": "a", "image": "2"}])"), deployment());
  const auto at = Json::json_pointer("/f:spec/f:template/f:spec/f:containers");
  EXPECT_EQ(to_fields_v1(changes.modified)[at],
            Json::parse(R"({"k:{\"name\":\"a\"}": {"f:image": {}}})"));
  EXPECT_EQ(to_fields_v1(changes.added)[at],
            Json::parse(R"({"k:{\"name\":\"c\"}": {".": {}, "f:name": {}}})"));
  EXPECT_EQ(to_fields_v1(changes.removed)[at],
            Json::parse(R"({"k:{\"name\":\"b\"}": {".": {}, "f:name": {}}})"));
}

TEST(MergeConfig, OrdersListsAsTheConfigurationDoes) {
  const auto merged = [](const char* live, const char* config) {
    const auto env = [](const char* names) {
      auto out = Json::array();
      for (const char* c = names; *c; ++c) out.push_back({{"name", std::string(1, *c)}});
      return Json{{"spec", {{"containers", out}}}};
    };
    std::string names;
    const auto object = merge_config(env(live), env(config), schema_of("v1", "Pod"));
    for (const auto& one : object["spec"]["containers"]) names += one["name"];
    return names;
  };
  EXPECT_EQ(merged("abc", "abc"), "abc");
  EXPECT_EQ(merged("abc", "c"), "abc");
  EXPECT_EQ(merged("abc", "cba"), "cba");
  EXPECT_EQ(merged("ab", "bc"), "abc");
  EXPECT_EQ(merged("axb", "ba"), "xba");
  EXPECT_EQ(merged("a", ""), "a");
  EXPECT_EQ(merged("", "ba"), "ba");
}

}  // namespace
}  // namespace mtc::emulator::kubernetes
