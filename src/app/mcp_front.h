// The HTTP face of MCP: which address leads to which view of the product.
//
// clang-format off
//   /mcp                                          all services
//   /mcp/basic, /devops, /push, /analytics        one of them
//   …?profile=voice                               few tools, for the ear
//   /sse, /messages                               the transport of 2024-11-05, if it is allowed
//   /.well-known/oauth-protected-resource[/mcp…]  where tokens for these come from
// clang-format on
#pragma once

#include <map>
#include <memory>
#include <string>

#include "app/offer.h"
#include "app/settings.h"
#include "base/clock.h"
#include "base/random.h"
#include "infra/http/server.h"
#include "mcp/http/endpoint.h"
#include "mcp/http/gate.h"
#include "mcp/http/old_sse.h"
#include "mcp/http/request_limits.h"
#include "mcp/http/resource_metadata.h"

namespace mtc::app {

class McpFront {
 public:
  // All references outlive it. `public_url` is how clients reach the server.
  McpFront(const asio::any_io_executor& executor, McpServers& servers,
           mcp::Authenticator& authenticator, const Clock& clock, Random& random,
           const Settings& settings, std::string public_url);

  bool serves(std::string_view path) const;
  Async<> handle(HttpExchange& exchange);

  // What may change while the server runs: hosts, origins, limits.
  void apply(const Settings& settings);

  // Ends idle sessions; to be called every minute or so.
  void sweep();
  // Ends the streams that wait for news; calls go on.
  void close_streams();
  // Cancels what runs and ends all sessions.
  void stop();
  // Resumes when no call runs any more that its HTTP request does not wait for.
  Async<> join();

 private:
  mcp::HttpEndpoint* endpoint_of(std::string_view path, std::string_view query);

  McpServers& servers_;
  const Clock& clock_;
  Random& random_;
  const std::string public_url_;
  const Services offered_;
  mcp::RequestLimits limits_;
  mcp::Gate gate_;
  mcp::ResourceMetadata metadata_;
  std::map<std::pair<Services, Profile>, std::unique_ptr<mcp::HttpEndpoint>> endpoints_;
  std::unique_ptr<mcp::OldSseEndpoint> old_;  // null: not offered
};

}  // namespace mtc::app
