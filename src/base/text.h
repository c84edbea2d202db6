// UTF-8 and small text helpers. All sizes are bytes unless the name says characters.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mtc {

bool is_valid_utf8(std::string_view text);

// Each broken byte sequence becomes one U+FFFD, so that what comes from outside can be stored and
// shown.
std::string sanitize_utf8(std::string_view text);

std::size_t count_characters(std::string_view utf8);

// The longest prefix of at most that many bytes (characters) that does not cut a character in two.
std::string_view prefix_of_bytes(std::string_view utf8, std::size_t bytes);
std::string_view prefix_of_characters(std::string_view utf8, std::size_t characters);

// At most that many bytes (characters); what was cut shows as "…" within the limit.
std::string shorten_bytes(std::string_view utf8, std::size_t bytes);
std::string shorten_characters(std::string_view utf8, std::size_t characters);

std::string_view trim(std::string_view text);  // ASCII white space
std::vector<std::string_view> split(std::string_view text, char separator);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
std::string to_lower_ascii(std::string_view text);
bool equals_ignoring_case(std::string_view a, std::string_view b);  // ASCII letters
// Every occurrence.
std::string replace_all(std::string text, std::string_view from, std::string_view to);

std::string escape_html(std::string_view text);  // & < > " '

}  // namespace mtc
