#include "emulator/sql_writer.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "emulator/numbers.h"
#include "emulator/sql_aggregates.h"

namespace mtc::emulator {
namespace {

// Result types beyond the fixed ones.
enum class ResultOf { first, bigint, real, varchar, boolean, timestamp };

struct Function {
  std::string_view name, sql;
  std::size_t least, most;
  ResultOf result;
};

constexpr std::array kFunctions{
    Function{"round", "cls_round", 1, 2, ResultOf::first},
    Function{"abs", "abs", 1, 1, ResultOf::first},
    Function{"ceil", "cls_ceil", 1, 1, ResultOf::first},
    Function{"ceiling", "cls_ceil", 1, 1, ResultOf::first},
    Function{"floor", "cls_floor", 1, 1, ResultOf::first},
    Function{"sqrt", "cls_sqrt", 1, 1, ResultOf::real},
    Function{"ln", "cls_ln", 1, 1, ResultOf::real},
    Function{"log10", "cls_log10", 1, 1, ResultOf::real},
    Function{"exp", "cls_exp", 1, 1, ResultOf::real},
    Function{"power", "cls_power", 2, 2, ResultOf::real},
    Function{"pow", "cls_power", 2, 2, ResultOf::real},
    Function{"greatest", "max", 2, 20, ResultOf::first},
    Function{"least", "min", 2, 20, ResultOf::first},
    Function{"coalesce", "coalesce", 2, 20, ResultOf::first},
    Function{"nullif", "nullif", 2, 2, ResultOf::first},
    Function{"lower", "lower", 1, 1, ResultOf::varchar},
    Function{"upper", "upper", 1, 1, ResultOf::varchar},
    Function{"length", "length", 1, 1, ResultOf::bigint},
    Function{"substr", "substr", 2, 3, ResultOf::varchar},
    Function{"substring", "substr", 2, 3, ResultOf::varchar},
    Function{"strpos", "instr", 2, 2, ResultOf::bigint},
    Function{"replace", "replace", 3, 3, ResultOf::varchar},
    Function{"trim", "trim", 1, 1, ResultOf::varchar},
    Function{"ltrim", "ltrim", 1, 1, ResultOf::varchar},
    Function{"rtrim", "rtrim", 1, 1, ResultOf::varchar},
    Function{"split_part", "cls_split_part", 3, 3, ResultOf::varchar},
    Function{"starts_with", "cls_starts_with", 2, 2, ResultOf::boolean},
    Function{"date_trunc", "cls_date_trunc", 2, 2, ResultOf::timestamp},
    Function{"date_format", "cls_date_format", 2, 2, ResultOf::varchar},
    Function{"from_unixtime", "cls_from_unixtime", 1, 2, ResultOf::timestamp},
};

SqlType resolve(ResultOf result, const std::vector<TypedSql>& args) {
  switch (result) {
    case ResultOf::first: {
      for (const auto& arg : args) {
        if (arg.type != SqlType::unknown) return arg.type;
      }
      return SqlType::unknown;
    }
    case ResultOf::bigint:
      return SqlType::bigint;
    case ResultOf::real:
      return SqlType::real;
    case ResultOf::varchar:
      return SqlType::varchar;
    case ResultOf::boolean:
      return SqlType::boolean;
    case ResultOf::timestamp:
      return SqlType::timestamp;
  }
  return SqlType::unknown;
}

bool is_number(SqlType type) {
  return type == SqlType::bigint || type == SqlType::real;
}

// The dialect compares and reckons only with values of one kind; it does not convert in silence.
bool comparable(SqlType a, SqlType b) {
  if (a == SqlType::unknown || b == SqlType::unknown || a == b) return true;
  if (is_number(a) && is_number(b)) return true;
  const bool text_and_time = (a == SqlType::varchar && b == SqlType::timestamp) ||
                             (b == SqlType::varchar && a == SqlType::timestamp);
  return text_and_time;
}

std::string two_types(const std::string& op, SqlType a, SqlType b) {
  return "'" + op + "' cannot be applied to " + std::string(name_of(a)) + ", " +
         std::string(name_of(b));
}

std::string list(const std::vector<TypedSql>& args) {
  std::string out;
  for (const auto& arg : args) out += (out.empty() ? "" : ", ") + arg.sql;
  return out;
}

}  // namespace

ApiResult<TypedSql> SqlWriter::write(const SqlExpr& expr) {
  for (const auto& [known, with] : replaced_) {
    if (known == expr) return with;
  }
  switch (expr.kind) {
    case SqlExpr::Kind::integer: {
      std::int64_t value = 0;
      read_number(expr.text, value);
      return TypedSql{into_.add(SqlBind(value)), SqlType::bigint};
    }
    case SqlExpr::Kind::number: {
      double value = 0;
      read_number(expr.text, value);
      return TypedSql{into_.add(SqlBind(value)), SqlType::real};
    }
    case SqlExpr::Kind::text:
      return TypedSql{into_.add(SqlBind(expr.text)), SqlType::varchar};
    case SqlExpr::Kind::boolean:
      return TypedSql{expr.text == "true" ? "1" : "0", SqlType::boolean};
    case SqlExpr::Kind::null:
      return TypedSql{"NULL", SqlType::unknown};
    case SqlExpr::Kind::column:
      return scope_.column(expr.text, into_);
    case SqlExpr::Kind::unary:
      return write_unary(expr);
    case SqlExpr::Kind::binary:
      return write_binary(expr);
    case SqlExpr::Kind::call:
      return write_call(expr);
    case SqlExpr::Kind::case_when:
      return write_case(expr);
    case SqlExpr::Kind::cast:
      return write_cast(expr);
    case SqlExpr::Kind::in_list:
      return write_in(expr);
    case SqlExpr::Kind::between:
      return write_between(expr);
    case SqlExpr::Kind::like:
      return write_pair(expr, "cls_like", SqlType::boolean);
    case SqlExpr::Kind::is_null: {
      auto inner = write(expr.args[0]);
      if (!inner) return inner;
      return TypedSql{"(" + inner->sql + (expr.flag ? " IS NOT NULL)" : " IS NULL)"),
                      SqlType::boolean};
    }
    case SqlExpr::Kind::subscript:
      return write_pair(expr, "cls_element", SqlType::unknown);
    case SqlExpr::Kind::star:
      return syntax_error("'*' stands where a value is needed");
    case SqlExpr::Kind::array:
      return syntax_error("an array is possible only in approx_percentile");
    case SqlExpr::Kind::interval:
      return syntax_error("an interval is possible only in histogram");
  }
  return syntax_error("unknown expression");
}

ApiResult<TypedSql> SqlWriter::write_unary(const SqlExpr& expr) {
  auto inner = write(expr.args[0]);
  if (!inner) return inner;
  if (expr.text == "not") return TypedSql{"(NOT " + inner->sql + ")", SqlType::boolean};
  if (inner->type != SqlType::unknown && !is_number(inner->type))
    return syntax_error("'-' cannot be applied to " + std::string(name_of(inner->type)));
  return TypedSql{"(- " + inner->sql + ")", inner->type};
}

ApiResult<TypedSql> SqlWriter::write_binary(const SqlExpr& expr) {
  auto left = write(expr.args[0]);
  if (!left) return left;
  auto right = write(expr.args[1]);
  if (!right) return right;
  const auto& op = expr.text;
  const auto sql = "(" + left->sql + " " + op + " " + right->sql + ")";
  if (op == "and" || op == "or") return TypedSql{sql, SqlType::boolean};
  if (op == "||") return TypedSql{sql, SqlType::varchar};
  const bool compares = std::string_view("<=>=<>").find(op) != std::string_view::npos;
  if (!comparable(left->type, right->type))
    return syntax_error(two_types(op, left->type, right->type));
  if (compares) return TypedSql{sql, SqlType::boolean};
  for (const auto& side : {*left, *right}) {
    if (side.type != SqlType::unknown && !is_number(side.type))
      return syntax_error(two_types(op, left->type, right->type));
  }
  const bool real = left->type == SqlType::real || right->type == SqlType::real;
  return TypedSql{sql, real ? SqlType::real : left->type};
}

ApiResult<std::vector<TypedSql>> SqlWriter::write_args(const SqlExpr& expr, std::size_t from) {
  std::vector<TypedSql> out;
  for (std::size_t i = from; i < expr.args.size(); ++i) {
    auto arg = write(expr.args[i]);
    if (!arg) return std::unexpected(arg.error());
    out.push_back(std::move(*arg));
  }
  return out;
}

ApiResult<TypedSql> SqlWriter::write_call(const SqlExpr& expr) {
  const auto& name = expr.text;
  if (is_aggregate(name))
    return syntax_error("the aggregate function " + name + " is not possible here");
  if (expr.flag) return syntax_error("DISTINCT is not possible in " + name);
  if (name == "if") return write_if(expr);
  if (name == "try" && expr.args.size() == 1) return write(expr.args[0]);
  if (name == "histogram") return write_histogram(expr);
  if (name == "time_series") return syntax_error("time_series needs to be in GROUP BY");
  auto args = write_args(expr);
  if (!args) return std::unexpected(args.error());
  if (name == "concat" && args->size() >= 2) {
    std::string sql;
    for (const auto& arg : *args) sql += (sql.empty() ? "(" : " || ") + arg.sql;
    return TypedSql{sql + ")", SqlType::varchar};
  }
  if (name == "mod" && args->size() == 2)
    return TypedSql{"(" + (*args)[0].sql + " % " + (*args)[1].sql + ")", (*args)[0].type};
  if ((name == "json_extract" || name == "json_extract_scalar") && args->size() == 2) {
    return TypedSql{"cls_json(" + list(*args) + (name == "json_extract" ? ", 0)" : ", 1)"),
                    SqlType::varchar};
  }
  const auto function = std::ranges::find(kFunctions, name, &Function::name);
  if (function == kFunctions.end())
    return syntax_error("Function " + shorten_bytes(name, 60) + " not registered");
  if (args->size() < function->least || args->size() > function->most)
    return syntax_error("Unexpected parameters for function " + name);
  return TypedSql{std::string(function->sql) + "(" + list(*args) + ")",
                  resolve(function->result, *args)};
}

ApiResult<TypedSql> SqlWriter::write_if(const SqlExpr& expr) {
  if (expr.args.size() < 2 || expr.args.size() > 3)
    return syntax_error("Unexpected parameters for function if");
  SqlExpr as_case = expr;
  as_case.kind = SqlExpr::Kind::case_when;
  as_case.flag = expr.args.size() == 3;
  return write_case(as_case);
}

ApiResult<TypedSql> SqlWriter::write_case(const SqlExpr& expr) {
  std::string sql = "(CASE";
  SqlType type = SqlType::unknown;
  const std::size_t branches = expr.args.size() / 2 * 2;
  for (std::size_t i = 0; i < expr.args.size(); ++i) {
    auto part = write(expr.args[i]);
    if (!part) return part;
    const bool condition = i < branches && i % 2 == 0;
    sql += (i >= branches ? " ELSE " : condition ? " WHEN " : " THEN ") + part->sql;
    if (condition) continue;
    if (!comparable(type, part->type))
      return syntax_error("All CASE results must be the same type: " + std::string(name_of(type)));
    if (type == SqlType::unknown || part->type == SqlType::real) type = part->type;
  }
  return TypedSql{sql + " END)", type};
}

ApiResult<TypedSql> SqlWriter::write_cast(const SqlExpr& expr) {
  auto inner = write(expr.args[0]);
  if (!inner) return inner;
  SqlType type = SqlType::unknown;
  const auto& name = expr.text;
  if (name == "bigint" || name == "integer" || name == "int") type = SqlType::bigint;
  if (name == "double" || name == "real") type = SqlType::real;
  if (name == "varchar") type = SqlType::varchar;
  if (type == SqlType::unknown)
    return syntax_error("cast to " + shorten_bytes(name, 60) + " is not supported");
  return TypedSql{"cls_cast(" + inner->sql + ", '" + std::string(name_of(type)) + "', " +
                      (expr.flag ? "1)" : "0)"),
                  type};
}

ApiResult<TypedSql> SqlWriter::write_in(const SqlExpr& expr) {
  auto left = write(expr.args[0]);
  if (!left) return left;
  auto items = write_args(expr, 1);
  if (!items) return std::unexpected(items.error());
  for (const auto& item : *items) {
    if (!comparable(left->type, item.type))
      return syntax_error(two_types("IN", left->type, item.type));
  }
  return TypedSql{"(" + left->sql + (expr.flag ? " NOT IN (" : " IN (") + list(*items) + "))",
                  SqlType::boolean};
}

ApiResult<TypedSql> SqlWriter::write_between(const SqlExpr& expr) {
  auto parts = write_args(expr);
  if (!parts) return std::unexpected(parts.error());
  for (std::size_t i = 1; i < 3; ++i) {
    if (!comparable((*parts)[0].type, (*parts)[i].type))
      return syntax_error(two_types("BETWEEN", (*parts)[0].type, (*parts)[i].type));
  }
  return TypedSql{"(" + (*parts)[0].sql + (expr.flag ? " NOT BETWEEN " : " BETWEEN ") +
                      (*parts)[1].sql + " AND " + (*parts)[2].sql + ")",
                  SqlType::boolean};
}

ApiResult<TypedSql> SqlWriter::write_pair(const SqlExpr& expr, const char* function, SqlType type) {
  auto args = write_args(expr);
  if (!args) return std::unexpected(args.error());
  return TypedSql{std::string(expr.flag ? "(NOT " : "(") + function + "(" + list(*args) + "))",
                  type};
}

ApiResult<TypedSql> SqlWriter::write_histogram(const SqlExpr& expr) {
  constexpr std::array<std::string_view, 6> kUnits{"second", "minute", "hour",
                                                   "day",    "month",  "year"};
  if (expr.args.size() != 2 || expr.args[1].kind != SqlExpr::Kind::interval) {
    return syntax_error(
        "Unexpected parameters for function histogram: write histogram(__TIMESTAMP__, interval 5 "
        "minute)");
  }
  const auto& interval = expr.args[1];
  std::string_view unit = interval.text;
  if (unit.ends_with('s')) unit.remove_suffix(1);
  std::int64_t count = 0;
  const auto& digits = interval.args[0].text;
  read_number(digits, count);
  if (std::ranges::find(kUnits, unit) == kUnits.end() || count < 1 || count > 1'000'000) {
    return syntax_error(
        "the interval of histogram should be a number and second, minute, hour, day, month or "
        "year");
  }
  auto time = write(expr.args[0]);
  if (!time) return time;
  if (time->type != SqlType::bigint && time->type != SqlType::unknown)
    return syntax_error("histogram needs a time in milliseconds");
  return TypedSql{"cls_histogram(" + time->sql + ", " + std::to_string(count) + ", '" +
                      std::string(unit) + "')",
                  SqlType::timestamp};
}

}  // namespace mtc::emulator
