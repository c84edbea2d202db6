#include "base/strict_json.h"

#include <gtest/gtest.h>

#include <functional>

namespace mtc {
namespace {

std::string complaint(std::string_view text, const std::function<void(StrictJson&)>& read) {
  const auto lines = JsonLines::of(text);
  if (!lines) return "not JSON";
  StrictJson json(*lines, "rules.json");
  read(json);
  const auto outcome = json.outcome();
  return outcome ? "" : outcome.error().message;
}

TEST(StrictJson, ReadsWhatIsThereAndFallsBackWhereItIsMissing) {
  const auto lines =
      JsonLines::of(R"({"a": {"n": 2.5, "i": 7, "t": "x", "f": true, "l": [1, 2]}})");
  ASSERT_TRUE(lines);
  StrictJson json(*lines, "rules.json");
  EXPECT_TRUE(json.object("/a", {"n", "i", "t", "f", "l"}));
  EXPECT_FALSE(json.object("/b", {}));
  EXPECT_EQ(json.number("/a/n", 1, 0, 10), 2.5);
  EXPECT_EQ(json.number("/a/i", 1, 0, 10), 7);
  EXPECT_EQ(json.number("/a/none", 1.5, 5, 10), 1.5);
  EXPECT_EQ(json.integer("/a/i", 1, 7, 7), 7);
  EXPECT_EQ(json.text("/a/t", "y"), "x");
  EXPECT_EQ(json.text("/a/none", "y"), "y");
  EXPECT_TRUE(json.flag("/a/f", false));
  EXPECT_EQ(json.items("/a/l", 2), 2U);
  EXPECT_EQ(json.items("/a/none", 2), 0U);
  EXPECT_TRUE(json.outcome()) << json.outcome().error().message;
}

TEST(StrictJson, ComplainsWithLineAndPath) {
  const struct {
    const char* text;
    std::function<void(StrictJson&)> read;
    const char* message;
  } cases[] = {
      {"[]", [](StrictJson& j) { j.object("", {"a"}); },
       "rules.json: line 1: expected an object, not []"},
      {"{\"a\": 1,\n\"c\": 2}", [](StrictJson& j) { j.object("", {"a", "b"}); },
       "rules.json: line 2: c: unknown; there are a, b"},
      {"{\"a\":\n[{\"n\": 120}]}", [](StrictJson& j) { j.number("/a/0/n", 0, 0, 100); },
       "rules.json: line 2: a[0].n: at most 100, not 120"},
      {"{\"n\": -0.5}", [](StrictJson& j) { j.number("/n", 0, 0, 100); },
       "rules.json: line 1: n: at least 0, not -0.5"},
      {"{\"n\": \"5\"}", [](StrictJson& j) { j.number("/n", 0, 0, 100); },
       "rules.json: line 1: n: expected a number, not \"5\""},
      {"{\"n\": null}", [](StrictJson& j) { j.number("/n", 0, 0, 100); },
       "rules.json: line 1: n: expected a number, not null"},
      {"{\"n\": 2.0}", [](StrictJson& j) { j.integer("/n", 0, 0, 100); },
       "rules.json: line 1: n: expected a whole number, not 2.0"},
      {"{\"n\": 18446744073709551615}", [](StrictJson& j) { j.integer("/n", 0, 0, 100); },
       "rules.json: line 1: n: at most 100, not 18446744073709551615"},
      {"{\"f\": 1}", [](StrictJson& j) { j.flag("/f", false); },
       "rules.json: line 1: f: expected true or false, not 1"},
      {"{\"t\": \"long\"}", [](StrictJson& j) { j.text("/t", "", 3); },
       "rules.json: line 1: t: at most 3 bytes, not 4"},
      {"{\"l\": [1, 2]}", [](StrictJson& j) { j.items("/l", 1); },
       "rules.json: line 1: l: at most 1 items, not 2"},
      {"{\n\n\"a\": {}}", [](StrictJson& j) { j.require("/a/b"); },
       "rules.json: line 3: a.b: missing"},
  };
  for (const auto& c : cases) EXPECT_EQ(complaint(c.text, c.read), c.message);
}

TEST(StrictJson, TheFirstComplaintIsKept) {
  EXPECT_EQ(complaint("{\"a\": 1,\n\"b\": 2}",
                      [](StrictJson& j) {
                        j.text("/b", "");
                        j.text("/a", "");
                      }),
            "rules.json: line 2: b: expected text, not 2");
}

}  // namespace
}  // namespace mtc
