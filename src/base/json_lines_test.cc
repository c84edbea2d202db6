#include "base/json_lines.h"

#include <gtest/gtest.h>

namespace mtc {
namespace {

constexpr std::string_view kText = R"({
  "weights": {"impact": 40, "severity": 60},
  "business": [
    {"name": "a,]}\"", "weight": 10},

    {
      "name": "b\n",
      "weight":
        20
    }
  ],
  "a/b~c": {"0": true}, "empty": [],
  "\u0064ays": [[1,
    2], {}, null]
}
)";

std::string trouble(std::string_view text) {
  const auto lines = JsonLines::of(text);
  return lines ? "" : lines.error().message;
}

TEST(JsonLines, KnowsTheLineOfEachValue) {
  const auto lines = JsonLines::of(kText);
  ASSERT_TRUE(lines) << lines.error().message;
  const struct {
    const char* pointer;
    int line;
  } cases[] = {
      {"", 1},
      {"/weights", 2},
      {"/weights/severity", 2},
      {"/business", 3},
      {"/business/0", 4},
      {"/business/0/weight", 4},
      {"/business/1", 6},
      {"/business/1/name", 7},
      {"/business/1/weight", 8},
      {"/a~1b~0c/0", 12},
      {"/empty", 12},
      {"/days", 13},
      {"/days/0/0", 13},
      {"/days/0/1", 14},
      {"/days/2", 14},
  };
  for (const auto& c : cases) EXPECT_EQ(lines->line_of(c.pointer), c.line) << c.pointer;
  EXPECT_EQ(lines->json(), Json::parse(kText));
}

TEST(JsonLines, AMissingValueIsSoughtAtItsNearestParent) {
  const auto lines = JsonLines::of(kText);
  ASSERT_TRUE(lines);
  EXPECT_EQ(lines->line_of("/business/1/why/0"), 6);
  EXPECT_EQ(lines->line_of("/business/7"), 3);
  EXPECT_EQ(lines->line_of("/nothing"), 1);
  EXPECT_EQ(lines->line_of("nonsense"), 1);
}

TEST(JsonLines, EveryValueOfTheDocumentHasALine) {
  const auto lines = JsonLines::of(kText);
  ASSERT_TRUE(lines);
  int last = 0;
  for (const auto& [pointer, value] : lines->json().flatten().items()) {
    EXPECT_GE(lines->line_of(pointer), pointer.starts_with("/business") ? 4 : 1) << pointer;
    last = std::max(last, lines->line_of(pointer));
  }
  EXPECT_EQ(last, 14);
}

TEST(JsonLines, AcceptsAByteOrderMarkAndALoneValue) {
  const auto marked = JsonLines::of("\xEF\xBB\xBF\n\n{\"a\":\n1}");
  ASSERT_TRUE(marked) << marked.error().message;
  EXPECT_EQ(marked->line_of(""), 3);
  EXPECT_EQ(marked->line_of("/a"), 3);
  EXPECT_TRUE(JsonLines::of("7"));
}

TEST(JsonLines, RefusesWithTheLine) {
  const struct {
    const char *text, *begin;
  } cases[] = {
      {"{\n\"a\": 1,\n}", "line 3: not valid JSON: "},
      {"{\n\"a\": 1\n\"b\": 2}", "line 3: not valid JSON: "},
      {"[1,\n2", "line 2: not valid JSON: "},
      {"", "line 1: not valid JSON: "},
      {"{\n\"a\": \"\xff\"}", "line 2: not valid JSON: "},
      {"{\"a\": 1,\n\"b\": {\"c\": 1,\n\"\\u0063\": 2}}", "line 3: \"b.c\" is there twice"},
      {"[1e999]", "JSON holds a number out of range"},
  };
  for (const auto& c : cases) {
    EXPECT_TRUE(trouble(c.text).starts_with(c.begin)) << c.text << " → " << trouble(c.text);
  }
  EXPECT_EQ(trouble(std::string(100, '[') + std::string(100, ']')),
            "JSON is nested deeper than 64 levels");
}

TEST(JsonLines, AComplaintNamesFileLineAndPath) {
  const auto lines = JsonLines::of(kText);
  ASSERT_TRUE(lines);
  EXPECT_EQ(lines->error_at("alert_rules.json", "/business/1/weight", "at most 100, not 120"),
            (Error{.code = Errc::invalid_argument,
                   .message = "alert_rules.json: line 8: business[1].weight: at most 100, not "
                              "120"}));
  EXPECT_EQ(lines->error_at("rules", "", "expected a list").message,
            "rules: line 1: expected a list");
}

TEST(JsonLines, PathsReadAsPeopleWriteThem) {
  EXPECT_EQ(path_of_pointer(""), "");
  EXPECT_EQ(path_of_pointer("/business/3/weight"), "business[3].weight");
  EXPECT_EQ(path_of_pointer("/" + pointer_step("a/b~1") + "/0/1"), "a/b~1[0][1]");
}

}  // namespace
}  // namespace mtc
