#include "base/json.h"

#include <fmt/format.h>

namespace mtc {
namespace {

const Json* find(const Json& object, std::string_view key) {
  if (!object.is_object()) return nullptr;
  const auto it = object.find(key);
  return it == object.end() ? nullptr : &*it;
}

// The deepest nesting, without building the document: brackets outside strings.
int nesting_depth(std::string_view text) {
  int depth = 0;
  int deepest = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') {
        ++i;
      } else if (c == '"') {
        in_string = false;
      }
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      deepest = std::max(deepest, ++depth);
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return deepest;
}

}  // namespace

Result<Json> parse_json(std::string_view text, int max_depth) {
  if (nesting_depth(text) > max_depth) {
    return fail(Errc::invalid_argument,
                fmt::format("JSON is nested deeper than {} levels", max_depth));
  }
  try {
    return Json::parse(text);
  } catch (const Json::parse_error& e) {
    return fail(Errc::invalid_argument, fmt::format("not valid JSON at byte {}", e.byte));
  } catch (const Json::out_of_range&) {  // 1e999
    return fail(Errc::invalid_argument, "JSON holds a number out of range");
  }
}

std::string dump_json(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string string_or(const Json& object, std::string_view key, std::string_view fallback) {
  const Json* value = find(object, key);
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string(fallback);
}

std::int64_t integer_or(const Json& object, std::string_view key, std::int64_t fallback) {
  const Json* value = find(object, key);
  return value != nullptr && value->is_number_integer() ? value->get<std::int64_t>() : fallback;
}

double number_or(const Json& object, std::string_view key, double fallback) {
  const Json* value = find(object, key);
  return value != nullptr && value->is_number() ? value->get<double>() : fallback;
}

bool bool_or(const Json& object, std::string_view key, bool fallback) {
  const Json* value = find(object, key);
  return value != nullptr && value->is_boolean() ? value->get<bool>() : fallback;
}

const Json& array_or_empty(const Json& object, std::string_view key) {
  static const Json empty = Json::array();
  const Json* value = find(object, key);
  return value != nullptr && value->is_array() ? *value : empty;
}

const Json& object_or_empty(const Json& object, std::string_view key) {
  static const Json empty = Json::object();
  const Json* value = find(object, key);
  return value != nullptr && value->is_object() ? *value : empty;
}

}  // namespace mtc
