#include "mcp/server.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include "base/text.h"

namespace mtc::mcp {
namespace {

MissingId missing_id_of(const Peer& peer) {
  return peer.initialized ? MissingId::null : MissingId::omit;
}

Answer unknown_method(const Request& request) {
  return error_answer(
      request.id(), rpc::kMethodNotFound,
      fmt::format("Method not found: {}", shorten_bytes(request.message.method, 80)),
      request.modern() ? 404 : 200);
}

// Answered at once from what is at hand: nothing to cancel.
bool is_quick(std::string_view method) {
  return method == "initialize" || method == "ping" || method == "tools/list" ||
         method == "server/discover" || method == "logging/setLevel";
}

Announced announced_by(const ServerParts& parts, const ResourceMethods& resources) {
  return {.may_read = [&resources](
                          const Principal& principal,
                          const std::string& uri) { return resources.may_read(principal, uri); },
          .tools = parts.changes != nullptr,
          .prompts = parts.prompts != nullptr && !parts.prompts->empty(),
          .resources = parts.resources != nullptr && !parts.resources->empty(),
          .tasks = parts.tasks != nullptr};
}

}  // namespace

Server::Server(const ToolRegistry& tools, ServerOptions options, const ServerParts& parts)
    : tools_(tools),
      options_(std::move(options)),
      parts_(parts),
      results_(options_),
      conversation_(results_, options_, parts_),
      tool_calls_(tools_, options_, parts_, results_, conversation_),
      resources_(options_, parts_, results_, conversation_),
      prompts_(options_, parts_, results_, conversation_),
      completion_(options_, parts_, results_, conversation_),
      task_methods_(tools_, options_, parts_.tasks, results_),
      listening_(std::make_unique<Listening>(parts_.changes, announced_by(parts_, resources_),
                                             results_)) {}

std::optional<RpcError> Server::check_version(const Claim& claim, const RequestId& id) const {
  const auto revision = parse_revision(claim.version);
  if (revision && is_modern(*revision)) return std::nullopt;
  return RpcError{.code = rpc::kUnsupportedVersion,
                  .message = fmt::format("Unsupported protocol version; this server speaks {}",
                                         text_of(kModern)),
                  .data = {{"supported", {text_of(kModern)}}, {"requested", claim.version}},
                  .id = id};
}

Async<std::optional<std::string>> Server::handle_text(std::string text, Peer& peer,
                                                      Outlet* outlet) const {
  auto value = parse_json(text);
  if (!value) {
    co_return error_text({.code = rpc::kParseError, .message = value.error().message},
                         missing_id_of(peer));
  }
  text = {};
  if (value->is_array()) co_return co_await handle_batch(std::move(*value), peer, outlet);
  co_return co_await handle_message(read_message(std::move(*value)), peer, outlet, std::nullopt);
}

Async<std::optional<std::string>> Server::handle_message(std::expected<Message, RpcError> message,
                                                         Peer& peer, Outlet* outlet,
                                                         std::optional<Principal> principal) const {
  if (!message) co_return error_text(message.error(), missing_id_of(peer));
  std::optional<Claim> claim;
  if (!peer.legacy_only) {
    auto read = read_claim(*message);
    // `initialize` opens the older revisions, whatever its `_meta` tries to say.
    const bool opens = message->method == "initialize";
    if (read) {
      claim = std::move(*read);
      if (opens && claim && check_version(*claim, {})) claim.reset();
    } else if (message->kind == Message::Kind::notification) {
      co_return std::nullopt;
    } else if (!opens) {
      co_return error_text(read.error());
    }
  }
  auto answer = co_await handle({.message = std::move(*message),
                                 .claim = std::move(claim),
                                 .outlet = outlet,
                                 .principal = std::move(principal)},
                                peer);
  if (!answer) co_return std::nullopt;
  co_return std::move(*answer).text();
}

// Only 2025-03-26 has batches. One after another: the order is the client's, and nobody waits for
// half a batch.
Async<std::optional<std::string>> Server::handle_batch(Json batch, Peer& peer, Outlet* outlet,
                                                       std::optional<Principal> principal) const {
  const auto refuse = [&](std::string why, const RequestId& id = {}) {
    return error_text({.code = rpc::kInvalidRequest, .message = std::move(why), .id = id},
                      missing_id_of(peer));
  };
  if (!peer.initialized || !has_batches(peer.revision)) {
    co_return refuse("Invalid request: batches exist only in sessions of revision 2025-03-26");
  }
  if (batch.empty() || batch.size() > kMaxBatch) {
    co_return refuse(fmt::format("Invalid request: a batch has 1 to {} messages", kMaxBatch));
  }
  std::string out;
  for (auto& item : batch) {
    // Its session has ended, and with it what was still to come.
    if (peer.running && peer.running->ended()) break;
    auto message = read_message(std::move(item));
    const bool opens = message && message->method == "initialize";
    const bool claims = message && object_or_empty(message->params, "_meta").contains(kVersionKey);
    std::optional<std::string> one;
    if (!opens && !claims) {
      one = co_await handle_message(std::move(message), peer, outlet, principal);
    } else if (message->kind == Message::Kind::request) {
      one =
          refuse(opens ? "Invalid request: initialize must not be part of a batch"
                       : "Invalid request: messages of newer revisions must not be part of a batch",
                 message->id);
    }
    if (one) out.append(out.empty() ? "[" : ",").append(*one);
  }
  if (out.empty()) co_return std::nullopt;
  co_return out + "]";
}

Async<std::optional<Answer>> Server::handle(Incoming incoming, Peer& peer) const {
  auto& [message, claim, outlet, principal, stop] = incoming;
  if (message.kind == Message::Kind::response) {
    if (peer.asks) peer.asks->resolve(std::move(message));
    co_return std::nullopt;
  }
  if (message.kind == Message::Kind::notification) {
    handle_notification(message, peer);
    co_return std::nullopt;
  }
  if (claim) {
    if (const auto bad = check_version(*claim, message.id)) {
      co_return Answer{.body = error_text(*bad), .http_status = 400};
    }
  }
  const bool modern = claim.has_value();
  Request request{.message = std::move(message),
                  .revision = modern ? kModern : peer.revision,
                  .principal = principal ? std::move(*principal) : peer.principal,
                  .client_name = modern ? std::move(claim->client_name) : peer.client_name,
                  .client = modern ? claim->capabilities : peer.capabilities,
                  .log_level = modern ? claim->log_level : peer.log_level,
                  .peer = peer,
                  .outlet = outlet};
  if (peer.running == nullptr || is_quick(request.message.method)) {
    co_return co_await guarded(request);
  }
  if (stop) {
    co_return co_await peer.running->run(request.id(), std::move(stop), guarded(request));
  }
  co_return co_await peer.running->run_apart(request.id(), guarded(request));
}

// What breaks inside is for the log; the client learns that it was not its fault.
Async<Answer> Server::guarded(Request& request) const {
  std::string trouble;
  try {
    co_return co_await dispatch(request);
  } catch (const boost::system::system_error& e) {
    if (e.code() == asio::error::operation_aborted) {
      co_return error_answer(request.id(), rpc::kInternalError, "The request was cancelled");
    }
    trouble = e.code().message();
  } catch (const std::exception& e) {
    trouble = e.what();
  }
  spdlog::error("mcp: {}: {}", shorten_bytes(request.message.method, 80), trouble);
  co_return error_answer(request.id(), rpc::kInternalError, "The server failed at this request");
}

Async<Answer> Server::dispatch(Request& request) const {
  const auto& method = request.message.method;
  if (method == "tools/call") co_return co_await tool_calls_.call(request);
  if (method == "tools/list") co_return tool_calls_.list(request);
  if (request.modern()) {
    if (method == "server/discover") co_return discover(request);
    if (method == "subscriptions/listen" && listening_->offered()) {
      co_return co_await listening_->listen(request);
    }
    if (task_methods_.serves(method)) co_return co_await task_methods_.handle(request);
  } else {
    if (method == "initialize") co_return initialize(request);
    if (method == "ping") co_return results_.complete(request, {});
    if (method == "logging/setLevel" && options_.logging) co_return set_log_level(request);
  }
  co_return co_await dispatch_optional(request);
}

Async<Answer> Server::dispatch_optional(Request& request) const {
  const auto& method = request.message.method;
  if (resources_.offered()) {
    if (method == "resources/list") co_return co_await resources_.list(request);
    if (method == "resources/templates/list") co_return resources_.list_templates(request);
    if (method == "resources/read") co_return co_await resources_.read(request);
    const bool watching = !request.modern() && listening_->offered();
    if (watching && method == "resources/subscribe") co_return resources_.watch(request);
    if (watching && method == "resources/unsubscribe") co_return resources_.unwatch(request);
  }
  if (prompts_.offered()) {
    if (method == "prompts/list") co_return prompts_.list(request);
    if (method == "prompts/get") co_return co_await prompts_.get(request);
  }
  if (method == "completion/complete" && completion_.offered()) {
    co_return co_await completion_.complete(request);
  }
  co_return unknown_method(request);
}

void Server::handle_notification(const Message& message, Peer& peer) const {
  if (message.method != "notifications/cancelled" || peer.running == nullptr) return;
  if (const auto id = message.params.find("requestId"); id != message.params.end()) {
    peer.running->cancel(dump_json(*id));
  }
}

Json Server::capabilities(Revision revision) const {
  const bool changes = listening_->offered();
  const auto listed = [&] { return changes ? Json{{"listChanged", true}} : Json::object(); };
  Json out{{"tools", listed()}};
  if (resources_.offered()) {
    out["resources"] = listed();
    if (changes) out["resources"]["subscribe"] = true;
  }
  if (prompts_.offered()) out["prompts"] = listed();
  if (completion_.offered() && revision >= Revision::v2025_03_26) {
    out["completions"] = Json::object();
  }
  if (options_.logging && !is_modern(revision)) out["logging"] = Json::object();
  if (is_modern(revision) && parts_.tasks != nullptr) {
    out["extensions"] = {{kTasksExtension, Json::object()}};
  }
  return out;
}

Answer Server::initialize(const Request& request) const {
  const auto asked = request.params().find("protocolVersion");
  if (asked == request.params().end() || !asked->is_string()) {
    return error_answer(request.id(), rpc::kInvalidParams, R"("protocolVersion" must be a string)");
  }
  const auto known = parse_revision(asked->get_ref<const std::string&>());
  const auto revision = known && !is_modern(*known) ? *known : kNewestLegacy;
  Peer& peer = request.peer;
  peer.revision = revision;
  peer.initialized = true;
  peer.client_name = client_name_in(object_or_empty(request.params(), "clientInfo"));
  peer.capabilities = read_capabilities(object_or_empty(request.params(), "capabilities"));
  Json result{{"protocolVersion", text_of(revision)},
              {"capabilities", capabilities(revision)},
              {"serverInfo", Results::server_info(options_, revision)}};
  if (!options_.instructions.empty()) result["instructions"] = options_.instructions;
  return {.body = result_text(request.id(), dump_json(result))};
}

Answer Server::discover(const Request& request) const {
  Json versions = Json::array();
  for (auto it = kRevisions.rbegin(); it != kRevisions.rend(); ++it) {
    versions.push_back(text_of(*it));
  }
  Json result{{"supportedVersions", std::move(versions)}, {"capabilities", capabilities(kModern)}};
  if (!options_.instructions.empty()) result["instructions"] = options_.instructions;
  return results_.cacheable(request, members_of(result), options_.catalogue_ttl,
                            options_.catalogue_is_public);
}

Answer Server::set_log_level(const Request& request) const {
  const auto level = parse_log_level(string_or(request.params(), "level"));
  if (!level) {
    return error_answer(
        request.id(), rpc::kInvalidParams,
        fmt::format("\"level\" must be one of {}", fmt::join(kLogLevelNames, ", ")));
  }
  request.peer.log_level = *level;
  return results_.complete(request, {});
}

}  // namespace mtc::mcp
