// MCP over Streamable HTTP: one path for both eras. Stateless 2026-07-28 requests, and sessions for
// the 2025 revisions.
#pragma once

#include <string>

#include "base/async.h"
#include "base/clock.h"
#include "base/random.h"
#include "infra/http/server.h"
#include "mcp/http/accepts.h"
#include "mcp/http/answering.h"
#include "mcp/http/callers.h"
#include "mcp/http/gate.h"
#include "mcp/http/visit.h"
#include "mcp/server.h"

namespace mtc::mcp {

struct HttpEndpointOptions {
  bool sessions = true;  // false: 2025 clients are served without, and can be asked nothing
  SessionLimits session_limits;
  Millis quiet_answer{2'000};  // an answer that takes longer becomes a stream
  // What every peer of this endpoint starts from; `principal` is replaced.
  Peer peer;
};

class HttpEndpoint {
 public:
  // All references outlive the endpoint.
  HttpEndpoint(const Server& server, const Gate& gate, const Clock& clock, Random& random,
               HttpEndpointOptions options);

  // Answers one exchange, whatever its method; the caller has chosen by path.
  Async<> handle(HttpExchange& exchange);

  // Closes subscriptions and the streams that wait for news, and opens none any more; what runs
  // goes on.
  void close_streams();
  // Cancels what runs and ends all sessions: before the HTTP server's deadline for stopping, since
  // calls of older revisions do not end with their connection.
  void stop();

  // To be called every minute or so: ends idle sessions.
  void sweep() { callers_.sessions().sweep(); }
  std::size_t session_count() const { return callers_.sessions().size(); }

 private:
  Async<> handle_post(Visit& visit);
  Async<> handle_modern(Visit& visit, const Accepts& accepts, Message message, Claim claim);
  Async<> handle_legacy(Visit& visit, const Accepts& accepts, Message message);
  Async<> handle_batch(Visit& visit, const Accepts& accepts, Json batch);
  Async<> handle_get(Visit& visit);
  Async<> handle_delete(Visit& visit);
  Async<> initialize(Visit& visit, const Accepts& accepts, Message message);

  const Server& server_;
  const Gate& gate_;
  Callers callers_;
  Answering answering_;
  const std::string allowed_headers_;  // of a preflight
  bool closing_ = false;               // no new streams
};

}  // namespace mtc::mcp
