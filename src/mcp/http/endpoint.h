// MCP over Streamable HTTP: one path for both eras. Stateless 2026-07-28 requests, and sessions for
// the 2025 revisions.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/async.h"
#include "base/clock.h"
#include "base/random.h"
#include "infra/http/server.h"
#include "mcp/http/gate.h"
#include "mcp/http/patience.h"
#include "mcp/http/post_stream.h"
#include "mcp/http/sessions.h"
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

  std::size_t session_count() const { return sessions_.size(); }

 private:
  struct Accepts;
  // Whom a claim-less request belongs to.
  struct Caller {
    std::shared_ptr<Session> session;  // null: the peer lives for this request
    std::unique_ptr<Peer> lone;
    Peer& peer() { return session ? session->peer() : *lone; }
  };

  Async<> handle_post(Visit& visit);
  Async<> handle_modern(Visit& visit, const Accepts& accepts, Message message, Claim claim);
  Async<> handle_legacy(Visit& visit, const Accepts& accepts, Message message);
  Async<> handle_batch(Visit& visit, const Accepts& accepts, Json batch);
  Async<> handle_get(Visit& visit);
  Async<> handle_delete(Visit& visit);
  Async<> initialize(Visit& visit, const Accepts& accepts, Message message);
  Async<> respond(Visit& visit, PostStream& stream, Async<std::optional<Answer>> work, bool modern);
  Async<> send_answer(Visit& visit, const PostStream& stream, std::optional<Answer> answer,
                      bool modern);
  // Nullopt: it has been refused already.
  Async<std::optional<Caller>> find_caller(Visit& visit, const RequestId& id);
  // Null likewise.
  Async<std::shared_ptr<Session>> find_session(Visit& visit, const RequestId& id);
  PostStream::Manner manner_of(const Accepts& accepts, Revision revision,
                               std::shared_ptr<Session> session) const;
  Peer new_peer(const Visit& visit) const;

  const Server& server_;
  const Gate& gate_;
  const HttpEndpointOptions options_;
  Sessions sessions_;
  Patience patience_;
  // Calls of 2026-07-28 and of clients without a session, so that stop() can end them with an
  // answer. Not for notifications/cancelled: ids of different clients meet here.
  const std::shared_ptr<RunningCalls> sessionless_ = std::make_shared<RunningCalls>();
  std::string allowed_headers_;  // of a preflight
  bool closing_ = false;         // no new streams
  bool stopping_ = false;        // no new sessions, and calls end with their connections
};

}  // namespace mtc::mcp
