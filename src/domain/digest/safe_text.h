// Text from logs made fit to be shown: it can neither move the cursor, nor turn the line around,
// nor be markup.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mtc::digest {

// Valid UTF-8 on one line: control characters (escape sequences too) become visible signs, white
// space becomes blanks, characters that change the direction or are invisible are dropped.
std::string visible_text(std::string_view text);

// Plain text inside Markdown (CommonMark, GFM): nothing in it is markup, an autolink or HTML.
std::string markdown_text(std::string_view text);
// The same as code, also inside a table; backticks become apostrophes.
std::string markdown_code(std::string_view text);

// Columns on a terminal: 2 for Chinese, Japanese, Korean and emoji, 0 for combining marks.
std::size_t display_width(std::string_view utf8);
// At most that many columns; what was cut shows as "…" within them.
std::string shorten_to_width(std::string_view utf8, std::size_t columns);
// Exactly that many columns: cut, or filled with blanks behind (or before, for figures).
std::string fit_left(std::string_view utf8, std::size_t columns);
std::string fit_right(std::string_view utf8, std::size_t columns);

}  // namespace mtc::digest
