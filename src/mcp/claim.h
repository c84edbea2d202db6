// A message's claim to be of revision 2026-07-28: what it says about itself in params._meta.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "mcp/capabilities.h"
#include "mcp/json_rpc.h"
#include "mcp/log_level.h"

namespace mtc::mcp {

inline constexpr std::string_view kVersionKey = "io.modelcontextprotocol/protocolVersion";

struct Claim {
  std::string version;  // as written; not necessarily one we speak
  std::string client_name;
  ClientCapabilities capabilities;
  std::optional<LogLevel> log_level;  // log messages wanted, from here on
};
// Nullopt without a claim; kInvalidParams if it is incomplete or wrongly typed. Does not judge the
// version.
std::expected<std::optional<Claim>, RpcError> read_claim(const Message& message);

// What a client calls itself in its clientInfo, cut to what fits a line; empty if it does not say.
std::string client_name_in(const Json& client_info);

}  // namespace mtc::mcp
