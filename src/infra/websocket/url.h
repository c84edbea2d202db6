// Addresses of the form ws://host[:port]/path?query. The query holds secrets (tokens): whatever is
// shown to people goes through redacted().
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace mtc {

struct WebSocketUrl {
  bool tls = false;  // wss
  std::string host;  // without the brackets of an IPv6 address
  std::uint16_t port = 80;
  std::string path = "/";  // percent-encoded as given, begins with '/'
  std::string query;       // without '?'

  bool default_port() const { return port == (tls ? 443 : 80); }
  std::string authority() const;  // "[::1]:8004", as in the Host header
  std::string target() const;     // path?query, what goes on the wire
  std::string text() const;       // the whole address; holds the secrets
  // "wss://host/path/?…": safe for logs, messages and the console.
  std::string redacted() const;
};

// Errc::invalid_argument with what is wrong; the message never quotes the query. A fragment is
// dropped.
Result<WebSocketUrl> parse_websocket_url(std::string_view text);

}  // namespace mtc
