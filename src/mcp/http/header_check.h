// What a 2026-07-28 request repeats in its HTTP headers must be what its body says: proxies route
// by the headers.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "infra/http/server.h"
#include "mcp/claim.h"
#include "mcp/json_rpc.h"
#include "mcp/registry.h"

namespace mtc::mcp {

// A plain value as it is, "=?base64?…?=" decoded. Nullopt for a wrapped value that is not strict
// Base64 of UTF-8.
std::optional<std::string> decode_header_value(std::string_view value);

// kHeaderMismatch if MCP-Protocol-Version differs from the claim; to be asked before whether we
// speak that version.
std::optional<RpcError> check_version_header(const HttpRequest& request, const Message& message,
                                             const Claim& claim);
// kHeaderMismatch if Mcp-Method, Mcp-Name or a tool's Mcp-Param-… is missing or differs.
std::optional<RpcError> check_body_headers(const HttpRequest& request, const Message& message,
                                           const ToolRegistry& tools);

}  // namespace mtc::mcp
