#include "emulator/alarm_rule_tree.h"

#include <algorithm>

#include "base/json.h"

namespace mtc::emulator {
namespace {

constexpr int kMaxDepth = 16;  // also of the JSON: no walk goes deeper
constexpr std::size_t kMaxBytes = 16U << 10U;

bool is_tree(const Json& node) {
  if (!node.is_object()) return false;
  const auto type = string_or(node, "Type"), value = string_or(node, "Value");
  const auto& children = array_or_empty(node, "Children");
  if (type == "Operation")
    return (value == "AND" || value == "OR") && std::ranges::all_of(children, is_tree);
  if (type != "Condition" || value.empty() || children.size() < 2) return false;
  return string_or(children[0], "Type") == "Compare" && !string_or(children[0], "Value").empty() &&
         std::ranges::all_of(children, [](const Json& child) {
           return child.is_object() && !string_or(child, "Type").empty();
         });
}

// "[1,0]", "5" or "name": the values that the condition names.
std::vector<std::string> values_of(const std::string& text) {
  const auto json = parse_json(text, 2);
  if (!json || !json->is_array()) return {text};
  std::vector<std::string> out;
  for (const auto& one : *json)
    out.push_back(one.is_string() ? one.get<std::string>() : dump_json(one));
  return out;
}

bool matches(const Json& node, const FiringFacts& facts) {
  const auto value = string_or(node, "Value");
  const auto& children = array_or_empty(node, "Children");
  const auto one = [&](const Json& child) { return matches(child, facts); };
  if (string_or(node, "Type") == "Operation")
    return value == "AND" ? std::ranges::all_of(children, one) : std::ranges::any_of(children, one);
  std::string actual;
  if (value == "Level") {
    actual = std::to_string(facts.level);
  } else if (value == "AlarmID") {
    actual = facts.alarm_id;
  } else if (value == "AlarmName") {
    actual = facts.alarm_name;
  } else {
    return false;
  }
  const auto compare = string_or(children[0], "Value");
  const auto named = values_of(string_or(children[1], "Value"));
  const bool in = std::ranges::find(named, actual) != named.end();
  if (compare == "In" || compare == "=") return in;
  return (compare == "NotIn" || compare == "!=") && !in;
}

}  // namespace

ApiResult<> check_rule_tree(std::string_view text) {
  if (text.size() > kMaxBytes) return bad_value("Rule is longer than 16 KB");
  const auto json = parse_json(text, kMaxDepth);
  if (!json || !is_tree(*json))
    return bad_value("Rule should be a JSON tree of operations over conditions");
  return {};
}

bool matches_rule_tree(std::string_view text, const FiringFacts& facts) {
  const auto json = parse_json(text, kMaxDepth);
  return json && is_tree(*json) && matches(*json, facts);
}

}  // namespace mtc::emulator
