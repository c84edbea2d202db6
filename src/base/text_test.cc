#include "base/text.h"

#include <gtest/gtest.h>

namespace mtc {
namespace {

TEST(Utf8, RecognisesWellFormedTextOnly) {
  for (const auto* good : {"", "abc", "日志", "\xf0\x9f\x98\x80"})
    EXPECT_TRUE(is_valid_utf8(good)) << good;
  const struct {
    const char *name, *text;
  } bad[] = {{"lone continuation", "\x80"},        {"overlong", "\xc0\xaf"},
             {"surrogate", "\xed\xa0\x80"},        {"cut off", "\xe6\x97"},
             {"above 10FFFF", "\xf4\x90\x80\x80"}, {"never valid", "\xff"}};
  for (const auto& c : bad) EXPECT_FALSE(is_valid_utf8(c.text)) << c.name;
}

TEST(Utf8, SanitizingLeavesValidTextAndMarksTheRest) {
  EXPECT_EQ(sanitize_utf8("日志"), "日志");
  EXPECT_EQ(sanitize_utf8("a\xe6\x97z"), "a\xef\xbf\xbdz");
  EXPECT_TRUE(is_valid_utf8(sanitize_utf8("\xff\xfe\x80\x80 \xf0\x9f")));
}

TEST(Shorten, NeverCutsACharacter) {
  EXPECT_EQ(shorten_bytes("日志服务", 12), "日志服务");
  EXPECT_EQ(shorten_bytes("日志服务", 11), "日志…");
  EXPECT_EQ(shorten_bytes("日志服务", 2), "");
  EXPECT_EQ(shorten_characters("日志服务", 3), "日志…");
  EXPECT_EQ(prefix_of_characters("日志服务", 9), "日志服务");
  EXPECT_EQ(count_characters("日志ab"), 4U);
}

TEST(Text, SplitsAndJoins) {
  EXPECT_EQ(split("a,,b", ','), (std::vector<std::string_view>{"a", "", "b"}));
  EXPECT_EQ(join({"a", "b"}, ", "), "a, b");
  EXPECT_EQ(join({"", "b"}, ","), ",b");
  EXPECT_EQ(replace_all("aXXb", "X", "yX"), "ayXyXb");
  EXPECT_EQ(trim(" \t x \n"), "x");
}

TEST(Text, HtmlIsEscaped) {
  EXPECT_EQ(escape_html("<a href='x'>&\""), "&lt;a href=&#39;x&#39;&gt;&amp;&quot;");
}

}  // namespace
}  // namespace mtc
