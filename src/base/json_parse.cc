// simdjson reads what is well formed, several times faster than nlohmann; everything else goes on
// to nlohmann, which accepts a little more (a byte order mark, integers of any length) and says
// where a text stops being JSON.
#include <fmt/format.h>
#include <simdjson.h>

#include "base/json.h"

namespace mtc {
namespace {

namespace dom = simdjson::dom;

// What a thread's parser may keep: it holds on to about twelve times the largest text it has read.
constexpr std::size_t kKeptText = 64U << 10U;

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

bool copy(const dom::element& from, int depth, Json& to);

// Of a name that comes twice the last value holds, as nlohmann has it.
bool copy_object(const dom::object& from, int depth, Json& to) {
  to = Json::object();
  auto& members = to.get_ref<Json::object_t&>();
  for (const auto& [name, value] : from) {
    if (!copy(value, depth, members.try_emplace(std::string(name)).first->second)) return false;
  }
  return true;
}

bool copy_array(const dom::array& from, int depth, Json& to) {
  to = Json::array();
  auto& items = to.get_ref<Json::array_t&>();
  items.reserve(from.size());
  for (const auto& item : from) {
    if (!copy(item, depth, items.emplace_back())) return false;
  }
  return true;
}

// False if it is nested deeper than `depth`.
bool copy(const dom::element& from, int depth, Json& to) {
  switch (from.type()) {
    case dom::element_type::OBJECT:
      return depth > 0 && copy_object(from.get_object().value_unsafe(), depth - 1, to);
    case dom::element_type::ARRAY:
      return depth > 0 && copy_array(from.get_array().value_unsafe(), depth - 1, to);
    case dom::element_type::STRING:
      to = std::string_view(from.get_string().value_unsafe());
      return true;
    case dom::element_type::INT64: {
      const auto number = from.get_int64().value_unsafe();
      // nlohmann's own parser makes what is not negative unsigned.
      if (number < 0) {
        to = number;
      } else {
        to = static_cast<std::uint64_t>(number);
      }
      return true;
    }
    case dom::element_type::UINT64:
      to = from.get_uint64().value_unsafe();
      return true;
    case dom::element_type::DOUBLE:
      to = from.get_double().value_unsafe();
      return true;
    case dom::element_type::BOOL:
      to = from.get_bool().value_unsafe();
      return true;
    case dom::element_type::NULL_VALUE:
      to = nullptr;
      return true;
  }
  return false;
}

bool parse_fast(dom::parser& parser, std::string_view text, int max_depth, Json& to) {
  dom::element root;
  return parser.parse(text.data(), text.size()).get(root) == simdjson::SUCCESS &&
         copy(root, max_depth, to);
}

bool parse_fast(std::string_view text, int max_depth, Json& to) {
  if (text.size() > kKeptText) {
    dom::parser parser;
    return parse_fast(parser, text, max_depth, to);
  }
  static thread_local dom::parser parser;
  return parse_fast(parser, text, max_depth, to);
}

}  // namespace

Result<Json> parse_json(std::string_view text, int max_depth) {
  if (text.empty()) return fail(Errc::invalid_argument, "not valid JSON at byte 1");
  Json fast;
  if (parse_fast(text, max_depth, fast)) return fast;
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

}  // namespace mtc
