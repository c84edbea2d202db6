// How a client learns where to get a token: OAuth 2.0 Protected Resource Metadata (RFC 9728).
#pragma once

#include <string>
#include <vector>

#include "base/async.h"
#include "infra/http/server.h"

namespace mtc::mcp {

struct ResourceMetadataOptions {
  std::string public_url;                          // of this server, without a slash at its end
  std::vector<std::string> paths;                  // of the endpoints: "/mcp", "/mcp/basic" …
  std::vector<std::string> authorization_servers;  // issuers; empty: tokens come from elsewhere
  std::vector<std::string> scopes;
  std::string name;  // for people
};

class ResourceMetadata {
 public:
  explicit ResourceMetadata(ResourceMetadataOptions options) : options_(std::move(options)) {}

  // Whether the path is one of /.well-known/oauth-protected-resource[/mcp…].
  bool serves(std::string_view path) const;
  // Open to everybody, pages of any origin included.
  Async<> handle(HttpExchange& exchange) const;

 private:
  // The endpoint that the path asks about; null: none.
  const std::string* endpoint_of(std::string_view path) const;

  const ResourceMetadataOptions options_;
};

}  // namespace mtc::mcp
