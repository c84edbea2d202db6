#include "emulator/topic_query.h"

#include <algorithm>

#include "emulator/log_body.h"
#include "emulator/sql_runner.h"

namespace mtc::emulator {
namespace {

constexpr int kRawRows = 100;
constexpr std::size_t kMaxAlarmRows = 1000;

// The field's place in the columns; new ones are appended, older rows filled up later.
std::size_t column_of(std::vector<std::string>& columns, std::string_view name) {
  const auto it = std::ranges::find(columns, name);
  if (it != columns.end()) return static_cast<std::size_t>(it - columns.begin());
  columns.emplace_back(name);
  return columns.size() - 1;
}

std::vector<SqlValue> read_row(std::string_view body, std::vector<std::string>& columns) {
  std::vector<SqlValue> out(columns.size());
  BodyReader reader(body);
  std::string_view key, value;
  std::string key_scratch, value_scratch;
  while (reader.next(key, value)) {
    const auto at = column_of(columns, unescape(key, key_scratch));
    if (at >= out.size()) out.resize(at + 1);
    out[at] = std::string(unescape(value, value_scratch));
  }
  return out;
}

}  // namespace

ApiResult<> check_query(Cloud& cloud, const Owner& owner, std::string_view topic_id,
                        std::string_view query, QuerySyntax syntax, bool sql_needed) {
  const auto topic = cloud.indexed_topic(owner, topic_id);
  if (!topic) return std::unexpected(topic.error());
  if (query.size() > kMaxQueryBytes) return bad_value("the query is longer than 12 KB");
  const auto parts = split_query(query);
  const auto condition =
      compile_text(parts.condition, syntax, *(*topic)->table, {.from_ms = 0, .to_ms = 1});
  if (!condition) return std::unexpected(condition.error());
  if (!parts.has_sql && sql_needed) return syntax_error("the query needs an SQL part");
  if (!parts.has_sql) return {};
  if (const auto select = parse_sql(parts.sql); !select) return std::unexpected(select.error());
  return {};
}

ApiResult<SqlRows> run_query(Cloud& cloud, const Topic& topic, std::string_view query,
                             QuerySyntax syntax, SearchRange range) {
  const auto parts = split_query(query);
  const auto condition = compile_text(parts.condition, syntax, *topic.table, range);
  if (!condition) return std::unexpected(condition.error());
  const auto select = parse_sql(parts.sql);
  if (!select) return std::unexpected(select.error());
  return run_sql(cloud.db(), *topic.table, *condition, range, *select);
}

ApiResult<AlarmRows> run_alarm_query(Cloud& cloud, const Topic& topic, std::string_view query,
                                     QuerySyntax syntax, SearchRange range) {
  AlarmRows out;
  if (split_query(query).has_sql) {
    auto found = run_query(cloud, topic, query, syntax, range);
    if (!found) return std::unexpected(found.error());
    for (const auto& column : found->columns) out.columns.push_back(column.name);
    out.rows = std::move(found->rows);
    out.count = static_cast<std::int64_t>(out.rows.size());
    if (out.rows.size() > kMaxAlarmRows) out.rows.resize(kMaxAlarmRows);
    return out;
  }
  const auto condition = compile_text(query, syntax, *topic.table, range);
  if (!condition) return std::unexpected(condition.error());
  const auto from = " FROM " + topic.table->name() + " WHERE " + condition->where.sql;
  Statement count(cloud.db(), "SELECT count(*)" + from);
  count.bind_all(condition->where.binds);
  if (count.step()) out.count = count.integer(0);
  Statement rows(cloud.db(),
                 "SELECT body" + from + " ORDER BY id DESC LIMIT " + std::to_string(kRawRows));
  rows.bind_all(condition->where.binds);
  while (rows.step()) out.rows.push_back(read_row(rows.text(0), out.columns));
  for (auto& row : out.rows) row.resize(out.columns.size());
  return out;
}

}  // namespace mtc::emulator
