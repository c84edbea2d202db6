#include "domain/digest/safe_text.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace mtc::digest {
namespace {

struct Character {
  char32_t code = 0;
  std::size_t bytes = 1;
};

// The character at the front; of broken UTF-8 some one, never beyond the end.
Character first_character(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) & 0x3fU : 0U;
  };
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return {lead, 1};
  if (lead < 0xe0) return {(lead & 0x1fU) << 6 | byte(1), 2};
  if (lead < 0xf0) return {(lead & 0x0fU) << 12 | byte(1) << 6 | byte(2), 3};
  return {(lead & 0x07U) << 18 | byte(1) << 12 | byte(2) << 6 | byte(3), 4};
}

struct Range {
  char32_t first;
  char32_t last;
};

template <std::size_t N>
bool in_any(const std::array<Range, N>& ranges, char32_t code) {
  return std::ranges::any_of(ranges,
                             [&](const Range& r) { return code >= r.first && code <= r.last; });
}

// Unicode's format characters that reorder or hide text: bidirectional controls, zero widths, tags,
// separators.
constexpr std::array<Range, 8> kHidden{{{0x00ad, 0x00ad},
                                        {0x061c, 0x061c},
                                        {0x180e, 0x180e},
                                        {0x200b, 0x200f},
                                        {0x2028, 0x202e},
                                        {0x2060, 0x206f},
                                        {0xfeff, 0xfeff},
                                        {0xe0000, 0xe0fff}}};

// East Asian Width W and F (Unicode 15), in blocks.
constexpr std::array<Range, 16> kWide{{{0x1100, 0x115f},
                                       {0x2e80, 0x303e},
                                       {0x3041, 0x33ff},
                                       {0x3400, 0x4dbf},
                                       {0x4e00, 0xa4cf},
                                       {0xa960, 0xa97f},
                                       {0xac00, 0xd7a3},
                                       {0xf900, 0xfaff},
                                       {0xfe30, 0xfe6f},
                                       {0xff00, 0xff60},
                                       {0xffe0, 0xffe6},
                                       {0x1f300, 0x1f64f},
                                       {0x1f680, 0x1f6ff},
                                       {0x1f900, 0x1f9ff},
                                       {0x20000, 0x2fffd},
                                       {0x30000, 0x3fffd}}};
constexpr std::array<Range, 5> kCombining{
    {{0x0300, 0x036f}, {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}}};

std::size_t width_of(char32_t code) {
  if (code < 0x300) return 1;
  if (in_any(kCombining, code)) return 0;
  return in_any(kWide, code) ? 2 : 1;
}

}  // namespace

std::string visible_text(std::string_view raw) {
  const std::string text = sanitize_utf8(raw);
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view rest = std::string_view(text).substr(at);
    const Character c = first_character(rest);
    at += c.bytes;
    if (c.code == '\t' || c.code == '\n' || c.code == '\r') {
      out += ' ';
    } else if (c.code < 0x20) {
      // U+2400 … U+241F: ␛ and its like.
      out += "\xe2\x90";
      out += static_cast<char>(0x80 + c.code);
    } else if (c.code >= 0x7f && c.code < 0xa0) {
      out += "\xef\xbf\xbd";
    } else if (!in_any(kHidden, c.code)) {
      out += rest.substr(0, c.bytes);
    }
  }
  return out;
}

std::string markdown_text(std::string_view text) {
  const std::string plain = visible_text(text);
  // Where a line begins, marks make lists and headings; "1." too.
  const std::size_t digits = std::min(plain.find_first_not_of("0123456789"), plain.size());
  std::string out;
  for (std::size_t at = 0; at < plain.size(); ++at) {
    const std::string_view before = std::string_view(plain).substr(0, at);
    const std::string_view rest = std::string_view(plain).substr(at);
    const char c = plain[at];
    const bool leads =
        trim(before).empty() && std::string_view("#+-=").find(c) != std::string_view::npos;
    const bool numbers = at > 0 && at == digits && (c == '.' || c == ')');
    if (leads || numbers || std::string_view("\\`*_[]|~$").find(c) != std::string_view::npos) {
      out += '\\';
      out += c;
    } else if (c == '<') {
      // Entities where some renderers know no backslash, and where a link would be made without any
      // markup.
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '&') {
      out += "&amp;";
    } else if (c == '@') {
      out += "&#64;";
    } else if (rest.starts_with("://")) {
      out += "&#58;";
    } else if (c == '.' && before.size() >= 3 &&
               equals_ignoring_case(before.substr(before.size() - 3), "www")) {
      out += "&#46;";
    } else {
      out += c;
    }
  }
  return out;
}

std::string markdown_code(std::string_view text) {
  std::string plain = replace_all(visible_text(text), "`", "'");
  plain = replace_all(std::move(plain), "|", "\\|");
  const std::string_view trimmed = trim(plain);
  // A backslash before the closing backtick is no escape in code, but a table cell might take it
  // for one.
  return trimmed.empty() ? "" : "`" + std::string(trimmed) + (trimmed.ends_with('\\') ? " `" : "`");
}

std::size_t display_width(std::string_view utf8) {
  std::size_t out = 0;
  while (!utf8.empty()) {
    const Character c = first_character(utf8);
    out += width_of(c.code);
    utf8.remove_prefix(std::min(c.bytes, utf8.size()));
  }
  return out;
}

std::string shorten_to_width(std::string_view utf8, std::size_t columns) {
  if (display_width(utf8) <= columns) return std::string(utf8);
  if (columns == 0) return {};
  std::size_t width = 0;
  std::size_t at = 0;
  while (at < utf8.size()) {
    const Character c = first_character(utf8.substr(at));
    if (width + width_of(c.code) > columns - 1) break;
    width += width_of(c.code);
    at += std::min(c.bytes, utf8.size() - at);
  }
  return std::string(utf8.substr(0, at)) + "…";
}

std::string fit_left(std::string_view utf8, std::size_t columns) {
  std::string out = shorten_to_width(utf8, columns);
  out.append(columns - std::min(columns, display_width(out)), ' ');
  return out;
}

std::string fit_right(std::string_view utf8, std::size_t columns) {
  const std::string text = shorten_to_width(utf8, columns);
  return std::string(columns - std::min(columns, display_width(text)), ' ') + text;
}

}  // namespace mtc::digest
