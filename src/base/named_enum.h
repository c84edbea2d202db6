// Enumerators that count from zero, by the names that a table gives them in their order.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace mtc {

template <class Enum, std::size_t count>
std::optional<Enum> enum_named(const std::array<std::string_view, count>& names,
                               std::string_view name) {
  const auto it = std::ranges::find(names, name);
  if (it == names.end()) return std::nullopt;
  return static_cast<Enum>(it - names.begin());
}

}  // namespace mtc
