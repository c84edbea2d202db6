#include "emulator/request_schema.h"

#include <algorithm>
#include <stdexcept>

#include "base/encoding.h"
#include "base/text.h"
#include "emulator/numbers.h"

namespace mtc::emulator {
namespace {

constexpr int kMaxDepth = 16;
constexpr std::size_t kMaxListIndex = 1000;

bool fits(const Json& value, std::string_view type) {
  if (type == "int64") {
    return value.is_number_integer() &&
           (!value.is_number_unsigned() || value.get<std::uint64_t>() <= INT64_MAX);
  }
  if (type == "uint64")
    return value.is_number_unsigned() ||
           (value.is_number_integer() && value.get<std::int64_t>() >= 0);
  if (type == "float") return value.is_number();
  if (type == "bool") return value.is_boolean();
  return value.is_string();
}

bool is_scalar(std::string_view type) {
  return type == "int64" || type == "uint64" || type == "float" || type == "bool" ||
         type == "string";
}

ApiResult<Json> scalar_from_text(const std::string& text, const Member& member) {
  const auto bad = [&] {
    return refuse("InvalidParameter", member.name + " should be of type " + member.type);
  };
  if (member.type == "string") return Json(text);
  if (member.type == "bool") {
    if (text != "true" && text != "false") return bad();
    return Json(text == "true");
  }
  if (member.type == "float") {
    double number = 0;
    if (!read_number(text, number)) return bad();
    return Json(number);
  }
  std::int64_t number = 0;
  if (!read_number(text, number)) return bad();
  return Json(number);
}

// Puts one "a.0.b" path into the tree, as objects all the way; coerce() turns numbered members into
// lists.
bool put(Json& tree, std::string_view path, std::string value) {
  Json* at = &tree;
  const auto parts = split(path, '.');
  if (parts.size() > kMaxDepth) return false;
  for (const auto part : parts) {
    if (!at->is_object()) return false;
    at = &(*at)[std::string(part)];
    if (at->is_null() && part.data() + part.size() != path.data() + path.size())
      *at = Json::object();
  }
  *at = std::move(value);
  return true;
}

}  // namespace

Members parse_members(std::string_view notation, std::string_view scope) {
  Members out;
  for (const auto item : split(notation, ',')) {
    const auto text = trim(item);
    if (text.empty()) continue;
    const auto words = split(text, ' ');
    if (words.size() != 2) throw std::logic_error("bad member notation: " + std::string(text));
    Member member{.name = std::string(words[0])};
    auto type = words[1];
    if (type.ends_with('!')) {
      member.required = true;
      type.remove_suffix(1);
    }
    if (type.ends_with("[]")) {
      member.list = true;
      type.remove_suffix(2);
    }
    if (type == "datetime_iso") type = "string";  // read by the action
    if (!is_scalar(type)) member.type = scope;
    member.type += type;
    out.push_back(std::move(member));
  }
  return out;
}

bool given(const Json& body, std::string_view member) {
  const auto it = body.find(member);
  return it != body.end() && !it->is_null();
}

void merge_members(Json& document, const Json& changes,
                   std::initializer_list<std::string_view> except) {
  for (const auto& [key, value] : changes.items()) {
    if (!value.is_null() && std::ranges::find(except, key) == except.end()) document[key] = value;
  }
}

ApiResult<> RequestSchemas::check(const Json& object, const Members& members) const {
  if (!object.is_object()) return refuse("InvalidRequest", "the body is not a JSON object");
  return check_object(object, members, "", 0);
}

ApiResult<> RequestSchemas::check_object(const Json& object, const Members& members,
                                         const std::string& path, int depth) const {
  for (const auto& [key, value] : object.items()) {
    const auto known = std::ranges::any_of(members, [&](const Member& m) { return m.name == key; });
    if (!known)
      return refuse("UnknownParameter",
                    "The parameter `" + std::string(path).append(key) + "` is not recognized");
  }
  for (const auto& member : members) {
    const auto it = object.find(member.name);
    if (it == object.end() || it->is_null()) {
      if (member.required)
        return refuse("MissingParameter", "The request is missing `" + path + member.name + "`");
      continue;
    }
    const auto here = path + member.name;
    if (!member.list) {
      if (auto ok = check_value(*it, member, here, depth); !ok) return ok;
      continue;
    }
    if (!it->is_array()) return refuse("InvalidParameter", here + " should be a list");
    for (std::size_t i = 0; i < it->size(); ++i) {
      if (auto ok = check_value((*it)[i], member, here + "." + std::to_string(i), depth); !ok)
        return ok;
    }
  }
  return {};
}

ApiResult<> RequestSchemas::check_value(const Json& value, const Member& member,
                                        const std::string& path, int depth) const {
  if (is_scalar(member.type)) {
    if (fits(value, member.type)) return {};
    return refuse("InvalidParameter",
                  "The value of `" + path + "` should be of type " + member.type);
  }
  if (!value.is_object())
    return refuse("InvalidParameter", "The value of `" + path + "` should be an object");
  const auto structure = structures_.find(member.type);
  if (structure == structures_.end() || depth >= kMaxDepth)
    return {};  // a structure this stand-in does not look into
  return check_object(value, structure->second, path + ".", depth + 1);
}

ApiResult<Json> RequestSchemas::from_query(std::string_view query, const Members& members) const {
  Json tree = Json::object();
  for (const auto pair : split(query, '&')) {
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    const auto key = percent_decode(pair.substr(0, equals));
    const auto value =
        percent_decode(equals == std::string_view::npos ? "" : pair.substr(equals + 1));
    if (!key || !value || !put(tree, *key, *value))
      return refuse("InvalidRequest", "the query is malformed");
  }
  if (auto ok = coerce(tree, members, 0); !ok) return std::unexpected(ok.error());
  return tree;
}

ApiResult<> RequestSchemas::coerce(Json& object, const Members& members, int depth) const {
  for (const auto& member : members) {
    const auto it = object.find(member.name);
    if (it == object.end() || depth >= kMaxDepth) continue;
    const auto structure = structures_.find(member.type);
    const auto one = [&](Json& value) -> ApiResult<> {
      if (value.is_object() && structure != structures_.end())
        return coerce(value, structure->second, depth + 1);
      if (!value.is_string() || !is_scalar(member.type)) return {};
      auto scalar = scalar_from_text(value.get<std::string>(), member);
      if (!scalar) return std::unexpected(scalar.error());
      value = std::move(*scalar);
      return {};
    };
    if (!member.list) {
      if (auto ok = one(*it); !ok) return ok;
      continue;
    }
    if (!it->is_object()) return refuse("InvalidParameter", member.name + " should be a list");
    Json list = Json::array();
    for (auto& [index, value] : it->items()) {
      std::size_t at = 0;
      if (!read_number(std::string_view(index), at) || at > kMaxListIndex) {
        return refuse("InvalidParameter", member.name + " should be a list");
      }
      while (list.size() <= at) list.push_back(nullptr);
      if (auto ok = one(value); !ok) return ok;
      list[at] = value;
    }
    *it = std::move(list);
  }
  return {};
}

}  // namespace mtc::emulator
