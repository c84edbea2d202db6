#include "mcp/server.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include "base/text.h"
#include "mcp/render.h"

namespace mtc::mcp {
namespace {

constexpr std::string_view kServerInfoKey = "io.modelcontextprotocol/serverInfo";
constexpr std::size_t kMaxBatch = 64;

Json server_info(const ServerOptions& options, Revision revision) {
  Json out{{"name", options.name}, {"version", options.version}};
  if (has_structured_content(revision) && !options.title.empty()) out["title"] = options.title;
  if (revision >= Revision::v2025_11_25 && !options.description.empty()) {
    out["description"] = options.description;
  }
  return out;
}

Answer error_answer(int code, std::string message, const RequestId& id, int http_status = 200,
                    Json data = nullptr) {
  return {.body = error_text(
              {.code = code, .message = std::move(message), .data = std::move(data), .id = id}),
          .http_status = http_status};
}

Answer unknown_method(const Message& message, bool modern) {
  return error_answer(rpc::kMethodNotFound,
                      fmt::format("Method not found: {}", shorten_bytes(message.method, 80)),
                      message.id, modern ? 404 : 200);
}

bool is_first_page(const Json& params) {
  const auto cursor = params.find("cursor");
  return cursor == params.end() || cursor->is_null() || *cursor == "";
}

// A tool never takes the server down: what it throws becomes a failure, and only the log sees what
// it was.
Async<Result<Reply>> guarded(const Tool& tool, Json arguments, ParseOptions options,
                             CallContext context) {
  std::string trouble;
  try {
    co_return co_await tool.call(std::move(arguments), options, std::move(context));
  } catch (const boost::system::system_error& e) {
    if (e.code() == asio::error::operation_aborted) {
      co_return fail(Errc::cancelled, "The call was cancelled");
    }
    trouble = e.code().message();
  } catch (const std::exception& e) {
    trouble = e.what();
  }
  spdlog::error("mcp: tool {}: {}", tool.name, trouble);
  co_return fail(Errc::internal, fmt::format("{} failed inside the server", tool.name));
}

}  // namespace

Server::Server(const ToolRegistry& tools, ServerOptions options)
    : tools_(tools), options_(std::move(options)) {
  const Json meta{{kServerInfoKey, server_info(options_, kModern)}};
  modern_members_ = fmt::format(R"("resultType":"complete","_meta":{},)", dump_json(meta));
  cache_members_ = fmt::format(R"("ttlMs":{},"cacheScope":"{}",)", options_.catalogue_ttl.count(),
                               options_.catalogue_is_public ? "public" : "private");
}

bool Server::allows(const Principal& principal, const std::string& scope) const {
  if (scope.empty()) return true;
  if (options_.allows) return options_.allows(principal, scope);
  return std::ranges::find(principal.scopes, scope) != principal.scopes.end();
}

std::optional<RpcError> Server::check_version(const Claim& claim, const RequestId& id) const {
  const auto revision = parse_revision(claim.version);
  if (revision && is_modern(*revision)) return std::nullopt;
  return RpcError{.code = rpc::kUnsupportedVersion,
                  .message = fmt::format("Unsupported protocol version; this server speaks {}",
                                         text_of(kModern)),
                  .data = {{"supported", {text_of(kModern)}}, {"requested", claim.version}},
                  .id = id};
}

Async<std::optional<std::string>> Server::handle_text(std::string text,
                                                      ConnectionContext& peer) const {
  auto value = parse_json(text);
  if (!value) {
    co_return error_text({.code = rpc::kParseError, .message = value.error().message},
                         peer.initialized ? MissingId::null : MissingId::omit);
  }
  text = {};
  if (value->is_array()) co_return co_await handle_batch(std::move(*value), peer);
  co_return co_await handle_value(std::move(*value), peer);
}

Async<std::optional<std::string>> Server::handle_value(Json value, ConnectionContext& peer) const {
  auto message = read_message(std::move(value));
  if (!message) {
    co_return error_text(message.error(), peer.initialized ? MissingId::null : MissingId::omit);
  }
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
  auto answer = co_await handle(std::move(*message), std::move(claim), peer);
  if (!answer) co_return std::nullopt;
  co_return std::move(answer->body);
}

// Only 2025-03-26 has batches. One after another: the order is the client's, and nobody waits for
// half a batch.
Async<std::optional<std::string>> Server::handle_batch(Json batch, ConnectionContext& peer) const {
  const auto missing = peer.initialized ? MissingId::null : MissingId::omit;
  const auto refuse = [&](std::string why) {
    return error_text({.code = rpc::kInvalidRequest, .message = std::move(why)}, missing);
  };
  if (!peer.initialized || !has_batches(peer.revision)) {
    co_return refuse("Invalid request: batches exist only in sessions of revision 2025-03-26");
  }
  if (batch.empty() || batch.size() > kMaxBatch) {
    co_return refuse(fmt::format("Invalid request: a batch has 1 to {} messages", kMaxBatch));
  }
  std::string out;
  for (auto& item : batch) {
    std::optional<std::string> one;
    if (string_or(item, "method") == "initialize") {
      one = refuse("Invalid request: initialize must not be part of a batch");
    } else if (object_or_empty(object_or_empty(item, "params"), "_meta").contains(kVersionKey)) {
      one = refuse("Invalid request: messages of newer revisions must not be part of a batch");
    } else {
      one = co_await handle_value(std::move(item), peer);
    }
    if (one) out.append(out.empty() ? "[" : ",").append(*one);
  }
  if (out.empty()) co_return std::nullopt;
  co_return out + "]";
}

Async<std::optional<Answer>> Server::handle(Message message, std::optional<Claim> claim,
                                            ConnectionContext& peer) const {
  if (message.kind == Message::Kind::response) co_return std::nullopt;
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
  const Revision revision = modern ? kModern : peer.revision;
  if (message.method == "tools/call") {
    auto client = modern ? std::move(claim->client_name) : peer.client_name;
    co_return co_await call_tool(std::move(message), revision, std::move(client), peer);
  }
  if (message.method == "tools/list") co_return list_tools(message, revision);
  if (message.method == "server/discover" && modern) co_return discover(message);
  if (message.method == "initialize" && !modern) co_return initialize(message, peer);
  if (message.method == "ping" && !modern) co_return Answer{.body = result_text(message.id, "{}")};
  co_return unknown_method(message, modern);
}

void Server::handle_notification(const Message& message, ConnectionContext& peer) const {
  if (message.method != "notifications/cancelled" || peer.running == nullptr) return;
  if (const auto id = message.params.find("requestId"); id != message.params.end()) {
    peer.running->cancel(dump_json(*id));
  }
}

Answer Server::initialize(const Message& message, ConnectionContext& peer) const {
  const auto asked = message.params.find("protocolVersion");
  if (asked == message.params.end() || !asked->is_string()) {
    return error_answer(rpc::kInvalidParams, R"("protocolVersion" must be a string)", message.id);
  }
  const auto known = parse_revision(asked->get_ref<const std::string&>());
  const auto revision = known && !is_modern(*known) ? *known : kNewestLegacy;
  peer.revision = revision;
  peer.initialized = true;
  peer.client_name = client_name_in(object_or_empty(message.params, "clientInfo"));
  Json result{{"protocolVersion", text_of(revision)},
              {"capabilities", {{"tools", Json::object()}}},
              {"serverInfo", server_info(options_, revision)}};
  if (!options_.instructions.empty()) result["instructions"] = options_.instructions;
  return {.body = result_text(message.id, dump_json(result))};
}

Answer Server::discover(const Message& message) const {
  Json versions = Json::array();
  for (auto it = kRevisions.rbegin(); it != kRevisions.rend(); ++it) {
    versions.push_back(text_of(*it));
  }
  Json result{{"supportedVersions", std::move(versions)},
              {"capabilities", {{"tools", Json::object()}}}};
  if (!options_.instructions.empty()) result["instructions"] = options_.instructions;
  const auto members = dump_json(result);
  return {.body =
              result_text(message.id, "{" + modern_members_ + cache_members_ + members.substr(1))};
}

Answer Server::list_tools(const Message& message, Revision revision) const {
  if (!is_first_page(message.params)) {
    return error_answer(rpc::kInvalidParams, "Unknown cursor: this list has one page", message.id);
  }
  std::string result = "{";
  if (is_modern(revision)) result += modern_members_ + cache_members_;
  result.append(R"("tools":)").append(tools_.catalogue(revision)).append("}");
  return {.body = result_text(message.id, result)};
}

Async<std::optional<Answer>> Server::call_tool(Message message, Revision revision,
                                               std::string client_name,
                                               ConnectionContext& peer) const {
  const auto name = message.params.find("name");
  if (name == message.params.end() || !name->is_string()) {
    co_return error_answer(rpc::kInvalidParams, R"("name" must be a string)", message.id);
  }
  const Tool* tool = tools_.find(name->get_ref<const std::string&>());
  if (tool == nullptr) {
    co_return error_answer(rpc::kInvalidParams,
                           fmt::format("Unknown tool: {}; tools/list names those there are",
                                       shorten_bytes(name->get_ref<const std::string&>(), 80)),
                           message.id);
  }
  Json arguments = Json::object();
  if (const auto it = message.params.find("arguments");
      it != message.params.end() && !it->is_null()) {
    if (!it->is_object()) {
      co_return error_answer(rpc::kInvalidParams, R"("arguments" must be an object)", message.id);
    }
    arguments = std::move(*it);
  }
  Answer answer;
  std::optional<Result<Reply>> reply;
  if (allows(peer.principal, tool->scope)) {
    reply = co_await run_call(
        *tool, std::move(arguments), message.id,
        {.principal = peer.principal, .client_name = std::move(client_name), .voice = peer.voice},
        peer);
    if (!reply) co_return std::nullopt;
  } else {
    answer.missing_scope = tool->scope;
    reply =
        fail(Errc::denied, fmt::format("{} needs the permission \"{}\"", tool->name, tool->scope));
  }
  answer.body = result_text(message.id, render(*reply, *tool, revision, peer));
  co_return answer;
}

// Nullopt if the peer cancelled the call: such a request is never answered.
Async<std::optional<Result<Reply>>> Server::run_call(const Tool& tool, Json arguments,
                                                     const RequestId& id, CallContext context,
                                                     ConnectionContext& peer) const {
  const auto options = peer.arguments;
  if (peer.running == nullptr) {
    co_return co_await guarded(tool, std::move(arguments), options, std::move(context));
  }
  const auto call = std::make_shared<RunningCalls::Call>();
  call->id = id;
  const auto running = peer.running;
  const auto place = running->calls_.insert(running->calls_.end(), call);

  // The call has a signal of its own; what cancels us reaches it through this slot, unless it may
  // outlive us.
  auto caller = (co_await asio::this_coro::cancellation_state).slot();
  if (caller.is_connected()) {
    caller.assign([call, outlives = peer.outlives_caller](asio::cancellation_type type) {
      if (!outlives || !outlives()) call->signal.emit(type);
    });
  }
  auto [error, reply] = co_await asio::co_spawn(
      co_await asio::this_coro::executor,
      guarded(tool, std::move(arguments), options, std::move(context)),
      asio::bind_cancellation_slot(call->signal.slot(), asio::as_tuple(asio::use_awaitable)));
  if (caller.is_connected()) caller.clear();
  running->calls_.erase(place);
  if (call->cancelled_by_peer) co_return std::nullopt;
  if (error) co_return fail(Errc::cancelled, "The call was cancelled");
  co_return std::move(reply);
}

std::string Server::render(const Result<Reply>& reply, const Tool& tool, Revision revision,
                           const ConnectionContext& peer) const {
  std::string out = "{";
  if (is_modern(revision)) out += modern_members_;
  if (peer.render) {
    const Json result = peer.render(reply);
    return result.empty() ? out + R"("content":[]})" : out.append(dump_json(result), 1);
  }
  if (reply) {
    out += render_reply(*reply, tool, revision);
  } else {
    out += render_failure(describe_failure(reply.error()));
  }
  return out + "}";
}

}  // namespace mtc::mcp
