// Server-sent events (WHATWG HTML §9.2), the writing side.
#pragma once

#include <string>
#include <string_view>

#include "infra/http/transport.h"

namespace mtc {

// "event: message" and its data, as many data lines as the text has, ended by a blank line.
std::string format_event(std::string_view data, std::string_view id = {});

// A comment that keeps quiet streams from being taken for dead.
inline constexpr std::string_view kEventStreamKeepAlive = ":\n\n";

// Content-Type and what keeps proxies from holding events back.
HttpHeaders event_stream_headers();

}  // namespace mtc
