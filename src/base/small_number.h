// Small numbers as they are written and said.
#pragma once

#include <optional>
#include <string_view>

namespace mtc {

// 0 to 9999 in digits: "7", "0035".
std::optional<int> parse_digits(std::string_view text);

// 0 to 9999 written 35, 三十五, 两百, 一千二; 半 is not a number; nullopt for anything else.
std::optional<int> parse_small_number(std::string_view text);

}  // namespace mtc
