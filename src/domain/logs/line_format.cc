#include "domain/logs/line_format.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"
#include "domain/logs/line_format_json.h"
#include "domain/logs/line_format_shapes.h"
#include "domain/logs/line_format_text.h"
#include "domain/logs/line_format_time.h"
#include "domain/logs/line_format_words.h"

namespace mtc::logs {
namespace {

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
  enum class Shape { header, syslog, json, access, klog, blue_gene, logfmt, container, plain };
  // In this order they are tried; the first ones fail at their first bytes.
  static constexpr std::array kShapes{Shape::json,      Shape::access,    Shape::klog,
                                      Shape::syslog,    Shape::blue_gene, Shape::logfmt,
                                      Shape::container, Shape::header};

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
        return read_header(line, stamps_, out);
      case Shape::syslog:
        return read_syslog(line, stamps_, out);
      case Shape::json:
        return read_json(line, out);
      case Shape::access:
        return read_access(line, stamps_, out);
      case Shape::klog:
        return read_klog(line, stamps_, out);
      case Shape::blue_gene:
        return read_blue_gene(line, stamps_, out);
      case Shape::logfmt:
        return read_logfmt(line, stamps_, &unquoted_, out);
      case Shape::container:
        return read_container(line, out);
      case Shape::plain:
        return false;
    }
    return false;
  }

  bool read_json(std::string_view line, ParsedLine* out);
  bool read_container(std::string_view line, ParsedLine* out);
  void read_inner(std::string_view line, ParsedLine* out);
  void finish(ParsedLine* out);

  Options options_;
  StampReader stamps_;
  JsonLineReader json_;
  JsonLineReader
      inner_json_;  // JSON within JSON: what a reader returned lives until it reads again
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

bool LineParser::Impl::read_json(std::string_view line, ParsedLine* out) {
  const auto text = skip_blanks(line);
  if (text.size() < 2 || text[0] != '{') return false;
  bool raw = false;
  if (!(inside_ ? inner_json_ : json_).read(text, stamps_, out, &raw)) return false;
  if (raw && !inside_) read_inner(out->message, out);
  return true;
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
  inside_ = true;
  const bool known = !line.empty() && std::ranges::any_of(kShapes, [&](Shape shape) {
    inner = {};
    inner.message = line;
    return read_shape(shape, line, &inner);
  });
  inside_ = false;
  if (!known) {
    inner = {};
    inner.message = line;
    inner.continuation = is_continuation(line);
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
