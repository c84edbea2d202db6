#include "adapters/xiaozhi/tool_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

#include "base/json.h"
#include "base/text.h"

namespace mtc::xiaozhi {
namespace {

constexpr std::array<std::string_view, 10> kReserved{
    "get_weather", "play_music",  "get_time",      "web_search",    "handle_exit_intent",
    "change_role", "call_device", "direct_answer", "continue_chat", "result_for_context"};

constexpr std::array<std::string_view, 8> kLostKeywords{"$ref",  "$defs", "definitions", "oneOf",
                                                        "anyOf", "allOf", "not",         "if"};

bool is_good_name(std::string_view name) {
  const auto good = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !name.empty() && name.size() <= 64 && name[0] >= 'a' && name[0] <= 'z' &&
         std::all_of(name.begin(), name.end(), good);
}

std::unexpected<Error> wrong(std::string message) {
  return fail(Errc::invalid_argument, std::move(message));
}

// Inside properties a name such as "not" is a property, not a keyword.
Result<> check_keywords(const Json& schema, const std::string& where) {
  if (schema.is_array()) {
    for (const auto& item : schema) {
      if (auto ok = check_keywords(item, where); !ok) return ok;
    }
  }
  if (!schema.is_object()) return {};
  for (const auto keyword : kLostKeywords) {
    if (schema.contains(keyword)) {
      return wrong(where + " uses " + std::string(keyword) +
                   ", which does not reach the model; write it out");
    }
  }
  for (const auto& [key, value] : schema.items()) {
    if (key == "enum" || key == "const" || key == "default" || key == "examples") continue;
    if (key != "properties") {
      if (auto ok = check_keywords(value, where); !ok) return ok;
      continue;
    }
    for (const auto& [name, property] : value.items()) {
      if (auto ok = check_keywords(property, fmt::format("{}.{}", where, name)); !ok) return ok;
    }
  }
  return {};
}

}  // namespace

std::span<const std::string_view> reserved_tool_names() {
  return kReserved;
}

Result<> check_tool_name(std::string_view name) {
  const std::string shown = shorten_bytes(sanitize_utf8(name), 80);
  if (!is_good_name(name)) {
    return wrong("the tool name \"" + shown +
                 "\" is not made of a-z, 0-9 and _ (first a letter, at most 64); the voice server "
                 "would rewrite it");
  }
  if (name.starts_with("self_") || std::ranges::find(kReserved, name) != kReserved.end()) {
    return wrong("the tool name \"" + shown +
                 "\" belongs to the voice server or the device; choose another");
  }
  return {};
}

Result<> check_tool_schema(const Json& schema) {
  if (!schema.is_object() || string_or(schema, "type") != "object") {
    return wrong("the input schema is not of type object");
  }
  if (auto ok = check_keywords(schema, "arguments"); !ok) return ok;
  for (const auto& [name, property] : object_or_empty(schema, "properties").items()) {
    if (!property.is_object() || !property.contains("type"))
      return wrong("argument " + name + " has no type");
    if (string_or(property, "description").empty()) {
      return wrong("argument " + name + " has no description");
    }
  }
  return {};
}

Result<> check_tools(const mcp::ToolRegistry& tools, const ToolLimits& limits) {
  const auto advice = std::string("; offer fewer tools to XiaoZhi or shorten their descriptions");
  if (tools.all().size() > limits.max_tools) {
    return wrong(std::to_string(tools.all().size()) + " tools are more than the " +
                 std::to_string(limits.max_tools) + " a voice assistant can choose from" + advice);
  }
  for (const auto& tool : tools.all()) {
    if (auto ok = check_tool_name(tool.name); !ok) return ok;
    if (auto ok = check_tool_schema(tool.input_schema); !ok)
      return fail_in("tool " + tool.name, ok.error());
    if (tool.description.size() > limits.max_description_bytes) {
      return wrong("tool " + tool.name + ": the description has more than " +
                   std::to_string(limits.max_description_bytes) + " bytes");
    }
  }
  const auto bytes = tools.catalogue(mcp::Revision::v2024_11_05)->size();
  if (bytes > limits.max_list_bytes) {
    return wrong("the tool list has " + std::to_string(bytes) + " bytes, more than " +
                 std::to_string(limits.max_list_bytes) + advice);
  }
  return {};
}

}  // namespace mtc::xiaozhi
