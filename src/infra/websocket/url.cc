#include "infra/websocket/url.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace mtc {
namespace {

// Blanks and control characters have no place in a URL and would split the request line of the
// handshake.
bool has_forbidden_byte(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte <= 0x20 || byte >= 0x7f || c == '"' || c == '<' || c == '>' || c == '\\';
  });
}

Result<std::uint16_t> parse_port(std::string_view text) {
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port == 0 || port > 65535) {
    return fail(Errc::invalid_argument,
                "the port of the WebSocket address must be a number from 1 to 65535");
  }
  return static_cast<std::uint16_t>(port);
}

// "[::1]:80", "host:80", "host"
Result<void> parse_authority(std::string_view text, WebSocketUrl& url) {
  if (text.find('@') != std::string_view::npos) {
    return fail(
        Errc::invalid_argument,
        "a WebSocket address cannot carry a user name and password; put the token in the query");
  }
  std::string_view rest;
  if (text.starts_with('[')) {
    const auto close = text.find(']');
    if (close == std::string_view::npos) {
      return fail(Errc::invalid_argument,
                  "the WebSocket address opens a '[' and does not close it");
    }
    url.host = text.substr(1, close - 1);
    rest = text.substr(close + 1);
  } else {
    const auto colon = text.find(':');
    url.host = text.substr(0, colon);
    if (colon != std::string_view::npos) rest = text.substr(colon);
  }
  if (url.host.empty())
    return fail(Errc::invalid_argument, "the WebSocket address has no host name");
  url.host = to_lower_ascii(url.host);
  if (rest.empty()) return {};
  if (!rest.starts_with(':')) {
    return fail(Errc::invalid_argument, "the WebSocket address has a malformed host name");
  }
  auto port = parse_port(rest.substr(1));
  if (!port) return fail(std::move(port).error());
  url.port = *port;
  return {};
}

}  // namespace

std::string WebSocketUrl::authority() const {
  std::string out = host.find(':') == std::string::npos ? host : "[" + host + "]";
  if (!default_port()) out += ":" + std::to_string(port);
  return out;
}

std::string WebSocketUrl::target() const {
  return query.empty() ? path : path + "?" + query;
}

std::string WebSocketUrl::text() const {
  return (tls ? "wss://" : "ws://") + authority() + target();
}

std::string WebSocketUrl::redacted() const {
  return (tls ? "wss://" : "ws://") + authority() + path + (query.empty() ? "" : "?…");
}

Result<WebSocketUrl> parse_websocket_url(std::string_view text) {
  text = trim(text);
  WebSocketUrl url;
  const auto scheme_end = text.find("://");
  const auto scheme = scheme_end == std::string_view::npos ? "" : text.substr(0, scheme_end);
  if (equals_ignoring_case(scheme, "wss")) {
    url.tls = true;
    url.port = 443;
  } else if (!equals_ignoring_case(scheme, "ws")) {
    return fail(Errc::invalid_argument, "a WebSocket address begins with ws:// or wss://");
  }
  if (has_forbidden_byte(text)) {
    return fail(Errc::invalid_argument,
                "the WebSocket address holds a blank, a control character or an unescaped special "
                "character; percent-encode it");
  }
  auto rest = text.substr(scheme_end + 3);
  rest = rest.substr(0, rest.find('#'));
  const auto path_start = rest.find_first_of("/?");
  if (auto ok = parse_authority(rest.substr(0, path_start), url); !ok) {
    return fail(std::move(ok).error());
  }
  if (path_start == std::string_view::npos) return url;
  rest = rest.substr(path_start);
  const auto question = rest.find('?');
  if (question != 0) url.path = rest.substr(0, question);
  if (question != std::string_view::npos) url.query = rest.substr(question + 1);
  return url;
}

}  // namespace mtc
