#include "domain/logs/line_format_shapes.h"

#include <algorithm>
#include <array>
#include <utility>

#include "domain/logs/line_format_text.h"

namespace mtc::logs {
namespace {

Level level_of_status(int status) {
  if (status >= 500) return Level::error;
  return status >= 400 ? Level::warn : Level::info;
}

// One pair at the front of *rest; nullopt where there is none.
std::optional<std::pair<std::string_view, std::string_view>> next_pair(std::string_view* rest) {
  *rest = skip_blanks(*rest);
  const auto split = rest->find('=');
  if (split == rest->npos) return std::nullopt;
  const auto key = rest->substr(0, split);
  if (key.find(' ') != key.npos) return std::nullopt;
  rest->remove_prefix(split + 1);
  if (!rest->starts_with('"')) {
    const auto value = first_word(*rest);
    rest->remove_prefix(value.size());
    return std::pair(key, value);
  }
  std::size_t end = 1;
  while (end < rest->size() && (*rest)[end] != '"') end += (*rest)[end] == '\\' ? 2 : 1;
  const auto value = rest->substr(1, std::min(end, rest->size()) - 1);
  rest->remove_prefix(std::min(end + 1, rest->size()));
  return std::pair(key, value);
}

std::string_view unquote(std::string_view text, std::string* buffer) {
  if (text.find('\\') == text.npos) return text;
  buffer->clear();
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      *buffer += text[i];
      continue;
    }
    const char c = text[++i];
    *buffer += c == 'n' || c == 't' || c == 'r' ? ' ' : c;
  }
  return *buffer;
}

}  // namespace

std::optional<Level> header_level(std::string_view word) {
  if (word.empty() || word.size() > 13) return std::nullopt;
  if (word.size() == 1 && !is_upper(word[0])) return std::nullopt;
  if (word == "LOG" || word == "STATEMENT" || word == "DETAIL" || word == "HINT" ||
      word == "CONTEXT")
    return Level::info;
  return parse_level(word);
}

bool read_klog(std::string_view line, StampReader& stamps, ParsedLine* out) {
  if (line.size() < 22 || !is_digit(line[1]) || !is_digit(line[4]) || line[5] != ' ' ||
      line[8] != ':')
    return false;
  if (line[0] != 'I' && line[0] != 'W' && line[0] != 'E' && line[0] != 'F') return false;
  // Without a year, as "06-12 10:00:00.123456" is.
  std::array<char, 21> text;
  const auto time = first_word(line.substr(6));
  if (time.size() > 15) return false;
  text[0] = line[1];
  text[1] = line[2];
  text[2] = '-';
  text[3] = line[3];
  text[4] = line[4];
  text[5] = ' ';
  std::copy(time.begin(), time.end(), text.begin() + 6);
  const auto stamp = stamps.read({text.data(), 6 + time.size()});
  const auto end = line.substr(0, 200).find("] ");
  if (!stamp || end == line.npos) return false;
  const auto header = line.substr(0, end);
  auto source = header.substr(header.find_last_of(' ') + 1);
  if (!is_source_location(source)) return false;
  out->time = stamp->time;
  out->level = *header_level(line.substr(0, 1));
  source = source.substr(0, source.rfind(':'));
  out->service = source.substr(0, source.rfind('.'));
  out->message = line.substr(end + 2);
  return true;
}

bool read_access(std::string_view line, StampReader& stamps, ParsedLine* out) {
  const auto bracket = line.substr(0, 400).find(" [");
  if (bracket == line.npos || bracket < 3) return false;
  const auto stamp = stamps.read(line.substr(bracket + 2));
  if (!stamp) return false;
  auto rest = line.substr(bracket + 2 + stamp->length);
  if (!rest.starts_with("] \"")) return false;
  const auto request = rest.substr(2);
  auto quote = request.find('"', 1);
  while (quote != request.npos && request[quote - 1] == '\\') quote = request.find('"', quote + 1);
  if (quote == request.npos || quote + 5 > request.size()) return false;
  const auto status = first_word(request.substr(quote + 2));
  if (status.size() != 3 || !all_digits(status)) return false;
  out->time = stamp->time;
  out->level = level_of_status((status[0] - '0') * 100);
  out->level_inferred = true;
  // Referrer and agent behind the status say more of the visitor than of the service.
  out->message = request.substr(0, quote + 5);
  return true;
}

bool read_logfmt(std::string_view line, StampReader& stamps, std::string* buffer, ParsedLine* out) {
  const auto equals = line.substr(0, 40).find('=');
  if (equals == line.npos || equals == 0 ||
      !std::all_of(line.begin(), line.begin() + equals, [](char c) {
        return is_alnum(c) || c == '_' || c == '.' || c == '-' || c == '@';
      })) {
    return false;
  }
  ParsedLine read;
  read.message = line;
  bool known = false;  // key and value alone are a message like "uid=0 euid=0"
  auto rest = line;
  for (int pairs = 0; pairs < 64 && !rest.empty(); ++pairs) {
    const auto pair = next_pair(&rest);
    if (!pair) break;
    const auto [key, value] = *pair;
    if (key == "time" || key == "ts" || key == "timestamp" || key == "t") {
      if (const auto stamp = stamps.read(value)) {
        read.time = stamp->time;
        known = true;
      }
    } else if (key == "level" || key == "lvl" || key == "severity") {
      if (const auto level = parse_level(value)) {
        read.level = *level;
        known = true;
      }
    } else if (key == "msg" || key == "message") {
      read.message = unquote(value, buffer);
      known = true;
    } else if (key == "service" || key == "app" ||
               ((key == "logger" || key == "component") && read.service.empty())) {
      read.service = value;
    }
  }
  if (!known) return false;
  *out = read;
  return true;
}

}  // namespace mtc::logs
