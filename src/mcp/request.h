// One request on its way through the server.
#pragma once

#include <optional>
#include <string>

#include "mcp/capabilities.h"
#include "mcp/json_rpc.h"
#include "mcp/log_level.h"
#include "mcp/outlet.h"
#include "mcp/peer.h"
#include "mcp/principal.h"
#include "mcp/revisions.h"

namespace mtc::mcp {

struct Request {
  Message message;
  Revision revision;
  Principal principal;  // of this request: a session's token may change
  std::string client_name;
  ClientCapabilities client;
  std::optional<LogLevel> log_level;
  Peer& peer;
  Outlet* outlet;  // null: nothing can be said before the answer

  const RequestId& id() const { return message.id; }
  const Json& params() const { return message.params; }
  bool modern() const { return is_modern(revision); }
};

}  // namespace mtc::mcp
