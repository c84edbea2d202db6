// The protocol without a transport: one message goes in, one response (or none) comes out. Serves
// both eras: claim-less messages are the 2024-11-05 … 2025-11-25 revisions, a `_meta` claim makes a
// message 2026-07-28.
//
// A transport keeps one ConnectionContext per peer (per session, per pipe, per socket), gives every
// message to handle_text() in a coroutine of its own and sends what comes back:
//
//   ConnectionContext peer{.principal = …};
//   if (auto response = co_await server.handle_text(std::move(line), peer)) co_await
//   send(*response);
//
// Several messages of one peer may be under way at once; they must, if notifications/cancelled is
// to reach a running call. The context outlives them all. Everything happens on one executor.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/async.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "mcp/claim.h"
#include "mcp/json_rpc.h"
#include "mcp/registry.h"
#include "mcp/revisions.h"
#include "mcp/running_calls.h"
#include "mcp/tool.h"

namespace mtc::mcp {

// The `result` of tools/call, from what the tool answered. Must be an object.
using ResultRenderer = std::function<Json(const Result<Reply>&)>;

// What is known about one peer.
struct ConnectionContext {
  Principal principal;
  bool voice = false;      // answers will be heard, not read
  ParseOptions arguments;  // tolerance towards what its model writes
  ResultRenderer render;   // empty: content, structuredContent and isError as the revision has them
  bool legacy_only = false;  // the peer never speaks 2026-07-28: claims are not looked for
  // A call is not cancelled with its caller while this says so (HTTP before 2026-07-28: hanging up
  // is no cancellation).
  std::function<bool()> outlives_caller;

  // Settled by `initialize`.
  Revision revision = kAssumedLegacy;
  bool initialized = false;
  std::string client_name;

  // Null for a peer that lives for one request: its call ends with the coroutine that awaits it,
  // and nobody can cancel it by id. Copies of a context share it.
  std::shared_ptr<RunningCalls> running = std::make_shared<RunningCalls>();
};

struct Answer {
  std::string body;           // one JSON-RPC response, no line break
  int http_status = 200;      // as 2026-07-28 maps it; older revisions answer 200
  std::string missing_scope;  // the call was refused because the principal lacks this scope
};

using ScopeRule = std::function<bool(const Principal&, const std::string& scope)>;

struct ServerOptions {
  std::string name;
  std::string title;
  std::string version;
  std::string description;
  std::string instructions;  // for the model, how to use the tools together; may be empty
  // How long clients may keep the catalogue, and whether caches may share it between users.
  Millis catalogue_ttl{300'000};
  bool catalogue_is_public = true;
  // Whether a principal may use tools of that scope; empty: it holds exactly that scope.
  ScopeRule allows;
};

class Server {
 public:
  // The registry is complete and outlives the server.
  Server(const ToolRegistry& tools, ServerOptions options);

  // One message or batch as text, of either era. Nullopt where no answer is due: notifications,
  // responses, cancelled calls.
  Async<std::optional<std::string>> handle_text(std::string text, ConnectionContext& peer) const;

  // The same for a message that the transport has read and routed already; `claim` makes it a
  // modern one. With `peer.running` unused (a peer that lives for one request), the call ends when
  // the awaiting coroutine is cancelled.
  Async<std::optional<Answer>> handle(Message message, std::optional<Claim> claim,
                                      ConnectionContext& peer) const;

  // An array of messages. Refused unless the peer has settled on 2025-03-26.
  Async<std::optional<std::string>> handle_batch(Json batch, ConnectionContext& peer) const;

  // A claim's version is refused with kUnsupportedVersion unless we speak it.
  std::optional<RpcError> check_version(const Claim& claim, const RequestId& id) const;

  const ToolRegistry& tools() const { return tools_; }
  const ServerOptions& options() const { return options_; }
  bool allows(const Principal& principal, const std::string& scope) const;

 private:
  Async<std::optional<std::string>> handle_value(Json value, ConnectionContext& peer) const;
  void handle_notification(const Message& message, ConnectionContext& peer) const;
  Answer initialize(const Message& message, ConnectionContext& peer) const;
  Answer discover(const Message& message) const;
  Answer list_tools(const Message& message, Revision revision) const;
  Async<std::optional<Answer>> call_tool(Message message, Revision revision,
                                         std::string client_name, ConnectionContext& peer) const;
  Async<std::optional<Result<Reply>>> run_call(const Tool& tool, Json arguments,
                                               const RequestId& id, CallContext context,
                                               ConnectionContext& peer) const;
  std::string render(const Result<Reply>& reply, const Tool& tool, Revision revision,
                     const ConnectionContext& peer) const;

  const ToolRegistry& tools_;
  const ServerOptions options_;
  // Members of modern results, each with a comma behind it.
  std::string modern_members_;
  std::string cache_members_;
};

}  // namespace mtc::mcp
