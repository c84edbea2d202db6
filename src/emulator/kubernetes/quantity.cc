#include "emulator/kubernetes/quantity.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <utility>

namespace mtc::emulator::kubernetes {
namespace {

constexpr std::array<std::pair<std::string_view, long double>, 16> kSuffixes{{
    {"", 1e3L},
    {"n", 1e-6L},
    {"u", 1e-3L},
    {"m", 1},
    {"k", 1e6L},
    {"M", 1e9L},
    {"G", 1e12L},
    {"T", 1e15L},
    {"P", 1e18L},
    {"Ki", 1e3L * 1024},
    {"Mi", 1e3L * 1048576},
    {"Gi", 1e3L * 1073741824},
    {"Ti", 1e3L * 1099511627776},
    {"Pi", 1e3L * 1125899906842624},
    {"E", 1e21L},
    {"Ei", 1e3L * 1152921504606846976},
}};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::optional<long double> factor_of(std::string_view suffix) {
  for (const auto& [name, factor] : kSuffixes)
    if (name == suffix) return factor;
  if (suffix.size() < 2 || suffix.size() > 4 || (suffix[0] != 'e' && suffix[0] != 'E'))
    return std::nullopt;
  auto digits = suffix.substr(1);
  const bool negative = digits[0] == '-';
  if (digits[0] == '-' || digits[0] == '+') digits.remove_prefix(1);
  if (digits.empty()) return std::nullopt;
  int exponent = 0;
  for (const char c : digits) {
    if (!is_digit(c)) return std::nullopt;
    exponent = exponent * 10 + (c - '0');
  }
  return powl(10, (negative ? -exponent : exponent) + 3);
}

}  // namespace

std::optional<std::int64_t> read_milli(std::string_view text) {
  if (text.size() > 40) return std::nullopt;
  std::size_t at = 0;
  const bool negative = !text.empty() && text[0] == '-';
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) ++at;
  long double number = 0;
  std::size_t digits = 0;
  for (; at < text.size() && is_digit(text[at]); ++at, ++digits)
    number = number * 10 + (text[at] - '0');
  if (at < text.size() && text[at] == '.') {
    long double unit = 1;
    for (++at; at < text.size() && is_digit(text[at]); ++at, ++digits)
      number += (text[at] - '0') * (unit /= 10);
  }
  if (digits == 0) return std::nullopt;
  const auto factor = factor_of(text.substr(at));
  if (!factor) return std::nullopt;
  const long double milli = number * *factor;
  if (milli > 8e18L) return std::nullopt;
  // A little below the next whole one is what decimal fractions leave behind.
  const auto whole = static_cast<std::int64_t>(std::ceil(milli - 1e-6L));
  return negative ? -whole : whole;
}

std::int64_t milli_of(const Json& resources, std::string_view name) {
  if (!resources.is_object()) return 0;
  const auto found = resources.find(name);
  if (found == resources.end()) return 0;
  const auto text = found->is_string() ? found->get<std::string>() : dump_json(*found);
  return read_milli(text).value_or(0);
}

std::int64_t whole_of(const Json& resources, std::string_view name) {
  return (milli_of(resources, name) + 999) / 1000;
}

std::string memory_text(std::int64_t bytes) {
  return fmt::format("{}Ki", bytes / 1024);
}

}  // namespace mtc::emulator::kubernetes
