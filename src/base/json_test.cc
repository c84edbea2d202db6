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

TEST(Json, ReadsWhatNlohmannReads) {
  std::string many = "[0";  // more than a kept parser takes
  while (many.size() < 100'000) many += ",0";
  many += "]";
  for (
      const std::string& text : std::vector<std::string>{
          R"({"b":1,"a":{"x":[1,-1,0,-0,1.0,-2.5e3,true,false,null,"","\u00e9\ud83d\ude00\n\u0000"]}})",
          R"({"a":1,"a":{"b":2},"a":[3]})", "18446744073709551615", "-9223372036854775808",
          "18446744073709551616", "-9223372036854775809", "1e2", "0.1", "5e-324", " [ ] ", "{}",
          "\xEF\xBB\xBF[1]", R"("\/")", many}) {
    const auto ours = parse_json(text);
    const auto theirs = Json::parse(text);
    ASSERT_TRUE(ours) << text;
    EXPECT_EQ(*ours, theirs) << text;
    EXPECT_EQ(ours->type(), theirs.type()) << text;
    EXPECT_EQ(dump_json(*ours), dump_json(theirs)) << text;
  }
  EXPECT_TRUE(parse_json("1")->is_number_unsigned());
  EXPECT_TRUE(parse_json("-1")->is_number_integer());
}

TEST(Json, RefusesWhatNlohmannRefuses) {
  for (const std::string_view text : {"", " ", "[1,]", "{\"a\":1,}", "[01]", "[+1]", "[.5]", "[1.]",
                                      "nul", "1 2", "\"\\x\"", "\"\\ud800\"", "\"\\udc00\\ud800\"",
                                      "\"\xff\"", "\"\n\"", "[NaN]", "'a'", "{1:2}", "[1]]"}) {
    EXPECT_FALSE(parse_json(text)) << text;
    EXPECT_FALSE(Json::accept(text)) << text;
  }
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
