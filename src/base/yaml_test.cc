#include "base/yaml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mtc {
namespace {

using ::testing::HasSubstr;

Json one(std::string_view text) {
  const auto documents = parse_yaml(text);
  EXPECT_TRUE(documents) << documents.error().message;
  if (!documents || documents->size() != 1) return "not one document";
  return documents->front().json;
}

std::string trouble(std::string_view text, const YamlLimits& limits = {}) {
  const auto documents = parse_yaml(text, limits);
  return documents ? "" : documents.error().message;
}

TEST(Yaml, ScalarsAreWhatKubernetesTakesThemFor) {
  const struct {
    const char *yaml, *json;
  } cases[] = {
      {"a", R"("a")"},
      {"yes", "true"},
      {"On", "true"},
      {"y", "true"},
      {"no", "false"},
      {"OFF", "false"},
      {"yEs", R"("yEs")"},
      {R"("yes")", R"("yes")"},
      {"'1'", R"("1")"},
      {"1", "1"},
      {"-7", "-7"},
      {"+7", "7"},
      {"0644", "420"},
      {"0o644", "420"},
      {"0x1F", "31"},
      {"0b101", "5"},
      {"1_000", "1000"},
      {"08", "8.0"},
      {"9223372036854775807", "9223372036854775807"},
      {"18446744073709551615", "18446744073709551615"},
      {"-9223372036854775808", "-9223372036854775808"},
      {"1.5", "1.5"},
      {".5", "0.5"},
      {"1e3", "1000.0"},
      {"1.2.3", R"("1.2.3")"},
      {"100m", R"("100m")"},
      {"64Mi", R"("64Mi")"},
      {"10.0.0.3", R"("10.0.0.3")"},
      {"2026-11-23", R"("2026-11-23")"},
      {"~", "null"},
      {"null", "null"},
      {"-", "[null]"},
      {"'-'", R"("-")"},
      {"1:30", R"("1:30")"},
      {"!!str 12", R"("12")"},
      {"|\n  two\n  lines\n", R"("two\nlines\n")"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.yaml);
    EXPECT_EQ(one(std::string("v: ") + (c.yaml[0] == '-' && c.yaml[1] == 0 ? "\n- " : c.yaml))["v"],
              Json::parse(c.json));
  }
}

TEST(Yaml, KeysAreText) {
  EXPECT_EQ(one("1: a\nyes: b\n~: c\n'2': d"),
            Json::parse(R"({"1":"a","true":"b","null":"c","2":"d"})"));
}

TEST(Yaml, SeveralDocumentsKeepTheirNumbersAndLines) {
  const auto documents = parse_yaml("a: 1\n---\n---\nb: 2\n");
  ASSERT_TRUE(documents);
  ASSERT_EQ(documents->size(), 3U);
  EXPECT_EQ((*documents)[1].json, nullptr);
  EXPECT_EQ((*documents)[2].number, 3);
  EXPECT_EQ((*documents)[2].json["b"], 2);
  EXPECT_EQ(parse_yaml("")->size(), 0U);
}

TEST(Yaml, AliasesAndMergesAreUnfolded) {
  EXPECT_EQ(one("a: &x {p: 1, q: 2}\nb: *x\nc:\n  <<: *x\n  q: 3\n"),
            Json::parse(R"({"a":{"p":1,"q":2},"b":{"p":1,"q":2},"c":{"p":1,"q":3}})"));
}

TEST(Yaml, MistakesAreToldWithTheirPlace) {
  EXPECT_THAT(trouble("a: 1\n---\nb: 2\nc: [1\n"), HasSubstr("document 2, line "));
  EXPECT_THAT(trouble("a: 1\nb:\n  c: 1\n  c: 2\n"),
              HasSubstr("document 1, line 4: the key \"c\" is there twice"));
  EXPECT_THAT(trouble("a: *unknown\n"), HasSubstr("document 1, line 1"));
  EXPECT_THAT(trouble("a: &a [*a]\n"), HasSubstr("line 1: an alias inside"));
  EXPECT_THAT(trouble("a: !go text\n"), HasSubstr("means nothing here"));
  EXPECT_THAT(trouble("? [a]\n: b\n"), HasSubstr("a key must be plain text"));
  EXPECT_THAT(trouble("a: \xff\n"), HasSubstr("UTF-8"));
  EXPECT_THAT(trouble(std::string("a: 1\nb: \x01\n")), HasSubstr("line 2: a control character"));
  EXPECT_THAT(trouble("<<: 3\n"), HasSubstr("takes in maps only"));
}

TEST(Yaml, NothingGrowsBeyondItsLimits) {
  std::string bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 9; ++i) {
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int k = 0; k < 10; ++k) bomb += (k == 0 ? "*a" : ",*a") + std::to_string(i - 1);
    bomb += "]\n";
  }
  EXPECT_THAT(trouble(bomb), HasSubstr("more than 200000 values"));
  std::string long_text = "a: &a " + std::string(500'000, 'x') + "\nb: [*a";
  for (int i = 0; i < 1000; ++i) long_text += ",*a";
  EXPECT_THAT(trouble(long_text + "]\n"), HasSubstr("more than 200000 values"));
  std::string nested;
  for (int i = 0; i < 50; ++i) nested += "&a" + std::to_string(i) + " [";
  for (int i = 0; i < 10'000; ++i) nested += "x,";
  EXPECT_THAT(trouble(nested + std::string(50, ']')), HasSubstr("more than 200000 values"));
  EXPECT_THAT(trouble("a: 1", {.bytes = 3}), HasSubstr("more than the 3"));
  EXPECT_THAT(trouble("a: 1\n---\nb: 1\n---\nc: 1", {.documents = 2}),
              HasSubstr("more than 2 documents"));
  EXPECT_THAT(trouble(std::string(100, '[')), HasSubstr("nested too deep"));
  EXPECT_THAT(trouble("a: [1,2]\n---\nb: [1,2]\n", {.values = 6}), HasSubstr("document 2"));
}

}  // namespace
}  // namespace mtc
