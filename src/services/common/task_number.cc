#include "services/common/task_number.h"

#include <array>
#include <string>

#include "base/characters.h"
#include "base/small_number.h"
#include "base/text.h"

namespace mtc::services {
namespace {

constexpr std::int64_t kTooLarge = 1'000'000'000;
// What may stand around the number.
constexpr std::array<std::string_view, 8> kNames{"任务", "第",     "个",  "号",
                                                 "task", "number", "no.", "#"};

std::optional<std::int64_t> read_digits(std::string_view text) {
  std::int64_t number = 0;
  for (const char c : text) {
    if (!is_digit(c) || number > kTooLarge) return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return number;
}

}  // namespace

std::optional<std::int64_t> parse_task_number(std::string_view text) {
  std::string bare = to_lower_ascii(text);
  // Each leaves a blank: what stood on either side of it is not one number.
  for (const auto name : kNames) bare = replace_all(std::move(bare), name, " ");
  const auto number = trim(bare);
  if (number.empty() || number.contains(' ')) return std::nullopt;
  if (is_digit(number.front())) return read_digits(number);
  return parse_small_number(number);
}

}  // namespace mtc::services
