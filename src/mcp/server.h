// The protocol without a transport: one message goes in, one response (or none) comes out. Serves
// both eras: claim-less messages are the 2024-11-05 … 2025-11-25 revisions, a `_meta` claim makes a
// message 2026-07-28.
//
// A transport keeps one Peer (per session, per pipe, per socket), gives every message to
// handle_text() in a coroutine of its own and sends what comes back:
//
//   Peer peer{.principal = …};
//   if (auto response = co_await server.handle_text(std::move(line), peer, &outlet))
//     co_await send(*response);
//
// Several messages of one peer may be under way at once; they must, if notifications/cancelled is
// to reach a running call, and answers to our questions the call that asked. The peer outlives them
// all. Everything happens on one executor.
#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/async.h"
#include "base/json.h"
#include "mcp/answer.h"
#include "mcp/claim.h"
#include "mcp/completion.h"
#include "mcp/conversation.h"
#include "mcp/json_rpc.h"
#include "mcp/listening.h"
#include "mcp/outlet.h"
#include "mcp/peer.h"
#include "mcp/prompt_methods.h"
#include "mcp/registry.h"
#include "mcp/request.h"
#include "mcp/resource_methods.h"
#include "mcp/results.h"
#include "mcp/server_options.h"
#include "mcp/task_methods.h"
#include "mcp/tool_calls.h"

namespace mtc::mcp {

// One message as a transport has read and routed it.
struct Incoming {
  Message message;
  std::optional<Claim> claim;            // makes it a 2026-07-28 message
  Outlet* outlet = nullptr;              // of this message; outlives the answer
  std::optional<Principal> principal{};  // who sent it; nullopt: the peer's
  // Cancels the coroutine that awaits handle(), see RunningCalls::run(). Empty: a call gets one of
  // its own.
  std::function<void()> stop{};
};

class Server {
 public:
  // The registries are complete, and they and the parts outlive the server.
  Server(const ToolRegistry& tools, ServerOptions options, const ServerParts& parts = {});
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // One message or batch as text, of either era. Nullopt where no answer is due: notifications,
  // responses, cancelled calls.
  Async<std::optional<std::string>> handle_text(std::string text, Peer& peer,
                                                Outlet* outlet = nullptr) const;

  // The same for a message that the transport has read and routed already. The call ends when the
  // awaiting coroutine is cancelled; with `peer.running` null there is no other way to end it.
  Async<std::optional<Answer>> handle(Incoming incoming, Peer& peer) const;

  static constexpr std::size_t kMaxBatch = 64;
  // An array of so many messages at most. Refused unless the peer has settled on 2025-03-26.
  Async<std::optional<std::string>> handle_batch(Json batch, Peer& peer, Outlet* outlet,
                                                 std::optional<Principal> principal = {}) const;

  // A claim's version is refused with kUnsupportedVersion unless we speak it.
  std::optional<RpcError> check_version(const Claim& claim, const RequestId& id) const;

  // As long as the subscription lives, the peer's outlet gets what its revision is told unasked.
  ChangeHub::Subscription announce_to(Peer& peer) const { return listening_->announce_to(peer); }
  // Ends all subscriptions/listen with their answers: the server is about to stop.
  void end_listening() const { listening_->end_all(); }

  const ToolRegistry& tools() const { return tools_; }
  const ServerOptions& options() const { return options_; }

 private:
  Async<std::optional<std::string>> handle_message(std::expected<Message, RpcError> message,
                                                   Peer& peer, Outlet* outlet,
                                                   std::optional<Principal> principal) const;
  void handle_notification(const Message& message, Peer& peer) const;
  Async<Answer> dispatch(Request& request) const;
  Async<Answer> dispatch_optional(Request& request) const;
  Async<Answer> guarded(Request& request) const;
  Answer initialize(const Request& request) const;
  Answer discover(const Request& request) const;
  Answer set_log_level(const Request& request) const;
  Json capabilities(Revision revision) const;

  const ToolRegistry& tools_;
  const ServerOptions options_;
  const ServerParts parts_;
  const Results results_;
  const Conversation conversation_;
  const ToolCalls tool_calls_;
  const ResourceMethods resources_;
  const PromptMethods prompts_;
  const Completion completion_;
  const TaskMethods task_methods_;
  const std::unique_ptr<Listening> listening_;  // the one part that remembers
};

}  // namespace mtc::mcp
