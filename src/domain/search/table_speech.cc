#include <fmt/format.h>

#include <cctype>
#include <cmath>

#include "base/spoken.h"
#include "base/text.h"
#include "domain/logs/range_speech.h"
#include "domain/search/log_search.h"

namespace mtc::search {
namespace {

constexpr std::size_t kSaidRows = 3;
constexpr std::size_t kSaidColumns = 3;
constexpr std::size_t kSaidCharacters = 30;

// What stands in logs is read as letters and numbers only.
std::string say_text(const std::string& text) {
  std::string out;
  for (const char c : shorten_characters(sanitize_utf8(text), kSaidCharacters)) {
    const bool plain = static_cast<unsigned char>(c) >= 0x80 ||
                       std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == ':';
    out += plain ? c : ' ';
  }
  return std::string(trim(out));
}

std::string say_value(const Json& value, Language language) {
  if (value.is_string()) return say_text(value.get_ref<const std::string&>());
  if (value.is_number_integer() || value.is_number_unsigned())
    return say_number(value.get<std::int64_t>(), language);
  if (value.is_number_float()) {
    const double number = value.get<double>();
    if (!std::isfinite(number)) return "0";
    if (number == std::floor(number) && std::abs(number) < 1e15)
      return say_number(static_cast<std::int64_t>(number), language);
    std::string out = fmt::format("{:.2f}", number);
    while (out.ends_with('0')) out.pop_back();
    if (out.ends_with('.')) out.pop_back();
    return out;
  }
  if (value.is_null()) return language == Language::zh ? "空" : "empty";
  return say_text(dump_json(value));
}

std::string say_row(const std::vector<Json>& row, Language language) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < std::min(row.size(), kSaidColumns); ++i)
    parts.push_back(say_value(row[i], language));
  return join(parts, " ");
}

}  // namespace

std::string say_table(const TableAnswer& answer, TimePoint now, const Zone& zone,
                      Language language) {
  const bool zh = language == Language::zh;
  const std::string range = logs::say_range(answer.range, now, zone, language);
  const auto& rows = answer.table.rows;
  if (rows.empty()) {
    return zh ? fmt::format("{}，没有结果。", range) : fmt::format("No result {}.", range);
  }
  if (rows.size() == 1) {
    return zh ? fmt::format("{}，结果是 {}。", range, say_row(rows[0], language))
              : fmt::format("The result {} is {}.", range, say_row(rows[0], language));
  }
  std::vector<std::string> first;
  for (std::size_t i = 0; i < std::min(rows.size(), kSaidRows); ++i)
    first.push_back(say_row(rows[i], language));
  const std::string count = say_count(static_cast<std::int64_t>(answer.rows), language);
  if (zh) {
    return fmt::format("{}，有{}行结果{}：{}。", range, count,
                       rows.size() > kSaidRows ? "，前面是" : "", join(first, "，"));
  }
  return fmt::format("There are {} rows {}{}: {}.", count, range,
                     rows.size() > kSaidRows ? ", the first" : "", join(first, ", "));
}

}  // namespace mtc::search
