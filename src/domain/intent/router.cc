#include "domain/intent/router.h"

#include <algorithm>
#include <array>
#include <span>

#include "base/characters.h"
#include "base/text.h"

namespace mtc::intent {
namespace {

using Words = std::span<const std::string_view>;

constexpr std::array<std::string_view, 14> kGreetings{
    "你好", "您好",  "早上好", "上午好", "下午好",       "晚上好",       "早安",
    "在吗", "hello", "hi ",    "hey",    "good morning", "good evening", "good afternoon"};
constexpr std::array<std::string_view, 13> kRepeat{
    "再说一遍", "再播一遍", "重播",   "再念",      "没听清",  "昨天怎么样",    "昨晚怎么样",
    "早报",     "播报",     "repeat", "say again", "how was", "morning report"};
constexpr std::array<std::string_view, 5> kDetails{"细节", "详细", "具体", "details",
                                                   "tell me more"};
constexpr std::array<std::string_view, 5> kWhoAmI{"我是谁", "你知道我是", "认得我", "who am i",
                                                  "do you know me"};
constexpr std::array<std::string_view, 13> kLogs{"日志",    "日制",      "报错",   "错误", "警告",
                                                 "异常",    "超时",      "log ",   "logs", "error",
                                                 "warning", "exception", "timeout"};

struct Named {
  std::string_view word;
  std::string_view value;
};
constexpr std::array<Named, 10> kLevels{{{"致命", "fatal"},
                                         {"fatal", "fatal"},
                                         {"报错", "error"},
                                         {"错误", "error"},
                                         {"error", "error"},
                                         {"警告", "warn"},
                                         {"告警级", "warn"},
                                         {"warn", "warn"},
                                         {"信息", "info"},
                                         {"调试", "debug"}}};

// The first that fits is taken: 昨天下午 stands before 昨天.
constexpr std::array<std::string_view, 42> kTimes{"最近半小时",    "最近一小时",
                                                  "最近两小时",    "最近三小时",
                                                  "最近十分钟",    "最近五分钟",
                                                  "最近二十分钟",  "最近三十分钟",
                                                  "最近一天",      "最近三天",
                                                  "过去一小时",    "过去半小时",
                                                  "过去一天",      "近二十分钟",
                                                  "近十分钟",      "近一小时",
                                                  "半小时",        "一刻钟",
                                                  "昨天下午",      "昨天上午",
                                                  "昨天晚上",      "今天上午",
                                                  "今天下午",      "今天早上",
                                                  "昨晚",          "昨夜",
                                                  "昨天",          "前天",
                                                  "今早",          "今天",
                                                  "上周",          "本周",
                                                  "last night",    "this morning",
                                                  "yesterday",     "today",
                                                  "last hour",     "last 30 minutes",
                                                  "last 2 hours",  "past hour",
                                                  "last 24 hours", "last week"};

// English words are looked for at the beginning of words ("errors", but not "terror"), Chinese ones
// anywhere.
bool has(std::string_view text, std::string_view word) {
  for (std::size_t at = text.find(word); at != std::string_view::npos;
       at = text.find(word, at + 1)) {
    if (!is_letter(word.front()) || !is_letter(before_or_zero(text, at))) return true;
  }
  return false;
}

bool has(std::string_view text, Words words) {
  return std::ranges::any_of(words, [&](auto word) { return has(text, word); });
}

std::string cut_out(std::string text, std::string_view word) {
  return replace_all(std::move(text), word, " ");
}

// What is left when the words every request has are gone: the words the lines must contain.
std::string keyword_of(std::string text) {
  static constexpr std::array<std::string_view, 42> kFiller{
      "帮我",     "给我",   "看一下", "看看",    "看下",           "查一下", "查查",   "查询",
      "查",       "搜一下", "搜索",   "搜",      "翻翻",           "有没有", "有哪些", "有什么",
      "多少条",   "多少",   "最近的", "日志",    "日制",           "里面",   "里",     "的",
      "了",       "吗",     "呢",     "请",      "小智",           "，",     "。",     "？",
      "show me ", "show ",  "find ",  "search ", "are there any ", "any ",   "the ",   "logs",
      "log ",     " in "};
  for (const auto word : kFiller) text = cut_out(std::move(text), word);
  std::string out;
  for (const auto part : split(text, ' ')) {
    if (part.empty()) continue;
    if (!out.empty()) out += ' ';
    out += part;
  }
  return out;
}

ToolCall search_call(const std::string& text) {
  ToolCall call{.tool = "search_logs"};
  std::string rest = text;
  for (const auto time : kTimes) {
    if (rest.find(time) == std::string::npos) continue;
    call.arguments["time_range"] = time;
    rest = cut_out(std::move(rest), time);
    break;
  }
  for (const auto& level : kLevels) {
    if (rest.find(level.word) == std::string::npos) continue;
    call.arguments["level"] = level.value;
    rest = cut_out(std::move(rest), std::string(level.word) + "s");
    rest = cut_out(std::move(rest), level.word);
    break;
  }
  if (std::string keyword = keyword_of(std::move(rest)); !keyword.empty())
    call.arguments["keyword"] = std::move(keyword);
  return call;
}

}  // namespace

std::optional<ToolCall> route(std::string_view utterance) {
  const std::string text = to_lower_ascii(trim(utterance)) + " ";
  if (has(text, kWhoAmI)) return ToolCall{.tool = "who_am_i"};
  if (has(text, kDetails))
    return ToolCall{.tool = "repeat_broadcast", .arguments = {{"details", true}}};
  // 今早报错 asks for errors, not for the 早报.
  if (has(replace_all(text, "早报错", "报错"), kRepeat))
    return ToolCall{.tool = "repeat_broadcast"};
  if (has(text, kLogs)) return search_call(std::string(trim(text)));
  if (has(text, kGreetings) || trim(text) == "小智") return ToolCall{.tool = "greet"};
  return std::nullopt;
}

}  // namespace mtc::intent
