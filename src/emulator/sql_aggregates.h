// The aggregate functions. Rows are grouped by a hash table of ours: SQLite would sort a million
// rows for it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/api_error.h"
#include "emulator/sql_ast.h"
#include "emulator/sql_value.h"
#include "emulator/sqlite.h"

namespace mtc::emulator {

// Sees one argument list after the other; arguments stand in consecutive columns of a row.
class Aggregate {
 public:
  virtual ~Aggregate() = default;
  virtual void add(const Statement& row, int column) = 0;
  virtual SqlValue value() = 0;  // once, at the end
};

bool is_aggregate(std::string_view function);

// What a call like count_if(status >= 500) needs.
struct AggregateCall {
  SqlExpr call;
  std::vector<SqlExpr> arguments;       // to be evaluated for each row
  std::vector<SqlType> argument_types;  // filled in by the caller before result_type() and make()
  std::vector<double> percentiles;

  SqlType result_type() const;
  std::unique_ptr<Aggregate> make() const;
};

// FailedOperation.SyntaxError if the number or kind of arguments is wrong.
ApiResult<AggregateCall> read_aggregate(const SqlExpr& call);

}  // namespace mtc::emulator
