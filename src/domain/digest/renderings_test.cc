// What the written renderings have in common, above all that text from logs cannot act in any of
// them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "domain/digest/html.h"
#include "domain/digest/markdown.h"
#include "domain/digest/safe_text.h"
#include "domain/digest/sample_digests.h"
#include "domain/digest/terminal.h"
#include "domain/digest/wording.h"

namespace mtc::digest {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kEscape = "\x1b";
constexpr const char* kRightToLeft = "\xe2\x80\xae";

TEST(SafeText, ControlCharactersAreShownAndHiddenOnesDropped) {
  const struct {
    std::string text;
    const char* visible;
  } cases[] = {
      {"plain 中文", "plain 中文"},
      {"a\tb\nc\r", "a b c "},
      {"\x1b[31mred\x1b[0m", "␛[31mred␛[0m"},
      {std::string("nul\0!", 5), "nul␀!"},
      {"abc\xe2\x80\xae"
       "fdp.exe",
       "abcfdp.exe"},
      {"zero\xe2\x80\x8bwidth\xef\xbb\xbf", "zerowidth"},
      {"\xe2\x81\xa6isolate\xe2\x81\xa9", "isolate"},
      {"c1 \xc2\x9b"
       "31m",
       "c1 \xef\xbf\xbd"
       "31m"},
      {"broken \xff", "broken \xef\xbf\xbd"},
  };
  for (const auto& c : cases) EXPECT_EQ(visible_text(c.text), c.visible);
}

TEST(SafeText, MarkdownIsNotMarkup) {
  const struct {
    const char *text, *markdown, *code;
  } cases[] = {
      {"plain", "plain", "`plain`"},
      {"a*b_c", "a\\*b\\_c", "`a*b_c`"},
      {"[x](javascript:y)", "\\[x\\](javascript:y)", "`[x](javascript:y)`"},
      {"http://evil.example", "http&#58;//evil.example", "`http://evil.example`"},
      {"see www.evil.example", "see www&#46;evil.example", "`see www.evil.example`"},
      {"<b>&amp;", "&lt;b&gt;&amp;amp;", "`<b>&amp;`"},
      {"a|b", "a\\|b", "`a\\|b`"},
      {"`code`", "\\`code\\`", "`'code'`"},
      {"ends\\", "ends\\\\", "`ends\\ `"},
      {"# no heading", "\\# no heading", "`# no heading`"},
      {"- no list - at all", "\\- no list - at all", "`- no list - at all`"},
      {"1. not one", "1\\. not one", "`1. not one`"},
      {"2026-11-21 02:08", "2026-11-21 02:08", "`2026-11-21 02:08`"},
      {"a@b.c", "a&#64;b.c", "`a@b.c`"},
      {"", "", ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(markdown_text(c.text), c.markdown);
    EXPECT_EQ(markdown_code(c.text), c.code);
  }
}

TEST(SafeText, ChineseTakesTwoColumns) {
  EXPECT_EQ(display_width("abc"), 3U);
  EXPECT_EQ(display_width("日志ab，"), 8U);
  EXPECT_EQ(display_width("e\xcc\x81"), 1U);
  EXPECT_EQ(fit_left("日志", 6), "日志  ");
  EXPECT_EQ(fit_right("日志", 6), "  日志");
  EXPECT_EQ(fit_left("日志摘要", 6), "日志… ");
  EXPECT_EQ(display_width(fit_left("日志摘要", 6)), 6U);
  EXPECT_EQ(shorten_to_width("日志", 0), "");
  EXPECT_EQ(display_width("\xe6\x97"), 2U);  // cut in the middle: no reading beyond the end
}

TEST(Wording, FiguresAreGroupedForTheEye) {
  EXPECT_EQ(figure(0), "0");
  EXPECT_EQ(figure(999), "999");
  EXPECT_EQ(figure(4'213'377), "4,213,377");
  EXPECT_EQ(figure(-1'234), "-1,234");
}

TEST(Wording, AnIncompletePeriodIsNotCompared) {
  Digest digest = sample::quiet_day();
  EXPECT_EQ(errors_compared(digest, Language::zh), "比前一天 2,190 少 12%");
  EXPECT_EQ(errors_compared(digest, Language::en), "12% fewer than the day before (2,190)");
  digest.coverage.missing = {"上海区: 没有权限"};
  EXPECT_EQ(errors_compared(digest, Language::zh), "");
  digest.coverage = {.totals_exact = false};
  EXPECT_EQ(errors_compared(digest, Language::zh), "");
}

TEST(Html, HostileTextIsOnlyText) {
  for (const auto language : {Language::zh, Language::en}) {
    const std::string html = render_html(sample::hostile(), language);
    EXPECT_THAT(html, Not(HasSubstr("<script")));
    EXPECT_THAT(html, Not(HasSubstr("<img")));
    EXPECT_THAT(html, Not(HasSubstr("<b>x")));
    EXPECT_THAT(html, HasSubstr("&lt;img src=x onerror=alert(1)&gt;"));
    EXPECT_THAT(html, Not(HasSubstr(kEscape)));
    EXPECT_THAT(html, Not(HasSubstr(kRightToLeft)));
    EXPECT_TRUE(is_valid_utf8(html));
  }
}

TEST(Html, LoadsNothingAndRunsNothing) {
  const std::string html = render_html(sample::repaired_incident(), Language::zh);
  EXPECT_THAT(html, testing::StartsWith("<!doctype html>"));
  EXPECT_THAT(html, HasSubstr("default-src 'none'"));
  for (const char* outside :
       {"<script", "src=", "href=", "url(", "http://", "https://", "@import"}) {
    EXPECT_THAT(html, Not(HasSubstr(outside)));
  }
  EXPECT_LT(html.size(), 40'000U);
}

TEST(Html, ShowsWhatTheDigestHolds) {
  const std::string html = render_html(sample::repaired_incident(), Language::zh);
  for (const char* part :
       {"广州生产集群", "4,209,658", "连接数据库超时", "02:08 – 02:14", "prefers-color-scheme:dark",
        "<svg", "bar hot", "connect to mysql <span class=\"var\">", "3,360", "lang=\"zh-CN\""}) {
    EXPECT_THAT(html, HasSubstr(part));
  }
  EXPECT_THAT(render_html(Digest{}, Language::en), HasSubstr("No logs could be read."));
}

TEST(Markdown, HostileTextStaysInItsCodeSpan) {
  const std::string markdown = render_markdown(sample::hostile(), Language::zh);
  EXPECT_THAT(markdown, Not(HasSubstr(kEscape)));
  EXPECT_THAT(markdown, Not(HasSubstr(kRightToLeft)));
  EXPECT_THAT(markdown,
              testing::StartsWith("# 日志摘要 · &lt;img src=x onerror=alert(1)&gt; \\| scope\n"));
  // Outside of code spans nothing of it is left as it was.
  std::string outside;
  bool in_code = false;
  for (const char c : replace_all(replace_all(markdown, "\\`", ""), "\\]", "")) {
    if (c == '`') in_code = !in_code;
    if (c == '\n') {
      EXPECT_FALSE(in_code) << "a code span must not run over its line";
      in_code = false;
    }
    if (!in_code) outside += c;
  }
  EXPECT_THAT(outside, Not(HasSubstr("<")));
  EXPECT_THAT(outside, Not(HasSubstr("](")));
}

TEST(Markdown, TablesHaveFourCellsWhateverTheLogsSay) {
  const std::string markdown = render_markdown(sample::hostile(), Language::en);
  std::size_t rows = 0;
  for (const auto line : split(markdown, '\n')) {
    if (!line.starts_with("|")) continue;
    const std::string row = replace_all(std::string(line), "\\|", "");
    EXPECT_EQ(std::ranges::count(row, '|'), 5) << row;
    ++rows;
  }
  EXPECT_GE(rows, 6U);
}

TEST(Markdown, ShowsWhatTheDigestHolds) {
  const std::string markdown = render_markdown(sample::new_error(), Language::zh);
  for (const char* part :
       {"## 没见过的日志", "certificate has expired or is not yet valid` | 09:00:00",
        "## 错误最多的", "| 1,920 | `gateway` |", "**日志** 4,206,335"}) {
    EXPECT_THAT(markdown, HasSubstr(part));
  }
}

TEST(Terminal, NoLineIsWiderThanTheTerminal) {
  for (const auto& digest :
       {sample::repaired_incident(), sample::still_failing(), sample::hostile()}) {
    for (const std::size_t width : {40, 60, 80, 100, 160}) {
      const std::string text = render_text(digest, {.width = width});
      for (const auto line : split(text, '\n')) {
        // The totals and the table of services need what they need.
        if (width >= 80) EXPECT_LE(display_width(line), width) << line;
      }
    }
  }
}

TEST(Terminal, LogTextCannotMoveTheCursor) {
  const std::string plain = render_text(sample::hostile(), {});
  EXPECT_THAT(plain, Not(HasSubstr(kEscape)));
  EXPECT_THAT(plain, Not(HasSubstr("\x07")));
  EXPECT_THAT(plain, Not(HasSubstr(kRightToLeft)));
  // With colours, every escape sequence is one of ours.
  const std::string colored = render_text(sample::hostile(), {.color = true});
  for (auto at = colored.find('\x1b'); at != std::string::npos; at = colored.find('\x1b', at + 1)) {
    const std::string_view sequence = std::string_view(colored).substr(at, 5);
    EXPECT_TRUE(sequence.starts_with("\x1b[") && (sequence[3] == 'm' || sequence[4] == 'm')) << at;
  }
}

TEST(Terminal, ColumnsLineUpBesideChinese) {
  const std::string text = render_text(sample::repaired_incident(), {});
  std::size_t width = 0;
  bool in_services = false;
  for (const auto line : split(text, '\n')) {
    if (line == "服务") in_services = true;
    if (line.empty()) in_services = false;
    if (!in_services || !line.starts_with("  ")) continue;
    if (width == 0) width = display_width(line);
    if (line.find("payment") != std::string_view::npos ||
        line.find("服务") != std::string_view::npos) {
      EXPECT_EQ(display_width(line), width) << line;
    }
  }
  EXPECT_GT(width, 40U);
}

}  // namespace
}  // namespace mtc::digest
