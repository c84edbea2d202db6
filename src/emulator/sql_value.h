// Values and types that go between SQLite and the answers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mtc::emulator {

class Statement;

using SqlValue = std::variant<std::monostate, std::int64_t, double, std::string>;

enum class SqlType { unknown, bigint, real, varchar, boolean, timestamp, array };

std::string_view name_of(SqlType type);  // as in Columns[].Type

struct SqlColumn {
  std::string name;
  SqlType type = SqlType::unknown;
};

struct SqlRows {
  std::vector<SqlColumn> columns;
  std::vector<std::vector<SqlValue>> rows;
};

// What stands in that column of the statement's row.
SqlValue value_at(const Statement& row, int column);

// A number as JSON writes it.
std::string number_text(double value);

// As the answers carry them: a value of the old form, a whole row (one JSON object) of the new.
std::string value_as_text(const SqlValue& value, SqlType type);
std::string row_as_json(const std::vector<SqlColumn>& columns, const std::vector<SqlValue>& row);

}  // namespace mtc::emulator
