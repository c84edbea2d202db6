// Chinese words that look like numbers and are none: 一切, 十分, 一点.
#pragma once

#include <cstddef>
#include <string_view>

namespace mtc::narration {

// The end of such a word at `at`, or 0. Ordinals (第三) count nothing either, unless they are high.
std::size_t skip_idiom(std::string_view text, std::size_t at);

// Whether a measure word follows (条, 次, 余 …).
bool is_counted(std::string_view text, std::size_t at);

}  // namespace mtc::narration
