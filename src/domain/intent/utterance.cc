#include "domain/intent/utterance.h"

#include <algorithm>
#include <array>

#include "base/characters.h"
#include "base/small_number.h"
#include "base/text.h"

namespace mtc::intent {
namespace {

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

// Longer ones stand before what they begin with.
constexpr auto kFiller = std::to_array<std::string_view>(
    {"帮我",   "给我",   "告诉我", "麻烦",   "列出", "列一下", "说说", "看一下", "看一看", "看看",
     "看下",   "查一下", "查查",   "查询",   "查",   "搜一下", "搜索", "搜",     "翻翻",   "有没有",
     "有哪些", "有什么", "有多少", "有几个", "多少", "几个",   "哪些", "哪个",   "这个",   "那个",
     "所有",   "全部",   "最近的", "最近",   "现在", "一下",   "里面", "里",     " 在",    "的",
     "了",     "吗",     "呢",     "请",     "把",   "你好",   "您好", "早上好", "小智",   "，",
     "。",     "？",     "！",     ",",      "?",    "!"});
constexpr auto kEnglishFiller = std::to_array<std::string_view>(
    {"show", "me",  "find", "search", "look", "at",    "are",   "there", "any", "the",
     "logs", "log", "in",   "on",     "of",   "for",   "list",  "how",   "is",  "what's",
     "what", "my",  "all",  "please", "it",   "doing", "which", "to",    "a",   "with"});

bool begins_a_word(std::string_view text, std::size_t at) {
  return !is_letter(text[at]) || !is_letter(before_or_zero(text, at));
}

bool holds(std::string_view text, std::string_view word) {
  for (std::size_t at = text.find(word); at != std::string_view::npos;
       at = text.find(word, at + 1)) {
    if (begins_a_word(text, at)) return true;
  }
  return false;
}

std::string without_filler(std::string text) {
  for (const auto word : kFiller) text = replace_all(std::move(text), word, " ");
  std::string out;
  for (const auto part : split(text, ' ')) {
    if (part.empty() || std::ranges::find(kEnglishFiller, part) != kEnglishFiller.end()) continue;
    if (!out.empty()) out += ' ';
    out += part;
  }
  return out;
}

// Bytes of the numeral at the beginning: digits, or Chinese numerals; 0 for none.
std::size_t numeral_length(std::string_view text) {
  static constexpr std::array<std::string_view, 13> kNumerals{
      "一", "二", "两", "三", "四", "五", "六", "七", "八", "九", "十", "百", "零"};
  std::size_t length = 0;
  while (length < text.size() && is_digit(text[length])) ++length;
  if (length > 0) return length;
  const auto next = [&] {
    return std::ranges::any_of(kNumerals,
                               [&](auto word) { return text.substr(length).starts_with(word); });
  };
  while (next()) length += 3;
  return length;
}

}  // namespace

Utterance::Utterance(std::string_view said) : text_(to_lower_ascii(trim(said)) + " ") {}

bool Utterance::has(std::string_view word) const {
  return holds(text_, word);
}

bool Utterance::has(Words words) const {
  return std::ranges::any_of(words, [&](auto word) { return has(word); });
}

void Utterance::take_out(Words words) {
  for (const auto word : words) text_ = replace_all(std::move(text_), word, " ");
}

std::optional<std::string_view> Utterance::take_first_of(std::span<const Named> names) {
  for (const auto& name : names) {
    if (!has(name.word)) continue;
    text_ = replace_all(std::move(text_), std::string(name.word) + "s", " ");
    text_ = replace_all(std::move(text_), name.word, " ");
    return name.value;
  }
  return std::nullopt;
}

std::optional<std::string> Utterance::take_time() {
  for (const auto time : kTimes) {
    if (!text_.contains(time)) continue;
    text_ = replace_all(std::move(text_), time, " ");
    return std::string(time);
  }
  return std::nullopt;
}

std::optional<std::string> Utterance::take_before(std::string_view mark) {
  const std::size_t at = text_.find(mark);
  if (at == std::string::npos) return std::nullopt;
  const std::string before = without_filler(text_.substr(0, at));
  const std::string name = before.substr(before.rfind(' ') + 1);  // whole, where there is no blank
  const std::size_t start = name.empty() ? at : text_.rfind(name, at);
  text_.replace(start, at + mark.size() - start, " ");
  return name.empty() ? std::nullopt : std::optional(name);
}

std::optional<int> Utterance::take_number() {
  std::optional<int> found;
  std::size_t where = 0;
  std::size_t size = 0;
  for (std::size_t at = 0; at < text_.size();) {
    const std::size_t length = numeral_length(std::string_view(text_).substr(at));
    const char before = before_or_zero(text_, at);
    const auto number = parse_small_number(text_.substr(at, length));
    if (number && !is_letter(before) && before != '-') {
      found = number;
      where = at;
      size = length;
    }
    at += std::max<std::size_t>(length, 1);
  }
  if (found) text_.replace(where, size, " ");
  return found;
}

std::string Utterance::rest() const {
  return without_filler(text_);
}

}  // namespace mtc::intent
