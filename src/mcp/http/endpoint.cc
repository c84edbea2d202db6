#include "mcp/http/endpoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/this_coro.hpp>
#include <set>

#include "base/text.h"
#include "mcp/http/header_check.h"

namespace mtc::mcp {
namespace {

constexpr std::string_view kLastEventHeader = "Last-Event-ID";

std::string preflight_headers(const ToolRegistry& tools) {
  std::set<std::string> names{"content-type", "accept",   "authorization",  "mcp-protocol-version",
                              "mcp-method",   "mcp-name", "mcp-session-id", "last-event-id"};
  for (const auto& tool : tools.all()) {
    for (const auto& param : tools.header_params(tool.name)) {
      names.insert(to_lower_ascii(param.header));
    }
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

// A response has an id of ours, which is no business of what we answer to it.
RequestId asked_by(const Message& message) {
  return message.kind == Message::Kind::request ? message.id : RequestId{};
}

Async<> refuse_while_stopping(Visit& visit, const RequestId& id) {
  visit.headers.emplace_back("Retry-After", "5");
  co_await visit.send_error(503, invalid_request("The server is stopping", id));
}

Async<std::optional<Answer>> as_answer(Async<std::optional<std::string>> work) {
  auto text = co_await std::move(work);
  if (!text) co_return std::nullopt;
  co_return Answer{.body = std::move(*text)};
}

}  // namespace

HttpEndpoint::HttpEndpoint(const Server& server, const Gate& gate, const Clock& clock,
                           Random& random, HttpEndpointOptions options)
    : server_(server),
      gate_(gate),
      callers_(server, clock, random,
               {.sessions = options.sessions,
                .limits = options.session_limits,
                .prototype = std::move(options.peer)}),
      answering_(gate, options.quiet_answer),
      allowed_headers_(preflight_headers(server.tools())) {}

void HttpEndpoint::close_streams() {
  closing_ = true;
  server_.end_listening();
  callers_.sessions().close_unasked();
}

void HttpEndpoint::stop() {
  answering_.begin_stopping();
  close_streams();
  callers_.stop();
}

Async<> HttpEndpoint::handle(HttpExchange& exchange) {
  Visit visit{.exchange = exchange};
  const auto& method = visit.request().method;
  if (method == "OPTIONS") {
    if (co_await gate_.admit_page(visit)) {
      co_await gate_.answer_preflight(visit, "POST, GET, DELETE, OPTIONS", allowed_headers_);
    }
    co_return;
  }
  if (!co_await gate_.admit(visit)) co_return;
  if (method == "POST") {
    co_await handle_post(visit);
  } else if (method == "GET" && callers_.has_sessions()) {
    co_await handle_get(visit);
  } else if (method == "DELETE" && callers_.has_sessions()) {
    co_await handle_delete(visit);
  } else {
    visit.headers.emplace_back(
        "Allow", callers_.has_sessions() ? "POST, GET, DELETE, OPTIONS" : "POST, OPTIONS");
    co_await visit.send_error(
        405, invalid_request(fmt::format("{} is not offered here; send messages by POST",
                                         shorten_bytes(method, 20))));
  }
}

Async<> HttpEndpoint::handle_post(Visit& visit) {
  const auto& request = visit.request();
  if (!equals_ignoring_case(media_type(request.header("Content-Type")), kJsonType)) {
    co_await visit.send_error(415, invalid_request("Content-Type must be application/json"));
    co_return;
  }
  const auto accepts = Accepts::read(request.header("Accept"));
  if (!accepts.json && !accepts.events) {
    co_await visit.send_error(
        406, invalid_request("Accept must name application/json and text/event-stream"));
    co_return;
  }
  auto value = parse_json(request.body);
  if (!value) {
    co_await visit.send_error(400, {.code = rpc::kParseError, .message = value.error().message});
    co_return;
  }
  if (value->is_array()) {
    co_await handle_batch(visit, accepts, std::move(*value));
    co_return;
  }
  auto message = read_message(std::move(*value));
  if (!message) {
    co_await visit.send_error(400, message.error());
    co_return;
  }
  // A broken claim does not make `initialize` a modern request: it opens an older revision.
  auto claim = read_claim(*message);
  const bool opens = message->method == "initialize";
  if (!claim && !opens) {
    co_await visit.send_error(400, claim.error());
  } else if (claim && *claim && !(opens && server_.check_version(**claim, {}))) {
    co_await handle_modern(visit, accepts, std::move(*message), std::move(**claim));
  } else {
    co_await handle_legacy(visit, accepts, std::move(*message));
  }
}

Async<> HttpEndpoint::handle_modern(Visit& visit, const Accepts& accepts, Message message,
                                    Claim claim) {
  if (message.kind == Message::Kind::request) {
    auto bad = check_version_header(visit.request(), message, claim);
    if (!bad) bad = server_.check_version(claim, message.id);
    if (!bad) bad = check_body_headers(visit.request(), message, server_.tools());
    if (!bad && message.method == "subscriptions/listen" && !accepts.events) {
      bad = invalid_request("Accept must name text/event-stream", message.id);
    }
    if (bad) {
      co_await visit.send_error(400, std::move(*bad));
      co_return;
    }
    if (closing_ && message.method == "subscriptions/listen") {
      co_await refuse_while_stopping(visit, message.id);
      co_return;
    }
    if (!co_await gate_.take_place(visit)) co_return;
  }
  auto peer = callers_.new_peer(visit);
  if (message.kind == Message::Kind::request) peer.running = callers_.sessionless();
  PostStream stream(visit, co_await asio::this_coro::executor,
                    answering_.manner_of(accepts, kModern, nullptr));
  Incoming incoming{.message = std::move(message),
                    .claim = std::move(claim),
                    .outlet = &stream,
                    .principal = std::nullopt,
                    .stop = [&stream] { stream.stop_call(); }};
  co_await answering_.respond(visit, stream, server_.handle(std::move(incoming), peer));
}

Async<> HttpEndpoint::handle_legacy(Visit& visit, const Accepts& accepts, Message message) {
  const bool modern_header = names_modern(visit.request());
  if (modern_header && message.method == "initialize") {
    co_await visit.send_error(
        400, {.code = rpc::kHeaderMismatch,
              .message = fmt::format("Header mismatch: {} names a revision without initialize",
                                     kVersionHeader),
              .id = message.id});
  } else if (modern_header && message.kind == Message::Kind::request) {
    co_await visit.send_error(
        400, {.code = rpc::kInvalidParams,
              .message = "params._meta needs \"io.modelcontextprotocol/protocolVersion\" and "
                         "\"io.modelcontextprotocol/clientCapabilities\"",
              .id = message.id});
  } else if (modern_header && message.kind == Message::Kind::response) {
    co_await visit.send_error(400, invalid_request("This revision has no responses from clients"));
  } else if (modern_header) {
    co_await visit.send_empty(202);
  } else if (message.method == "initialize" && message.kind == Message::Kind::request) {
    co_await initialize(visit, accepts, std::move(message));
  } else if (auto caller = co_await callers_.find(visit, asked_by(message))) {
    if (message.kind == Message::Kind::request && !co_await gate_.take_place(visit)) co_return;
    PostStream stream(visit, co_await asio::this_coro::executor,
                      answering_.manner_of(accepts, caller->peer().revision, caller->session));
    Incoming incoming{.message = std::move(message),
                      .claim = std::nullopt,
                      .outlet = &stream,
                      .principal = visit.principal,
                      .stop = [&stream] { stream.stop_call(); }};
    co_await answering_.respond(visit, stream, server_.handle(std::move(incoming), caller->peer()));
  }
}

Async<> HttpEndpoint::handle_batch(Visit& visit, const Accepts& accepts, Json batch) {
  if (names_modern(visit.request())) {
    co_await visit.send_error(400,
                              invalid_request("Invalid request: this revision has no batches"));
    co_return;
  }
  auto caller = co_await callers_.find(visit, {});
  if (!caller) co_return;
  Peer& peer = caller->peer();
  if (!has_batches(peer.revision)) {
    co_await visit.send_error(400,
                              invalid_request("Invalid request: this revision has no batches"));
    co_return;
  }
  if (!co_await gate_.take_place(visit)) co_return;
  gate_.charge(visit, std::min(batch.size(), Server::kMaxBatch));
  PostStream stream(visit, co_await asio::this_coro::executor,
                    answering_.manner_of(accepts, peer.revision, caller->session));
  co_await answering_.respond(
      visit, stream,
      as_answer(server_.handle_batch(std::move(batch), peer, &stream, visit.principal)));
}

// The stream of what belongs to no request, or the rest of one that broke off.
Async<> HttpEndpoint::handle_get(Visit& visit) {
  if (!Accepts::read(visit.request().header("Accept")).events) {
    visit.headers.emplace_back("Allow", "POST, GET, DELETE, OPTIONS");
    co_await visit.send_error(406, invalid_request("Accept must name text/event-stream"));
    co_return;
  }
  if (names_modern(visit.request())) {
    visit.headers.emplace_back("Allow", "POST");
    co_await visit.send_error(405, invalid_request("This revision has no GET; use "
                                                   "subscriptions/listen"));
    co_return;
  }
  const auto session = co_await callers_.find_session(visit, {});
  if (session == nullptr) co_return;
  const auto last = trim(visit.request().header(kLastEventHeader));
  if (last.empty() && closing_) {
    co_await refuse_while_stopping(visit, {});
    co_return;
  }
  if (!co_await gate_.take_place(visit)) co_return;
  if (last.empty()) {
    if (session->unasked().carried()) {
      co_await visit.send_error(409, invalid_request("This session has such a stream already"));
      co_return;
    }
    // A new stream has what nobody has been given yet.
    auto& unasked = session->unasked();
    co_await unasked.carry(visit.exchange, std::move(visit.headers), unasked.written());
    co_return;
  }
  const auto id = parse_event_id(last);
  const auto stream = id ? session->find_stream(id->stream) : nullptr;
  if (stream == nullptr) {
    co_await visit.send_error(
        404, invalid_request(
                 fmt::format("{} names no stream of this session (any more)", kLastEventHeader)));
    co_return;
  }
  co_await stream->carry(visit.exchange, std::move(visit.headers), id->number);
}

Async<> HttpEndpoint::handle_delete(Visit& visit) {
  if (const auto session = co_await callers_.find_session(visit, {})) {
    callers_.sessions().close(*session);
    co_await visit.send_empty(204);
  }
}

Async<> HttpEndpoint::initialize(Visit& visit, const Accepts& accepts, Message message) {
  const auto executor = co_await asio::this_coro::executor;
  auto peer = callers_.new_peer(visit);
  auto answer =
      co_await server_.handle({.message = std::move(message), .claim = std::nullopt}, peer);
  if (callers_.has_sessions() && peer.initialized && !answering_.stopping()) {
    peer.running = std::make_shared<RunningCalls>();
    peer.asks = std::make_shared<PendingAsks>();
    const auto session = callers_.sessions().open(std::move(peer), executor);
    visit.headers.emplace_back(kSessionHeader, session->id());
  }
  co_await answering_.send(visit, answering_.manner_of(accepts, kNewestLegacy, nullptr),
                           std::move(answer));
}

}  // namespace mtc::mcp
