// Writes a parsed expression as SQLite's SQL. Nothing of the user's text gets through but what the
// parser understood: literals become parameters, names are looked up, functions come from a table.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "emulator/api_error.h"
#include "emulator/search_condition.h"
#include "emulator/sql_ast.h"
#include "emulator/sql_value.h"

namespace mtc::emulator {

struct TypedSql {
  std::string sql;
  SqlType type = SqlType::unknown;
};

class SqlScope {
 public:
  virtual ~SqlScope() = default;
  // The column of that name; parameters it needs go to `into`. FailedOperation.QueryError if there
  // is none.
  virtual ApiResult<TypedSql> column(const std::string& name, Predicate& into) const = 0;
  // What `select *` stands for.
  virtual std::vector<std::string> all_columns() const = 0;
};

class SqlWriter {
 public:
  SqlWriter(const SqlScope& scope, Predicate& into) : scope_(scope), into_(into) {}

  // Expressions that are ready: after grouping, keys and aggregates are columns.
  void replace(SqlExpr expr, TypedSql with) {
    replaced_.emplace_back(std::move(expr), std::move(with));
  }

  ApiResult<TypedSql> write(const SqlExpr& expr);

 private:
  using Typed = ApiResult<TypedSql>;
  Typed write_unary(const SqlExpr& expr);
  Typed write_binary(const SqlExpr& expr);
  Typed write_call(const SqlExpr& expr);
  Typed write_if(const SqlExpr& expr);
  Typed write_case(const SqlExpr& expr);
  Typed write_cast(const SqlExpr& expr);
  Typed write_in(const SqlExpr& expr);
  Typed write_between(const SqlExpr& expr);
  Typed write_pair(const SqlExpr& expr, const char* function, SqlType type);
  Typed write_histogram(const SqlExpr& expr);
  ApiResult<std::vector<TypedSql>> write_args(const SqlExpr& expr, std::size_t from = 0);
  const SqlScope& scope_;
  Predicate& into_;
  std::vector<std::pair<SqlExpr, TypedSql>> replaced_;
};

}  // namespace mtc::emulator
