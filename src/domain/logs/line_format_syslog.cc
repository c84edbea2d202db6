#include <array>

#include "domain/logs/line_format_shapes.h"
#include "domain/logs/line_format_text.h"

namespace mtc::logs {
namespace {

Level level_of_severity(int severity) {  // RFC 5424, 6.2.1
  if (severity <= 2) return Level::fatal;
  if (severity == 3) return Level::error;
  if (severity == 4) return Level::warn;
  return severity == 7 ? Level::debug : Level::info;
}

// TIMESTAMP HOST APP PROCID MSGID [data] message
bool read_syslog_5424(std::string_view rest, StampReader& stamps, ParsedLine* out) {
  if (const auto stamp = stamps.read(rest)) {
    out->time = stamp->time;
    rest = rest.substr(stamp->length);
  } else if (rest.starts_with("- ")) {
    rest.remove_prefix(1);
  } else {
    return false;
  }
  std::array<std::string_view, 4> fields;
  for (auto& field : fields) {
    rest = skip_blanks(rest);
    field = first_word(rest);
    rest.remove_prefix(field.size());
  }
  if (fields[1] != "-") out->service = fields[1];
  rest = skip_blanks(rest);
  if (rest.starts_with("- ")) {
    rest.remove_prefix(2);
  } else if (rest == "-") {
    rest = {};
  }
  while (rest.starts_with('[')) {
    std::size_t end = 1;
    while (end < rest.size() && rest[end] != ']') end += rest[end] == '\\' ? 2 : 1;
    if (end >= rest.size()) break;
    rest.remove_prefix(end + 1);
  }
  out->message = skip_blanks(rest);
  return true;
}

}  // namespace

bool read_process(std::string_view rest, bool strict, ParsedLine* out) {
  rest = skip_blanks(rest);
  const auto host = first_word(rest);
  auto program = skip_blanks(rest.substr(host.size()));
  // "host: message" has no process; "last message repeated 2 times" neither.
  const auto colon = program.find(": ") != program.npos          ? program.find(": ")
                     : !program.empty() && program.back() == ':' ? program.size() - 1
                                                                 : program.npos;
  if (colon == program.npos || colon == 0 || colon > 80) {
    if (strict) return false;
    out->message = program;
    return true;
  }
  auto name = program.substr(0, colon);
  const auto bracket = name.rfind('[');
  const bool numbered = bracket != name.npos && bracket > 0 && name.back() == ']' &&
                        all_digits(name.substr(bracket + 1, name.size() - bracket - 2));
  if (numbered) name = name.substr(0, bracket);
  if (strict && !numbered) return false;
  if (name.starts_with("-- ")) name = skip_blanks(name.substr(2));
  // "syslogd 1.4.1:" has a version behind its name; more words than that are a sentence.
  const auto blank = name.find(' ');
  const bool versioned = blank != name.npos && blank + 1 < name.size() &&
                         is_digit(name[blank + 1]) && name.find(' ', blank + 1) == name.npos;
  if (blank != name.npos && !versioned) {
    if (strict) return false;
    out->message = program;
    return true;
  }
  out->service = name.substr(0, blank);
  out->message = skip_blanks(program.substr(colon + 1));
  return true;
}

bool read_syslog(std::string_view line, StampReader& stamps, ParsedLine* out) {
  std::string_view rest = line;
  int priority = -1;
  if (rest.size() > 4 && rest[0] == '<') {
    const auto end = rest.find('>');
    if (end == rest.npos || end > 4 || !all_digits(rest.substr(1, end - 1))) return false;
    priority = 0;
    for (const char c : rest.substr(1, end - 1)) priority = priority * 10 + (c - '0');
    rest.remove_prefix(end + 1);
    if (rest.starts_with("1 ") && read_syslog_5424(rest.substr(2), stamps, out)) {
      out->level = level_of_severity(priority % 8);
      return true;
    }
  }
  // Month day time, without a year.
  if (rest.size() < 16 || !is_upper(rest[0]) || !is_lower(rest[1]) || rest[3] != ' ') return false;
  const auto stamp = stamps.read(rest);
  if (!stamp || !is_blank(rest.size() > stamp->length ? rest[stamp->length] : '\0')) return false;
  out->time = stamp->time;
  if (priority >= 0) out->level = level_of_severity(priority % 8);
  return read_process(rest.substr(stamp->length), false, out);
}

bool read_blue_gene(std::string_view line, StampReader& stamps, ParsedLine* out) {
  if (line.size() < 40 || (line[0] != '-' && !is_upper(line[0]))) return false;
  auto rest = line;
  const auto next = [&rest] {
    rest = skip_blanks(rest);
    const auto word = first_word(rest);
    rest.remove_prefix(word.size());
    return word;
  };
  const auto label = next();
  const auto epoch = next();
  if (label.size() > 16 || epoch.size() != 10 || !all_digits(epoch)) return false;
  const auto date = next();
  if (date.size() != 10 || date[4] != '.' || date[7] != '.') return false;
  const auto stamp = stamps.read(epoch);
  if (!stamp) return false;
  const auto node = next();
  out->time = stamp->time;
  rest = skip_blanks(rest);
  if (rest.size() > 15 && is_upper(rest[0]) && rest[3] == ' ') {
    const TimePoint time = out->time;
    const bool ok = read_syslog(rest, stamps, out);
    out->time = time;
    return ok;
  }
  next();  // the time once more
  if (next() != node && rest.empty()) return false;
  next();  // RAS
  out->service = next();
  const auto before_level = rest;
  if (const auto level = header_level(next())) {
    out->level = *level;
    out->message = skip_blanks(rest);
  } else {
    out->message = skip_blanks(before_level);
  }
  return true;
}

}  // namespace mtc::logs
