#include "base/json_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/characters.h"
#include "base/text.h"

namespace mtc {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kMaxShown = 60;  // bytes of a name that a message repeats

auto line_at(std::string_view text, std::size_t byte) {
  return std::ranges::count(text.substr(0, byte), '\n') + 1;
}

// "parse error at line 3, column 5: syntax error while parsing value - unexpected ']'": what comes
// after the place.
std::string reason_of(const Json::parse_error& error) {
  std::string_view what = error.what();
  if (const auto dash = what.find(" - "); dash != std::string_view::npos) {
    what.remove_prefix(dash + 3);
  } else if (const auto colon = what.find(": "); colon != std::string_view::npos) {
    what.remove_prefix(colon + 2);
  }
  return shorten_bytes(sanitize_utf8(what), 200);
}

Result<Json> parse(std::string_view text) {
  auto json = parse_json(text);
  if (json) return json;
  try {
    static_cast<void>(Json::parse(text));  // its complaint has the place
  } catch (const Json::parse_error& e) {
    return fail(Errc::invalid_argument,
                fmt::format("line {}: not valid JSON: {}",
                            line_at(text, std::min(text.size(), e.byte > 0 ? e.byte - 1 : 0)),
                            reason_of(e)));
  } catch (const Json::exception&) {
    // A number out of range: the first complaint says so.
  }
  return json;
}

// Walks through a text that is known to be JSON, and not deep.
class Walk {
 public:
  Walk(std::string_view text, std::map<std::string, int, std::less<>>& lines)
      : text_(text), lines_(lines) {
    if (text_.starts_with(kByteOrderMark)) at_ = kByteOrderMark.size();
  }

  // The complaint about the first name that is there twice.
  std::optional<std::string> run() {
    skip_blanks();
    lines_.emplace("", line_);
    value("");
    return trouble_;
  }

 private:
  void skip_blanks() {
    for (; is_space(at_or_zero(text_, at_)); ++at_) line_ += text_[at_] == '\n';
  }

  // After blanks: whether that character comes, which is then behind us.
  bool take(char c) {
    skip_blanks();
    if (at_or_zero(text_, at_) != c) return false;
    ++at_;
    return true;
  }

  std::string_view string() {  // with its quotes
    const std::size_t begin = at_++;
    while (at_ < text_.size() && text_[at_] != '"') at_ += text_[at_] == '\\' ? 2 : 1;
    ++at_;
    return text_.substr(begin, at_ - begin);
  }

  void value(const std::string& pointer) {
    skip_blanks();
    switch (at_or_zero(text_, at_)) {
      case '{':
        ++at_;
        return object(pointer);
      case '[':
        ++at_;
        return array(pointer);
      case '"':
        string();
        return;
      default:
        while (at_ < text_.size() && !is_space(text_[at_]) && !is_one_of(text_[at_], ",]}")) ++at_;
    }
  }

  void object(const std::string& pointer) {
    while (!take('}')) {
      skip_blanks();
      const int line = line_;
      const auto name = Json::parse(string()).get<std::string>();
      const std::string member = pointer + "/" + pointer_step(name);
      if (!lines_.emplace(member, line).second && !trouble_) {
        trouble_ = fmt::format("line {}: \"{}\" is there twice", line,
                               shorten_bytes(path_of_pointer(member), kMaxShown));
      }
      take(':');
      value(member);
      take(',');
    }
  }

  void array(const std::string& pointer) {
    for (int index = 0; !take(']'); ++index) {
      const std::string item = fmt::format("{}/{}", pointer, index);
      lines_.emplace(item, line_);
      value(item);
      take(',');
    }
  }

  std::string_view text_;
  std::map<std::string, int, std::less<>>& lines_;
  std::size_t at_ = 0;
  int line_ = 1;
  std::optional<std::string> trouble_;
};

bool is_index(std::string_view step) {
  return !step.empty() && std::ranges::all_of(step, is_digit);
}

}  // namespace

Result<JsonLines> JsonLines::of(std::string_view text) {
  auto json = parse(text);
  if (!json) return fail(std::move(json).error());
  JsonLines out;
  out.json_ = std::move(*json);
  if (auto trouble = Walk(text, out.lines_).run()) {
    return fail(Errc::invalid_argument, std::move(*trouble));
  }
  return out;
}

int JsonLines::line_of(std::string_view pointer) const {
  for (;;) {
    if (const auto it = lines_.find(pointer); it != lines_.end()) return it->second;
    const auto slash = pointer.rfind('/');
    if (slash == std::string_view::npos) return 1;
    pointer = pointer.substr(0, slash);
  }
}

Error JsonLines::error_at(std::string_view file, std::string_view pointer,
                          std::string_view what) const {
  const std::string path = sanitize_utf8(path_of_pointer(pointer));
  return {.code = Errc::invalid_argument,
          .message = fmt::format("{}: line {}: {}{}{}", file, line_of(pointer), path,
                                 path.empty() ? "" : ": ", what)};
}

std::string path_of_pointer(std::string_view pointer) {
  std::string out;
  if (pointer.starts_with('/')) pointer.remove_prefix(1);
  if (pointer.empty()) return out;
  for (const auto step : split(pointer, '/')) {
    if (is_index(step)) {
      out += fmt::format("[{}]", step);
    } else {
      if (!out.empty()) out += '.';
      out += replace_all(replace_all(std::string(step), "~1", "/"), "~0", "~");
    }
  }
  return out;
}

std::string pointer_step(std::string_view name) {
  return replace_all(replace_all(std::string(name), "~", "~0"), "/", "~1");
}

}  // namespace mtc
