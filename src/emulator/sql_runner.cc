#include "emulator/sql_runner.h"

#include <fmt/format.h>

#include <unordered_map>

#include "emulator/civil_text.h"
#include "emulator/sql_aggregates.h"
#include "emulator/sql_functions.h"
#include "emulator/sql_scopes.h"
#include "emulator/sql_series.h"
#include "emulator/sql_writer.h"

namespace mtc::emulator {
namespace {

constexpr std::size_t kMaxGroups = 2'000'000;

// Belt and braces behind the parser: a statement may read and call functions, nothing else.
class ReadOnly {
 public:
  explicit ReadOnly(Sqlite& db) : db_(db.handle()) { sqlite3_set_authorizer(db_, &allow, nullptr); }
  ~ReadOnly() { sqlite3_set_authorizer(db_, nullptr, nullptr); }
  ReadOnly(const ReadOnly&) = delete;
  ReadOnly& operator=(const ReadOnly&) = delete;

 private:
  static int allow(void*, int action, const char* first, const char*, const char*, const char*) {
    const bool own_table =
        action != SQLITE_READ || (first != nullptr && (first[0] == 't' || first[0] == 's') &&
                                  std::isdigit(static_cast<unsigned char>(first[1])) != 0);
    return (action == SQLITE_SELECT || action == SQLITE_READ || action == SQLITE_FUNCTION) &&
                   own_table
               ? SQLITE_OK
               : SQLITE_DENY;
  }
  sqlite3* db_;
};

// Rows and what they are called in the FROM of the next step.
struct Source {
  Sqlite* db;
  std::string table;
  const SqlScope* scope;
  Predicate where;  // already true of the source's rows; empty text: all
};

bool has_aggregate(const SqlExpr& expr) {
  if (expr.kind == SqlExpr::Kind::call && is_aggregate(expr.text)) return true;
  return std::ranges::any_of(expr.args, has_aggregate);
}

void collect_aggregates(const SqlExpr& expr, std::vector<SqlExpr>& out) {
  if (expr.kind == SqlExpr::Kind::call && is_aggregate(expr.text)) {
    if (std::ranges::find(out, expr) == out.end()) out.push_back(expr);
    return;
  }
  for (const auto& arg : expr.args) collect_aggregates(arg, out);
}

SqlBind to_bind(const SqlValue& value) {
  return std::visit([](const auto& v) { return SqlBind(v); }, value);
}

bool is_time_series(const SqlExpr& expr) {
  return expr.kind == SqlExpr::Kind::call && expr.text == "time_series";
}

class Runner {
 public:
  explicit Runner(SearchRange range) : range_(range), scratch_(":memory:") {
    register_sql_functions(scratch_, nullptr);
  }

  ApiResult<SqlRows> run(const Select& select, const Source& logs, bool outermost) {
    if (!select.from) return run_over(select, logs, outermost);
    auto inner = run(*select.from, logs, false);
    if (!inner) return inner;
    const RowScope scope(inner->columns);
    const Source source{
        .db = &scratch_, .table = store(inner->columns.size(), inner->rows), .scope = &scope};
    return run_over(select, source, outermost);
  }

 private:
  struct Group {
    std::vector<SqlValue> keys;
    std::vector<std::unique_ptr<Aggregate>> aggregates;
  };

  ApiResult<SqlRows> run_over(const Select& select, const Source& source, bool outermost) {
    bool grouped = !select.group_by.empty() || (select.having && has_aggregate(*select.having));
    for (const auto& item : select.items) grouped = grouped || has_aggregate(item.expr);
    for (const auto& item : select.order_by) grouped = grouped || has_aggregate(item.expr);
    return grouped ? run_grouped(select, source, outermost) : run_plain(select, source, outermost);
  }

  ApiResult<SqlRows> run_plain(const Select& select, const Source& source, bool outermost) {
    if (select.having) return syntax_error("HAVING needs GROUP BY");
    Predicate into = source.where;
    SqlWriter writer(*source.scope, into);
    const auto where = write_where(select, source, writer);
    if (!where) return std::unexpected(where.error());
    return project(select, source, writer, into, *where, outermost);
  }

  // WHERE, and what is true of the source's rows anyway.
  static ApiResult<std::string> write_where(const Select& select, const Source& source,
                                            SqlWriter& writer) {
    if (!select.where) return source.where.sql;
    auto condition = write_condition(*select.where, writer);
    if (!condition || source.where.sql.empty()) return condition;
    return "(" + source.where.sql + ") AND " + *condition;
  }

  // GROUP BY 1 and GROUP BY alias mean what stands in the select list.
  static ApiResult<SqlExpr> group_key(const SqlExpr& expr, const Select& select) {
    if (expr.kind == SqlExpr::Kind::integer) {
      const auto at = std::strtoull(expr.text.c_str(), nullptr, 10);
      if (at < 1 || at > select.items.size())
        return syntax_error("GROUP BY position " + expr.text + " is not in select list");
      return select.items[at - 1].expr;
    }
    if (expr.kind == SqlExpr::Kind::column) {
      for (const auto& item : select.items) {
        if (item.name == expr.text && item.expr.kind != SqlExpr::Kind::star) return item.expr;
      }
    }
    return expr;
  }

  ApiResult<SqlRows> run_grouped(const Select& select, const Source& source, bool outermost) {
    Predicate into = source.where;
    SqlWriter writer(*source.scope, into);
    std::vector<SqlExpr> keys;
    std::vector<TypedSql> columns;
    keys.reserve(select.group_by.size());
    std::optional<std::pair<std::size_t, TimeSeries>> series;
    for (const auto& expr : select.group_by) {
      auto key = group_key(expr, select);
      if (!key) return std::unexpected(key.error());
      if (has_aggregate(*key)) return syntax_error("GROUP BY clause cannot contain aggregations");
      auto sql = is_time_series(*key) ? write_series(*key, writer, keys.size(), series)
                                      : writer.write(*key);
      if (!sql) return std::unexpected(sql.error());
      keys.push_back(std::move(*key));
      columns.push_back(std::move(*sql));
    }
    auto calls = read_calls(select, writer, columns);
    if (!calls) return std::unexpected(calls.error());
    const auto where = write_where(select, source, writer);
    if (!where) return std::unexpected(where.error());
    auto rows = group(source, into, *where, columns, keys.size(), *calls);
    if (!rows) return std::unexpected(rows.error());
    if (series) {
      if (auto ok = fill_gaps(*rows, series->first, keys.size(), series->second, range_); !ok)
        return std::unexpected(ok.error());
    }
    return finish(select, keys, columns, *calls, series, *rows, outermost);
  }

  ApiResult<TypedSql> write_series(const SqlExpr& key, SqlWriter& writer, std::size_t at,
                                   std::optional<std::pair<std::size_t, TimeSeries>>& series) {
    auto read = read_time_series(key);
    if (!read) return std::unexpected(read.error());
    auto time = writer.write(key.args[0]);
    if (!time) return time;
    const auto width = read->width_ms;
    series.emplace(at, std::move(*read));
    return TypedSql{fmt::format("cls_bucket({}, {}, {})", time->sql, width, kShanghaiOffset),
                    SqlType::bigint};
  }

  // The aggregate calls of the statement; their arguments are appended to `columns`.
  static ApiResult<std::vector<AggregateCall>> read_calls(const Select& select, SqlWriter& writer,
                                                          std::vector<TypedSql>& columns) {
    std::vector<SqlExpr> found;
    for (const auto& item : select.items) collect_aggregates(item.expr, found);
    if (select.having) collect_aggregates(*select.having, found);
    for (const auto& item : select.order_by) collect_aggregates(item.expr, found);
    std::vector<AggregateCall> out;
    for (const auto& expr : found) {
      auto call = read_aggregate(expr);
      if (!call) return std::unexpected(call.error());
      for (const auto& argument : call->arguments) {
        auto sql = writer.write(argument);
        if (!sql) return std::unexpected(sql.error());
        call->argument_types.push_back(sql->type);
        columns.push_back(std::move(*sql));
      }
      if (auto ok = check_types(*call); !ok) return std::unexpected(ok.error());
      out.push_back(std::move(*call));
    }
    return out;
  }

  static ApiResult<> check_types(const AggregateCall& call) {
    const auto& name = call.call.text;
    const auto type = call.argument_types.empty() ? SqlType::unknown : call.argument_types[0];
    const bool reckons =
        name == "sum" || name == "avg" || name == "approx_percentile" || name == "geometric_mean";
    if (reckons && type != SqlType::bigint && type != SqlType::real && type != SqlType::unknown) {
      return syntax_error("Unexpected parameters (" + std::string(name_of(type)) +
                          ") for function " + name);
    }
    if (name == "count_if" && type != SqlType::boolean)
      return syntax_error("count_if needs a condition");
    return {};
  }

  ApiResult<std::vector<std::vector<SqlValue>>> group(const Source& source, const Predicate& into,
                                                      const std::string& where,
                                                      const std::vector<TypedSql>& columns,
                                                      std::size_t key_count,
                                                      const std::vector<AggregateCall>& calls) {
    std::string sql = "SELECT ";
    for (const auto& column : columns) sql += column.sql + ", ";
    sql += "1 FROM " + source.table + (where.empty() ? "" : " WHERE " + where);
    std::vector<int> argument_at;
    int column = static_cast<int>(key_count);
    for (const auto& call : calls) {
      argument_at.push_back(column);
      column += static_cast<int>(call.arguments.size());
    }
    std::unordered_map<std::string, std::size_t> places;
    std::vector<Group> groups;
    const auto add_group = [&] {
      auto& made = groups.emplace_back();
      for (const auto& call : calls) made.aggregates.push_back(call.make());
    };
    const ReadOnly guard(*source.db);
    Statement rows(*source.db, sql);
    rows.bind_all(into.binds);
    std::string key;
    if (key_count == 0) {  // one group, even of no rows: count(*) of nothing is 0
      add_group();
      while (rows.step()) {
        for (std::size_t i = 0; i < calls.size(); ++i)
          groups[0].aggregates[i]->add(rows, argument_at[i]);
      }
    }
    while (key_count > 0 && rows.step()) {
      key.clear();
      for (std::size_t i = 0; i < key_count; ++i) append_key(key, rows, static_cast<int>(i));
      const auto [place, fresh] = places.try_emplace(key, groups.size());
      if (fresh) {
        if (groups.size() >= kMaxGroups) return query_error("too many groups");
        add_group();
        for (std::size_t i = 0; i < key_count; ++i)
          groups.back().keys.push_back(value_at(rows, static_cast<int>(i)));
      }
      auto& into_group = groups[place->second];
      for (std::size_t i = 0; i < calls.size(); ++i)
        into_group.aggregates[i]->add(rows, argument_at[i]);
    }
    std::vector<std::vector<SqlValue>> out;
    out.reserve(groups.size());
    for (auto& one : groups) {
      for (auto& aggregate : one.aggregates) one.keys.push_back(aggregate->value());
      out.push_back(std::move(one.keys));
    }
    return out;
  }

  // Bytes that only equal values have in common; asking for text would convert a number in place.
  static void append_key(std::string& key, const Statement& row, int column) {
    const int type = row.type(column);
    key += static_cast<char>(type);
    const auto append = [&key](auto number) {
      key.append(reinterpret_cast<const char*>(&number), sizeof(number));
    };
    if (type == SQLITE_INTEGER) return append(row.integer(column));
    if (type == SQLITE_FLOAT) return append(row.number(column));
    const auto text = row.text(column);
    append(text.size());
    key += text;
  }

  ApiResult<SqlRows> finish(const Select& select, const std::vector<SqlExpr>& keys,
                            const std::vector<TypedSql>& columns,
                            const std::vector<AggregateCall>& calls,
                            const std::optional<std::pair<std::size_t, TimeSeries>>& series,
                            const std::vector<std::vector<SqlValue>>& rows, bool outermost) {
    const GroupedScope scope;
    const Source source{
        .db = &scratch_, .table = store(keys.size() + calls.size(), rows), .scope = &scope};
    Predicate into;
    SqlWriter writer(scope, into);
    std::optional<SqlExpr> series_key;
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (series && series->first == i) {
        series_key = keys[i];
        writer.replace(keys[i], {fmt::format("cls_time_text(c{}, {})", i,
                                             into.add(SqlBind(series->second.pattern))),
                                 SqlType::varchar});
      } else {
        writer.replace(keys[i], {fmt::format("c{}", i), columns[i].type});
      }
    }
    for (std::size_t i = 0; i < calls.size(); ++i) {
      writer.replace(calls[i].call, {fmt::format("c{}", keys.size() + i), calls[i].result_type()});
    }
    std::string where;
    if (select.having) {
      auto condition = write_condition(*select.having, writer);
      if (!condition) return std::unexpected(condition.error());
      where = *condition;
    }
    if (series_key) sort_as_ = std::pair(*series_key, fmt::format("c{}", series->first));
    auto out = project(select, source, writer, into, where, outermost);
    sort_as_.reset();
    return out;
  }

  static ApiResult<std::string> write_condition(const SqlExpr& expr, SqlWriter& writer) {
    auto condition = writer.write(expr);
    if (!condition) return std::unexpected(condition.error());
    if (condition->type != SqlType::boolean && condition->type != SqlType::unknown)
      return syntax_error("WHERE and HAVING need a condition");
    return condition->sql;
  }

  // Select list, order and limit over rows that are ready.
  ApiResult<SqlRows> project(const Select& select, const Source& source, SqlWriter& writer,
                             Predicate& into, const std::string& where, bool outermost) {
    SqlRows out;
    std::vector<std::pair<SqlExpr, std::string>> written;  // select items, for ORDER BY alias
    std::string sql = select.distinct ? "SELECT DISTINCT " : "SELECT ";
    const auto add = [&](const SqlExpr& expr, const std::string& name) -> ApiResult<> {
      auto item = writer.write(expr);
      if (!item) return std::unexpected(item.error());
      sql += (out.columns.empty() ? "" : ", ") + item->sql;
      out.columns.push_back({name, item->type});
      written.emplace_back(expr, item->sql);
      return {};
    };
    for (const auto& item : select.items) {
      if (item.expr.kind != SqlExpr::Kind::star) {
        if (auto ok = add(item.expr, item.name); !ok) return std::unexpected(ok.error());
        continue;
      }
      const auto all = source.scope->all_columns();
      if (all.empty()) return syntax_error("'*' is not possible with GROUP BY");
      for (const auto& name : all) {
        if (auto ok = add({.kind = SqlExpr::Kind::column, .text = name}, name); !ok)
          return std::unexpected(ok.error());
      }
    }
    sql += " FROM " + source.table + (where.empty() ? "" : " WHERE " + where);
    auto order = write_order(select, writer, written, out.columns);
    if (!order) return std::unexpected(order.error());
    sql += *order;
    const auto limit = select.limit ? *select.limit : outermost ? kDefaultRows : kMaxRows;
    if (limit > kMaxRows) return syntax_error("LIMIT is larger than 1000000");
    sql += fmt::format(" LIMIT {} OFFSET {}", limit, select.offset.value_or(0));
    const ReadOnly guard(*source.db);
    Statement rows(*source.db, sql);
    rows.bind_all(into.binds);
    while (rows.step()) {
      auto& row = out.rows.emplace_back();
      for (int i = 0; i < static_cast<int>(out.columns.size()); ++i)
        row.push_back(value_at(rows, i));
    }
    infer_types(out);
    return out;
  }

  ApiResult<std::string> write_order(const Select& select, SqlWriter& writer,
                                     const std::vector<std::pair<SqlExpr, std::string>>& written,
                                     const std::vector<SqlColumn>& columns) const {
    std::string sql;
    for (const auto& item : select.order_by) {
      std::optional<std::size_t> at;
      if (item.expr.kind == SqlExpr::Kind::integer) {
        at = std::strtoull(item.expr.text.c_str(), nullptr, 10) - 1;
        if (*at >= written.size())
          return syntax_error("ORDER BY position " + item.expr.text + " is not in select list");
      } else if (item.expr.kind == SqlExpr::Kind::column) {
        for (std::size_t i = 0; i < columns.size() && !at; ++i) {
          if (columns[i].name == item.expr.text) at = i;
        }
      }
      std::string key;
      const SqlExpr& expr = at ? written[*at].first : item.expr;
      if (sort_as_ && sort_as_->first == expr) {
        key = sort_as_->second;
      } else if (at) {
        key = written[*at].second;
      } else {
        auto other = writer.write(item.expr);
        if (!other) return std::unexpected(other.error());
        key = std::move(other->sql);
      }
      sql += (sql.empty() ? " ORDER BY " : ", ") + key + (item.descending ? " DESC" : " ASC") +
             (item.nulls_first.value_or(false) ? " NULLS FIRST" : " NULLS LAST");
    }
    return sql;
  }

  static void infer_types(SqlRows& out) {
    for (std::size_t i = 0; i < out.columns.size(); ++i) {
      for (const auto& row : out.rows) {
        if (out.columns[i].type != SqlType::unknown) break;
        if (row[i].index() == 1) out.columns[i].type = SqlType::bigint;
        if (row[i].index() == 2) out.columns[i].type = SqlType::real;
        if (row[i].index() == 3) out.columns[i].type = SqlType::varchar;
      }
    }
  }

  // Keeps rows in a table of the scratch database and returns its name.
  std::string store(std::size_t columns, const std::vector<std::vector<SqlValue>>& rows) {
    const auto name = fmt::format("s{}", tables_++);
    std::string names, marks;
    for (std::size_t i = 0; i < std::max<std::size_t>(columns, 1); ++i) {
      names += (i == 0 ? "c" : ", c") + std::to_string(i);
      marks += i == 0 ? "?" : ",?";
    }
    scratch_.run("CREATE TABLE " + name + "(" + names + "); BEGIN");
    {
      Statement insert(scratch_, "INSERT INTO " + name + " VALUES(" + marks + ")");
      std::vector<SqlBind> values;
      for (const auto& row : rows) {
        values.clear();
        for (const auto& value : row) values.push_back(to_bind(value));
        if (values.empty()) values.emplace_back(std::int64_t{0});
        insert.bind_all(values);
        insert.insert();
      }
    }
    scratch_.run("COMMIT");
    return name;
  }

  SearchRange range_;
  Sqlite scratch_;
  int tables_ = 0;
  std::optional<std::pair<SqlExpr, std::string>>
      sort_as_;  // a time series sorts by time, whatever its label
};

}  // namespace

ApiResult<SqlRows> run_sql(Sqlite& db, const TopicTable& table, const CompiledCondition& condition,
                           SearchRange range, const Select& select) {
  const LogScope scope(table);
  const Source logs{.db = &db, .table = table.name(), .scope = &scope, .where = condition.where};
  try {
    return Runner(range).run(select, logs, true);
  } catch (const SqliteError& error) {
    return query_error(error.what());
  }
}

}  // namespace mtc::emulator
