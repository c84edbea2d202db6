#include <array>

#include "base/text.h"
#include "domain/logs/line_format_shapes.h"
#include "domain/logs/line_format_text.h"

namespace mtc::logs {
namespace {

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

bool is_month_name(std::string_view text) {
  return text.size() > 3 && text[3] == ' ' &&
         std::string_view("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec ")
                 .find(text.substr(0, 4)) != std::string_view::npos;
}

// The fields between the time and the message.
class HeaderFields {
 public:
  // `stamped`: a time stands before them.
  HeaderFields(std::string_view rest, bool stamped, ParsedLine* out)
      : rest_(rest), stamped_(stamped), out_(out) {}

  void read() {
    for (step_ = 0; step_ < kMostFields; ++step_) {
      while (!rest_.empty() && (is_blank(rest_[0]) || (step_ == 0 && rest_[0] == ',')))
        rest_.remove_prefix(1);
      if (rest_.empty()) break;
      const Next next = take_field();
      if (next == Next::complete) return;
      if (next == Next::message) break;
    }
    out_->message = skip_blanks(rest_);
  }

 private:
  // What comes behind a field: another one, the message, or nothing, because it is all read.
  // `other`: this was no such field.
  enum class Next { field, message, complete, other };
  static constexpr int kMostFields = 12;

  Next take_field() {
    if (rest_[0] == '[') return take_bracket();
    const auto word = first_word(rest_);
    auto bare = word;
    const bool colon = bare.back() == ':' && bare.size() > 1;
    if (colon) bare.remove_suffix(1);
    Next next = take_separator(word);
    if (next == Next::other) next = take_bar_field(word);
    if (next == Next::other) next = take_level(word, bare, colon);
    if (next == Next::other && !logger_ && stamped_) next = take_number(word, bare);
    if (next == Next::other) next = take_logger(word, bare, colon);
    return next == Next::other ? Next::message : next;
  }

  void drop(std::string_view word) { rest_.remove_prefix(word.size()); }

  // "[main]", "[error]", "[core:error]", "[pid 12:tid 34]", "[order-service,4bf92f,00f0]". Behind
  // the logger, or without a time, a bracket belongs to the message.
  Next take_bracket() {
    const auto end = rest_.find(']');
    if (logger_ || (!stamped_ && step_ > 0) || end == rest_.npos || end > 100) return Next::message;
    const auto inner = trim(rest_.substr(1, end - 1));
    rest_.remove_prefix(end + 1);
    separated_ = false;
    const auto comma = inner.find(',');
    const auto colon = inner.find(':');
    if (set_level(header_level(inner))) return Next::field;
    if (colon != inner.npos && set_level(header_level(inner.substr(colon + 1)))) {
      if (out_->service.empty() && colon > 0) out_->service = inner.substr(0, colon);
    } else if (comma != inner.npos && is_name(inner.substr(0, comma))) {
      out_->service = inner.substr(0, comma);
    } else if (out_->service.empty() && !is_thread_like(inner) && is_name(inner)) {
      out_->service = inner;
    }
    return Next::field;
  }

  Next take_separator(std::string_view word) {
    if (word == "-" || word == "--" || word == "---" || word == ":" || word == "|" ||
        word == "::") {
      drop(word);
      separated_ = true;
      const bool ends_header =
          logger_ && out_->level != Level::unknown && word != "|" && word != "---";
      return ends_header || (word == ":" && step_ > 0) ? Next::message : Next::field;
    }
    if (rest_[0] != '|') return Next::other;
    rest_.remove_prefix(1);
    separated_ = true;
    return Next::field;
  }

  // "name|", "INFO|": fields between bars.
  Next take_bar_field(std::string_view word) {
    const auto bar = word.find('|');
    if (bar == word.npos || bar == 0 || !stamped_) return Next::other;
    const auto field = word.substr(0, bar);
    if (!set_level(header_level(field)) && !all_digits(field)) {
      if (!out_->service.empty() || !is_name(field)) return Next::message;
      out_->service = field;
    }
    rest_.remove_prefix(bar + 1);
    return Next::field;
  }

  Next take_level(std::string_view word, std::string_view bare, bool colon) {
    if (out_->level != Level::unknown || (!stamped_ && step_ > 0)) return Next::other;
    const bool marked = is_upper(bare[0]) || step_ == 0 || separated_ || colon ||
                        static_cast<unsigned char>(bare[0]) >= 0x80;
    if (!marked || !set_level(header_level(bare))) return Next::other;
    drop(word);
    separated_ = false;
    return Next::field;
  }

  // A process number, a source location, rsyslog's process behind an ISO time.
  Next take_number(std::string_view word, std::string_view bare) {
    const auto hash = bare.find('#');
    if (hash != bare.npos && all_digits(bare.substr(0, hash)) &&
        all_digits(bare.substr(hash + 1))) {  // nginx writes "12#12:" and then "*34"
      rest_ = skip_blanks(rest_.substr(word.size()));
      if (rest_.starts_with('*')) rest_ = skip_blanks(rest_.substr(first_word(rest_).size()));
      out_->service = "nginx";
      return Next::message;
    }
    const bool number = all_digits(bare) && (out_->level == Level::unknown || step_ <= 2);
    if (number || is_source_location(bare)) {
      drop(word);
      return Next::field;
    }
    const bool process = step_ == 0 && out_->level == Level::unknown && is_name(word) &&
                         read_process(rest_, true, out_);
    return process ? Next::complete : Next::other;
  }

  // "c.e.OrderService :", "dfs.DataNode$PacketResponder:", "root -": a colon or dash ends the
  // header.
  Next take_logger(std::string_view word, std::string_view bare, bool colon) {
    const auto behind = skip_blanks(rest_.substr(word.size()));
    const bool marked = colon || behind.starts_with(": ") || behind.starts_with("- ") ||
                        behind.starts_with("| ") ||
                        (bare.find('.') != bare.npos && behind.starts_with('['));
    const bool expected = out_->level != Level::unknown || (separated_ && stamped_);
    if (logger_ || !marked || !expected || !is_name(bare)) return Next::other;
    if (!is_thread_like(bare)) out_->service = bare;
    // loguru's "module:function:12".
    if (const auto first = bare.find(':'); first != bare.npos && first > 0)
      out_->service = bare.substr(0, first);
    drop(word);
    logger_ = true;
    separated_ = false;
    return colon ? Next::message : Next::field;
  }

  // True if it is a level and the line had none yet.
  bool set_level(std::optional<Level> level) {
    if (!level || out_->level != Level::unknown) return false;
    out_->level = *level;
    return true;
  }

  std::string_view rest_;
  bool stamped_;
  ParsedLine* out_;
  int step_ = 0;
  bool logger_ = false;     // a name that ends the header has been seen
  bool separated_ = false;  // the last thing was " - ", " : " or " | "
};

void read_fields(std::string_view rest, bool stamped, ParsedLine* out) {
  HeaderFields(rest, stamped, out).read();
}

// "2026-11-22 05:00:00,123] …", what follows an opening bracket.
bool read_bracketed_time(std::string_view inner, StampReader& stamps, ParsedLine* out) {
  const auto stamp = stamps.read(inner);
  if (!stamp) return false;
  out->time = stamp->time;
  auto rest = inner.substr(stamp->length);
  // "[2026-11-22 05:00:00,123: ERROR/MainProcess] message" is Celery's.
  if (const auto end = rest.find(']'); rest.starts_with(": ") && end != rest.npos) {
    const auto slash = rest.find('/');
    const auto level = header_level(rest.substr(2, std::min(slash, end) - 2));
    if (level) out->level = *level;
    out->message = skip_blanks(rest.substr(end + 1));
    return true;
  }
  if (!rest.empty() && (rest[0] == ']' || rest[0] == ')')) rest.remove_prefix(1);
  read_fields(rest, true, out);
  return true;
}

// "INFO 2026-11-22 05:00:00 …", "app.log: 2026-11-22 …", "[INFO] [2026-11-22 …] …", "ERROR: …"
bool read_level_first(std::string_view rest, bool bracket, StampReader& stamps, ParsedLine* out) {
  const auto word = first_word(rest);
  auto bare = word;
  if (bracket && bare.size() > 2 && bare.back() == ']') bare = bare.substr(1, bare.size() - 2);
  if (!bracket && !bare.empty() && bare.back() == ':') bare.remove_suffix(1);
  const auto level =
      bare.size() > 1 && (is_upper(bare[0]) || bracket) ? header_level(bare) : std::nullopt;
  const auto behind = skip_blanks(rest.substr(word.size()));
  const bool second_bracket = behind.starts_with('[');
  const auto stamp = is_alnum(rest[0]) || bracket
                         ? stamps.read(second_bracket ? behind.substr(1) : behind)
                         : std::nullopt;
  if (stamp) {
    if (level) out->level = *level;
    out->time = stamp->time;
    auto after = behind.substr(stamp->length + (second_bracket ? 1 : 0));
    if (second_bracket && after.starts_with(']')) after.remove_prefix(1);
    read_fields(after, true, out);
    return true;
  }
  if (!level ||
      !(is_upper(bare.back()) || bracket || word.size() > bare.size() || !is_alnum(bare.back())))
    return false;
  out->level = *level;
  read_fields(rest.substr(word.size()), false, out);
  return true;
}

// Python's basicConfig: "WARNING:root:message".
bool read_level_and_logger(std::string_view rest, ParsedLine* out) {
  const auto word = first_word(rest);
  const auto colon = word.find(':');
  if (colon == word.npos || colon < 4 || !is_upper(word[0]) || !is_upper(word[colon - 1]))
    return false;
  const auto level = header_level(word.substr(0, colon));
  const auto second = rest.find(':', colon + 1);
  if (!level || second == rest.npos || !is_name(rest.substr(colon + 1, second - colon - 1)))
    return false;
  out->level = *level;
  out->service = rest.substr(colon + 1, second - colon - 1);
  out->message = skip_blanks(rest.substr(second + 1));
  return true;
}

}  // namespace

bool read_header(std::string_view line, StampReader& stamps, ParsedLine* out) {
  const std::string_view rest = skip_blanks(line);
  // Month names begin a syslog line, which has a host behind the time.
  if (rest.size() < 2 || (is_upper(rest[0]) && is_month_name(rest))) return false;
  const bool bracket = rest[0] == '[' || rest[0] == '(';
  if (bracket) {
    if (read_bracketed_time(rest.substr(1), stamps, out)) return true;
  } else if (const auto first = stamps.read(rest)) {
    const auto behind = rest.substr(first->length);
    if (!behind.empty() && is_alnum(behind[0])) return false;
    out->time = first->time;
    read_fields(behind, true, out);
    return true;
  }
  return read_level_first(rest, bracket, stamps, out) || read_level_and_logger(rest, out);
}

}  // namespace mtc::logs
