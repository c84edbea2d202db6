#include "emulator/sql_scopes.h"

#include <fmt/format.h>

namespace mtc::emulator {
namespace {

std::unexpected<ApiError> no_column(const std::string& name) {
  return query_error("Column '" + name + "' cannot be resolved");
}

TypedSql from_body(const std::string& name, Predicate& into) {
  return {"cls_text(body, " + into.add(SqlBind(name)) + ")", SqlType::varchar};
}

}  // namespace

ApiResult<TypedSql> LogScope::column(const std::string& name, Predicate& into) const {
  if (name == "__TIMESTAMP__")
    return TypedSql{fmt::format("(id >> {})", kTimeShift), SqlType::bigint};
  if (name == "__PKG_LOGID__")
    return TypedSql{fmt::format("(idx << {})", kPackageLogShift), SqlType::bigint};
  if (name == "__SOURCE__") return stream_column(0);
  if (name == "__FILENAME__") return stream_column(1);
  if (name == "__HOSTNAME__") return stream_column(2);
  const KeyIndex* key = table_.index()->find_in_sql(name);
  if (key == nullptr && name == "__CONTENT__" && table_.index()->full_text)
    return from_body(name, into);
  if (key == nullptr) return no_column(name);
  if (key->column.empty()) return from_body(key->name, into);
  if (key->type == FieldType::integer) return TypedSql{key->column, SqlType::bigint};
  if (key->type == FieldType::number) return TypedSql{key->column, SqlType::real};
  return TypedSql{"(" + key->column + " COLLATE BINARY)", SqlType::varchar};
}

std::vector<std::string> LogScope::all_columns() const {
  std::vector<std::string> out{"__TIMESTAMP__", "__SOURCE__"};
  for (const auto& key : table_.index()->keys) {
    if (key.in_sql) out.push_back(key.name);
  }
  return out;
}

TypedSql LogScope::stream_column(int which) const {
  return {fmt::format("cls_stream('{}', stream, {})", table_.name(), which), SqlType::varchar};
}

ApiResult<TypedSql> RowScope::column(const std::string& name, Predicate&) const {
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i].name == name) return TypedSql{fmt::format("c{}", i), columns_[i].type};
  }
  return no_column(name);
}

std::vector<std::string> RowScope::all_columns() const {
  std::vector<std::string> out;
  out.reserve(columns_.size());
  for (const auto& column : columns_) out.push_back(column.name);
  return out;
}

ApiResult<TypedSql> GroupedScope::column(const std::string& name, Predicate&) const {
  return query_error("'" + name + "' must be an aggregate expression or appear in GROUP BY clause");
}

}  // namespace mtc::emulator
