// What is known about one peer: a session, a pipe, a socket.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "base/fields.h"
#include "base/json.h"
#include "base/result.h"
#include "mcp/capabilities.h"
#include "mcp/log_level.h"
#include "mcp/outlet.h"
#include "mcp/pending_asks.h"
#include "mcp/principal.h"
#include "mcp/reply.h"
#include "mcp/revisions.h"
#include "mcp/running_calls.h"

namespace mtc::mcp {

// The `result` of tools/call, from what the tool answered. Must be an object.
using ResultRenderer = std::function<Json(const Result<Reply>&)>;

// Made by a transport, which keeps it for as long as messages of the peer are under way.
struct Peer {
  Principal principal;
  bool voice = false;      // answers will be heard, not read
  ParseOptions arguments;  // tolerance towards what its model writes
  ResultRenderer render;   // empty: content, structuredContent and isError as the revision has them
  bool legacy_only = false;  // the peer never speaks 2026-07-28: claims are not looked for

  // Settled by `initialize`.
  Revision revision = kAssumedLegacy;
  bool initialized = false;
  std::string client_name;
  ClientCapabilities capabilities;
  // By logging/setLevel; log messages are sent from here on.
  std::optional<LogLevel> log_level;
  std::set<std::string> watched;  // URIs of resources/subscribe

  // For what belongs to no request; null: such messages are not sent. Outlives the peer.
  Outlet* outlet = nullptr;
  // Null for a peer that lives for one request: its call ends with the coroutine that awaits it,
  // and nobody can cancel it by id.
  std::shared_ptr<RunningCalls> running = std::make_shared<RunningCalls>();
  // Null for a peer that cannot be asked.
  std::shared_ptr<PendingAsks> asks = std::make_shared<PendingAsks>();
};

}  // namespace mtc::mcp
