#include "adapters/xiaozhi/rendering.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"

namespace mtc::xiaozhi {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kMinBytes = 200;
constexpr std::size_t kMaxRest = 64U << 10U;
constexpr std::size_t kMaxSubjects = 256;
constexpr auto kRestLives = 10min;

std::string_view in(Language language, std::string_view zh, std::string_view en) {
  return language == Language::zh ? zh : en;
}

// Valid UTF-8 assumed. The size of the character at `at`, and its code point.
struct Character {
  char32_t code = 0;
  std::size_t size = 1;
};
Character character_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  char32_t code = lead & (0xffU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) code = code << 6U | (byte(i) & 0x3fU);
  return {code, size};
}

bool is_space(char32_t c) {
  return c == ' ' || (c >= '\t' && c <= '\r') || c == 0x85 || c == 0xa0 || c == 0x2028 ||
         c == 0x2029 || c == 0x3000;
}

constexpr char32_t kJoiner = 0x200d;

// Controls, text direction overrides, zero-width marks, tags, private use, non-characters: nothing
// anybody hears, but able to confuse whoever shows or stores the text. The joiner stays: emoji are
// made with it.
bool is_invisible(char32_t c) {
  return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x200b || c == 0x200c ||
         c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) ||
         (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c >= 0xe000 && c <= 0xf8ff) ||
         (c >= 0xfff0 && c <= 0xfffb) || (c >= 0xfdd0 && c <= 0xfdef) || (c & 0xfffeU) == 0xfffe ||
         (c >= 0xe0000 && c <= 0xe007f) || c >= 0xf0000;
}

// Belongs to the character before it.
bool is_mark(char32_t c) {
  return (c >= 0x300 && c <= 0x36f) || (c >= 0x1ab0 && c <= 0x1aff) ||
         (c >= 0x1dc0 && c <= 0x1dff) || (c >= 0x20d0 && c <= 0x20ff) ||
         (c >= 0xfe00 && c <= 0xfe0f) || (c >= 0xfe20 && c <= 0xfe2f) ||
         (c >= 0x1f3fb && c <= 0x1f3ff) || c == kJoiner;
}

bool ends_sentence(char32_t c) {
  switch (c) {
    case U'。':
    case U'！':
    case U'？':
    case U'；':
    case '!':
    case '?':
    case ';':
      return true;
    default:
      return false;
  }
}

// What JSON needs for it: quotes and backslashes take two bytes.
std::size_t json_size(std::string_view line) {
  return line.size() + static_cast<std::size_t>(std::count_if(
                           line.begin(), line.end(), [](char c) { return c == '"' || c == '\\'; }));
}

Json wrap(std::string text) {
  return Json{{"content", Json::array({Json{{"type", "text"}, {"text", std::move(text)}}})}};
}

std::size_t frame_size() {
  static const std::size_t size = dump_json(wrap("")).size();
  return size;
}

// A voice server obeys a text that parses as an object with "action"; with words before it nothing
// parses.
std::string disarmed(std::string line, Language language) {
  if (!line.starts_with('{') && !line.starts_with('[')) return line;
  return std::string(in(language, "结果：", "Result: ")) + line;
}

std::string sentence_of(const Result<mcp::Reply>& reply, Language language) {
  if (reply) {
    auto line = disarmed(spoken_line(reply->speech), language);
    return line.empty() ? std::string(in(language, "好了。", "Done.")) : line;
  }
  auto reason = spoken_line(reply.error().message);
  if (reason.empty()) {
    reason = in(language, "原因不明，请稍后再试。", "the reason is not known; try again later.");
  }
  return std::string(in(language, "没有成功：", "That did not work: ")) + reason;
}

std::string about_pictures(const Result<mcp::Reply>& reply, Language language) {
  if (!reply || reply->pictures.empty()) return {};
  constexpr std::size_t kMaxDescription = 60;
  const auto what =
      shorten_bytes(spoken_line(reply->pictures.front().description), kMaxDescription);
  std::string out(in(language, "另有一张图，这里看不到",
                     " There is also a picture, which cannot be shown here"));
  if (!what.empty()) out += std::string(in(language, "：", ": ")) + what;
  return out + std::string(in(language, "。", "."));
}

std::string_view more_sentence(const RenderOptions& options) {
  if (options.remainders == nullptr) {
    return in(options.language, "后面还有，问得具体一点我再讲。",
              " There is more; ask for a part of it.");
  }
  return in(options.language, "还有更多，说“继续”我接着讲。", " There is more; say continue.");
}

// The longest prefix whose JSON fits.
std::size_t bytes_that_fit(std::string_view line, std::size_t json_bytes) {
  std::size_t at = 0;
  std::size_t used = 0;
  while (at < line.size()) {
    used += line[at] == '"' || line[at] == '\\' ? 2 : 1;
    if (used > json_bytes) break;
    ++at;
  }
  return at;
}

struct ReadOnArgs {};

Async<Result<mcp::Reply>> read_on(Remainders& remainders, Language language, std::string subject) {
  auto rest = remainders.take(subject);
  if (rest.empty()) rest = in(language, "后面没有了。", "There is nothing more.");
  co_return mcp::Reply{.speech = rest, .data = Json{{"text", rest}}, .pictures = {}};
}

}  // namespace

void Remainders::keep(const std::string& subject, std::string rest) {
  const auto now = clock_.now();
  std::erase_if(rests_, [now](const auto& entry) { return now - entry.second.since > kRestLives; });
  if (rests_.size() >= kMaxSubjects && !rests_.contains(subject)) {
    const auto oldest = std::min_element(
        rests_.begin(), rests_.end(),
        [](const auto& a, const auto& b) { return a.second.since < b.second.since; });
    rests_.erase(oldest);
  }
  rest.resize(prefix_of_bytes(rest, kMaxRest).size());
  rests_[subject] = {std::move(rest), now};
}

std::string Remainders::take(const std::string& subject) {
  const auto found = rests_.find(subject);
  if (found == rests_.end()) return {};
  auto rest = std::move(found->second);
  rests_.erase(found);
  return clock_.now() - rest.since > kRestLives ? std::string() : std::move(rest.text);
}

mcp::Tool read_on_tool(Remainders& remainders, Language language) {
  return mcp::make_tool<ReadOnArgs>({
      .name = "read_on",
      .title = "Read on",
      .description = "Continue the previous answer. Call this when the user says 继续, 接着讲 or "
                     "continue after an answer that ended with 还有更多.",
      .hints = {.read_only = true, .destructive = false},
      .scope = {},
      .fields = {},
      .handler =
          [&remainders, language](ReadOnArgs, mcp::CallContext context) {
            return read_on(remainders, language, std::move(context.principal.subject));
          },
  });
}

std::string spoken_line(std::string_view text) {
  const auto valid = sanitize_utf8(text);
  std::string out;
  out.reserve(valid.size());
  bool space = false;
  for (std::size_t at = 0; at < valid.size();) {
    const auto [code, size] = character_at(valid, at);
    if (is_space(code)) {
      space = !out.empty();
    } else if (!is_invisible(code)) {
      if (space) out += ' ';
      space = false;
      out.append(valid, at, size);
    }
    at += size;
  }
  return out;
}

std::size_t cut_point(std::string_view utf8, std::size_t bytes) {
  if (utf8.size() <= bytes) return utf8.size();
  std::size_t sentence = 0;   // after the last sentence that fits
  std::size_t character = 0;  // before the last character that could be cut off whole
  bool joined = false;        // the character before joins the next one to itself
  for (std::size_t at = 0; at < utf8.size();) {
    const auto [code, size] = character_at(utf8, at);
    if (at <= bytes && !is_mark(code) && !joined) character = at;
    joined = code == kJoiner;
    if (at + size > bytes) break;
    at += size;
    if (ends_sentence(code)) sentence = at;
  }
  if (sentence > bytes / 2) return sentence;
  // A heap of marks without end is cut between code points.
  return character > 0 ? character : prefix_of_bytes(utf8, bytes).size();
}

Json render_result(const Result<mcp::Reply>& reply, const RenderOptions& options) {
  const std::size_t budget = std::max(options.max_bytes, kMinBytes) - frame_size();
  const auto line = sentence_of(reply, options.language);
  const auto pictures = about_pictures(reply, options.language);
  if (json_size(line) + json_size(pictures) <= budget) {
    if (options.remainders != nullptr) options.remainders->forget(options.subject);
    return wrap(line + pictures);
  }
  const auto more = more_sentence(options);
  const auto room = budget - json_size(pictures) - json_size(more);
  const auto cut = cut_point(line, bytes_that_fit(line, room));
  if (options.remainders != nullptr) {
    options.remainders->keep(options.subject,
                             std::string(trim(std::string_view(line).substr(cut))));
  }
  return wrap(std::string(trim(line.substr(0, cut))) + pictures + std::string(more));
}

mcp::ResultRenderer make_renderer(RenderOptions options) {
  return [options = std::move(options)](const Result<mcp::Reply>& reply) {
    return render_result(reply, options);
  };
}

}  // namespace mtc::xiaozhi
