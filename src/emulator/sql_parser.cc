#include "base/text.h"
#include "emulator/cql.h"
#include "emulator/numbers.h"
#include "emulator/sql_ast.h"
#include "emulator/sql_lexer.h"

namespace mtc::emulator {
namespace {

constexpr int kMaxDepth = 60;
// Operands of one level; with the number of tokens this bounds every recursion over the tree.
constexpr int kMaxChain = 100;

class SqlParser {
 public:
  SqlParser(std::string_view source, std::vector<SqlToken> tokens)
      : source_(source), tokens_(std::move(tokens)) {}

  ApiResult<Select> parse() {
    auto out = parse_select(0);
    if (!out) return out;
    if (peek().kind != SqlToken::Kind::end) return unexpected();
    for (const auto& name : qualifiers_) {
      if (std::ranges::find(aliases_, name) == aliases_.end())
        return syntax_error("'" + name + "' is not a sub-query's name");
    }
    return out;
  }

 private:
  using Expr = ApiResult<SqlExpr>;
  using Kind = SqlExpr::Kind;

  ApiResult<Select> parse_select(int depth) {
    if (depth > 8) return syntax_error("sub-queries are nested too deeply");
    if (!take_word("select")) return syntax_error("SELECT is missing");
    Select out;
    out.distinct = take_word("distinct");
    do {
      auto item = parse_item();
      if (!item) return std::unexpected(item.error());
      out.items.push_back(std::move(*item));
    } while (take_symbol(","));
    if (take_word("from")) {
      if (auto ok = parse_from(out, depth); !ok) return std::unexpected(ok.error());
    }
    if (take_word("where")) {
      auto where = parse_expr(0);
      if (!where) return std::unexpected(where.error());
      out.where = std::move(*where);
    }
    if (auto ok = parse_group(out); !ok) return std::unexpected(ok.error());
    if (auto ok = parse_order(out); !ok) return std::unexpected(ok.error());
    if (auto ok = parse_limit(out); !ok) return std::unexpected(ok.error());
    return out;
  }

  ApiResult<SelectItem> parse_item() {
    const std::size_t begin = peek().begin;
    SelectItem out;
    if (take_symbol("*")) {
      out.expr.kind = Kind::star;
      return out;
    }
    auto expr = parse_expr(0);
    if (!expr) return std::unexpected(expr.error());
    out.expr = std::move(*expr);
    const std::size_t end = tokens_[at_ - 1].end;
    const bool as = take_word("as");
    const auto& token = peek();
    if (token.kind == SqlToken::Kind::quoted_name ||
        (token.kind == SqlToken::Kind::name && !is_reserved(token.text))) {
      out.name = next().text;
    } else if (as) {
      return syntax_error("a name is missing after AS");
    } else {
      out.name = out.expr.kind == Kind::column ? out.expr.text
                                               : std::string(source_.substr(begin, end - begin));
    }
    return out;
  }

  ApiResult<> parse_from(Select& out, int depth) {
    if (!take_symbol("(")) return syntax_error("FROM is allowed only with a sub-query");
    auto inner = parse_select(depth + 1);
    if (!inner) return std::unexpected(inner.error());
    if (!take_symbol(")")) return unexpected();
    const bool as = take_word("as");
    if (peek().kind == SqlToken::Kind::name && !is_reserved(peek().text)) {
      aliases_.push_back(next().text);
    } else if (as) {
      return syntax_error("a name is missing after AS");
    }
    out.from = std::make_unique<Select>(std::move(*inner));
    return {};
  }

  ApiResult<> parse_group(Select& out) {
    if (take_word("group")) {
      if (!take_word("by")) return unexpected();
      do {
        auto expr = parse_expr(0);
        if (!expr) return std::unexpected(expr.error());
        out.group_by.push_back(std::move(*expr));
      } while (take_symbol(","));
    }
    if (take_word("having")) {
      auto having = parse_expr(0);
      if (!having) return std::unexpected(having.error());
      out.having = std::move(*having);
    }
    return {};
  }

  ApiResult<> parse_order(Select& out) {
    if (!take_word("order")) return {};
    if (!take_word("by")) return unexpected();
    do {
      auto expr = parse_expr(0);
      if (!expr) return std::unexpected(expr.error());
      OrderItem item{.expr = std::move(*expr)};
      item.descending = take_word("desc");
      if (!item.descending) take_word("asc");
      if (take_word("nulls")) {
        if (!peek_word("first") && !peek_word("last")) return unexpected();
        item.nulls_first = equals_ignoring_case(next().text, "first");
      }
      out.order_by.push_back(std::move(item));
    } while (take_symbol(","));
    return {};
  }

  ApiResult<> parse_limit(Select& out) {
    for (int i = 0; i < 2; ++i) {
      const bool limit = peek_word("limit") && !out.limit;
      if (!limit && !(peek_word("offset") && !out.offset)) break;
      next();
      std::int64_t count = 0;
      const auto& token = peek();
      if (token.kind != SqlToken::Kind::integer || !read_number(token.text, count))
        return syntax_error("LIMIT and OFFSET need a number");
      next();
      (limit ? out.limit : out.offset) = count;
    }
    return {};
  }

  // Precedence climbing: or, and, not, predicates, sums, products, signs, subscripts.
  Expr parse_expr(int depth) {
    if (depth > kMaxDepth) return syntax_error("the expression is nested too deeply");
    return parse_chain(depth, {"or"}, true, &SqlParser::parse_and);
  }
  Expr parse_and(int depth) { return parse_chain(depth, {"and"}, true, &SqlParser::parse_not); }
  Expr parse_not(int depth) {
    bool negated = false;
    while (take_word("not")) negated = !negated;
    auto inner = parse_predicate(depth);
    if (!inner || !negated) return inner;
    SqlExpr out{.kind = Kind::unary, .text = "not"};
    out.args.push_back(std::move(*inner));
    return out;
  }
  Expr parse_sum(int depth) {
    return parse_chain(depth, {"+", "-", "||"}, false, &SqlParser::parse_product);
  }
  Expr parse_product(int depth) {
    return parse_chain(depth, {"*", "/", "%"}, false, &SqlParser::parse_sign);
  }

  Expr parse_chain(int depth, std::initializer_list<std::string_view> operators, bool words,
                   Expr (SqlParser::*operand)(int)) {
    auto left = (this->*operand)(depth);
    int length = 0;
    while (left) {
      std::string_view found;
      for (const auto op : operators) {
        if (words ? take_word(op) : take_symbol(op)) {
          found = op;
          break;
        }
      }
      if (found.empty()) break;
      if (++length > kMaxChain) return syntax_error("the expression is too long");
      auto right = (this->*operand)(depth);
      if (!right) return right;
      left = binary(std::string(found), std::move(*left), std::move(*right));
    }
    return left;
  }

  Expr parse_predicate(int depth) {
    auto left = parse_sum(depth);
    if (!left) return left;
    for (const std::string_view op : {"<=", ">=", "<>", "=", "<", ">"}) {
      if (!take_symbol(op)) continue;
      auto right = parse_sum(depth);
      if (!right) return right;
      return binary(std::string(op), std::move(*left), std::move(*right));
    }
    if (take_word("is")) {
      SqlExpr out{.kind = Kind::is_null, .flag = take_word("not")};
      if (!take_word("null")) return unexpected();
      out.args.push_back(std::move(*left));
      return out;
    }
    const std::size_t mark = at_;
    const bool negated = take_word("not");
    if (take_word("in")) return parse_in(std::move(*left), negated, depth);
    if (take_word("between")) return parse_between(std::move(*left), negated, depth);
    if (take_word("like")) {
      auto pattern = parse_sum(depth);
      if (!pattern) return pattern;
      SqlExpr out = binary("", std::move(*left), std::move(*pattern));
      out.kind = Kind::like;
      out.flag = negated;
      return out;
    }
    at_ = mark;
    return left;
  }

  Expr parse_in(SqlExpr left, bool negated, int depth) {
    if (!take_symbol("(")) return unexpected();
    SqlExpr out{.kind = Kind::in_list, .flag = negated};
    out.args.push_back(std::move(left));
    do {
      auto item = parse_expr(depth + 1);
      if (!item) return item;
      out.args.push_back(std::move(*item));
    } while (take_symbol(","));
    if (!take_symbol(")")) return unexpected();
    return out;
  }

  Expr parse_between(SqlExpr left, bool negated, int depth) {
    SqlExpr out{.kind = Kind::between, .flag = negated};
    out.args.push_back(std::move(left));
    for (int i = 0; i < 2; ++i) {
      auto bound = parse_sum(depth);
      if (!bound) return bound;
      out.args.push_back(std::move(*bound));
      if (i == 0 && !take_word("and")) return unexpected();
    }
    return out;
  }

  Expr parse_sign(int depth) {
    bool minus = false;
    for (;;) {
      if (take_symbol("-")) {
        minus = !minus;
      } else if (!take_symbol("+")) {
        break;
      }
    }
    auto inner = parse_subscript(depth);
    if (!inner || !minus) return inner;
    SqlExpr out{.kind = Kind::unary, .text = "-"};
    out.args.push_back(std::move(*inner));
    return out;
  }

  Expr parse_subscript(int depth) {
    auto left = parse_primary(depth);
    if (!left || !take_symbol("[")) return left;
    auto index = parse_expr(depth + 1);
    if (!index) return index;
    if (!take_symbol("]")) return unexpected();
    SqlExpr out = binary("", std::move(*left), std::move(*index));
    out.kind = Kind::subscript;
    return out;
  }

  Expr parse_primary(int depth) {
    const auto& token = peek();
    switch (token.kind) {
      case SqlToken::Kind::integer: {
        std::int64_t value = 0;
        return literal(read_number(token.text, value) ? Kind::integer : Kind::number);
      }
      case SqlToken::Kind::number:
        return literal(Kind::number);
      case SqlToken::Kind::text:
        return literal(Kind::text);
      case SqlToken::Kind::quoted_name:
        return literal(Kind::column);
      case SqlToken::Kind::symbol:
        if (!take_symbol("(")) return unexpected();
        {
          auto inner = parse_expr(depth + 1);
          if (!inner) return inner;
          if (!take_symbol(")")) return unexpected();
          return inner;
        }
      case SqlToken::Kind::name:
        return parse_name(depth);
      case SqlToken::Kind::end:
        break;
    }
    return unexpected();
  }

  Expr parse_name(int depth) {
    if (take_word("null")) return SqlExpr{};
    if (peek_word("true") || peek_word("false")) {
      return SqlExpr{.kind = Kind::boolean, .text = to_lower_ascii(next().text)};
    }
    if (take_word("case")) return parse_case(depth);
    if (peek_word("interval") && tokens_[at_ + 1].kind != SqlToken::Kind::symbol)
      return parse_interval();
    if (peek_word("array") && tokens_[at_ + 1].text == "[") return parse_array(depth);
    if ((peek_word("cast") || peek_word("try_cast")) && tokens_[at_ + 1].text == "(")
      return parse_cast(depth);
    if (is_reserved(peek().text)) return unexpected();
    std::string name = next().text;
    if (take_symbol("(")) return parse_call(to_lower_ascii(name), depth);
    if (take_symbol(".")) {
      qualifiers_.push_back(std::move(name));
      if (peek().kind != SqlToken::Kind::name && peek().kind != SqlToken::Kind::quoted_name)
        return unexpected();
      name = next().text;
    }
    return SqlExpr{.kind = Kind::column, .text = std::move(name)};
  }

  Expr parse_call(std::string name, int depth) {
    SqlExpr out{.kind = Kind::call, .text = std::move(name)};
    if (take_symbol(")")) return out;
    out.flag = take_word("distinct");
    do {
      if (peek().text == "*" && peek().kind == SqlToken::Kind::symbol &&
          tokens_[at_ + 1].text == ")") {
        next();
        out.args.push_back({.kind = Kind::star});
        continue;
      }
      auto arg = parse_expr(depth + 1);
      if (!arg) return arg;
      out.args.push_back(std::move(*arg));
    } while (take_symbol(","));
    if (!take_symbol(")")) return unexpected();
    return out;
  }

  Expr parse_case(int depth) {
    SqlExpr out{.kind = Kind::case_when};
    std::optional<SqlExpr> subject;
    if (!peek_word("when")) {
      auto expr = parse_expr(depth + 1);
      if (!expr) return expr;
      subject = std::move(*expr);
    }
    while (take_word("when")) {
      auto condition = parse_expr(depth + 1);
      if (!condition) return condition;
      if (!take_word("then")) return unexpected();
      auto value = parse_expr(depth + 1);
      if (!value) return value;
      out.args.push_back(subject ? binary("=", SqlExpr(*subject), std::move(*condition))
                                 : std::move(*condition));
      out.args.push_back(std::move(*value));
    }
    if (out.args.empty()) return unexpected();
    if (take_word("else")) {
      auto value = parse_expr(depth + 1);
      if (!value) return value;
      out.args.push_back(std::move(*value));
      out.flag = true;
    }
    if (!take_word("end")) return unexpected();
    return out;
  }

  Expr parse_interval() {
    next();
    SqlExpr out{.kind = Kind::interval};
    if (peek().kind != SqlToken::Kind::integer && peek().kind != SqlToken::Kind::text)
      return unexpected();
    out.args.push_back({.kind = Kind::integer, .text = next().text});
    if (peek().kind != SqlToken::Kind::name) return unexpected();
    out.text = to_lower_ascii(next().text);
    return out;
  }

  Expr parse_array(int depth) {
    next();
    take_symbol("[");
    SqlExpr out{.kind = Kind::array};
    do {
      auto item = parse_expr(depth + 1);
      if (!item) return item;
      out.args.push_back(std::move(*item));
    } while (take_symbol(","));
    if (!take_symbol("]")) return unexpected();
    return out;
  }

  Expr parse_cast(int depth) {
    SqlExpr out{.kind = Kind::cast, .flag = equals_ignoring_case(next().text, "try_cast")};
    take_symbol("(");
    auto inner = parse_expr(depth + 1);
    if (!inner) return inner;
    if (!take_word("as") || peek().kind != SqlToken::Kind::name) return unexpected();
    out.text = to_lower_ascii(next().text);
    out.args.push_back(std::move(*inner));
    if (!take_symbol(")")) return unexpected();
    return out;
  }

  Expr literal(Kind kind) { return SqlExpr{.kind = kind, .text = next().text}; }
  static SqlExpr binary(std::string op, SqlExpr left, SqlExpr right) {
    SqlExpr out{.kind = Kind::binary, .text = std::move(op)};
    out.args.push_back(std::move(left));
    out.args.push_back(std::move(right));
    return out;
  }

  const SqlToken& peek() const { return tokens_[at_]; }
  const SqlToken& next() { return tokens_[at_ + 1 < tokens_.size() ? at_++ : at_]; }
  bool peek_word(std::string_view word) const {
    return peek().kind == SqlToken::Kind::name && equals_ignoring_case(peek().text, word);
  }
  bool take_word(std::string_view word) {
    if (!peek_word(word)) return false;
    next();
    return true;
  }
  bool take_symbol(std::string_view symbol) {
    if (peek().kind != SqlToken::Kind::symbol || peek().text != symbol) return false;
    next();
    return true;
  }
  std::unexpected<ApiError> unexpected() const {
    const auto& token = peek();
    if (token.kind == SqlToken::Kind::end)
      return syntax_error("line 1:" + std::to_string(token.begin + 1) + ": unexpected end");
    return syntax_error("line 1:" + std::to_string(token.begin + 1) + ": mismatched input '" +
                        shorten_bytes(token.text, 60) + "'");
  }

  std::string_view source_;
  std::vector<SqlToken> tokens_;
  std::size_t at_ = 0;
  std::vector<std::string> aliases_, qualifiers_;  // of sub-queries, as defined and as used
};

}  // namespace

ApiResult<Select> parse_sql(std::string_view text) {
  if (text.size() > kMaxQueryBytes) return bad_value("the query is longer than 12 KB");
  auto tokens = cut_sql(text);
  if (!tokens) return std::unexpected(tokens.error());
  return SqlParser(text, std::move(*tokens)).parse();
}

}  // namespace mtc::emulator
