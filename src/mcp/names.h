// What tools and prompts may be called: what every client and every model behind one accepts.
#pragma once

#include <algorithm>
#include <string_view>

#include "base/characters.h"

namespace mtc::mcp {

inline constexpr std::string_view kNameRule =
    "the name must be 1 to 64 of a-z, 0-9 and _, and start with a letter";

constexpr bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= 64 && is_lower(name.front()) &&
         std::ranges::all_of(name, [](char c) { return is_lower(c) || is_digit(c) || c == '_'; });
}

}  // namespace mtc::mcp
