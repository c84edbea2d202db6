#include "domain/logs/amount.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/characters.h"
#include "base/small_number.h"
#include "base/text.h"

namespace mtc::logs {
namespace {

constexpr std::size_t kMaxDigits = 15;

std::optional<Amount> read_written(std::string_view text) {
  std::string digits;
  std::size_t at = 0;
  const auto take_digits = [&] {
    while (at < text.size() && is_digit(text[at])) digits += text[at++];
  };
  take_digits();
  if (digits.empty() || digits.size() > kMaxDigits) return std::nullopt;
  // 1,500: groups of exactly three.
  while (at_or_zero(text, at) == ',' && is_digit(at_or_zero(text, at + 1)) &&
         is_digit(at_or_zero(text, at + 2)) && is_digit(at_or_zero(text, at + 3)) &&
         !is_digit(at_or_zero(text, at + 4))) {
    ++at;
    take_digits();
  }
  if (at_or_zero(text, at) == '.' && is_digit(at_or_zero(text, at + 1))) {
    digits += text[at++];
    take_digits();
  }
  double value = 0;
  if (std::from_chars(digits.data(), digits.data() + digits.size(), value).ec != std::errc{})
    return std::nullopt;
  const auto rest = text.substr(at);
  for (const auto& [name, factor] :
       {std::pair<std::string_view, double>{"万", 1e4}, {"亿", 1e8}, {"千", 1e3}, {"百", 1e2}}) {
    if (rest.starts_with(name)) return Amount{value * factor, at + name.size()};
  }
  if (!rest.empty() && is_one_of(rest[0], "kK") && !is_alnum(at_or_zero(rest, 1)))
    return Amount{value * 1e3, at + 1};
  return Amount{value, at};
}

// Up to 9999, or nothing at all.
std::optional<double> section(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const auto number = parse_small_number(text);
  return number ? std::optional<double>(*number) : std::nullopt;
}

bool is_single_digit(std::string_view text) {
  const auto number = parse_small_number(text);
  return number && *number > 0 && *number < 10 && text.find("零") == text.npos;
}

// 一万二 is 12000, 一万零二 is 10002.
std::optional<double> with_unit(std::string_view text, std::string_view unit, double factor,
                                std::optional<double> (*smaller)(std::string_view)) {
  const auto mark = text.find(unit);
  if (mark == text.npos) return smaller(text);
  const auto head = smaller(text.substr(0, mark));
  if (!head) return std::nullopt;
  const auto rest = text.substr(mark + unit.size());
  if (rest.empty()) return *head * factor;
  if (is_single_digit(rest)) return *head * factor + *smaller(rest) * factor / 10;
  const auto tail = smaller(rest);
  return tail ? std::optional(*head * factor + *tail) : std::nullopt;
}

std::optional<double> ten_thousands(std::string_view text) {
  return with_unit(text, "万", 1e4, section);
}

std::optional<double> chinese_value(std::string_view text) {
  const auto point = text.find("点");
  if (point == text.npos) return with_unit(text, "亿", 1e8, ten_thousands);
  const auto whole = ten_thousands(text.substr(0, point));
  auto rest = text.substr(point + std::string_view("点").size());
  if (!whole || rest.empty() || rest.size() > 12) return std::nullopt;
  double value = *whole;
  for (double place = 0.1; !rest.empty(); place /= 10) {
    const auto digit = parse_small_number(rest.substr(0, 3));
    if (!digit || *digit > 9) return std::nullopt;
    value += *digit * place;
    rest.remove_prefix(3);
  }
  return value;
}

std::optional<Amount> read_chinese(std::string_view text) {
  static constexpr auto kCharacters =
      std::to_array<std::string_view>({"零", "一", "二", "两", "三", "四", "五", "六", "七", "八",
                                       "九", "十", "百", "千", "万", "亿", "点"});
  constexpr std::size_t kLongest = std::size_t{16} * 3;
  std::size_t end = 0;
  while (end < kLongest) {
    const auto next = text.substr(std::min(end, text.size()), 3);
    if (std::ranges::find(kCharacters, next) == kCharacters.end()) break;
    end += 3;
  }
  if (text.starts_with("百") || text.starts_with("千")) return std::nullopt;  // 百分, 千万
  // What looks like a number may go on with something else: 一千万一 or 三点 (o'clock).
  for (; end > 0; end -= 3) {
    if (const auto value = chinese_value(text.substr(0, end))) return Amount{*value, end};
  }
  return std::nullopt;
}

std::optional<int> english_word(std::string_view word) {
  static constexpr auto kSmall = std::to_array<std::string_view>(
      {"zero",     "one",     "two",     "three",     "four",     "five",    "six",
       "seven",    "eight",   "nine",    "ten",       "eleven",   "twelve",  "thirteen",
       "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"});
  static constexpr auto kTens = std::to_array<std::string_view>(
      {"twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"});
  for (std::size_t i = 0; i < kSmall.size(); ++i) {
    if (word == kSmall[i]) return static_cast<int>(i);
  }
  for (std::size_t i = 0; i < kTens.size(); ++i) {
    if (word == kTens[i]) return static_cast<int>(i + 2) * 10;
  }
  return std::nullopt;
}

std::optional<Amount> read_english(std::string_view text) {
  double total = 0;
  double part = 0;
  bool any = false;
  std::size_t end = 0;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t stop = at;
    while (stop < text.size() && is_letter(text[stop])) ++stop;
    if (stop == at) break;
    const std::string word = to_lower_ascii(text.substr(at, stop - at));
    if (const auto value = english_word(word)) {
      part += *value;
      any = true;
    } else if (word == "hundred" && any && part < 100) {
      part *= 100;
    } else if (word == "thousand" && any) {
      total += part * 1000;
      part = 0;
    } else if (word == "a" && !any &&
               (text.substr(stop).starts_with(" hundred") ||
                text.substr(stop).starts_with(" thousand"))) {
      part = 1;
      any = true;
    } else if (word == "and" && part >= 100) {  // "a hundred and five", but not "five and"
      at = stop + 1;
      continue;
    } else {
      break;
    }
    end = stop;
    if (at_or_zero(text, stop) != ' ' && at_or_zero(text, stop) != '-') break;
    at = stop + 1;
  }
  return any ? std::optional(Amount{total + part, end}) : std::nullopt;
}

}  // namespace

std::optional<Amount> read_amount(std::string_view text) {
  if (text.empty()) return std::nullopt;
  if (is_digit(text[0])) return read_written(text);
  return is_letter(text[0]) ? read_english(text) : read_chinese(text);
}

std::string plain_number(double value) {
  if (!std::isfinite(value)) return "0";
  std::string out = fmt::format("{:.4f}", value);
  while (out.ends_with('0')) out.pop_back();
  if (out.ends_with('.')) out.pop_back();
  return out == "-0" ? "0" : out;
}

}  // namespace mtc::logs
