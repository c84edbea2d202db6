// Numbers in texts from outside.
#pragma once

#include <charconv>
#include <string_view>
#include <system_error>

namespace mtc::emulator {

// True if the whole text is a number that fits; otherwise `out` stays as it is.
template <class Number>
bool read_number(std::string_view text, Number& out) {
  Number value{};
  const auto [end, error] = std::from_chars(text.begin(), text.end(), value);
  if (error != std::errc{} || end != text.end()) return false;
  out = value;
  return true;
}

}  // namespace mtc::emulator
