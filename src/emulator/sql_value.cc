#include "emulator/sql_value.h"

#include <fmt/format.h>

#include <cmath>

#include "emulator/log_body.h"
#include "emulator/sqlite.h"

namespace mtc::emulator {

std::string_view name_of(SqlType type) {
  switch (type) {
    case SqlType::bigint:
      return "bigint";
    case SqlType::real:
      return "double";
    case SqlType::boolean:
      return "boolean";
    case SqlType::timestamp:
      return "timestamp";
    case SqlType::array:
      return "array(double)";
    case SqlType::varchar:
    case SqlType::unknown:
      break;
  }
  return "varchar";
}

SqlValue value_at(const Statement& row, int column) {
  switch (row.type(column)) {
    case SQLITE_INTEGER:
      return row.integer(column);
    case SQLITE_FLOAT:
      return row.number(column);
    case SQLITE_NULL:
      return {};
    default:
      return std::string(row.text(column));
  }
}

std::string number_text(double value) {
  if (std::isnan(value)) return "\"NaN\"";
  if (std::isinf(value)) return value > 0 ? "\"Infinity\"" : "\"-Infinity\"";
  auto text = fmt::format("{}", value);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

std::string value_as_text(const SqlValue& value, SqlType type) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    if (type == SqlType::boolean) return *integer != 0 ? "true" : "false";
    return std::to_string(*integer);
  }
  if (const auto* number = std::get_if<double>(&value)) return number_text(*number);
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return "null";
}

std::string row_as_json(const std::vector<SqlColumn>& columns, const std::vector<SqlValue>& row) {
  std::string out = "{";
  for (std::size_t i = 0; i < columns.size(); ++i) {
    out += i == 0 ? "\"" : ",\"";
    append_escaped(out, columns[i].name);
    out += "\":";
    const auto* text = std::get_if<std::string>(&row[i]);
    if (text != nullptr && columns[i].type != SqlType::array) {
      out += '"';
      append_escaped(out, *text);
      out += '"';
    } else {
      out += value_as_text(row[i], columns[i].type);
    }
  }
  return out + "}";
}

}  // namespace mtc::emulator
