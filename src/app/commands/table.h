// Lists for people, as columns.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mtc::app {

// Cells that a terminal gives the text: Chinese characters and emoji take two, combining marks
// none.
std::size_t display_width(std::string_view utf8);

// The first row is the heading. Cells are padded to the widest of their column; control characters
// show as spaces.
std::string format_table(const std::vector<std::vector<std::string>>& rows);

}  // namespace mtc::app
