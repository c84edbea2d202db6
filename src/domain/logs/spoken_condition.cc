#include "domain/logs/spoken_condition.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/characters.h"
#include "base/text.h"
#include "domain/logs/amount.h"

namespace mtc::logs {
namespace {

bool in_word(char c) {
  return is_alnum(c) || c == '_';
}

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U;
}

std::size_t skip_blanks(std::string_view text, std::size_t at) {
  while (at < text.size() && text[at] == ' ') ++at;
  return at;
}

struct Unit {
  std::string_view said, unit;
};
// The longest first.
constexpr auto kUnits = std::to_array<Unit>({
    {"milliseconds", "ms"},
    {"millisecond", "ms"},
    {"毫秒", "ms"},
    {"ms", "ms"},
    {"seconds", "s"},
    {"second", "s"},
    {"secs", "s"},
    {"sec", "s"},
    {"秒钟", "s"},
    {"秒", "s"},
    {"s", "s"},
    {"minutes", "m"},
    {"minute", "m"},
    {"mins", "m"},
    {"min", "m"},
    {"分钟", "m"},
    {"个小时", "h"},
    {"小时", "h"},
    {"个钟头", "h"},
    {"钟头", "h"},
    {"hours", "h"},
    {"hour", "h"},
    {"hrs", "h"},
    {"hr", "h"},
    {"h", "h"},
    {"m", "m"},
    {"days", "d"},
    {"day", "d"},
    {"天", "d"},
    {"d", "d"},
    {"刻钟", "quarter"},
    {"个百分点", "%"},
    {"percent", "%"},
    {"per cent", "%"},
    {"%", "%"},
    {"％", "%"},
    {"分位", "percentile"},
    {"条日志", "lines"},
    {"行日志", "lines"},
    {"条", "times"},
    {"次", "times"},
    {"行", "times"},
    {"笔", "times"},
    {"个", "times"},
    {"回", "times"},
    {"times", "times"},
    {"th percentile", "percentile"},
    {"st percentile", "percentile"},
    {"nd percentile", "percentile"},
    {"log lines", "lines"},
    {"lines", "lines"},
    {"line", "lines"},
    {"logs", "lines"},
    {"messages", "lines"},
});

bool fits_at(std::string_view lower, std::size_t at, std::string_view word) {
  if (!lower.substr(std::min(at, lower.size())).starts_with(word)) return false;
  const bool ascii_end = in_word(word.back());
  return !ascii_end || !in_word(at_or_zero(lower, at + word.size()));
}

// Carry nothing at the edges of what is left. Single Chinese characters only where they cannot be
// part of a word that does: 数 of 错误数, but not of 数据库.
constexpr auto kEmptyBefore = std::to_array<std::string_view>(
    {"如果",     "要是",   "只要",   "一旦", "假如",      "请",       "帮我",       "麻烦",
     "出现",     "发生",   "连续",   "包含", "含有",      "带有",     "关键词",     "关键字",
     "日志里",   "日志中", "里面",   "里的", "的",        "每",       "有",         "含",
     "when the", "when",   "if the", "if",   "there are", "there is", "number of",  "the",
     "any",      "a",      "an",     "of",   "in",        "with",     "containing", "contain",
     "contains", "for",    "and",    "than", "keyword",   "is"});
constexpr auto kEmptyBehind = std::to_array<std::string_view>(
    {"的日志", "的次数",    "的数量",      "的条数",  "的情况",   "日志条数",  "日志数量",
     "日志数", "出现次数",  "次数",        "条数",    "数量",     "个数",      "总数",
     "总量",   "出现了",    "出现",        "发生了",  "发生",     "日志",      "的时候",
     "时候",   "的话",      "的",          "了",      "就",       "数",        "量",
     "每",     "在",        "是",          "一共",    "appears",  "appearing", "appear",
     "occurs", "occur",     "seen",        "happens", "shows up", "is",        "are",
     "was",    "log lines", "in the logs", "log",     "logs",     "lines",     "count"});
constexpr auto kEmptyAlone = std::to_array<std::string_view>(
    {"当", "里", "内", "中", "数", "量", "有", "到", "在", "就", "了", "那",   "把",  "和",
     "or", "to", "me", "us", "on", "at", "be", "do", "it", "by", "so", "then", "same"});

bool trim_front(std::string_view& text) {
  const std::string lower = to_lower_ascii(text);
  for (const auto word : kEmptyBefore) {
    if (!fits_at(lower, 0, word)) continue;
    text = trim(text.substr(word.size()));
    return true;
  }
  return false;
}

bool trim_back(std::string_view& text) {
  const std::string lower = to_lower_ascii(text);
  for (const auto word : kEmptyBehind) {
    if (!lower.ends_with(word)) continue;
    const auto begin = lower.size() - word.size();
    if (in_word(word.front()) && in_word(before_or_zero(lower, begin))) continue;
    text = trim(text.substr(0, begin));
    return true;
  }
  return false;
}

}  // namespace

SpokenText::SpokenText(std::string_view text) : text_(sanitize_utf8(text)) {
  for (const auto& [mark, plain] : {std::pair<std::string_view, std::string_view>{"，", "\x01"},
                                    {"。", "\x01"},
                                    {"！", "\x01"},
                                    {"？", "\x01"},
                                    {"；", "\x01"},
                                    {"、", "\x01"},
                                    {"　", " "},
                                    {"：", ":"},
                                    {"＞", ">"},
                                    {"＜", "<"},
                                    {"≥", ">="},
                                    {"≤", "<="}}) {
    text_ = replace_all(std::move(text_), mark, plain);
  }
  for (char& c : text_) {
    if (static_cast<unsigned char>(c) < 0x20 && c != kGap) c = ' ';
  }
  lower_ = to_lower_ascii(text_);
}

std::string SpokenText::take(std::size_t begin, std::size_t length) {
  std::string out = text_.substr(begin, length);
  std::fill_n(text_.begin() + static_cast<std::ptrdiff_t>(begin), out.size(), kGap);
  std::fill_n(lower_.begin() + static_cast<std::ptrdiff_t>(begin), out.size(), kGap);
  return out;
}

std::size_t SpokenText::find_word(std::string_view word, std::size_t from) const {
  for (auto at = lower_.find(word, from); at != std::string::npos; at = lower_.find(word, at + 1)) {
    if (in_word(word.front()) && in_word(before_or_zero(lower_, at))) continue;
    if (fits_at(lower_, at, word)) return at;
  }
  return std::string::npos;
}

bool SpokenText::take_word(std::string_view word) {
  const auto at = find_word(word);
  if (at == std::string::npos) return false;
  take(at, word.size());
  return true;
}

std::optional<std::string> SpokenText::take_quoted() {
  static constexpr auto kQuotes = std::to_array<std::pair<std::string_view, std::string_view>>(
      {{"“", "”"}, {"\"", "\""}, {"「", "」"}, {"『", "』"}, {"‘", "’"}, {"`", "`"}, {"'", "'"}});
  for (const auto& [open, close] : kQuotes) {
    const auto begin = text_.find(open);
    if (begin == std::string::npos) continue;
    // An apostrophe is no quote: don't.
    if (open == "'" && in_word(before_or_zero(text_, begin))) continue;
    const auto end = text_.find(close, begin + open.size());
    if (end == std::string::npos) continue;
    std::string inner = text_.substr(begin + open.size(), end - begin - open.size());
    take(begin, end + close.size() - begin);
    std::ranges::replace(inner, kGap, ' ');
    if (!trim(inner).empty()) return std::string(trim(inner));
  }
  return std::nullopt;
}

std::optional<int> SpokenText::take_period() {
  static constexpr auto kBehind =
      std::to_array<std::string_view>({"之内", "以内", "里面", "里头", "内", "里", "都", "中"});
  static constexpr auto kBefore = std::to_array<std::string_view>(
      {"每隔", "每", "连续", "最近", "过去", "近", "在", "within", "in the last", "in", "for",
       "during", "over", "per", "every"});
  struct Fixed {
    std::string_view said;
    int minutes;
  };
  static constexpr auto kFixed = std::to_array<Fixed>({{"半个小时", 30},
                                                       {"半小时", 30},
                                                       {"半个钟头", 30},
                                                       {"一个半小时", 90},
                                                       {"half an hour", 30},
                                                       {"每分钟", 1},
                                                       {"每小时", 60},
                                                       {"per minute", 1},
                                                       {"per hour", 60},
                                                       {"an hour", 60}});
  std::optional<int> minutes;
  std::size_t begin = 0;
  std::size_t end = 0;
  for (const auto& fixed : kFixed) {
    const auto at = lower_.find(fixed.said);
    if (at == std::string::npos) continue;
    minutes = fixed.minutes;
    begin = at;
    end = at + fixed.said.size();
    break;
  }
  for (const auto& mention : mentions_in(lower_)) {
    if (minutes) break;
    const double unit = mention.unit == "m"         ? 1
                        : mention.unit == "h"       ? 60
                        : mention.unit == "d"       ? 1440
                        : mention.unit == "quarter" ? 15
                                                    : 0;
    const double length = mention.value * unit;
    if (length < 1 || length > 1e6) continue;
    minutes = static_cast<int>(std::lround(length));
    begin = mention.begin;
    end = mention.end;
  }
  if (!minutes) return std::nullopt;
  for (const auto word : kBehind) {
    if (lower_.compare(end, word.size(), word) != 0) continue;
    end += word.size();
    break;
  }
  for (const auto word : kBefore) {
    std::size_t stop = begin;
    while (stop > 0 && lower_[stop - 1] == ' ') --stop;
    if (stop < word.size() || lower_.compare(stop - word.size(), word.size(), word) != 0) continue;
    if (in_word(word.front()) && in_word(before_or_zero(lower_, stop - word.size()))) continue;
    begin = stop - word.size();
    break;
  }
  take(begin, end - begin);
  return minutes;
}

std::vector<std::string> SpokenText::rest() const {
  std::vector<std::string> out;
  for (auto piece : split(text_, kGap)) {
    const auto is_mark = [](char c) { return is_one_of(c, " ,.;:!?()[]"); };
    piece = trim(piece);
    while (!piece.empty()) {
      const auto before = piece.size();
      while (!piece.empty() && is_mark(piece.front())) piece.remove_prefix(1);
      while (!piece.empty() && is_mark(piece.back())) piece.remove_suffix(1);
      if (!trim_front(piece)) trim_back(piece);
      if (std::ranges::find(kEmptyAlone, to_lower_ascii(piece)) != kEmptyAlone.end()) piece = {};
      if (piece.size() == before) break;
    }
    if (!piece.empty()) out.emplace_back(piece);
  }
  return out;
}

std::optional<Mention> mention_at(std::string_view lower, std::size_t at) {
  const std::size_t from = at;
  if (at > 0 && in_word(lower[at - 1])) return std::nullopt;
  if (at > 1 && is_one_of(lower[at - 1], ".-") && in_word(lower[at - 2])) return std::nullopt;
  bool percent = false;
  if (lower.substr(std::min(at, lower.size())).starts_with("百分之")) {
    percent = true;
    at = skip_blanks(lower, at + std::string_view("百分之").size());
  }
  const auto amount = read_amount(lower.substr(std::min(at, lower.size())));
  if (!amount) return std::nullopt;
  std::size_t end = at + amount->length;
  Mention out{.begin = from, .end = end, .value = amount->value, .unit = percent ? "%" : ""};
  if (lower.substr(end).starts_with("分位")) {
    out.unit = "percentile";
    out.end = end + std::string_view("分位").size();
    return out;
  }
  if (percent) return out;
  // 两个半小时 and the like are not worth their own rule.
  const std::size_t behind = skip_blanks(lower, end);
  for (const auto& unit : kUnits) {
    // "5 m" is five metres as likely as minutes: short units stand close.
    if (unit.said.size() == 1 && behind != end && unit.said != "%") continue;
    if (!fits_at(lower, behind, unit.said)) continue;
    out.unit = unit.unit;
    out.end = behind + unit.said.size();
    return out;
  }
  if (in_word(at_or_zero(lower, end))) return std::nullopt;  // 5xx, 7d9f
  return out;
}

std::vector<Mention> mentions_in(std::string_view lower) {
  std::vector<Mention> out;
  for (std::size_t at = 0; at < lower.size();) {
    if (const auto mention = mention_at(lower, at)) {
      out.push_back(*mention);
      at = mention->end;
      continue;
    }
    ++at;
    while (at < lower.size() && is_continuation(lower[at])) ++at;
  }
  return out;
}

}  // namespace mtc::logs
