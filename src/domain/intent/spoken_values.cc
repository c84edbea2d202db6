#include "domain/intent/spoken_values.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/characters.h"
#include "base/small_number.h"
#include "base/text.h"
#include "domain/intent/utterance.h"

namespace mtc::intent {
namespace {

constexpr auto kMisheard = std::to_array<Named>({{"告惊", "告警"},
                                                 {"告紧", "告警"},
                                                 {"高警", "告警"},
                                                 {"报警", "告警"},
                                                 {"警报", "告警"},
                                                 {"回衮", "回滚"},
                                                 {"回棍", "回滚"},
                                                 {"回混", "回滚"},
                                                 {"会滚", "回滚"},
                                                 {"退板", "退版"},
                                                 {"静因", "静音"}});
constexpr auto kNumberWords = std::to_array<Named>(
    {{"zero", "0"},    {"one", "1"},     {"two", "2"},     {"three", "3"},    {"four", "4"},
     {"five", "5"},    {"six", "6"},     {"seven", "7"},   {"eight", "8"},    {"nine", "9"},
     {"ten", "10"},    {"eleven", "11"}, {"twelve", "12"}, {"fifteen", "15"}, {"twenty", "20"},
     {"thirty", "30"}, {"forty", "40"},  {"fifty", "50"},  {"sixty", "60"},   {"ninety", "90"}});
constexpr auto kDigits = std::to_array<Named>({{"零", "0"},
                                               {"〇", "0"},
                                               {"一", "1"},
                                               {"幺", "1"},
                                               {"二", "2"},
                                               {"两", "2"},
                                               {"三", "3"},
                                               {"四", "4"},
                                               {"五", "5"},
                                               {"六", "6"},
                                               {"七", "7"},
                                               {"八", "8"},
                                               {"九", "9"}});
constexpr auto kUnits = std::to_array<std::string_view>({"十", "百", "千"});
constexpr auto kPrevious = std::to_array<std::string_view>(
    {"上一个版本", "上个版本", "上一版", "上个版", "前一个版本", "前一版", "之前的版本",
     "原来的版本", "老版本", "previous version", "previous release", "last version",
     "prior version", "version before"});
constexpr auto kPeriodNames =
    std::to_array<Named>({{"上个礼拜", "last_week"},
                          {"上礼拜", "last_week"},
                          {"上个星期", "last_week"},
                          {"上星期", "last_week"},
                          {"上周", "last_week"},
                          {"这个礼拜", "this_week"},
                          {"这个星期", "this_week"},
                          {"这周", "this_week"},
                          {"本周", "this_week"},
                          {"上个月", "last_month"},
                          {"这个月", "this_month"},
                          {"本月", "this_month"},
                          {"昨儿个", "yesterday"},
                          {"昨儿", "yesterday"},
                          {"昨日", "yesterday"},
                          {"今儿个", "today"},
                          {"今儿", "today"},
                          {"前儿个", "day_before_yesterday"},
                          {"大前天", "大前天"},
                          {"day before yesterday", "day_before_yesterday"},
                          {"last week", "last_week"},
                          {"this week", "this_week"},
                          {"last month", "last_month"},
                          {"this month", "this_month"}});
struct PeriodUnit {
  std::string_view word;
  int count;
  char unit;
};
// Longer ones stand before what they begin with.
constexpr auto kPeriodUnits = std::to_array<PeriodUnit>({{"分钟", 1, 'm'},
                                                         {"个小时", 1, 'h'},
                                                         {"个钟头", 1, 'h'},
                                                         {"小时", 1, 'h'},
                                                         {"钟头", 1, 'h'},
                                                         {"个星期", 7, 'd'},
                                                         {"个礼拜", 7, 'd'},
                                                         {"星期", 7, 'd'},
                                                         {"礼拜", 7, 'd'},
                                                         {"周", 7, 'd'},
                                                         {"个月", 30, 'd'},
                                                         {"天", 1, 'd'},
                                                         {"年", 365, 'd'},
                                                         {"minute", 1, 'm'},
                                                         {"hour", 1, 'h'},
                                                         {"day", 1, 'd'},
                                                         {"week", 7, 'd'},
                                                         {"month", 30, 'd'},
                                                         {"year", 365, 'd'}});
constexpr auto kHalves = std::to_array<Named>({{"半个小时", "last_30m"},
                                               {"半小时", "last_30m"},
                                               {"半个钟头", "last_30m"},
                                               {"半天", "last_12h"},
                                               {"半个月", "last_15d"},
                                               {"半年", "last_180d"},
                                               {"一刻钟", "last_15m"},
                                               {"一季度", "last_90d"}});
constexpr auto kPeriodMarks =
    std::to_array<std::string_view>({"最近", "过去", "近", "这", "over the last ", "in the last ",
                                     "the last ", "the past ", "last ", "past "});
constexpr auto kPeriodEnds = std::to_array<std::string_view>({"以内", "之内", "以来", "内", "里"});

// Of one digit at that place: what it is and its bytes.
std::optional<std::pair<char, std::size_t>> digit_at(std::string_view text, std::size_t at) {
  if (at >= text.size()) return std::nullopt;
  if (is_digit(text[at])) return std::pair(text[at], std::size_t{1});
  for (const auto& [word, value] : kDigits) {
    if (text.substr(at).starts_with(word)) return std::pair(value.front(), word.size());
  }
  return std::nullopt;
}

std::size_t unit_at(std::string_view text, std::size_t at) {
  for (const auto unit : kUnits) {
    if (at < text.size() && text.substr(at).starts_with(unit)) return unit.size();
  }
  return 0;
}

std::size_t skip_blanks(std::string_view text, std::size_t at) {
  while (at < text.size() && text[at] == ' ') ++at;
  return at;
}

// A whole number as it is written or said: 22, 二十二, and digit by digit 三零九.
struct Number {
  std::string digits;
  std::size_t end = 0;
};
std::optional<Number> number_at(std::string_view text, std::size_t at) {
  std::string digits;
  std::size_t end = at;
  bool has_unit = false;
  for (;;) {
    if (const auto digit = digit_at(text, end)) {
      digits += digit->first;
      end += digit->second;
    } else if (const auto size = unit_at(text, end); size > 0) {
      has_unit = true;
      end += size;
    } else {
      break;
    }
  }
  if (end == at || digits.size() > 9) return std::nullopt;
  if (!has_unit) return Number{digits, end};
  const auto value = parse_small_number(text.substr(at, end - at));
  if (!value) return std::nullopt;
  return Number{std::to_string(*value), end};
}

bool begins_word(std::string_view text, std::size_t at) {
  const char before = before_or_zero(text, at);
  return !is_alnum(before) && before != '-' && before != '_' && before != '.';
}

void cut(std::string& text, std::size_t from, std::size_t to) {
  text.replace(from, to - from, " ");
}

// A point between two parts of a version: its bytes with the blanks around it.
std::size_t point_at(std::string_view text, std::size_t at) {
  const std::size_t from = skip_blanks(text, at);
  for (const std::string_view point : {".", "点", "point "}) {
    if (text.substr(from).starts_with(point)) return skip_blanks(text, from + point.size()) - at;
  }
  return 0;
}

struct Version {
  std::string text;
  std::size_t end = 0;
};
std::optional<Version> version_at(std::string_view text, std::size_t at) {
  const bool marked = text[at] == 'v';
  const auto first = number_at(text, marked ? skip_blanks(text, at + 1) : at);
  if (!first) return std::nullopt;
  Version version{(marked ? "v" : "") + first->digits, first->end};
  bool several = false;
  for (;;) {
    const std::size_t point = point_at(text, version.end);
    if (point == 0) break;
    const auto next = number_at(text, version.end + point);
    if (!next) break;
    version.text += "." + next->digits;
    version.end = next->end;
    several = true;
  }
  std::size_t after = skip_blanks(text, version.end);
  if (text.substr(after).starts_with("号")) after += std::string_view("号").size();
  const bool called = text.substr(after).starts_with("版");
  const bool after_word = text.substr(0, at).ends_with("version ");
  if (!several && !marked && !called && !after_word) return std::nullopt;
  if (called) version.end = after;
  return version;
}

bool is_name_character(char c) {
  return is_alnum(c) || is_one_of(c, "-_. ");
}

constexpr auto kNoName = std::to_array<std::string_view>(
    {"far",       "going",       "done",      "yet",        "status",   "progress",  "version",
     "namespace", "roll",        "back",      "rolled",     "rolling",  "rollback",  "rollbacks",
     "revert",    "reverted",    "previous",  "get",        "let",      "could",     "you",
     "go",        "can",         "i",         "want",       "need",     "has",       "been",
     "was",       "were",        "did",       "do",         "we",       "have",      "from",
     "last",      "code",        "alert",     "alerts",     "this",     "that",      "these",
     "service",   "again",       "now",       "still",      "about",    "tell",      "over",
     "came",      "come",        "and",       "up",         "v",        "its",       "into",
     "state",     "before",      "restore",   "checkpoint", "hours",    "minutes",   "days",
     "firing",    "warning",     "critical",  "info",       "resolved", "recovered", "fired",
     "by",        "per",         "history",   "done",       "past",     "handle",    "fix",
     "repair",    "solve",       "mute",      "silence",    "snooze",   "false",     "alarm",
     "alarms",    "acknowledge", "ack",       "close",      "assign",   "until",     "be",
     "will",      "stop",        "performed", "made",       "cluster",  "active",    "currently",
     "not",       "undo",        "it's",      "or"});

}  // namespace

std::string as_meant(std::string_view said) {
  std::string text = to_lower_ascii(trim(said));
  for (const auto& [heard, meant] : kMisheard) text = replace_all(std::move(text), heard, meant);
  std::vector<std::string> words;
  for (const auto word : split(text, ' ')) {
    const auto it = std::ranges::find(kNumberWords, word, &Named::word);
    words.emplace_back(it == kNumberWords.end() ? word : it->value);
  }
  return join(words, " ");
}

std::optional<std::string> take_version(std::string& text) {
  for (const auto word : kPrevious) {
    const auto at = text.find(word);
    if (at == std::string::npos) continue;
    cut(text, at, at + word.size());
    return "previous";
  }
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!begins_word(text, at)) continue;
    const auto version = version_at(text, at);
    if (!version) continue;
    cut(text, at, version->end);
    return version->text;
  }
  return std::nullopt;
}

std::optional<std::string> take_alert_number(std::string& text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!is_letter(text[at]) || !begins_word(text, at)) continue;
    const auto number = number_at(text, skip_blanks(text, at + 1));
    if (!number) continue;
    std::string id(1, static_cast<char>(text[at] - 'a' + 'A'));
    id += number->digits;
    cut(text, at, number->end);
    return id;
  }
  for (const std::string_view mark : {"告警", "alert ", "number "}) {
    const auto at = text.find(mark);
    if (at == std::string::npos) continue;
    const auto number = number_at(text, skip_blanks(text, at + mark.size()));
    if (!number) continue;
    text.replace(at + mark.size(), number->end - at - mark.size(), " ");
    return number->digits;
  }
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto number = number_at(text, at);
    if (!number) continue;
    const auto after = std::string_view(text).substr(skip_blanks(text, number->end));
    if (after.starts_with("号")) {
      const std::string digits = number->digits;
      cut(text, at, number->end);
      return digits;
    }
    at = number->end - 1;
  }
  return std::nullopt;
}

std::optional<std::string> take_period(std::string& text) {
  for (const auto& [word, value] : kPeriodNames) {
    const auto at = text.find(word);
    if (at == std::string::npos) continue;
    cut(text, at, at + word.size());
    return std::string(value);
  }
  const auto end_of_mark = [&text](std::size_t end) {
    end = skip_blanks(text, end);
    for (const auto word : kPeriodEnds) {
      if (std::string_view(text).substr(end).starts_with(word)) return end + word.size();
    }
    return std::size_t{0};
  };
  const auto begin_of_mark = [&text](std::size_t at) {
    const auto before = std::string_view(text).substr(0, at);
    for (const auto word : kPeriodMarks) {
      if (before.ends_with(word)) return at - word.size();
    }
    return std::string::npos;
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string value;
    std::size_t end = at;
    for (const auto& [word, period] : kHalves) {
      if (!std::string_view(text).substr(at).starts_with(word)) continue;
      value = period;
      end = at + word.size();
      break;
    }
    if (const auto number = number_at(text, at); value.empty() && number) {
      const std::size_t from = skip_blanks(text, number->end);
      for (const auto& unit : kPeriodUnits) {
        if (!std::string_view(text).substr(from).starts_with(unit.word)) continue;
        value = "last_" + std::to_string(std::stoll(number->digits) * unit.count) + unit.unit;
        end = from + unit.word.size();
        if (end < text.size() && text[end] == 's') ++end;
        break;
      }
    }
    if (value.empty()) continue;
    const std::size_t marked = begin_of_mark(at);
    const std::size_t closed = end_of_mark(end);
    if (marked == std::string::npos && closed == 0) {
      at = end - 1;
      continue;
    }
    cut(text, marked == std::string::npos ? at : marked, std::max(closed, end));
    return value;
  }
  return std::nullopt;
}

std::optional<std::string> take_namespace(std::string& text) {
  for (const std::string_view mark : {"命名空间", "namespace", "空间"}) {
    const auto at = text.find(mark);
    if (at == std::string::npos) continue;
    std::size_t end = at;
    while (end > 0 && text[end - 1] == ' ') --end;
    std::size_t from = end;
    while (from > 0 && is_name_character(text[from - 1]) && text[from - 1] != ' ') --from;
    const std::string name = text.substr(from, end - from);
    if (name.empty()) continue;
    cut(text, from, at + mark.size());
    return name;
  }
  return std::nullopt;
}

std::optional<std::string> code_in(std::string_view text) {
  std::string digits;
  for (std::size_t at = 0; at <= text.size();) {
    if (const auto digit = digit_at(text, at)) {
      digits += digit->first;
      at += digit->second;
      continue;
    }
    if (at < text.size() && text[at] == ' ' && !digits.empty() && digit_at(text, at + 1)) {
      ++at;
      continue;
    }
    if (digits.size() == 4) return digits;
    digits.clear();
    ++at;
  }
  return std::nullopt;
}

std::string service_in(std::string_view rest) {
  std::vector<std::string> words;
  std::string word;
  const auto close = [&] {
    const bool name =
        std::ranges::any_of(word, is_letter) && std::ranges::find(kNoName, word) == kNoName.end();
    if (name) words.push_back(word);
    word.clear();
    return name;
  };
  for (const char c : std::string(rest) + " ") {
    if (is_name_character(c) && c != ' ') {
      word += c;
      continue;
    }
    if (!word.empty() && !close() && !words.empty()) break;
    if (!is_ascii(c) && !words.empty()) break;
  }
  if (!words.empty()) return join(words, "-");
  const auto mark = rest.find("服务");
  if (mark == std::string_view::npos || mark == 0) return {};
  const auto before = rest.substr(0, mark);
  const auto blank = before.rfind(' ');
  const auto name = blank == std::string_view::npos ? before : before.substr(blank + 1);
  return name.empty() ? std::string() : std::string(name) + "服务";
}

}  // namespace mtc::intent
