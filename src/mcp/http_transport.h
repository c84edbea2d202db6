// MCP over Streamable HTTP: one path for both eras. Stateless 2026-07-28 requests, and sessions for
// the 2025 revisions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/async.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "infra/http/server.h"
#include "mcp/server.h"
#include "mcp/sessions.h"

namespace mtc::mcp {

// Says who holds a bearer token. Errc::unauthenticated for a token that is unknown, expired or
// revoked; Errc::unavailable if that cannot be found out now.
class Authenticator {
 public:
  virtual ~Authenticator() = default;
  virtual Async<Result<Principal>> authenticate(std::string bearer) = 0;
};

struct HttpEndpointOptions {
  std::vector<std::string> hosts;  // Host headers allowed besides loopback names; "*": any
  std::vector<std::string>
      origins;  // web pages allowed besides loopback's and our own, "https://app.example.org"
  // Where clients learn how to get a token (RFC 9728); named in 401 and 403 answers unless empty.
  std::string resource_metadata_url;
  bool sessions = true;  // false: 2025 clients are served without
  SessionLimits session_limits;
  Principal anonymous{.subject = "anonymous",
                      .name = {},
                      .scopes = {},
                      .channel = "http"};  // without an authenticator
  // What every peer of this endpoint starts from; `principal` is replaced.
  ConnectionContext peer;
};

class HttpEndpoint {
 public:
  // All references outlive the endpoint. Without an authenticator everybody is options.anonymous.
  HttpEndpoint(const Server& server, const Clock& clock, Random& random,
               Authenticator* authenticator, HttpEndpointOptions options);

  // Answers one exchange, whatever its method; the caller has chosen by path.
  Async<> handle(HttpExchange& exchange);

  // Cancels what runs and ends all sessions: before the HTTP server's deadline for stopping, since
  // calls of older revisions do not end with their connection.
  void stop();

  std::size_t session_count() const { return sessions_.size(); }

 private:
  struct Visit;

  Async<> handle_post(Visit& visit);
  Async<> handle_modern(Visit& visit, Message message, Claim claim);
  Async<> handle_legacy(Visit& visit, Message message);
  Async<> handle_batch(Visit& visit, Json batch);
  Async<> handle_delete(Visit& visit);
  Async<> handle_preflight(Visit& visit);
  Async<bool> authenticate(Visit& visit);
  Async<> initialize(Visit& visit, Message message);
  // The context a claim-less request runs in. Nullopt: it has been refused already.
  Async<std::optional<ConnectionContext>> find_peer(Visit& visit, const RequestId& id);
  // Null: there is no such session of that revision, and the visitor has been told so.
  Async<const ConnectionContext*> find_session(Visit& visit, std::optional<Revision> revision,
                                               const RequestId& id);
  Async<> send_answer(Visit& visit, std::optional<Answer> answer, bool modern);
  // For one request, unless `running` is set.
  ConnectionContext new_peer(const Visit& visit) const;
  std::string challenge(std::string_view error, std::string_view scope) const;

  const Server& server_;
  Authenticator* const authenticator_;
  const HttpEndpointOptions options_;
  Sessions sessions_;
  // Calls of 2025 clients without a session. Not for notifications/cancelled: ids of different
  // clients meet here.
  const std::shared_ptr<RunningCalls> sessionless_ = std::make_shared<RunningCalls>();
  std::string allowed_headers_;  // of a preflight
  bool stopping_ = false;
};

}  // namespace mtc::mcp
