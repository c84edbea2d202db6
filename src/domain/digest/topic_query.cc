#include "domain/digest/topic_query.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/text.h"
#include "domain/logs/topic_columns.h"

namespace mtc::digest {
namespace {

std::string text_of(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.is_null() ? "" : value.dump();
}

std::optional<std::int64_t> count_of(const Json& value) {
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (value.is_number_float()) {
    const double number = value.get<double>();
    return number >= 0 && number < 9e15 ? std::optional(std::llround(number)) : std::nullopt;
  }
  if (!value.is_string()) return std::nullopt;
  const auto& text = value.get_ref<const std::string&>();
  std::int64_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size() ? std::optional(out)
                                                                  : std::nullopt;
}

}  // namespace

TopicKeys find_keys(const logs::TopicFields& fields) {
  return {.level = logs::find_column(fields, logs::Column::level),
          .service = logs::find_column(fields, logs::Column::service)};
}

logs::Condition is_one_of(std::string_view field, const std::vector<std::string>& values) {
  std::vector<logs::Condition> conditions;
  conditions.reserve(values.size());
  for (const auto& value : values) conditions.push_back(logs::field_equals(field, value));
  return logs::any_of(conditions);
}

std::string totals_sql(const TopicKeys& keys) {
  const std::string level = logs::sql_column(keys.level->name);
  const bool by_service = keys.service && keys.service->in_sql;
  const std::string columns =
      by_service ? level + ", " + logs::sql_column(keys.service->name) : level;
  return fmt::format("select {0}, count(*) as n group by {0} order by n desc limit 10000", columns);
}

std::vector<LevelTotal> read_totals(const logs::Table& table, const TopicKeys& keys) {
  const std::size_t columns = keys.service && keys.service->in_sql ? 3 : 2;
  std::vector<LevelTotal> out;
  for (const auto& row : table.rows) {
    if (row.size() != columns) continue;
    const auto lines = count_of(row.back());
    if (!lines || *lines <= 0) continue;
    LevelTotal total{.value = text_of(row[0]), .lines = *lines};
    total.level = logs::parse_level(total.value).value_or(logs::Level::unknown);
    if (columns == 3) total.service = text_of(row[1]);
    out.push_back(std::move(total));
  }
  return out;
}

}  // namespace mtc::digest
