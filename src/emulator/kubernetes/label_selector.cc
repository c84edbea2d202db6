#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/text.h"
#include "emulator/kubernetes/names.h"
#include "emulator/kubernetes/selectors.h"

namespace mtc::emulator::kubernetes {
namespace {

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

Refusal not_understood(std::string_view why) {
  return bad_request(fmt::format("unable to parse requirement: {}", why));
}

bool is_special(char c) {
  return std::string_view("=!(),<>").find(c) != std::string_view::npos;
}
bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

}  // namespace

// Tokens are words and the signs = == != ! ( ) , < >; "" is the end.
class LabelSelector::Parser {
 public:
  explicit Parser(std::string_view text) : rest_(text) { advance(); }

  KubeResult<std::vector<Requirement>> all() {
    std::vector<Requirement> out;
    if (token_.empty()) return out;
    for (;;) {
      auto one = requirement();
      if (!one) return Refusal(one.error());
      out.push_back(*std::move(one));
      if (token_.empty()) break;
      if (token_ != ",") return expected("',' or 'end of string'");
      advance();
      if (token_.empty()) return expected("identifier after ','");
    }
    std::ranges::sort(out, {}, &Requirement::key);
    return out;
  }

 private:
  KubeResult<Requirement> requirement() {
    Requirement out;
    if (token_ == "!") {
      advance();
      out.op = Operator::absent;
    }
    if (token_.empty() || is_special(token_[0])) return expected("identifier");
    out.key = token_;
    if (const auto wrong = check_qualified_name(out.key))
      return not_understood(fmt::format("<nil>: Invalid value: \"{}\": {}", out.key, *wrong));
    advance();
    if (out.op == Operator::absent || token_.empty() || token_ == ",") return out;
    return with_operator(std::move(out));
  }

  KubeResult<Requirement> with_operator(Requirement out) {
    const auto op = std::string(token_);
    out.equality = op == "=" || op == "==" || op == "!=";
    if (op == "=" || op == "==" || op == "in") {
      out.op = Operator::in;
    } else if (op == "!=" || op == "notin") {
      out.op = Operator::not_in;
    } else if (op == ">" || op == "<") {
      out.op = op == ">" ? Operator::greater : Operator::less;
    } else {
      return expected("in, notin, =, ==, !=, gt, lt");
    }
    advance();
    const bool ok = op == "in" || op == "notin" ? read_list(out.values) : read_word(out.values);
    if (!ok) return expected(op == "in" || op == "notin" ? "'(' values ')'" : "identifier");
    return checked(std::move(out));
  }

  static KubeResult<Requirement> checked(Requirement out) {
    for (const auto& value : out.values) {
      if (const auto wrong = check_label_value(value))
        return not_understood(
            fmt::format("values[0][{}]: Invalid value: \"{}\": {}", out.key, value, *wrong));
      if ((out.op == Operator::greater || out.op == Operator::less) && !whole_number(value))
        return not_understood(fmt::format(
            "values[0]: Invalid value: \"{}\": for 'Gt', 'Lt' operators, the value must be an "
            "integer",
            value));
    }
    std::ranges::sort(out.values);
    return out;
  }

  // A value may be left out: "a=" is the empty value.
  bool read_word(std::vector<std::string>& values) {
    if (token_.empty() || token_ == ",") {
      values.emplace_back();
      return true;
    }
    if (is_special(token_[0])) return false;
    values.emplace_back(token_);
    advance();
    return true;
  }

  bool read_list(std::vector<std::string>& values) {
    if (token_ != "(") return false;
    advance();
    for (bool value_due = true;;) {
      if (token_.empty()) return false;
      if (token_ == ")" || token_ == ",") {
        if (value_due) values.emplace_back();
        const bool end = token_ == ")";
        advance();
        if (end) return true;
        value_due = true;
        continue;
      }
      if (is_special(token_[0]) || !value_due) return false;
      values.emplace_back(token_);
      value_due = false;
      advance();
    }
  }

  Refusal expected(std::string_view what) const {
    return not_understood(fmt::format("found '{}', expected: {}", token_, what));
  }

  void advance() {
    while (!rest_.empty() && is_blank(rest_.front())) rest_.remove_prefix(1);
    std::size_t size = 0;
    if (rest_.starts_with("==") || rest_.starts_with("!=")) {
      size = 2;
    } else if (!rest_.empty() && is_special(rest_.front())) {
      size = 1;
    } else {
      while (size < rest_.size() && !is_special(rest_[size]) && !is_blank(rest_[size])) ++size;
    }
    token_ = rest_.substr(0, size);
    rest_.remove_prefix(size);
  }

  std::string_view rest_;
  std::string_view token_;
};

KubeResult<LabelSelector> LabelSelector::parse(std::string_view text) {
  auto requirements = Parser(text).all();
  if (!requirements) return Refusal(requirements.error());
  LabelSelector out;
  out.requirements_ = *std::move(requirements);
  return out;
}

KubeResult<LabelSelector> LabelSelector::from_json(const Json& selector) {
  LabelSelector out;
  if (selector.is_null()) {
    out.nothing_ = true;
    return out;
  }
  if (!selector.is_object()) return bad_request("a label selector must be an object");
  const auto& labels = object_or_empty(selector, "matchLabels");
  for (const auto& [key, value] : labels.items())
    out.requirements_.push_back(
        {key, Operator::in, {value.is_string() ? value.get<std::string>() : ""}, true});
  for (const auto& one : array_or_empty(selector, "matchExpressions")) {
    const auto op = string_or(one, "operator");
    Requirement requirement{.key = string_or(one, "key")};
    if (op == "In") {
      requirement.op = Operator::in;
    } else if (op == "NotIn") {
      requirement.op = Operator::not_in;
    } else if (op == "Exists") {
      requirement.op = Operator::exists;
    } else if (op == "DoesNotExist") {
      requirement.op = Operator::absent;
    } else {
      return bad_request(fmt::format("\"{}\" is not a valid label selector operator", op));
    }
    for (const auto& value : array_or_empty(one, "values"))
      if (value.is_string()) requirement.values.push_back(value.get<std::string>());
    const bool needs_values = op == "In" || op == "NotIn";
    if (needs_values && requirement.values.empty())
      return bad_request(
          "values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty");
    std::ranges::sort(requirement.values);
    out.requirements_.push_back(std::move(requirement));
  }
  std::ranges::sort(out.requirements_, {}, &Requirement::key);
  return out;
}

bool LabelSelector::Requirement::matches(const Json& labels) const {
  const std::string* value = nullptr;
  if (labels.is_object()) {
    const auto found = labels.find(key);
    if (found != labels.end()) value = found->get_ptr<const std::string*>();
  }
  switch (op) {
    case Operator::in:
      return value && std::ranges::binary_search(values, *value);
    case Operator::not_in:
      return !value || !std::ranges::binary_search(values, *value);
    case Operator::exists:
      return value != nullptr;
    case Operator::absent:
      return value == nullptr;
    case Operator::greater:
    case Operator::less: {
      if (!value || values.empty()) return false;
      const auto have = whole_number(*value);
      const auto limit = whole_number(values.front());
      if (!have || !limit) return false;
      return op == Operator::greater ? *have > *limit : *have < *limit;
    }
  }
  return false;
}

std::string LabelSelector::Requirement::text() const {
  const auto list = join(values, ",");
  switch (op) {
    case Operator::in:
      return equality ? fmt::format("{}={}", key, list) : fmt::format("{} in ({})", key, list);
    case Operator::not_in:
      return equality ? fmt::format("{}!={}", key, list) : fmt::format("{} notin ({})", key, list);
    case Operator::exists:
      return key;
    case Operator::absent:
      return "!" + key;
    case Operator::greater:
      return fmt::format("{}>{}", key, list);
    case Operator::less:
      return fmt::format("{}<{}", key, list);
  }
  return {};
}

bool LabelSelector::matches_labels(const Json& labels) const {
  return !nothing_ && std::ranges::all_of(requirements_, [&](const Requirement& requirement) {
    return requirement.matches(labels);
  });
}

bool LabelSelector::matches(const Json& object) const {
  if (nothing_) return false;
  return requirements_.empty() ||
         matches_labels(object_or_empty(object_or_empty(object, "metadata"), "labels"));
}

std::string LabelSelector::text() const {
  std::vector<std::string> parts;
  parts.reserve(requirements_.size());
  for (const auto& requirement : requirements_) parts.push_back(requirement.text());
  return join(parts, ",");
}

}  // namespace mtc::emulator::kubernetes
