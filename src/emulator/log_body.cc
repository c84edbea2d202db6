#include "emulator/log_body.h"

#include <cstring>

#include "base/text.h"

namespace mtc::emulator {
namespace {

bool is_plain(unsigned char c) {
  return c >= 0x20 && c != '"' && c != '\\';
}

unsigned hex_value(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  return static_cast<unsigned>((c | 0x20) - 'a' + 10);
}

}  // namespace

void append_escaped(std::string& out, std::string_view text) {
  std::string clean;
  if (!is_valid_utf8(text)) {
    clean = sanitize_utf8(text);
    text = clean;
  }
  constexpr const char* kHex = "0123456789abcdef";
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (is_plain(c)) continue;
    out.append(text, begin, i - begin);
    begin = i + 1;
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        out += "\\u00";
        out += kHex[c >> 4U];
        out += kHex[c & 15U];
    }
  }
  out.append(text, begin, text.size() - begin);
}

void append_json_in_json(std::string& out, std::string_view json) {
  std::size_t begin = 0;
  for (std::size_t i = 0; i < json.size(); ++i) {
    if (json[i] != '"' && json[i] != '\\') continue;
    out.append(json, begin, i - begin);
    out += '\\';
    begin = i;
  }
  out.append(json, begin, json.size() - begin);
}

void append_field(std::string& out, std::string_view key, std::string_view value) {
  out += out.size() > 1 ? ",\"" : "\"";
  append_escaped(out, key);
  out += "\":\"";
  append_escaped(out, value);
  out += '"';
}

bool BodyReader::take_string(std::string_view& out) {
  if (rest_.empty() || rest_[0] != '"') return false;
  std::size_t at = 1;
  for (;;) {
    const auto* quote =
        static_cast<const char*>(std::memchr(rest_.data() + at, '"', rest_.size() - at));
    if (quote == nullptr) return false;
    const auto end = static_cast<std::size_t>(quote - rest_.data());
    std::size_t slashes = 0;
    while (slashes < end - 1 && rest_[end - 1 - slashes] == '\\') ++slashes;
    at = end + 1;
    if (slashes % 2 != 0) continue;  // an escaped quote
    out = rest_.substr(1, end - 1);
    rest_.remove_prefix(at);
    return true;
  }
}

bool BodyReader::next(std::string_view& key, std::string_view& value) {
  if (!take_string(key) || rest_.empty() || rest_[0] != ':') return false;
  rest_.remove_prefix(1);
  if (!take_string(value)) return false;
  if (!rest_.empty() && rest_[0] == ',') rest_.remove_prefix(1);
  return true;
}

std::string_view unescape(std::string_view escaped, std::string& scratch) {
  if (escaped.find('\\') == std::string_view::npos) return escaped;
  scratch.clear();
  for (std::size_t i = 0; i < escaped.size(); ++i) {
    if (escaped[i] != '\\' || i + 1 == escaped.size()) {
      scratch += escaped[i];
      continue;
    }
    switch (const char c = escaped[++i]) {
      case 'n':
        scratch += '\n';
        break;
      case 'r':
        scratch += '\r';
        break;
      case 't':
        scratch += '\t';
        break;
      case 'u':
        if (i + 4 < escaped.size()) {
          scratch += static_cast<char>(hex_value(escaped[i + 3]) * 16 + hex_value(escaped[i + 4]));
          i += 4;
        }
        break;
      default:
        scratch += c;
    }
  }
  return scratch;
}

std::optional<std::string_view> find_field(std::string_view body, std::string_view key,
                                           std::string& scratch) {
  BodyReader reader(body);
  std::string_view name, value;
  while (reader.next(name, value)) {
    if (name == key) return unescape(value, scratch);
  }
  return std::nullopt;
}

}  // namespace mtc::emulator
