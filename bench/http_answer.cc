#include "http_answer.h"

#include <fmt/format.h>

#include <charconv>

#include "base/text.h"

namespace mtc::bench {
namespace {

constexpr std::string_view kVersion = "HTTP/1.1 ";
constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kHeadEnd = "\r\n\r\n";

std::optional<std::size_t> parse_size(std::string_view text, int base) {
  std::size_t size = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), size, base);
  if (ec != std::errc{} || end == text.data()) return std::nullopt;
  return size;
}

Error broken(std::string_view what, std::string_view bytes) {
  return {Errc::invalid_argument,
          fmt::format("{}: \"{}\"", what, bytes.substr(0, bytes.find(kLineEnd)).substr(0, 80))};
}

// The size of a chunked body up to the end of its last chunk; nullopt while that is to come.
Result<std::optional<std::size_t>> chunked_size(std::string_view bytes) {
  std::size_t at = 0;
  while (true) {
    const auto line_end = bytes.find(kLineEnd, at);
    if (line_end == std::string_view::npos) return std::nullopt;
    const auto chunk = parse_size(bytes.substr(at, line_end - at), 16);
    if (!chunk) return fail(broken("not the size of a chunk", bytes.substr(at)));
    at = line_end + kLineEnd.size() + *chunk + kLineEnd.size();
    if (at > bytes.size()) return std::nullopt;
    if (*chunk == 0) return at;
  }
}

bool has_no_body(int status) {
  return status == 202 || status == 204 || status == 304;
}

Result<std::optional<std::size_t>> body_size(int status, std::string_view head,
                                             std::string_view rest) {
  if (const auto length = header_of(head, "Content-Length"); !length.empty()) {
    const auto size = parse_size(length, 10);
    if (!size) return fail(broken("not a Content-Length", length));
    return *size <= rest.size() ? size : std::nullopt;
  }
  if (equals_ignoring_case(header_of(head, "Transfer-Encoding"), "chunked")) {
    return chunked_size(rest);
  }
  if (has_no_body(status)) return 0;
  return fail(broken("an answer without Content-Length or chunks", head));
}

}  // namespace

Result<std::optional<HttpAnswer>> read_answer(std::string_view bytes) {
  const auto head_end = bytes.find(kHeadEnd);
  if (head_end == std::string_view::npos) return std::nullopt;
  HttpAnswer answer{.head = bytes.substr(0, head_end + kHeadEnd.size())};
  const auto status = answer.head.starts_with(kVersion)
                          ? parse_size(answer.head.substr(kVersion.size(), 3), 10)
                          : std::nullopt;
  if (!status) return fail(broken("not an HTTP/1.1 answer", bytes));
  answer.status = static_cast<int>(*status);

  const auto rest = bytes.substr(answer.head.size());
  const auto size = body_size(answer.status, answer.head, rest);
  if (!size) return fail(size.error());
  if (!*size) return std::nullopt;
  answer.body = rest.substr(0, **size);
  return answer;
}

std::string_view header_of(std::string_view head, std::string_view name) {
  for (auto at = head.find(kLineEnd); at != std::string_view::npos;) {
    const auto begin = at + kLineEnd.size();
    at = head.find(kLineEnd, begin);
    if (at == std::string_view::npos) break;
    const auto line = head.substr(begin, at - begin);
    if (line.size() > name.size() && line[name.size()] == ':' &&
        equals_ignoring_case(line.substr(0, name.size()), name)) {
      return trim(line.substr(name.size() + 1));
    }
  }
  return {};
}

}  // namespace mtc::bench
