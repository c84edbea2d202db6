// Members that may be absent: what nobody knows is left out, never null and never zero.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/json.h"

namespace mtc::rollback {

template <class T>
void put(Json& object, const char* key, const std::optional<T>& value) {
  if (value) object[key] = *value;
}

inline const Json* member_in(const Json& object, std::string_view key) {
  if (!object.is_object()) return nullptr;
  const auto it = object.find(key);
  return it == object.end() ? nullptr : &*it;
}
inline std::optional<std::int64_t> integer_in(const Json& object, std::string_view key) {
  const Json* value = member_in(object, key);
  if (value == nullptr || !value->is_number_integer()) return std::nullopt;
  return value->get<std::int64_t>();
}
inline std::optional<double> number_in(const Json& object, std::string_view key) {
  const Json* value = member_in(object, key);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  return value->get<double>();
}
inline std::optional<bool> bool_in(const Json& object, std::string_view key) {
  const Json* value = member_in(object, key);
  if (value == nullptr || !value->is_boolean()) return std::nullopt;
  return value->get<bool>();
}

}  // namespace mtc::rollback
