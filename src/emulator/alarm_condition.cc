#include "emulator/alarm_condition.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <set>

#include "emulator/numbers.h"

namespace mtc::emulator {
namespace {

constexpr int kMaxDepth = 40;
constexpr int kMaxNodes = 500;

using Kind = ConditionNode::Kind;
using Node = ApiResult<ConditionNode>;

bool is_truth(const ConditionNode& node) {
  return node.kind == Kind::comparison || node.kind == Kind::logic;
}

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

// Recursive descent; precedence as in C.
class Parser {
 public:
  Parser(std::string_view text, int queries) : text_(text), queries_(queries) {}

  Node parse() {
    auto out = parse_level(0, 0);
    if (!out) return out;
    skip_blanks();
    if (at_ != text_.size()) return error("unexpected text");
    if (!is_truth(*out)) return error("the expression is neither true nor false");
    return out;
  }

 private:
  struct Level {
    Kind kind;
    std::array<std::string_view, 6> operators;  // longer ones first
  };
  static constexpr std::array<Level, 5> kLevels{{
      {Kind::logic, {"||"}},
      {Kind::logic, {"&&"}},
      {Kind::comparison, {"==", "!=", ">=", "<=", ">", "<"}},
      {Kind::arithmetic, {"+", "-"}},
      {Kind::arithmetic, {"*", "/", "%"}},
  }};

  Node parse_level(std::size_t level, int depth) {
    if (depth > kMaxDepth) return error("nested too deeply");
    if (level == kLevels.size()) return parse_operand(depth);
    auto left = parse_level(level + 1, depth);
    if (!left) return left;
    for (;;) {
      const auto op = take_operator(kLevels[level].operators);
      if (op.empty()) return left;
      auto right = parse_level(level + 1, depth);
      if (!right) return right;
      const bool wants_truth = kLevels[level].kind == Kind::logic;
      if (is_truth(*left) != wants_truth || is_truth(*right) != wants_truth)
        return error(fmt::format("{} does not fit what stands around it", op));
      if (++nodes_ > kMaxNodes) return error("too long");
      ConditionNode node{.kind = kLevels[level].kind, .text = std::string(op)};
      node.children.push_back(std::move(*left));
      node.children.push_back(std::move(*right));
      left = std::move(node);
    }
  }

  Node parse_operand(int depth) {
    skip_blanks();
    if (take("(")) {
      auto inner = parse_level(0, depth + 1);
      if (!inner) return inner;
      skip_blanks();
      if (!take(")")) return error("')' is missing");
      return inner;
    }
    if (take("[")) {
      const auto end = text_.find(']', at_);
      if (end == std::string_view::npos) return error("']' is missing");
      auto field = read_field(text_.substr(at_, end - at_));
      if (field) at_ = end + 1;
      return field;
    }
    if (take("\"")) return parse_text();
    if (peek() == '$') {
      auto end = at_ + 1;
      while (end < text_.size() && (is_name_character(text_[end]) || text_[end] == '.')) ++end;
      auto field = read_field(text_.substr(at_, end - at_));
      if (field) at_ = end;
      return field;
    }
    return parse_number();
  }

  Node parse_text() {
    ConditionNode node{.kind = Kind::text};
    for (; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      node.text += text_[at_];
    }
    if (!take("\"")) return error("the closing quote is missing");
    return node;
  }

  Node parse_number() {
    auto end = at_;
    if (end < text_.size() && text_[end] == '-') ++end;
    while (end < text_.size() && ((text_[end] >= '0' && text_[end] <= '9') || text_[end] == '.'))
      ++end;
    ConditionNode node{.kind = Kind::number};
    if (!read_number(text_.substr(at_, end - at_), node.number)) return error("a value is missing");
    at_ = end;
    return node;
  }

  // "$1.name"
  Node read_field(std::string_view text) {
    const auto dot = text.find('.');
    ConditionNode node{.kind = Kind::field};
    if (!text.starts_with('$') || dot == std::string_view::npos || dot + 1 == text.size() ||
        !read_number(text.substr(1, dot - 1), node.query))
      return error("a field should look like $1.name");
    if (node.query < 1 || node.query > queries_)
      return error(fmt::format("there is no query {}", node.query));
    node.text = text.substr(dot + 1);
    return node;
  }

  std::string_view take_operator(const std::array<std::string_view, 6>& operators) {
    skip_blanks();
    for (const auto op : operators) {
      if (!op.empty() && take(op)) return op;
    }
    return {};
  }

  bool take(std::string_view what) {
    if (!text_.substr(at_).starts_with(what)) return false;
    at_ += what.size();
    return true;
  }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void skip_blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n'))
      ++at_;
  }
  std::unexpected<ApiError> error(const std::string& what) const {
    return refuse("FailedOperation.InvalidAlarm",
                  fmt::format("the condition cannot be read at character {}: {}", at_ + 1, what));
  }

  std::string_view text_;
  int queries_;
  std::size_t at_ = 0;
  int nodes_ = 0;
};

struct Value {
  std::optional<double> number;
  std::optional<std::string> text;
};

// One row of each query; -1 where a query found nothing.
using Choice = std::vector<int>;

Value read_value(const SqlValue& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value))
    return {.number = static_cast<double>(*integer)};
  if (const auto* number = std::get_if<double>(&value)) return {.number = *number};
  if (const auto* text = std::get_if<std::string>(&value)) {
    Value out{.text = *text};
    double number = 0;
    if (read_number(std::string_view(*text), number)) out.number = number;
    return out;
  }
  return {};
}

class Evaluation {
 public:
  Evaluation(const std::vector<AlarmRows>& results, const Choice& choice)
      : results_(results), choice_(choice) {}

  bool truth(const ConditionNode& node) const {
    if (node.kind == Kind::logic) {
      return node.text == "&&" ? truth(node.children[0]) && truth(node.children[1])
                               : truth(node.children[0]) || truth(node.children[1]);
    }
    const auto left = value(node.children[0]), right = value(node.children[1]);
    if (left.number && right.number) return compare(*left.number, *right.number, node.text);
    if (left.text && right.text) return compare(*left.text, *right.text, node.text);
    return false;
  }

 private:
  template <class T>
  static bool compare(const T& left, const T& right, std::string_view op) {
    if (op == "==") return left == right;
    if (op == "!=") return left != right;
    if (op == ">") return left > right;
    if (op == ">=") return left >= right;
    return op == "<" ? left < right : left <= right;
  }

  Value value(const ConditionNode& node) const {
    if (node.kind == Kind::number) return {.number = node.number};
    if (node.kind == Kind::text) return {.text = node.text};
    if (node.kind == Kind::field) return field(node);
    const auto left = value(node.children[0]).number, right = value(node.children[1]).number;
    if (!left || !right) return {};
    if (node.text == "+") return {.number = *left + *right};
    if (node.text == "-") return {.number = *left - *right};
    if (node.text == "*") return {.number = *left * *right};
    if (*right == 0) return {};
    return {.number = node.text == "/" ? *left / *right : std::fmod(*left, *right)};
  }

  Value field(const ConditionNode& node) const {
    const auto query = static_cast<std::size_t>(node.query - 1);
    if (query >= results_.size()) return {};
    const auto& found = results_[query];
    if (node.text == "__QUERYCOUNT__") return {.number = static_cast<double>(found.count)};
    const auto column = std::ranges::find(found.columns, node.text);
    if (column == found.columns.end() || choice_[query] < 0) return {};
    const auto at = static_cast<std::size_t>(column - found.columns.begin());
    return read_value(found.rows[static_cast<std::size_t>(choice_[query])][at]);
  }

  const std::vector<AlarmRows>& results_;
  const Choice& choice_;
};

void find_queries(const ConditionNode& node, std::set<int>& queries) {
  if (node.kind == Kind::field && node.text != "__QUERYCOUNT__") queries.insert(node.query - 1);
  for (const auto& child : node.children) find_queries(child, queries);
}

}  // namespace

ApiResult<ConditionNode> parse_alarm_condition(std::string_view text, int queries) {
  if (text.size() > kMaxConditionBytes)
    return refuse("FailedOperation.InvalidAlarm", "the condition is longer than 4 KB");
  return Parser(text, queries).parse();
}

bool holds(const ConditionNode& condition, const std::vector<AlarmRows>& results) {
  std::set<int> used;
  find_queries(condition, used);
  Choice choice(results.size(), 0);
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (results[i].rows.empty()) choice[i] = -1;
  }
  for (int tried = 0; tried < kMaxEvaluations; ++tried) {
    if (Evaluation(results, choice).truth(condition)) return true;
    // The next combination: like an odometer over the queries whose rows matter.
    bool advanced = false;
    for (const int query : used) {
      const auto at = static_cast<std::size_t>(query);
      if (at >= results.size() || choice[at] < 0) continue;
      if (++choice[at] < static_cast<int>(results[at].rows.size())) {
        advanced = true;
        break;
      }
      choice[at] = 0;
    }
    if (!advanced) return false;
  }
  return false;
}

}  // namespace mtc::emulator
