#include "base/json.h"

#include <gtest/gtest.h>

namespace mtc {
namespace {

TEST(Json, RefusesWhatIsNestedTooDeep) {
  EXPECT_TRUE(parse_json(std::string(64, '[') + std::string(64, ']')));
  const auto deep = parse_json(std::string(65, '[') + std::string(65, ']'));
  ASSERT_FALSE(deep);
  EXPECT_EQ(deep.error().message, "JSON is nested deeper than 64 levels");
}

TEST(Json, BracketsInsideTextDoNotNest) {
  EXPECT_TRUE(parse_json("\"" + std::string(1000, '[') + R"(\"[")"));
}

TEST(Json, SaysWhereTheTextStopsBeingJson) {
  const auto broken = parse_json(R"({"a": tru})");
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().message, "not valid JSON at byte 10");
}

TEST(Json, RefusesNumbersThatNoNumberTypeHolds) {
  EXPECT_EQ(parse_json("[1e999]").error().message, "JSON holds a number out of range");
}

TEST(Json, DumpsBrokenUtf8AsReplacementCharacter) {
  EXPECT_EQ(dump_json(Json{{"a", "x\xff"}}), "{\"a\":\"x\xef\xbf\xbd\"}");
}

TEST(Json, ReadsAbsentAndNullMembersAsTheFallback) {
  const Json object{{"n", nullptr}, {"i", 3}, {"s", "x"}};
  EXPECT_EQ(integer_or(object, "n", 7), 7);
  EXPECT_EQ(integer_or(object, "i"), 3);
  EXPECT_EQ(string_or(object, "missing", "-"), "-");
  EXPECT_TRUE(array_or_empty(object, "n").empty());
}

}  // namespace
}  // namespace mtc
