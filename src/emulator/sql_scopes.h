// What column names mean at each step of a query.
#pragma once

#include <string>
#include <vector>

#include "emulator/sql_value.h"
#include "emulator/sql_writer.h"
#include "emulator/topic_table.h"

namespace mtc::emulator {

// The columns of the logs: keys with SqlFlag and the built-in ones. The table has an index and
// outlives the scope.
class LogScope final : public SqlScope {
 public:
  explicit LogScope(const TopicTable& table) : table_(table) {}
  ApiResult<TypedSql> column(const std::string& name, Predicate& into) const override;
  std::vector<std::string> all_columns() const override;

 private:
  TypedSql stream_column(int which) const;
  const TopicTable& table_;
};

// The columns of rows that were worked out before: a sub-query.
class RowScope final : public SqlScope {
 public:
  explicit RowScope(std::vector<SqlColumn> columns) : columns_(std::move(columns)) {}
  ApiResult<TypedSql> column(const std::string& name, Predicate& into) const override;
  std::vector<std::string> all_columns() const override;

 private:
  std::vector<SqlColumn> columns_;
};

// After grouping: keys and aggregates only, which the writer knows already.
class GroupedScope final : public SqlScope {
 public:
  ApiResult<TypedSql> column(const std::string& name, Predicate& into) const override;
  std::vector<std::string> all_columns() const override { return {}; }
};

}  // namespace mtc::emulator
