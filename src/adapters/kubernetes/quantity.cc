#include "adapters/kubernetes/quantity.h"

#include <array>
#include <charconv>
#include <limits>

#include "base/characters.h"

namespace mtc::kubernetes {
namespace {

__extension__ using Wide = __int128;

constexpr Wide kLargest = std::numeric_limits<std::int64_t>::max();
constexpr int kDigits = 18;

// The value is mantissa * 10^decimal * 2^binary.
struct Parts {
  Wide mantissa = 0;
  int decimal = 0;
  int binary = 0;
};

struct Suffix {
  std::string_view text;
  int decimal, binary;
};
constexpr std::array kSuffixes{
    Suffix{"", 0, 0},    Suffix{"n", -9, 0},  Suffix{"u", -6, 0},  Suffix{"m", -3, 0},
    Suffix{"k", 3, 0},   Suffix{"M", 6, 0},   Suffix{"G", 9, 0},   Suffix{"T", 12, 0},
    Suffix{"P", 15, 0},  Suffix{"E", 18, 0},  Suffix{"Ki", 0, 10}, Suffix{"Mi", 0, 20},
    Suffix{"Gi", 0, 30}, Suffix{"Ti", 0, 40}, Suffix{"Pi", 0, 50}, Suffix{"Ei", 0, 60},
};

// Digits with at most one point; what is left of the text is the suffix.
bool read_number(std::string_view& text, Parts& parts) {
  bool negative = false;
  if (text.starts_with('-') || text.starts_with('+')) {
    negative = text.front() == '-';
    text.remove_prefix(1);
  }
  int digits = 0;
  bool any = false, point = false;
  while (!text.empty() && (is_digit(text.front()) || (text.front() == '.' && !point))) {
    const char c = text.front();
    text.remove_prefix(1);
    if (c == '.') {
      point = true;
      continue;
    }
    any = true;
    if (digits < kDigits) {
      parts.mantissa = parts.mantissa * 10 + (c - '0');
      if (parts.mantissa > 0) ++digits;
      if (point) --parts.decimal;
    } else if (!point) {
      ++parts.decimal;  // beyond what counts
    }
  }
  if (negative) parts.mantissa = -parts.mantissa;
  return any;
}

bool read_suffix(std::string_view text, Parts& parts) {
  for (const auto& suffix : kSuffixes) {
    if (suffix.text != text) continue;
    parts.decimal += suffix.decimal;
    parts.binary = suffix.binary;
    return true;
  }
  if (text.size() < 2 || (text.front() != 'e' && text.front() != 'E')) return false;
  text.remove_prefix(1);
  if (text.starts_with('+')) text.remove_prefix(1);
  int exponent = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), exponent);
  if (error != std::errc{} || end != text.data() + text.size()) return false;
  if (exponent < -100 || exponent > 100) return false;
  parts.decimal += exponent;
  return true;
}

std::int64_t clamp(Wide value) {
  if (value > kLargest) return static_cast<std::int64_t>(kLargest);
  if (value < -kLargest) return static_cast<std::int64_t>(-kLargest);
  return static_cast<std::int64_t>(value);
}

std::int64_t value_of(Parts parts) {
  Wide value = parts.mantissa;
  // Below 2^60 by the limit on digits: neither step can overflow.
  value <<= parts.binary;
  for (; parts.decimal > 0; --parts.decimal) {
    if (value > kLargest || value < -kLargest) return clamp(value);
    value *= 10;
  }
  bool rest = false;
  for (; parts.decimal < 0 && value != 0; ++parts.decimal) {
    rest = rest || value % 10 != 0;
    value /= 10;
  }
  if (rest && parts.mantissa > 0) ++value;
  return clamp(value);
}

std::optional<std::int64_t> read(std::string_view text, int decimal) {
  Parts parts;
  if (text.size() > 64 || !read_number(text, parts) || !read_suffix(text, parts)) {
    return std::nullopt;
  }
  parts.decimal += decimal;
  return value_of(parts);
}

}  // namespace

std::optional<std::int64_t> millicores_of(std::string_view quantity) {
  return read(quantity, 3);
}
std::optional<std::int64_t> whole_of(std::string_view quantity) {
  return read(quantity, 0);
}

}  // namespace mtc::kubernetes
