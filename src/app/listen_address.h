// Where a server listens: an IP address (or localhost) and a port.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace mtc::app {

struct ListenAddress {
  std::string address;     // an IPv6 address without its brackets
  std::uint16_t port = 0;  // 0: any free one

  bool is_loopback() const;
  // With the port that was taken: http://127.0.0.1:8080
  std::string url(std::uint16_t bound_port, bool tls = false) const;
};

// "127.0.0.1:8080", "[::1]:0", "localhost:9000".
Result<ListenAddress> parse_listen(std::string_view text);

}  // namespace mtc::app
