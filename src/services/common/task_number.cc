#include "services/common/task_number.h"

#include <array>
#include <string>

#include "base/characters.h"
#include "base/text.h"

namespace mtc::services {
namespace {

constexpr std::int64_t kTooLarge = 1'000'000'000;
constexpr std::array<std::string_view, 11> kNumerals{"零", "一", "二", "三", "四", "五",
                                                     "六", "七", "八", "九", "十"};
// What may stand around the number.
constexpr std::array<std::string_view, 8> kNames{"任务", "第",     "个",  "号",
                                                 "task", "number", "no.", "#"};

// The numeral at the beginning of `text`, as its value; it is cut off.
std::optional<int> take_numeral(std::string_view& text) {
  for (std::size_t value = 0; value < kNumerals.size(); ++value) {
    if (!text.starts_with(kNumerals[value])) continue;
    text.remove_prefix(kNumerals[value].size());
    return static_cast<int>(value);
  }
  return std::nullopt;
}

std::optional<std::int64_t> read_digits(std::string_view text) {
  std::int64_t number = 0;
  for (const char c : text) {
    if (!is_digit(c) || number > kTooLarge) return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return number;
}

// 三, 十, 十二, 二十, 二十三
std::optional<std::int64_t> read_chinese(std::string_view text) {
  const auto first = take_numeral(text);
  if (!first) return std::nullopt;
  if (text.empty()) return *first;
  int tens = 1;
  if (*first != 10) {
    if (take_numeral(text) != 10) return std::nullopt;
    tens = *first;
  }
  if (text.empty()) return tens * 10;
  const auto ones = take_numeral(text);
  if (!ones || *ones == 10 || !text.empty()) return std::nullopt;
  return tens * 10 + *ones;
}

}  // namespace

std::optional<std::int64_t> parse_task_number(std::string_view text) {
  std::string bare = replace_all(to_lower_ascii(text), "两", "二");
  // Each leaves a blank: what stood on either side of it is not one number.
  for (const auto name : kNames) bare = replace_all(std::move(bare), name, " ");
  const auto number = trim(bare);
  if (number.empty() || number.contains(' ')) return std::nullopt;
  return is_digit(number.front()) ? read_digits(number) : read_chinese(number);
}

}  // namespace mtc::services
