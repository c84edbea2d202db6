#include "domain/dashboards/panel_sql.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>

#include "base/characters.h"
#include "base/contains.h"
#include "base/text.h"

namespace mtc::dashboards {
namespace {

constexpr std::size_t kUsualRows = 100;  // where there is no limit
constexpr std::int64_t kLongestBucket = 366LL * 86'400;

bool in_word(char c) {
  return is_alnum(c) || c == '_';
}

std::size_t skip_back(std::string_view text, std::size_t end) {
  while (end > 0 && is_space(text[end - 1])) --end;
  return end;
}

std::string_view word_before(std::string_view text, std::size_t end) {
  std::size_t begin = end;
  while (begin > 0 && in_word(text[begin - 1])) --begin;
  return text.substr(begin, end - begin);
}

// Of the '(' that belongs to the ')' right before `end`.
std::optional<std::size_t> opening(std::string_view text, std::size_t end) {
  int depth = 0;
  for (std::size_t at = end; at-- > 0;) {
    if (text[at] == ')') ++depth;
    if (text[at] == '(' && --depth == 0) return at;
  }
  return std::nullopt;
}

// Whether an expression that ends there is one call of a counting function and nothing else.
bool is_counting_call(std::string_view sql, std::size_t end) {
  if (end == 0 || sql[end - 1] != ')') return false;
  const auto open = opening(sql, end);
  if (!open) return false;
  const auto name = word_before(sql, skip_back(sql, *open));
  if (!contains(std::array<std::string_view, 4>{"count", "count_if", "approx_distinct", "sum"},
                name))
    return false;
  const auto before = skip_back(sql, static_cast<std::size_t>(name.data() - sql.data()));
  return before_or_zero(sql, before) == ',' || word_before(sql, before) == "select";
}

// The number at the front; what is behind it stays.
std::optional<std::int64_t> take_number(std::string_view& text) {
  text = trim(text);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || number < 1 || number > kLongestBucket) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

std::int64_t seconds_of(std::string_view unit) {
  while (!unit.empty() && is_one_of(unit.front(), " '")) unit.remove_prefix(1);
  if (unit.starts_with("s")) return 1;
  if (unit.starts_with("mo")) return 0;  // months are not alike
  if (unit.starts_with("m")) return 60;
  if (unit.starts_with("h")) return 3600;
  return unit.starts_with("d") ? 86'400 : 0;
}

}  // namespace

bool is_count(std::string_view sql, std::string_view column) {
  const std::string lower = to_lower_ascii(sql);
  const std::string name = to_lower_ascii(column);
  if (name.empty()) return false;
  if (name.starts_with("count(")) return true;  // it goes by its expression
  for (auto at = lower.find(name); at != lower.npos; at = lower.find(name, at + 1)) {
    const bool inside = in_word(name.front()) && in_word(before_or_zero(lower, at));
    if (inside || in_word(at_or_zero(lower, at + name.size()))) continue;
    std::size_t end = at;
    if (is_one_of(before_or_zero(lower, end), "\"`")) --end;
    end = skip_back(lower, end);
    if (word_before(lower, end) == "as") end = skip_back(lower, end - 2);
    if (is_counting_call(lower, end)) return true;
  }
  return false;
}

std::int64_t bucket_seconds(std::string_view sql) {
  const std::string lower = to_lower_ascii(sql);
  std::string_view rest;
  if (const auto at = lower.find("interval "); at != lower.npos) {
    rest = std::string_view(lower).substr(at + 9);
  } else if (const auto series = lower.find("time_series"); series != lower.npos) {
    rest = std::string_view(lower).substr(series);
    rest.remove_prefix(std::min(rest.find('\''), rest.size()));
  }
  while (!rest.empty() && is_one_of(rest.front(), " '")) rest.remove_prefix(1);
  const auto number = take_number(rest);
  const std::int64_t seconds = number ? *number * seconds_of(rest) : 0;
  return seconds <= kLongestBucket ? seconds : 0;
}

std::size_t most_rows(std::string_view sql) {
  const std::string lower = to_lower_ascii(sql);
  const auto at = lower.rfind("limit ");
  if (at == lower.npos) return kUsualRows;
  std::string_view rest = std::string_view(lower).substr(at + 6);
  const auto number = take_number(rest);
  return number ? static_cast<std::size_t>(*number) : kUsualRows;
}

}  // namespace mtc::dashboards
