// Looking at the characters and words a log line begins with.
#pragma once

#include <algorithm>
#include <string_view>

#include "base/characters.h"

namespace mtc::logs {

inline bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

inline bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

inline std::string_view skip_blanks(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size() && is_blank(text[i])) ++i;
  return text.substr(i);
}

// The text up to the next blank.
inline std::string_view first_word(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size() && !is_blank(text[i])) ++i;
  return text.substr(0, i);
}

// What may name a program or logger: no blanks, no quotes or brackets of a sentence.
inline bool is_name(std::string_view text) {
  if (text.empty() || text.size() > 120 || is_digit(text[0])) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return is_alnum(c) || c == '.' || c == '_' || c == '-' || c == '$' || c == '/' || c == ':' ||
           c == '@' || c == '#' || static_cast<unsigned char>(c) >= 0x80;
  });
}

inline bool is_source_location(std::string_view text) {  // "server/main.go:42"
  const auto colon = text.rfind(':');
  if (colon == text.npos || colon == 0 || !all_digits(text.substr(colon + 1))) return false;
  const auto file = text.substr(0, colon);
  return file.find('.') != file.npos && file.find(':') == file.npos;
}

}  // namespace mtc::logs
