#include "emulator/search_condition.h"

#include <cmath>

#include "emulator/numbers.h"

namespace mtc::emulator {
namespace {

bool has_wildcard(std::string_view value) {
  return value.find_first_of("\x01\x02") != std::string_view::npos;
}

int internal_field(std::string_view name) {
  if (name == "__SOURCE__") return 0;
  if (name == "__FILENAME__") return 1;
  if (name == "__HOSTNAME__") return 2;
  return -1;
}

class Compiler {
 public:
  Compiler(const TopicTable& table, CompiledCondition& out)
      : table_(table), rule_(*table.index()), out_(out) {}

  // Every piece yields true, false or NULL; a negation turns NULL into true, because a log without
  // the field does not match the term.
  ApiResult<std::string> compile(const Condition& condition, bool positive) {
    switch (condition.kind) {
      case Condition::Kind::all:
        return std::string("1");
      case Condition::Kind::conjunction:
        return compile_list(condition, " AND ", positive);
      case Condition::Kind::disjunction:
        return compile_list(condition, " OR ", positive);
      case Condition::Kind::negation: {
        auto inner = compile(condition.children[0], !positive);
        if (!inner) return inner;
        return "(" + *inner + ") IS NOT TRUE";
      }
      case Condition::Kind::term:
        return condition.field.empty() ? full_text(condition) : key_term(condition, positive);
      case Condition::Kind::compare:
        return compare(condition, positive);
      case Condition::Kind::exists:
        return presence(condition, " IS NOT NULL");
      case Condition::Kind::empty:
        return presence(condition, " = ''");
    }
    return std::string("0");
  }

 private:
  ApiResult<std::string> compile_list(const Condition& condition, std::string_view between,
                                      bool positive) {
    std::string sql;
    for (const auto& child : condition.children) {
      auto part = compile(child, positive);
      if (!part) return part;
      sql += (sql.empty() ? "" : between);
      sql += "(" + *part + ")";
    }
    return sql;
  }

  ApiResult<std::string> full_text(const Condition& term) {
    if (!rule_.full_text) {
      return syntax_error(
          "full text search is not possible, since the topic has no full-text index");
    }
    const auto matcher = out_.where.add(TermMatcher(*rule_.full_text, term.value, term.phrase));
    std::string sql =
        "cls_full(" + matcher + ", body, " + std::to_string(rule_.metadata_flag == 1 ? 1 : 0) + ")";
    if (rule_.metadata_flag == 0) {
      for (const auto& key : rule_.keys) {
        if (key.name.starts_with("__TAG__."))
          sql += " OR cls_term(" + matcher + ", " + text_of(key) + ")";
      }
    }
    if (rule_.internal_fields) {
      for (int i = 0; i < 3; ++i)
        sql += " OR cls_term(" + matcher + ", cls_stream('" + table_.name() + "', stream, " +
               std::to_string(i) + "))";
    }
    return sql;
  }

  ApiResult<std::string> key_term(const Condition& term, bool positive) {
    if (const int internal = internal_field(term.field); internal >= 0) {
      const auto matcher = out_.where.add(TermMatcher(TokenRule{}, term.value, true));
      return "cls_term(" + matcher + ", cls_stream('" + table_.name() + "', stream, " +
             std::to_string(internal) + "))";
    }
    auto key = find_key(term.field);
    if (!key) return std::unexpected(key.error());
    if ((*key)->type == FieldType::integer || (*key)->type == FieldType::number) {
      return numeric(**key, CompareOp::equal, term.value);
    }
    const auto matcher = out_.where.add(TermMatcher((*key)->tokens, term.value, term.phrase));
    if (positive)
      out_.highlights.push_back({.field = term.field, .matcher = out_.where.matchers.back()});
    if (!(*key)->column.empty() && !has_wildcard(term.value) && (*key)->type == FieldType::text) {
      // The column has the collation of the index, so this is the matcher's own test and SQLite can
      // use its index.
      out_.where.binds.back() = term.value;
      return since(**key, (*key)->column + " = " + matcher);
    }
    if ((*key)->column.empty()) {
      return since(
          **key, "cls_field(" + matcher + ", body, " + out_.where.add(SqlBind((*key)->name)) + ")");
    }
    return since(**key, "cls_term(" + matcher + ", " + (*key)->column + ")");
  }

  ApiResult<std::string> compare(const Condition& condition, bool positive) {
    auto key = find_key(condition.field);
    if (!key) return std::unexpected(key.error());
    if ((*key)->type != FieldType::integer && (*key)->type != FieldType::number) {
      if (condition.op == CompareOp::equal) {
        return key_term({.kind = Condition::Kind::term,
                         .field = condition.field,
                         .value = condition.number,
                         .phrase = true},
                        positive);
      }
      return syntax_error("field: " + condition.field +
                          ", can not compare numbers on this field, since its type is text");
    }
    return numeric(**key, condition.op, condition.number);
  }

  ApiResult<std::string> numeric(const KeyIndex& key, CompareOp op, const std::string& text) {
    double number = 0;
    if (!read_number(text, number) || !std::isfinite(number))
      return syntax_error("field: " + key.name + ", its value should be a number");
    std::int64_t whole = 0;
    const auto value = out_.where.add(read_number(text, whole) ? SqlBind(whole) : SqlBind(number));
    return key.column + " " + std::string(symbol_of(op)) + " " + value;
  }

  ApiResult<std::string> presence(const Condition& condition, const std::string& test) {
    if (const int internal = internal_field(condition.field); internal >= 0) {
      return "cls_stream('" + table_.name() + "', stream, " + std::to_string(internal) + ")" +
             (test == " = ''" ? " = ''" : " <> ''");
    }
    auto key = find_key(condition.field);
    if (!key) return std::unexpected(key.error());
    return since(**key, text_of(**key) + test);
  }

  ApiResult<const KeyIndex*> find_key(const std::string& name) {
    const KeyIndex* key = rule_.find(name);
    if (key == nullptr) {
      return syntax_error("field: " + name +
                          ", can not search on this field, since it is not indexed");
    }
    return key;
  }

  std::string text_of(const KeyIndex& key) {
    return key.column.empty() ? "cls_text(body, " + out_.where.add(SqlBind(key.name)) + ")"
                              : key.column;
  }

  std::string since(const KeyIndex& key, std::string sql) const {
    if (!key.column.empty() || !table_.has_logs_before(key.since)) return sql;
    return "(ep >= " + std::to_string(key.since) + " AND " + sql + ")";
  }

  const TopicTable& table_;
  const IndexRule& rule_;
  CompiledCondition& out_;
};

}  // namespace

ApiResult<CompiledCondition> compile_condition(const Condition& condition, const TopicTable& table,
                                               SearchRange range) {
  CompiledCondition out;
  auto& where = out.where;
  const auto clamp = [](std::int64_t ms) {
    return std::clamp<std::int64_t>(ms, 0, kMaxLogTime + 1);
  };
  where.sql = "id >= " + where.add(SqlBind(row_at(clamp(range.from_ms)))) + " AND id < " +
              where.add(SqlBind(row_at(clamp(range.to_ms))));
  if (table.has_logs_before(1)) where.sql += " AND ep > 0";
  if (condition.kind == Condition::Kind::all) return out;
  auto sql = Compiler(table, out).compile(condition, true);
  if (!sql) return std::unexpected(sql.error());
  where.sql += " AND (" + *sql + ")";
  return out;
}

}  // namespace mtc::emulator
