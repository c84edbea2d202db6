#include "domain/digest/topic_query.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/text.h"

namespace mtc::digest {
namespace {

// Best first.
constexpr std::array<std::string_view, 9> kLevelNames{"level",     "severity",  "loglevel",
                                                      "log_level", "levelname", "level_name",
                                                      "lvl",       "log.level", "priority"};
constexpr std::array<std::string_view, 14> kServiceNames{"service",
                                                         "service_name",
                                                         "servicename",
                                                         "service.name",
                                                         "app",
                                                         "app_name",
                                                         "appname",
                                                         "application",
                                                         "__TAG__.service",
                                                         "__TAG__.app",
                                                         "container_name",
                                                         "__TAG__.container_name",
                                                         "container",
                                                         "component"};

template <std::size_t N>
std::optional<logs::TopicFields::Key> find_named(const logs::TopicFields& fields,
                                                 const std::array<std::string_view, N>& names) {
  for (const auto name : names) {
    for (const auto& key : fields.keys) {
      if (key.type == "text" && equals_ignoring_case(key.name, name)) return key;
    }
  }
  return std::nullopt;
}

// Quoted only where it must be: what needs no quotes is understood by more parsers.
std::string sql_name(std::string_view name) {
  const bool plain =
      std::ranges::all_of(name, [](unsigned char c) { return std::isalnum(c) || c == '_'; });
  return plain ? std::string(name) : logs::sql_identifier(name);
}

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
  return {.level = find_named(fields, kLevelNames), .service = find_named(fields, kServiceNames)};
}

logs::Condition is_one_of(std::string_view field, const std::vector<std::string>& values) {
  std::vector<logs::Condition> conditions;
  conditions.reserve(values.size());
  for (const auto& value : values) conditions.push_back(logs::field_equals(field, value));
  return logs::any_of(conditions);
}

std::string totals_sql(const TopicKeys& keys) {
  const std::string level = sql_name(keys.level->name);
  const bool by_service = keys.service && keys.service->in_sql;
  const std::string columns = by_service ? level + ", " + sql_name(keys.service->name) : level;
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
