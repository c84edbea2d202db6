#include "domain/logs/line_format.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"
#include "domain/logs/line_format_json.h"
#include "domain/logs/line_format_time.h"
#include "domain/logs/line_format_words.h"

namespace mtc::logs {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_alnum(char c) {
  return is_digit(c) || is_upper(c) || is_lower(c);
}
bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

std::string_view skip_blanks(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size() && is_blank(text[i])) ++i;
  return text.substr(i);
}

// The text up to the next blank.
std::string_view first_word(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size() && !is_blank(text[i])) ++i;
  return text.substr(0, i);
}

// A level as headers write it: "INFO", "Info", "info"; single letters only as capitals.
std::optional<Level> header_level(std::string_view word) {
  if (word.empty() || word.size() > 13) return std::nullopt;
  if (word.size() == 1 && !is_upper(word[0])) return std::nullopt;
  if (word == "LOG" || word == "STATEMENT" || word == "DETAIL" || word == "HINT" ||
      word == "CONTEXT")
    return Level::info;
  return parse_level(word);
}

// "nio-8080-exec-3", "main", "7f2c", "req-12": says where in the program, not which service.
bool is_thread_like(std::string_view text) {
  if (text.empty() || text == "main" || text == "MainThread" || text.find(' ') != text.npos)
    return true;
  if (text.find("thread") != text.npos || text.find("Thread") != text.npos ||
      text.find("exec-") != text.npos)
    return true;
  return is_digit(text.back()) || text.starts_with("pid ") || text.starts_with("req-") ||
         text == "-";
}

// What may name a program or logger: no blanks, no quotes or brackets of a sentence.
bool is_name(std::string_view text) {
  if (text.empty() || text.size() > 120 || is_digit(text[0])) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return is_alnum(c) || c == '.' || c == '_' || c == '-' || c == '$' || c == '/' || c == ':' ||
           c == '@' || c == '#' || static_cast<unsigned char>(c) >= 0x80;
  });
}

bool is_source_location(std::string_view text) {  // "server/main.go:42"
  const auto colon = text.rfind(':');
  if (colon == text.npos || colon == 0 || !all_digits(text.substr(colon + 1))) return false;
  const auto file = text.substr(0, colon);
  return file.find('.') != file.npos && file.find(':') == file.npos;
}

bool is_month_name(std::string_view text) {
  return text.size() > 3 && text[3] == ' ' &&
         std::string_view("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec ")
                 .find(text.substr(0, 4)) != std::string_view::npos;
}

Level level_of_status(int status) {
  if (status >= 500) return Level::error;
  return status >= 400 ? Level::warn : Level::info;
}

Level level_of_severity(int severity) {  // RFC 5424, 6.2.1
  if (severity <= 2) return Level::fatal;
  if (severity == 3) return Level::error;
  if (severity == 4) return Level::warn;
  return severity == 7 ? Level::debug : Level::info;
}

bool is_continuation(std::string_view line) {
  const auto text = skip_blanks(line);
  const bool indented = text.size() < line.size();
  if (indented) {
    if (text.starts_with("at ") || text.starts_with("... ") || text.starts_with("File \""))
      return true;
    if (text.starts_with("Suppressed: ")) return true;
  }
  return text.starts_with("Caused by: ") || text.starts_with("Traceback (most recent call last)") ||
         text.starts_with("goroutine ") || line.starts_with("\t");
}

}  // namespace

class LineParser::Impl {
 public:
  explicit Impl(Options options)
      : options_(std::move(options)), stamps_(options_.zone, options_.reference) {}

  ParsedLine parse(std::string_view line) {
    while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.remove_suffix(1);
    if (line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
    ParsedLine out;
    out.message = line;
    if (line.empty()) return out;
    if (!read_shape(shape_, line, &out)) shape_ = detect(line, &out);
    finish(&out);
    return out;
  }

 private:
  enum class Shape { header, syslog, json, access, klog, bgl, logfmt, container, plain };
  // In this order they are tried; the first ones fail at their first bytes.
  static constexpr std::array kShapes{Shape::json, Shape::access, Shape::klog,      Shape::syslog,
                                      Shape::bgl,  Shape::logfmt, Shape::container, Shape::header};

  Shape detect(std::string_view line, ParsedLine* out) {
    for (const Shape shape : kShapes) {
      if (shape != shape_ && read_shape(shape, line, out)) return shape;
      *out = {};
      out->message = line;
    }
    out->continuation = is_continuation(line);
    return out->continuation ? shape_ : Shape::plain;
  }

  bool read_shape(Shape shape, std::string_view line, ParsedLine* out) {
    switch (shape) {
      case Shape::header:
        return read_header(line, out);
      case Shape::syslog:
        return read_syslog(line, out);
      case Shape::json:
        return read_json(line, out);
      case Shape::access:
        return read_access(line, out);
      case Shape::klog:
        return read_klog(line, out);
      case Shape::bgl:
        return read_bgl(line, out);
      case Shape::logfmt:
        return read_logfmt(line, out);
      case Shape::container:
        return read_container(line, out);
      case Shape::plain:
        return false;
    }
    return false;
  }

  bool read_header(std::string_view line, ParsedLine* out);
  void read_header_fields(std::string_view rest, bool stamped, ParsedLine* out);
  bool read_header_bracket(std::string_view* rest, ParsedLine* out);
  bool read_syslog(std::string_view line, ParsedLine* out);
  bool read_syslog_5424(std::string_view rest, ParsedLine* out);
  bool read_process(std::string_view rest, bool strict, ParsedLine* out);
  bool read_json(std::string_view line, ParsedLine* out);
  bool read_access(std::string_view line, ParsedLine* out);
  bool read_klog(std::string_view line, ParsedLine* out);
  bool read_bgl(std::string_view line, ParsedLine* out);
  bool read_logfmt(std::string_view line, ParsedLine* out);
  bool read_container(std::string_view line, ParsedLine* out);
  void read_inner(std::string_view line, ParsedLine* out);
  std::string_view unquote(std::string_view text);
  void finish(ParsedLine* out);

  Options options_;
  StampReader stamps_;
  JsonLineReader json_;
  JsonLineReader
      inner_json_;  // for JSON within JSON: what a reader returned lives until it reads again
  Shape shape_ = Shape::plain;  // of the last line
  bool inside_ = false;         // a line within a line is being read
  std::string unquoted_;
  TimePoint last_time_{};
  std::string last_service_;
};

// What all shapes have in common: the level if nobody named it, and what a continuation takes over.
void LineParser::Impl::finish(ParsedLine* out) {
  if (out->continuation) {
    out->time = last_time_;
    out->service = last_service_;
    out->level = Level::unknown;
    return;
  }
  if (out->level == Level::unknown && options_.infer_levels) {
    out->level = infer_level(out->message);
    out->level_inferred = out->level != Level::unknown;
  }
  last_time_ = out->time;
  if (last_service_ != out->service) last_service_ = out->service;
}

// [name | ] [LEVEL ] timestamp, then level, thread, process, logger in any order, then the message.
bool LineParser::Impl::read_header(std::string_view line, ParsedLine* out) {
  std::string_view rest = skip_blanks(line);
  // Month names begin a syslog line, which has a host behind the time.
  if (rest.size() < 2 || (is_upper(rest[0]) && is_month_name(rest))) return false;
  const bool bracket = rest[0] == '[' || rest[0] == '(';
  if (bracket) {
    const auto inner = rest.substr(1);
    if (const auto stamp = stamps_.read(inner)) {
      out->time = stamp->time;
      rest = inner.substr(stamp->length);
      // "[2026-11-22 05:00:00,123: ERROR/MainProcess] message" is Celery's.
      if (rest.starts_with(": ")) {
        const auto end = rest.find(']');
        const auto slash = rest.find('/');
        if (end != rest.npos) {
          const auto level = header_level(rest.substr(2, std::min(slash, end) - 2));
          if (level) out->level = *level;
          out->message = skip_blanks(rest.substr(end + 1));
          return true;
        }
      }
      if (!rest.empty() && (rest[0] == ']' || rest[0] == ')')) rest.remove_prefix(1);
      read_header_fields(rest, true, out);
      return true;
    }
  } else if (const auto first = stamps_.read(rest)) {
    const auto behind = rest.substr(first->length);
    if (!behind.empty() && is_alnum(behind[0])) return false;
    out->time = first->time;
    read_header_fields(behind, true, out);
    return true;
  }
  // The level, or a file name, before the time.
  const auto word = first_word(rest);
  auto bare = word;
  if (bracket && bare.size() > 2 && bare.back() == ']') bare = bare.substr(1, bare.size() - 2);
  if (!bracket && !bare.empty() && bare.back() == ':') bare.remove_suffix(1);
  const auto level =
      bare.size() > 1 && (is_upper(bare[0]) || bracket) ? header_level(bare) : std::nullopt;
  const auto behind = skip_blanks(rest.substr(word.size()));
  const bool second_bracket = behind.starts_with('[');
  const auto stamp = is_alnum(rest[0]) || bracket
                         ? stamps_.read(second_bracket ? behind.substr(1) : behind)
                         : std::nullopt;
  if (stamp) {
    if (level) out->level = *level;
    out->time = stamp->time;
    auto after = behind.substr(stamp->length + (second_bracket ? 1 : 0));
    if (second_bracket && after.starts_with(']')) after.remove_prefix(1);
    read_header_fields(after, true, out);
    return true;
  }
  if (level &&
      (is_upper(bare.back()) || bracket || word.size() > bare.size() || !is_alnum(bare.back()))) {
    out->level = *level;
    read_header_fields(rest.substr(word.size()), false, out);
    return true;
  }
  // Python's basicConfig: "WARNING:root:message".
  const auto colon = word.find(':');
  if (colon == word.npos || colon < 4 || !is_upper(word[0]) || !is_upper(word[colon - 1]))
    return false;
  const auto named = header_level(word.substr(0, colon));
  const auto second = rest.find(':', colon + 1);
  if (!named || second == rest.npos || !is_name(rest.substr(colon + 1, second - colon - 1)))
    return false;
  out->level = *named;
  out->service = rest.substr(colon + 1, second - colon - 1);
  out->message = skip_blanks(rest.substr(second + 1));
  return true;
}

// "[main]", "[error]", "[core:error]", "[pid 12:tid 34]", "[order-service,4bf92f,00f0]" in a
// header.
bool LineParser::Impl::read_header_bracket(std::string_view* rest, ParsedLine* out) {
  const auto end = rest->find(']');
  if (end == rest->npos || end > 100) return false;
  auto inner = trim(rest->substr(1, end - 1));
  const auto comma = inner.find(',');
  const auto colon = inner.find(':');
  if (const auto level = header_level(inner); level && out->level == Level::unknown) {
    out->level = *level;
  } else if (const auto module_level =
                 colon == inner.npos ? std::nullopt : header_level(inner.substr(colon + 1));
             module_level && out->level == Level::unknown) {
    out->level = *module_level;
    if (out->service.empty() && colon > 0) out->service = inner.substr(0, colon);
  } else if (comma != inner.npos && is_name(inner.substr(0, comma))) {
    out->service = inner.substr(0, comma);
  } else if (out->service.empty() && !is_thread_like(inner) && is_name(inner)) {
    out->service = inner;
  }
  *rest = rest->substr(end + 1);
  return true;
}

void LineParser::Impl::read_header_fields(std::string_view rest, bool stamped, ParsedLine* out) {
  bool logger = false;     // a name that ends the header has been seen
  bool separated = false;  // the last thing was " - ", " : " or " | "
  for (int step = 0; step < 12; ++step) {
    while (!rest.empty() && (is_blank(rest[0]) || (step == 0 && rest[0] == ',')))
      rest.remove_prefix(1);
    if (rest.empty()) break;
    if (rest[0] == '[') {
      // Behind the logger, or without a time, a bracket belongs to the message.
      if (logger || (!stamped && step > 0) || !read_header_bracket(&rest, out)) break;
      separated = false;
      continue;
    }
    const auto word = first_word(rest);
    if (word == "-" || word == "--" || word == "---" || word == ":" || word == "|" ||
        word == "::") {
      const bool ends_header =
          logger && out->level != Level::unknown && word != "|" && word != "---";
      rest.remove_prefix(word.size());
      separated = true;
      if (ends_header || (word == ":" && step > 0)) break;
      continue;
    }
    if (rest[0] == '|') {
      rest.remove_prefix(1);
      separated = true;
      continue;
    }
    // "name|", "INFO|": fields between bars.
    if (const auto bar = word.find('|'); bar != word.npos && bar > 0 && stamped) {
      const auto field = word.substr(0, bar);
      if (const auto level = header_level(field); level && out->level == Level::unknown) {
        out->level = *level;
      } else if (!all_digits(field)) {
        if (!out->service.empty() || !is_name(field)) break;
        out->service = field;
      }
      rest.remove_prefix(bar + 1);
      continue;
    }
    auto bare = word;
    const bool colon = bare.back() == ':' && bare.size() > 1;
    if (colon) bare.remove_suffix(1);
    if (out->level == Level::unknown && (stamped || step == 0)) {
      if (const auto level = header_level(bare);
          level && (is_upper(bare[0]) || step == 0 || separated || colon ||
                    static_cast<unsigned char>(bare[0]) >= 0x80)) {
        out->level = *level;
        rest.remove_prefix(word.size());
        separated = false;
        continue;
      }
    }
    if (!logger && stamped) {
      // A process number; nginx writes "12#12:" and then "*34".
      const auto hash = bare.find('#');
      if (hash != bare.npos && all_digits(bare.substr(0, hash)) &&
          all_digits(bare.substr(hash + 1))) {
        rest = skip_blanks(rest.substr(word.size()));
        if (rest.starts_with('*')) rest = skip_blanks(rest.substr(first_word(rest).size()));
        out->service = "nginx";
        break;
      }
      if (all_digits(bare) && (out->level == Level::unknown || step <= 2)) {
        rest.remove_prefix(word.size());
        continue;
      }
      if (is_source_location(bare)) {
        rest.remove_prefix(word.size());
        continue;
      }
      // rsyslog's "host process[12]: message" behind an ISO time.
      if (step == 0 && out->level == Level::unknown && is_name(word) &&
          read_process(rest, true, out))
        return;
    }
    // A logger: "c.e.OrderService :", "dfs.DataNode$PacketResponder:", "root -"; its colon or dash
    // ends the header.
    const auto behind = skip_blanks(rest.substr(word.size()));
    const bool marked = colon || behind.starts_with(": ") || behind.starts_with("- ") ||
                        behind.starts_with("| ") ||
                        (bare.find('.') != bare.npos && behind.starts_with('['));
    if (!logger && marked && (out->level != Level::unknown || (separated && stamped)) &&
        is_name(bare)) {
      if (!bare.empty() && !is_thread_like(bare)) out->service = bare;
      // loguru's "module:function:12".
      if (const auto first = bare.find(':'); first != bare.npos && !bare.starts_with(':')) {
        out->service = bare.substr(0, first);
      }
      rest.remove_prefix(word.size());
      logger = true;
      separated = false;
      if (colon) break;
      continue;
    }
    break;
  }
  out->message = skip_blanks(rest);
}

// "host process[12]: message" or "process: message".
bool LineParser::Impl::read_process(std::string_view rest, bool strict, ParsedLine* out) {
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

bool LineParser::Impl::read_syslog(std::string_view line, ParsedLine* out) {
  std::string_view rest = line;
  int priority = -1;
  if (rest.size() > 4 && rest[0] == '<') {
    const auto end = rest.find('>');
    if (end == rest.npos || end > 4 || !all_digits(rest.substr(1, end - 1))) return false;
    priority = 0;
    for (const char c : rest.substr(1, end - 1)) priority = priority * 10 + (c - '0');
    rest.remove_prefix(end + 1);
    if (rest.starts_with("1 ") && read_syslog_5424(rest.substr(2), out)) {
      out->level = level_of_severity(priority % 8);
      return true;
    }
  }
  // Month day time, without a year.
  if (rest.size() < 16 || !is_upper(rest[0]) || !is_lower(rest[1]) || rest[3] != ' ') return false;
  const auto stamp = stamps_.read(rest);
  if (!stamp || !is_blank(rest.size() > stamp->length ? rest[stamp->length] : '\0')) return false;
  out->time = stamp->time;
  if (priority >= 0) out->level = level_of_severity(priority % 8);
  return read_process(rest.substr(stamp->length), false, out);
}

// TIMESTAMP HOST APP PROCID MSGID [data] message
bool LineParser::Impl::read_syslog_5424(std::string_view rest, ParsedLine* out) {
  if (const auto stamp = stamps_.read(rest)) {
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

bool LineParser::Impl::read_json(std::string_view line, ParsedLine* out) {
  const auto text = skip_blanks(line);
  if (text.size() < 2 || text[0] != '{') return false;
  bool raw = false;
  if (!(inside_ ? inner_json_ : json_).read(text, stamps_, out, &raw)) return false;
  if (raw && !inside_) read_inner(out->message, out);
  return true;
}

// 10.0.0.1 - bob [22/Nov/2026:05:00:00 +0800] "GET / HTTP/1.1" 200 612 …
bool LineParser::Impl::read_access(std::string_view line, ParsedLine* out) {
  const auto bracket = line.substr(0, 400).find(" [");
  if (bracket == line.npos || bracket < 3) return false;
  const auto stamp = stamps_.read(line.substr(bracket + 2));
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

// E0612 10:00:00.123456       1 controller.go:105] message
bool LineParser::Impl::read_klog(std::string_view line, ParsedLine* out) {
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
  const auto stamp = stamps_.read({text.data(), 6 + time.size()});
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

// - 1117838570 2005.06.03 NODE 2005-06-03-15.42.50.675872 NODE RAS KERNEL INFO message; other
// supercomputers of the same collection go on with a syslog header behind the node.
bool LineParser::Impl::read_bgl(std::string_view line, ParsedLine* out) {
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
  const auto stamp = stamps_.read(epoch);
  if (!stamp) return false;
  const auto node = next();
  out->time = stamp->time;
  rest = skip_blanks(rest);
  if (rest.size() > 15 && is_upper(rest[0]) && rest[3] == ' ') {
    const TimePoint time = out->time;
    const bool ok = read_syslog(rest, out);
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

// time=… level=info service=gateway msg="…"
bool LineParser::Impl::read_logfmt(std::string_view line, ParsedLine* out) {
  const auto equals = line.substr(0, 40).find('=');
  if (equals == line.npos || equals == 0 ||
      !std::all_of(line.begin(), line.begin() + equals, [](char c) {
        return is_alnum(c) || c == '_' || c == '.' || c == '-' || c == '@';
      })) {
    return false;
  }
  ParsedLine read;
  read.message = line;
  bool known = false;
  auto rest = line;
  for (int pairs = 0; pairs < 64 && !rest.empty(); ++pairs) {
    rest = skip_blanks(rest);
    const auto split = rest.find('=');
    if (split == rest.npos) break;
    const auto key = rest.substr(0, split);
    if (key.find(' ') != key.npos) break;
    rest.remove_prefix(split + 1);
    std::string_view value;
    if (rest.starts_with('"')) {
      std::size_t end = 1;
      while (end < rest.size() && rest[end] != '"') end += rest[end] == '\\' ? 2 : 1;
      value = rest.substr(1, std::min(end, rest.size()) - 1);
      rest.remove_prefix(std::min(end + 1, rest.size()));
    } else {
      value = first_word(rest);
      rest.remove_prefix(value.size());
    }
    if (key == "time" || key == "ts" || key == "timestamp" || key == "t") {
      if (const auto stamp = stamps_.read(value)) {
        read.time = stamp->time;
        known = true;
      }
    } else if (key == "level" || key == "lvl" || key == "severity") {
      if (const auto level = parse_level(value)) {
        read.level = *level;
        known = true;
      }
    } else if (key == "msg" || key == "message") {
      read.message = unquote(value);
      known = true;
    } else if (key == "service" || key == "app" ||
               ((key == "logger" || key == "component") && read.service.empty())) {
      read.service = value;
    }
  }
  // Key and value alone are a message like "uid=0 euid=0".
  if (!known) return false;
  *out = read;
  return true;
}

std::string_view LineParser::Impl::unquote(std::string_view text) {
  if (text.find('\\') == text.npos) return text;
  unquoted_.clear();
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      unquoted_ += text[i];
      continue;
    }
    const char c = text[++i];
    unquoted_ += c == 'n' || c == 't' || c == 'r' ? ' ' : c;
  }
  return unquoted_;
}

// "2026-11-22T05:00:00.123456789+08:00 stdout F line" of containerd, "web_1  | line" of docker
// compose.
bool LineParser::Impl::read_container(std::string_view line, ParsedLine* out) {
  if (inside_) return false;
  if (is_digit(line[0])) {
    const auto blank = line.substr(0, 45).find(' ');
    if (blank == line.npos || line[blank - 1] == ',') return false;
    auto rest = line.substr(blank + 1);
    if (!rest.starts_with("stdout ") && !rest.starts_with("stderr ")) return false;
    rest.remove_prefix(7);
    if (rest.size() < 2 || (rest[0] != 'F' && rest[0] != 'P') || rest[1] != ' ') return false;
    const auto stamp = stamps_.read(line);
    if (!stamp) return false;
    out->time = stamp->time;
    read_inner(rest.substr(2), out);
    return true;
  }
  const auto bar = line.substr(0, 60).find(" | ");
  if (bar == line.npos || bar == 0) return false;
  const auto name = trim(line.substr(0, bar));
  if (!is_name(name) || !is_lower(name[0])) return false;
  out->service = name;
  read_inner(line.substr(bar + 3), out);
  return true;
}

// The line that a container runtime has wrapped. Its own time and service count if it has them.
void LineParser::Impl::read_inner(std::string_view line, ParsedLine* out) {
  ParsedLine inner;
  inner.message = line;
  if (!line.empty()) {
    inside_ = true;
    const bool known = std::any_of(kShapes.begin(), kShapes.end(), [&](Shape shape) {
      inner = {};
      inner.message = line;
      return read_shape(shape, line, &inner);
    });
    inside_ = false;
    if (!known) inner = {};
    if (!known) inner.message = line;
    if (!known) inner.continuation = is_continuation(line);
  }
  out->message = inner.message;
  out->continuation = inner.continuation;
  out->level_inferred = inner.level_inferred;
  if (inner.level != Level::unknown) out->level = inner.level;
  if (inner.time != TimePoint{}) out->time = inner.time;
  if (!inner.service.empty() && out->service.empty()) out->service = inner.service;
}

LineParser::LineParser(Options options) : impl_(std::make_unique<Impl>(std::move(options))) {}
LineParser::~LineParser() = default;
LineParser::LineParser(LineParser&&) noexcept = default;
LineParser& LineParser::operator=(LineParser&&) noexcept = default;

ParsedLine LineParser::parse(std::string_view line) {
  return impl_->parse(line);
}

}  // namespace mtc::logs
