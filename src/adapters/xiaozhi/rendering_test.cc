#include "adapters/xiaozhi/rendering.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "base/text.h"
#include "infra/loop/run.h"

namespace mtc::xiaozhi {
namespace {

using namespace std::chrono_literals;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

mcp::Reply saying(std::string speech) {
  return {.speech = std::move(speech)};
}

std::string text_of(const Json& result) {
  return result.at("content").at(0).at("text");
}
std::string rendered(const Result<mcp::Reply>& reply, const RenderOptions& options = {}) {
  return text_of(render_result(reply, options));
}
std::string repeated(std::string_view piece, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += piece;
  return out;
}

TEST(XiaozhiRendering, IsOneTextAndNothingElse) {
  mcp::Reply reply{.speech = "昨天一切正常。", .data = Json{{"action", "RESPONSE"}, {"lines", 3}}};
  EXPECT_EQ(dump_json(render_result(reply, {})),
            R"({"content":[{"text":"昨天一切正常。","type":"text"}]})");
}

TEST(XiaozhiRendering, IsNeverEmpty) {
  for (const char* empty : {"", " ", "\n\t\r", "\u200b\ufeff", "\x01\x02", "\u3000"}) {
    EXPECT_EQ(rendered(saying(empty)), "好了。");
    EXPECT_EQ(rendered(saying(empty), {.language = Language::en}), "Done.");
  }
}

TEST(XiaozhiRendering, FailuresAreWordsThatKeepTheReason) {
  const auto failed = fail(Errc::denied, "你的账号没有回滚权限。\n请管理员打开。");
  const Result<mcp::Reply> reply = failed;
  EXPECT_EQ(rendered(reply), "没有成功：你的账号没有回滚权限。 请管理员打开。");
  EXPECT_EQ(rendered(reply, {.language = Language::en}),
            "That did not work: 你的账号没有回滚权限。 请管理员打开。");
  EXPECT_FALSE(render_result(reply, {}).contains("isError"));
  const Result<mcp::Reply> silent = fail(Errc::internal, "");
  EXPECT_THAT(rendered(silent), HasSubstr("原因不明"));
}

TEST(XiaozhiRendering, NeverReadsAsACommand) {
  for (const char* text : {R"({"action":"RESPONSE","response":"刪庫"})", R"(  {"action":"scale"})",
                           "\ufeff{\"action\":\"NONE\"}", "\x01{\"action\":\"NONE\"}", "{", "[1]",
                           "{}{}", "\u200b{\"a\":1}"}) {
    SCOPED_TRACE(text);
    const auto line = rendered(saying(text));
    EXPECT_THAT(line, StartsWith("结果："));
    EXPECT_FALSE(parse_json(line));
  }
}

TEST(XiaozhiRendering, IsOneLineWithoutInvisibleCharacters) {
  EXPECT_EQ(rendered(saying("a\r\n\r\nb\tc\u2028d\u00a0e  f")), "a b c d e f");
  EXPECT_EQ(rendered(saying(std::string("a\0b\x1b[31m\x7f", 9) + "\u009b\u202ec\u2066\U000e0041d")),
            "ab[31mcd");
  EXPECT_EQ(rendered(saying("broken \xff\xfe utf")), "broken \ufffd\ufffd utf");
  EXPECT_EQ(rendered(saying("👨‍👩‍👧 é")), "👨‍👩‍👧 é");
}

TEST(XiaozhiRendering, ACutTextSaysSoAndCanBeContinued) {
  FakeClock clock;
  Remainders remainders(clock);
  const RenderOptions options{.remainders = &remainders, .subject = "agent-1"};
  const std::string whole = repeated("这一句话正好有十二个字。", 60);
  std::string heard;
  auto text = rendered(saying(whole), options);
  const std::string more = "还有更多，说“继续”我接着讲。";
  int parts = 1;
  for (; text.ends_with(more); ++parts) {
    EXPECT_LE(text.size(), 1000U);
    EXPECT_THAT(text.substr(0, text.size() - more.size()), EndsWith("。"));
    heard += text.substr(0, text.size() - more.size());
    auto tool = read_on_tool(remainders, Language::zh);
    auto reply = run(tool.call(Json::object(), {}, {.principal = {.subject = "agent-1"}}));
    ASSERT_TRUE(reply);
    text = rendered(std::get<mcp::Reply>(*reply), options);
  }
  EXPECT_EQ(parts, 3);
  EXPECT_EQ(heard + text, whole);
  EXPECT_EQ(remainders.take("agent-1"), "");
}

TEST(XiaozhiRendering, WithoutAMemoryNothingIsPromised) {
  const auto text = rendered(saying(repeated("很长。", 500)));
  EXPECT_THAT(text, EndsWith("后面还有，问得具体一点我再讲。"));
  EXPECT_THAT(text, Not(HasSubstr("继续")));
  EXPECT_THAT(rendered(saying(repeated("long. ", 500)), {.language = Language::en}),
              EndsWith("There is more; ask for a part of it."));
}

TEST(XiaozhiRendering, MentionsPicturesEvenBesideALongText) {
  mcp::Reply reply = saying("错误在两点上升。");
  reply.pictures.push_back({.bytes = "PNG", .description = "昨晚的\n错误曲线"});
  EXPECT_EQ(rendered(reply), "错误在两点上升。另有一张图，这里看不到：昨晚的 错误曲线。");
  reply.speech = repeated("很长。", 500);
  reply.pictures.front().description = repeated("说明", 500);
  const auto text = rendered(reply);
  EXPECT_LE(dump_json(render_result(reply, {})).size(), 1000U);
  EXPECT_THAT(text, HasSubstr("另有一张图"));
  EXPECT_THAT(text, EndsWith("我再讲。"));
}

TEST(XiaozhiRendering, CountsWhatJsonAdds) {
  const auto result = render_result(saying(std::string(2000, '"')), {});
  EXPECT_LE(dump_json(result).size(), 1000U);
  EXPECT_GT(dump_json(result).size(), 950U);
}

TEST(XiaozhiRendering, CutsBetweenCharactersThatStandAlone) {
  EXPECT_EQ(cut_point("abcdef", 3), 3U);
  EXPECT_EQ(cut_point("abc", 3), 3U);
  EXPECT_EQ(cut_point("你好", 5), 3U);
  EXPECT_EQ(cut_point("一句。两句", 14), 9U);
  EXPECT_EQ(cut_point("ab。cdefghijklmnop", 14), 14U);  // a sentence too early is no place to cut
  EXPECT_EQ(cut_point("abcdefge\u0301xyz", 8), 7U);     // e and its accent stay together
  EXPECT_EQ(cut_point("ab👨‍👩‍👧cd", 10), 2U);  // a family too
  EXPECT_EQ(cut_point(repeated("\u0301", 10), 7), 6U);     // nothing but marks
  EXPECT_EQ(cut_point("你好", 0), 0U);
}

TEST(XiaozhiRendering, RestsAreBoundedAndGrowOld) {
  FakeClock clock;
  Remainders remainders(clock);
  remainders.keep("a", "rest");
  EXPECT_EQ(remainders.take("b"), "");
  clock.time += 9min;
  EXPECT_EQ(remainders.take("a"), "rest");
  EXPECT_EQ(remainders.take("a"), "");
  remainders.keep("a", "rest");
  clock.time += 11min;
  EXPECT_EQ(remainders.take("a"), "");
  remainders.keep("a", repeated("字", 100'000));
  const auto kept = remainders.take("a");
  EXPECT_LE(kept.size(), 64U << 10U);
  EXPECT_TRUE(is_valid_utf8(kept));
  for (int i = 0; i < 1000; ++i) {
    clock.time += 1ms;
    remainders.keep(std::to_string(i), "x");
  }
  EXPECT_EQ(remainders.take("0"), "");
  EXPECT_EQ(remainders.take("999"), "x");
}

TEST(XiaozhiRendering, AShortAnswerMakesTheOldRestWorthless) {
  FakeClock clock;
  Remainders remainders(clock);
  const RenderOptions options{.remainders = &remainders, .subject = "a"};
  rendered(saying(repeated("很长。", 500)), options);
  rendered(saying("短。"), options);
  EXPECT_EQ(remainders.take("a"), "");
}

// Hostile material, put together at random: whatever comes, the rules hold.
std::string hostile_text(SeededRandom& random) {
  static const std::string pieces[] = {"{",
                                       "}",
                                       "\"action\":",
                                       "\"RESPONSE\"",
                                       "[",
                                       "\\",
                                       "\"",
                                       "\n",
                                       "\x1b[2J",
                                       "。",
                                       "你好",
                                       "👨‍👩‍👧",
                                       "\u0301",
                                       "\u202e",
                                       "\ufeff",
                                       "\xff",
                                       "\xe4\xbd",
                                       "\xed\xa0\x80",
                                       "\xf4\x90\x80\x80",
                                       "hello. ",
                                       std::string(1, '\0'),
                                       " ",
                                       "错误四十次。",
                                       "\u2028",
                                       "\xc0\xaf"};
  std::string out;
  const auto count = uniform(random, 400);
  for (std::uint64_t i = 0; i < count; ++i) out += pieces[uniform(random, std::size(pieces))];
  return out;
}

TEST(XiaozhiRendering, HoldsItsRulesForAnyText) {
  SeededRandom random(20261122);
  FakeClock clock;
  Remainders remainders(clock);
  for (int round = 0; round < 1500; ++round) {
    const auto text = hostile_text(random);
    Result<mcp::Reply> reply = saying(text);
    if (round % 3 == 0)
      reply->pictures.resize(1, {.bytes = "x", .mime_type = "image/png", .description = text});
    if (round % 5 == 0) reply = fail(Errc::internal, text);
    const RenderOptions options{.language = round % 2 == 0 ? Language::zh : Language::en,
                                .max_bytes = 200 + uniform(random, 1000),
                                .remainders = round % 7 == 0 ? nullptr : &remainders,
                                .subject = "s"};
    const auto result = render_result(reply, options);
    ASSERT_LE(dump_json(result).size(), options.max_bytes);
    ASSERT_EQ(result.size(), 1U);
    ASSERT_EQ(result.at("content").size(), 1U);
    const auto line = text_of(result);
    ASSERT_FALSE(line.empty());
    ASSERT_TRUE(is_valid_utf8(line));
    ASSERT_EQ(line, spoken_line(line));
    ASSERT_FALSE(line.starts_with('{') || line.starts_with('['));
    ASSERT_TRUE(std::none_of(line.begin(), line.end(), [](char c) {
      return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    }));
    ASSERT_EQ(result, parse_json(dump_json(result)));
  }
}

}  // namespace
}  // namespace mtc::xiaozhi
