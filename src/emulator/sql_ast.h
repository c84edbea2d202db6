// The SQL part of a query as a tree.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/api_error.h"

namespace mtc::emulator {

struct SqlExpr {
  enum class Kind {
    integer,  // text
    number,   // text
    text,     // text
    boolean,  // text: true or false
    null,
    column,  // text
    star,
    unary,      // text: - or not; args[0]
    binary,     // text: or and = <> < <= > >= + - * / % ||; args[0], args[1]
    call,       // text: name in lower case; flag: distinct
    case_when,  // args: condition, value, … [else]; flag: there is an else
    cast,       // text: type; args[0]; flag: try_cast
    in_list,    // args[0] in args[1…]; flag: not
    between,    // args[0] between args[1] and args[2]; flag: not
    like,       // args[0] like args[1]; flag: not
    is_null,    // args[0]; flag: not
    array,      // args
    subscript,  // args[0][args[1]]
    interval,   // text: unit; args[0]
  };
  Kind kind = Kind::null;
  std::string text;
  std::vector<SqlExpr> args;
  bool flag = false;
  friend bool operator==(const SqlExpr&, const SqlExpr&) = default;
};

struct SelectItem {
  SqlExpr expr;
  std::string name;  // the alias, else the column's name, else the expression as written
};

struct OrderItem {
  SqlExpr expr;
  bool descending = false;
  std::optional<bool> nulls_first;
};

struct Select {
  bool distinct = false;
  std::vector<SelectItem> items;
  std::unique_ptr<Select> from;  // null: the logs themselves
  std::optional<SqlExpr> where;
  std::vector<SqlExpr> group_by;
  std::optional<SqlExpr> having;
  std::vector<OrderItem> order_by;
  std::optional<std::int64_t> limit, offset;
};

// FailedOperation.SyntaxError for everything that is not one SELECT of the subset this stand-in
// speaks.
ApiResult<Select> parse_sql(std::string_view text);

}  // namespace mtc::emulator
