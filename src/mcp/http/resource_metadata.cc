#include "mcp/http/resource_metadata.h"

#include <algorithm>

#include "base/json.h"
#include "mcp/http/gate.h"

namespace mtc::mcp {

const std::string* ResourceMetadata::endpoint_of(std::string_view path) const {
  if (!path.starts_with(kResourceMetadataPath) || options_.paths.empty()) return nullptr;
  path.remove_prefix(kResourceMetadataPath.size());
  if (path.empty()) return &options_.paths.front();
  const auto it = std::ranges::find(options_.paths, path);
  return it == options_.paths.end() ? nullptr : &*it;
}

bool ResourceMetadata::serves(std::string_view path) const {
  return endpoint_of(path) != nullptr;
}

Async<> ResourceMetadata::handle(HttpExchange& exchange) const {
  const auto& request = exchange.request();
  HttpHeaders headers{{"Access-Control-Allow-Origin", "*"}};
  if (request.method == "OPTIONS") {
    headers.emplace_back("Access-Control-Allow-Methods", "GET, OPTIONS");
    headers.emplace_back("Access-Control-Allow-Headers", "mcp-protocol-version");
    co_await exchange.respond({.status = 204, .headers = std::move(headers), .body = {}});
    co_return;
  }
  const auto* endpoint = endpoint_of(request.path);
  if (endpoint == nullptr || (request.method != "GET" && request.method != "HEAD")) {
    co_await exchange.respond(
        {.status = endpoint == nullptr ? 404 : 405, .headers = std::move(headers), .body = {}});
    co_return;
  }
  Json metadata{{"resource", options_.public_url + *endpoint},
                {"scopes_supported", options_.scopes},
                {"bearer_methods_supported", {"header"}},
                {"resource_name", options_.name}};
  if (!options_.authorization_servers.empty()) {
    metadata["authorization_servers"] = options_.authorization_servers;
  }
  headers.emplace_back("Content-Type", "application/json");
  headers.emplace_back("Cache-Control", "max-age=3600");
  co_await exchange.respond(
      {.status = 200, .headers = std::move(headers), .body = dump_json(metadata)});
}

}  // namespace mtc::mcp
