// std::ranges::contains, which this standard library does not have yet.
#pragma once

#include <algorithm>
#include <ranges>

namespace mtc {

template <std::ranges::input_range Range, class Value>
constexpr bool contains(const Range& range, const Value& value) {
  return std::ranges::find(range, value) != std::ranges::end(range);
}

}  // namespace mtc
