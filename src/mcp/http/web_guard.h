// Which hosts and origins may talk to the endpoint: against DNS rebinding and foreign web pages.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mtc::mcp {

// "localhost", 127.0.0.1 or [::1], with any port or none.
bool is_loopback_name(std::string_view host);

// A Host header: loopback, or one of `allowed` (with or without port; "*" allows every one).
bool is_allowed_host(std::string_view host, const std::vector<std::string>& allowed);

// An Origin header: one of `allowed` exactly, a page from a loopback name, or the page that `host`
// itself (checked before) served. "null" never is.
bool is_allowed_origin(std::string_view origin, std::string_view host,
                       const std::vector<std::string>& allowed);

}  // namespace mtc::mcp
