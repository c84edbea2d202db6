#include "emulator/cql.h"

#include <optional>

#include "base/text.h"
#include "emulator/tokens.h"

namespace mtc::emulator {
namespace {

constexpr int kMaxDepth = 60;

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
bool is_operator(char c) {
  return c == '>' || c == '<' || c == '=';
}

// Recursive descent over the characters; a Result passes the first trouble up.
class ConditionParser {
 public:
  ConditionParser(std::string_view text, QuerySyntax syntax)
      : text_(text), cql_(syntax == QuerySyntax::cql) {}

  ApiResult<Condition> parse() {
    skip_blanks();
    if (at_end()) return Condition{};
    auto out = parse_or("", 0);
    if (!out) return out;
    skip_blanks();
    if (!at_end()) return error("unexpected '" + std::string(1, text_[at_]) + "'");
    return out;
  }

 private:
  struct Word {
    std::string text;
    bool quoted = false;
  };

  // `field` is set inside field:( … ): terms without a name belong to it.
  ApiResult<Condition> parse_or(const std::string& field, int depth) {
    if (depth > kMaxDepth) return error("nested too deeply");
    Condition out{.kind = Condition::Kind::disjunction};
    for (;;) {
      auto part = parse_and(field, depth);
      if (!part) return part;
      out.children.push_back(std::move(*part));
      skip_blanks();
      if (take_keyword("OR")) continue;
      // In Lucene a bare blank means OR.
      if (!cql_ && !at_end() && text_[at_] != ')') continue;
      break;
    }
    return unwrap(std::move(out));
  }

  ApiResult<Condition> parse_and(const std::string& field, int depth) {
    Condition out{.kind = Condition::Kind::conjunction};
    for (;;) {
      auto part = parse_not(field, depth);
      if (!part) return part;
      out.children.push_back(std::move(*part));
      skip_blanks();
      if (take_keyword("AND")) continue;
      if (cql_ && !at_end() && text_[at_] != ')' && !peek_keyword("OR")) continue;
      break;
    }
    return unwrap(std::move(out));
  }

  ApiResult<Condition> parse_not(const std::string& field, int depth) {
    bool negated = false;
    skip_blanks();
    while (take_keyword("NOT")) {
      negated = !negated;
      skip_blanks();
    }
    auto inner = parse_primary(field, depth);
    if (!inner || !negated) return inner;
    Condition out{.kind = Condition::Kind::negation};
    out.children.push_back(std::move(*inner));
    return out;
  }

  ApiResult<Condition> parse_primary(const std::string& field, int depth) {
    skip_blanks();
    if (at_end()) return error("something is missing at the end");
    if (peek_keyword("AND") || peek_keyword("OR")) return error("an operand is missing");
    if (take('(')) {
      auto inner = parse_or(field, depth + 1);
      if (!inner) return inner;
      skip_blanks();
      if (!take(')')) return error("')' is missing");
      return inner;
    }
    if (!field.empty()) return parse_value(field, depth);
    return parse_term(depth);
  }

  ApiResult<Condition> parse_term(int depth) {
    auto word = parse_word(true);
    if (!word) return std::unexpected(word.error());
    const std::size_t mark = at_;
    skip_blanks();
    if (!at_end() && is_operator(text_[at_]) && !word->quoted) return parse_compare(word->text);
    at_ = mark;
    if (take(':')) {
      skip_blanks();
      if (word->text.find_first_of("\x01\x02") != std::string::npos)
        return error("a field name holds a wildcard");
      if (word->text.empty()) return error("the field name is missing");
      if (!cql_ && word->text == "_exists_") return parse_exists();
      return parse_value(word->text, depth);
    }
    if (word->text == std::string(1, kAnyRun)) return Condition{};
    return make_term("", std::move(*word));
  }

  ApiResult<Condition> parse_exists() {
    auto name = parse_word(true);
    if (!name) return std::unexpected(name.error());
    return Condition{.kind = Condition::Kind::exists, .field = std::move(name->text)};
  }

  ApiResult<Condition> parse_value(const std::string& field, int depth) {
    if (at_end()) return error("the value of " + field + " is missing");
    if (is_operator(text_[at_])) return parse_compare(field);
    if (!cql_ && (text_[at_] == '[' || text_[at_] == '{')) return parse_range(field);
    if (take('(')) {
      auto inner = parse_or(field, depth + 1);
      if (!inner) return inner;
      skip_blanks();
      if (!take(')')) return error("')' is missing");
      return inner;
    }
    auto word = parse_word(false);
    if (!word) return std::unexpected(word.error());
    if (word->quoted && word->text.empty())
      return Condition{.kind = Condition::Kind::empty, .field = field};
    if (!word->quoted && word->text == std::string(1, kAnyRun)) {
      return Condition{.kind = Condition::Kind::exists, .field = field};
    }
    return make_term(field, std::move(*word));
  }

  ApiResult<Condition> make_term(std::string field, Word word) {
    if (word.text.empty()) return error("an empty value");
    if (!word.quoted && (word.text[0] == kAnyRun || word.text[0] == kAnyCharacter)) {
      return error("a wildcard may not be the first character");
    }
    return Condition{.kind = Condition::Kind::term,
                     .field = std::move(field),
                     .value = std::move(word.text),
                     .phrase = word.quoted};
  }

  ApiResult<Condition> parse_compare(const std::string& field) {
    Condition out{.kind = Condition::Kind::compare, .field = field};
    const char first = text_[at_++];
    const bool or_equal = first != '=' && take('=');
    out.op = first == '>'   ? (or_equal ? CompareOp::greater_equal : CompareOp::greater)
             : first == '<' ? (or_equal ? CompareOp::less_equal : CompareOp::less)
                            : CompareOp::equal;
    skip_blanks();
    if (at_end()) return error("a number is missing after " + std::string(symbol_of(out.op)));
    auto word = parse_word(false);
    if (!word) return std::unexpected(word.error());
    out.number = std::move(word->text);
    return out;
  }

  // [a TO b], {a TO b}, mixed; * leaves an end open.
  ApiResult<Condition> parse_range(const std::string& field) {
    const bool from_inclusive = text_[at_++] == '[';
    const std::size_t end = text_.find_first_of("]}", at_);
    if (end == std::string_view::npos) return error("the range is not closed");
    const bool to_inclusive = text_[end] == ']';
    std::vector<std::string_view> words;
    for (const auto word : split(text_.substr(at_, end - at_), ' ')) {
      if (!word.empty()) words.push_back(word);
    }
    if (words.size() != 3 || words[1] != "TO") return error("a range is written [a TO b]");
    at_ = end + 1;
    Condition out{.kind = Condition::Kind::conjunction};
    const auto bound = [&](std::string_view number, CompareOp op) {
      if (number == "*") return;
      out.children.push_back({.kind = Condition::Kind::compare,
                              .field = field,
                              .op = op,
                              .number = std::string(number)});
    };
    bound(words[0], from_inclusive ? CompareOp::greater_equal : CompareOp::greater);
    bound(words[2], to_inclusive ? CompareOp::less_equal : CompareOp::less);
    if (out.children.empty()) return Condition{.kind = Condition::Kind::exists, .field = field};
    return unwrap(std::move(out));
  }

  ApiResult<Word> parse_word(bool is_name) {
    if (at_end()) return error("a word is missing");
    if (text_[at_] == '"' || (cql_ && text_[at_] == '\'')) return parse_quoted();
    Word out;
    while (!at_end()) {
      const char c = text_[at_];
      if (c == '\\') {
        if (++at_ == text_.size()) return error("a backslash stands at the end");
        out.text += text_[at_++];
        continue;
      }
      if (is_blank(c) || c == '(' || c == ')' || c == '"' || c == ':' ||
          (is_name && is_operator(c)))
        break;
      if (c == '*') {
        out.text += kAnyRun;
      } else if (c == '?' && !cql_) {
        out.text += kAnyCharacter;
      } else {
        out.text += c;
      }
      ++at_;
    }
    if (out.text.empty()) return error("unexpected '" + std::string(1, text_[at_]) + "'");
    // A second colon belongs to no documented form: the value has to be quoted.
    if (!is_name && !at_end() && text_[at_] == ':') return error("quote a value that holds ':'");
    return out;
  }

  ApiResult<Word> parse_quoted() {
    const char quote = text_[at_++];
    Word out{.quoted = true};
    while (!at_end() && text_[at_] != quote) {
      char c = text_[at_++];
      if (c == '\\' && !at_end()) {
        c = text_[at_++];
      } else if (c == '*') {
        c = kAnyRun;
      }
      out.text += c;
    }
    if (!take(quote)) return error("a quote is not closed");
    return out;
  }

  static Condition unwrap(Condition condition) {
    if (condition.children.size() != 1) return condition;
    return Condition(std::move(condition.children[0]));
  }

  bool peek_keyword(std::string_view keyword) const {
    const auto here = text_.substr(at_, keyword.size());
    if (cql_ ? !equals_ignoring_case(here, keyword) : here != keyword) return false;
    const std::size_t after = at_ + keyword.size();
    return after >= text_.size() || is_blank(text_[after]) || text_[after] == '(' ||
           text_[after] == ')' || text_[after] == '"';
  }
  bool take_keyword(std::string_view keyword) {
    if (!peek_keyword(keyword)) return false;
    at_ += keyword.size();
    return true;
  }
  bool take(char c) {
    if (at_end() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void skip_blanks() {
    while (!at_end() && is_blank(text_[at_])) ++at_;
  }
  bool at_end() const { return at_ >= text_.size(); }
  std::unexpected<ApiError> error(const std::string& what) const {
    return syntax_error(what + ", at character " + std::to_string(at_ + 1) +
                        " of the search condition");
  }

  std::string_view text_;
  bool cql_;
  std::size_t at_ = 0;
};

}  // namespace

std::string_view symbol_of(CompareOp op) {
  switch (op) {
    case CompareOp::greater:
      return ">";
    case CompareOp::greater_equal:
      return ">=";
    case CompareOp::less:
      return "<";
    case CompareOp::less_equal:
      return "<=";
    case CompareOp::equal:
      return "=";
  }
  return "=";
}

ApiResult<Condition> parse_condition(std::string_view text, QuerySyntax syntax) {
  if (text.size() > kMaxQueryBytes) return bad_value("the query is longer than 12 KB");
  for (const char c : text) {
    if (c == kAnyRun || c == kAnyCharacter || c == '\0') {
      return syntax_error("a control character in the search condition");
    }
  }
  return ConditionParser(text, syntax).parse();
}

QueryParts split_query(std::string_view text) {
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\') {
      ++i;
    } else if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '|') {
      return {
          .condition = trim(text.substr(0, i)), .sql = trim(text.substr(i + 1)), .has_sql = true};
    }
  }
  return {.condition = trim(text), .sql = {}, .has_sql = false};
}

}  // namespace mtc::emulator
