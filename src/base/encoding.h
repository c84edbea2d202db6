// Bytes as text: hexadecimal, Base64 (RFC 4648), percent-encoding (RFC 3986).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mtc {

std::string to_hex(std::string_view bytes);  // lower case
std::optional<std::string> from_hex(std::string_view text);

std::string to_base64(std::string_view bytes);     // standard alphabet, padded
std::string to_base64url(std::string_view bytes);  // URL-safe alphabet, no padding
// Strict: padding where the standard form wants it, no characters outside the alphabet.
std::optional<std::string> from_base64(std::string_view text);
std::optional<std::string> from_base64url(std::string_view text);

// Everything but unreserved characters becomes %XX (upper-case hex).
std::string percent_encode(std::string_view text);
// Nullopt for a broken escape. A '+' stays a '+'.
std::optional<std::string> percent_decode(std::string_view text);

}  // namespace mtc
