// The small readers of texts that clients choose: event ids, URI templates, cursors, header values,
// Host and Origin; and server-sent events as they are written.
#include <string>
#include <string_view>

#include "base/encoding.h"
#include "base/text.h"
#include "infra/http/event_stream.h"
#include "mcp/http/event_stream.h"
#include "mcp/http/header_check.h"
#include "mcp/http/web_guard.h"
#include "mcp/paging.h"
#include "mcp/uri_template.h"
#include "mcp_judge.h"
#include "mcp_require.h"

namespace mtc::mcp {
namespace {

void read_event_id(std::string_view text) {
  const auto id = parse_event_id(text);
  if (!id) return;
  require(!id->stream.empty() && text.starts_with(id->stream + "."), "an id names its stream");
  const auto again = parse_event_id(id->stream + "." + std::to_string(id->number));
  require(again && again->stream == id->stream && again->number == id->number,
          "an id that is written is read as it was");
}

// "template<line break>uri"
void match_uri(std::string_view text) {
  const auto cut = std::min(text.find('\n'), text.size());
  const auto uri_template = text.substr(0, cut);
  const auto uri = text.substr(std::min(cut + 1, text.size()));
  const auto names = template_names(uri_template);
  const auto values = match_template(uri_template, uri);
  if (!names || !values) return;
  require(values->size() == names->size(), "each name has a value");
  std::string built(uri_template);
  for (const auto& [name, value] : *values) {
    require(!value.empty() && value != "." && value != "..", "a value names something");
    require(value.find('/') == std::string::npos && is_valid_utf8(value),
            "a value stays within its segment");
    require(std::ranges::none_of(value, [](unsigned char c) { return c < 0x20 || c == 0x7f; }),
            "a value can be shown");
    built = replace_all(built, "{" + name + "}", percent_encode(value));
  }
  require(match_template(uri_template, built) == values, "a URI that is built matches as it was");
}

// The first two bytes: how many there are, and how many go on a page.
void page_through(std::string_view text) {
  if (text.size() < 2) return;
  const std::size_t count = static_cast<unsigned char>(text[0]);
  const std::size_t size = 1 + static_cast<unsigned char>(text[1]) % 16;
  const std::string cursor(text.substr(2));
  if (const auto page = page_at(cursor, count, size, "list")) {
    require(page->begin <= page->end && page->end <= count, "a page is part of the list");
    require(page->end - page->begin <= size, "a page is no longer than agreed");
    require(cursor.empty() || !page_at(cursor, count, size, "other"), "a cursor fits one list");
  }
  std::size_t seen = 0;
  auto page = page_at("", count, size, text);
  for (; page; page = page_at(page->next_cursor, count, size, text)) {
    require(page->begin == seen, "pages follow each other");
    seen = page->end;
    if (page->next_cursor.empty()) break;
  }
  require(page && seen == count, "the pages have the whole list");
}

void decode_header(std::string_view text) {
  if (const auto value = decode_header_value(text)) {
    const bool wrapped = trim(text).starts_with("=?base64?") && trim(text).ends_with("?=");
    require(wrapped || *value == trim(text), "what is not wrapped is taken as it is");
    require(!wrapped || trim(text).size() < 11 || is_valid_utf8(*value), "a decoded value is text");
  }
  const auto wrapped = decode_header_value("=?base64?" + to_base64(text) + "?=");
  require(wrapped.has_value() == is_valid_utf8(text), "text can be wrapped, other bytes cannot");
  require(!wrapped || *wrapped == text, "what is wrapped is unwrapped");
}

// "host<line break>origin"
void guard(std::string_view text) {
  const auto cut = std::min(text.find('\n'), text.size());
  const auto host = text.substr(0, cut);
  const auto origin = text.substr(std::min(cut + 1, text.size()));
  if (is_allowed_host(host, {"ops.example.org"})) {
    const auto name = to_lower_ascii(host);
    require(name.starts_with("localhost") || name.starts_with("127.0.0.1") ||
                name.starts_with("[::1]") || name.starts_with("ops.example.org"),
            "a host is one of the allowed");
    const auto rest =
        name.substr(name.starts_with("[::1]") ? 5 : std::min(name.find(':'), name.size()));
    require(rest.empty() || (rest.front() == ':' &&
                             rest.find_first_not_of("0123456789", 1) == std::string::npos),
            "only a port follows a host");
  }
  if (is_allowed_origin(origin, "ops.example.org", {"https://app.example.org"})) {
    require(origin.find_first_of("@ \t\r\n") == std::string_view::npos, "an origin is no URL");
    require(origin != "null", "no page is no origin");
  }
}

// "id<line break>data"
void write_event(std::string_view text) {
  const auto cut = std::min(text.find('\n'), text.size());
  const auto id = text.substr(0, cut);
  if (id.find_first_of(std::string_view("\r\0", 2)) != std::string_view::npos) return;
  const auto data = text.substr(std::min(cut + 1, text.size()));
  const auto events = judge::events(format_event(data, id) + std::string(kEventStreamKeepAlive) +
                                    format_event("next"));
  require(events.all.size() == 2 && events.unfinished.empty(), "an event is one event");
  const auto lines = replace_all(replace_all(std::string(data), "\r\n", "\n"), "\r", "\n");
  require(events.all[0].data == lines, "an event has its data, line by line");
  require(events.all[1].data == "next", "an event ends before the next begins");
  require(events.last_id == id, "an event has its id");
}

}  // namespace
}  // namespace mtc::mcp

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 6) {
    case 0:
      mtc::mcp::read_event_id(text);
      break;
    case 1:
      mtc::mcp::match_uri(text);
      break;
    case 2:
      mtc::mcp::page_through(text);
      break;
    case 3:
      mtc::mcp::decode_header(text);
      break;
    case 4:
      mtc::mcp::guard(text);
      break;
    default:
      mtc::mcp::write_event(text);
  }
  return 0;
}
