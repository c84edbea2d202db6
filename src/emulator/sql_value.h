// Values and types that go between SQLite and the answers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mtc::emulator {

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

// A number as JSON writes it.
std::string number_text(double value);

}  // namespace mtc::emulator
