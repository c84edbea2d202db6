#include "emulator/sql_lexer.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/text.h"
#include "emulator/numbers.h"

namespace mtc::emulator {
namespace {

constexpr std::size_t kMaxTokens = 2000;

constexpr std::array<std::string_view, 32> kReserved{
    "select", "from",     "where", "group", "by",   "having", "order",   "limit",
    "offset", "and",      "or",    "not",   "in",   "like",   "between", "is",
    "null",   "case",     "when",  "then",  "else", "end",    "as",      "asc",
    "desc",   "distinct", "join",  "union", "on",   "with",   "nulls",   "cast"};

bool is_name_start(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_' ||
         (static_cast<unsigned char>(c) & 0x80U) != 0;
}
bool is_name_part(char c) {
  return is_name_start(c) || std::isdigit(static_cast<unsigned char>(c)) != 0;
}

}  // namespace

ApiResult<std::vector<SqlToken>> cut_sql(std::string_view sql) {
  std::vector<SqlToken> out;
  std::size_t at = 0;
  while (at < sql.size()) {
    const char c = sql[at];
    if (std::isspace(static_cast<unsigned char>(c)) != 0) {
      ++at;
      continue;
    }
    if (out.size() > kMaxTokens) return syntax_error("the statement is too long");
    SqlToken token{.begin = at};
    if (c == '\'' || c == '"') {
      token.kind = c == '\'' ? SqlToken::Kind::text : SqlToken::Kind::quoted_name;
      for (++at;; ++at) {
        if (at >= sql.size()) return syntax_error("a quote is not closed");
        if (sql[at] == c && (at + 1 >= sql.size() || sql[at + 1] != c)) break;
        if (sql[at] == c) ++at;  // a doubled quote stands for one
        token.text += sql[at];
      }
      ++at;
    } else if (is_name_start(c)) {
      token.kind = SqlToken::Kind::name;
      while (at < sql.size() && is_name_part(sql[at])) token.text += sql[at++];
    } else if (std::isdigit(static_cast<unsigned char>(c)) != 0) {
      token.kind = SqlToken::Kind::integer;
      while (at < sql.size() &&
             (std::isdigit(static_cast<unsigned char>(sql[at])) != 0 || sql[at] == '.')) {
        if (sql[at] == '.') token.kind = SqlToken::Kind::number;
        token.text += sql[at++];
      }
      if (at < sql.size() && (sql[at] == 'e' || sql[at] == 'E')) {
        token.kind = SqlToken::Kind::number;
        token.text += sql[at++];
        if (at < sql.size() && (sql[at] == '+' || sql[at] == '-')) token.text += sql[at++];
        while (at < sql.size() && std::isdigit(static_cast<unsigned char>(sql[at])) != 0)
          token.text += sql[at++];
      }
      double value = 0;
      if (!read_number(token.text, value)) return syntax_error("a malformed number");
    } else {
      token.kind = SqlToken::Kind::symbol;
      const auto two = sql.substr(at, 2);
      if (two == "<=" || two == ">=" || two == "<>" || two == "!=" || two == "||") {
        token.text = two == "!=" ? "<>" : std::string(two);
        at += 2;
      } else if (std::string_view("()[],.+-*/%<>=").find(c) != std::string_view::npos) {
        token.text = c;
        ++at;
      } else {
        return syntax_error(std::string("unexpected character '") +
                            (static_cast<unsigned char>(c) < 0x20 ? '?' : c) + "'");
      }
    }
    token.end = at;
    out.push_back(std::move(token));
  }
  out.push_back({.begin = sql.size(), .end = sql.size()});
  return out;
}

bool is_reserved(std::string_view word) {
  const auto lower = to_lower_ascii(word);
  return std::ranges::find(kReserved, lower) != kReserved.end();
}

}  // namespace mtc::emulator
