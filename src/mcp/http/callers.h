// Whom a request without a claim belongs to: a session, or a peer that lives for the request.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "base/async.h"
#include "base/clock.h"
#include "base/random.h"
#include "mcp/http/sessions.h"
#include "mcp/http/visit.h"
#include "mcp/server.h"

namespace mtc::mcp {

inline constexpr std::string_view kVersionHeader = "MCP-Protocol-Version";
inline constexpr std::string_view kSessionHeader = "Mcp-Session-Id";

// Whether the header claims 2026-07-28.
bool names_modern(const HttpRequest& request);

class Callers {
 public:
  struct Options {
    bool sessions = true;  // false: every peer lives for one request
    SessionLimits limits;
    Peer prototype;  // what every peer starts from; `principal` is replaced
  };
  // The references outlive it.
  Callers(const Server& server, const Clock& clock, Random& random, Options options);

  struct Caller {
    std::shared_ptr<Session> session;  // null: the peer lives for this request
    std::unique_ptr<Peer> lone;
    Peer& peer() { return session ? session->peer() : *lone; }
  };
  // Nullopt: it has been refused already, with that id.
  Async<std::optional<Caller>> find(Visit& visit, const RequestId& id);
  // Null likewise.
  Async<std::shared_ptr<Session>> find_session(Visit& visit, const RequestId& id);

  // Of a 2026-07-28 request, or for `initialize`.
  Peer new_peer(const Visit& visit) const;
  // The calls of peers that live for one request, so that stop() can end them with an answer. Not
  // for notifications/cancelled: ids of different clients meet here.
  const std::shared_ptr<RunningCalls>& sessionless() const { return sessionless_; }

  Sessions& sessions() { return sessions_; }
  const Sessions& sessions() const { return sessions_; }
  bool has_sessions() const { return options_.sessions; }

  // Ends all sessions and calls.
  void stop();

 private:
  const Options options_;
  Sessions sessions_;
  const std::shared_ptr<RunningCalls> sessionless_ = std::make_shared<RunningCalls>();
};

}  // namespace mtc::mcp
