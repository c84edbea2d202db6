// JSON as a value, and the few habits we have with it: bounded parsing, tolerant reading.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/result.h"

namespace mtc {

using Json = nlohmann::json;

// Parses one document. Errc::invalid_argument with the position if it is not JSON, not UTF-8, or
// nested deeper than max_depth (so that no recursive walk over it can exhaust the stack).
Result<Json> parse_json(std::string_view text, int max_depth = 64);

// Compact text; broken UTF-8 inside strings becomes U+FFFD instead of an exception.
std::string dump_json(const Json& value);

// The member if it is there and of that type, else the fallback: for answers whose members may be
// absent or null.
std::string string_or(const Json& object, std::string_view key, std::string_view fallback = {});
std::int64_t integer_or(const Json& object, std::string_view key, std::int64_t fallback = 0);
double number_or(const Json& object, std::string_view key, double fallback = 0);
bool bool_or(const Json& object, std::string_view key, bool fallback = false);
// An empty array where the member is absent, null or something else. The reference lives as long as
// `object`.
const Json& array_or_empty(const Json& object, std::string_view key);
const Json& object_or_empty(const Json& object, std::string_view key);

}  // namespace mtc
