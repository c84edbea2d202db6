#include "base/small_number.h"

#include <array>
#include <charconv>

namespace mtc {
namespace {

// Removes it from the front; true if it was there.
bool take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

}  // namespace

std::optional<int> parse_digits(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || text.size() > 4 || error != std::errc{} || end != text.data() + text.size() ||
      value < 0) {
    return std::nullopt;
  }
  return value;
}

std::optional<int> parse_small_number(std::string_view text) {
  if (const auto value = parse_digits(text)) return value;
  static constexpr std::array<std::string_view, 10> kDigits{"零", "一", "二", "三", "四",
                                                            "五", "六", "七", "八", "九"};
  struct Unit {
    std::string_view name;
    int value;
  };
  static constexpr std::array<Unit, 3> kUnits{{{"千", 1000}, {"百", 100}, {"十", 10}}};
  if (text.empty()) return std::nullopt;
  int total = 0;
  int digit = -1;
  int last_unit = 10'000;
  bool after_zero = false;  // 一千零五: the last digit counts ones
  while (!text.empty()) {
    bool matched = false;
    for (std::size_t i = 0; i < kDigits.size() && !matched; ++i) {
      if (take(text, kDigits[i]) || (i == 2 && take(text, "两"))) {
        if (digit > 0) return std::nullopt;  // 三五 is not a number we take
        digit = static_cast<int>(i);
        after_zero = after_zero || i == 0;
        matched = true;
      }
    }
    for (const auto& unit : kUnits) {
      if (matched || !take(text, unit.name)) continue;
      if (unit.value >= last_unit) return std::nullopt;
      total += (digit < 0 ? 1 : digit) * unit.value;
      last_unit = unit.value;
      digit = -1;
      matched = true;
    }
    if (!matched) return std::nullopt;
  }
  const bool short_form = !after_zero && last_unit >= 100 && last_unit <= 1000;  // 一千二 is 1200
  if (digit > 0) total += short_form ? digit * last_unit / 10 : digit;
  return total;
}

}  // namespace mtc
