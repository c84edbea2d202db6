// The messages of the load generator, made once and sent many times.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace mtc::bench {

enum class Era {
  legacy,  // 2025-11-25: initialize first, then a session
  modern,  // 2026-07-28: every request stands alone
};
enum class Call { echo, list, ping };

struct McpTarget {
  std::string host;
  std::uint16_t port = 80;
  std::string path = "/";
  std::string token;  // empty: none is sent
};

// "http://127.0.0.1:8080/mcp"; the host must be an IPv4 address.
Result<McpTarget> parse_target(std::string_view url);

// JSON-RPC messages without a line end.
std::string initialize_message();
std::string initialized_message();
// The id: unique within the session, at least 2.
std::string call_message(Call call, Era era, std::uint64_t id);

// What every right answer to the call contains, and no error does.
std::string_view marker_of(Call call);

// Whole HTTP requests. An empty session is left out.
std::string initialize_request(const McpTarget& target);
std::string initialized_request(const McpTarget& target, std::string_view session);
std::string call_request(const McpTarget& target, std::string_view session, Call call, Era era,
                         std::uint64_t id);
std::string end_session_request(const McpTarget& target, std::string_view session);

}  // namespace mtc::bench
