#include "mcp/http/endpoint.h"

#include <fmt/format.h>

#include <boost/asio/this_coro.hpp>

#include "base/text.h"
#include "infra/http/event_stream.h"
#include "mcp/http/header_check.h"

namespace mtc::mcp {
namespace {

constexpr std::string_view kVersionHeader = "MCP-Protocol-Version";
constexpr std::string_view kSessionHeader = "Mcp-Session-Id";
constexpr std::string_view kLastEventHeader = "Last-Event-ID";
constexpr std::string_view kJson = "application/json";

std::string_view media_type(std::string_view header) {
  return trim(header.substr(0, header.find(';')));
}

// The header's revision if it names one that we know.
std::optional<Revision> version_header(const HttpRequest& request) {
  return parse_revision(trim(request.header(kVersionHeader)));
}

bool names_modern(const HttpRequest& request) {
  const auto revision = version_header(request);
  return revision && is_modern(*revision);
}

std::string preflight_headers(const ToolRegistry& tools) {
  std::string out =
      "content-type, accept, authorization, mcp-protocol-version, mcp-method, mcp-name, "
      "mcp-session-id, last-event-id";
  for (const auto& tool : tools.all()) {
    for (const auto& param : tools.header_params(tool.name)) {
      const auto name = to_lower_ascii(param.header);
      if (!out.contains(name + ",") && !out.ends_with(name)) out += ", " + name;
    }
  }
  return out;
}

Async<std::optional<Answer>> as_answer(Async<std::optional<std::string>> work) {
  auto text = co_await std::move(work);
  if (!text) co_return std::nullopt;
  co_return Answer{.body = std::move(*text)};
}

}  // namespace

// How the client wants its answer.
struct HttpEndpoint::Accepts {
  bool json = false;
  bool events = false;

  static Accepts read(std::string_view header) {
    if (trim(header).empty()) return {.json = true, .events = true};
    Accepts out;
    while (!header.empty()) {
      const auto end = std::min(header.find(','), header.size());
      const auto type = media_type(header.substr(0, end));
      header.remove_prefix(std::min(end + 1, header.size()));
      const bool all = type == "*/*";
      out.json |=
          all || equals_ignoring_case(type, kJson) || equals_ignoring_case(type, "application/*");
      out.events |= all || equals_ignoring_case(type, "text/event-stream") ||
                    equals_ignoring_case(type, "text/*");
    }
    return out;
  }
};

HttpEndpoint::HttpEndpoint(const Server& server, const Gate& gate, const Clock& clock,
                           Random& random, HttpEndpointOptions options)
    : server_(server),
      gate_(gate),
      options_(std::move(options)),
      sessions_(server, clock, random, options_.session_limits),
      patience_(options_.quiet_answer),
      allowed_headers_(preflight_headers(server.tools())) {}

void HttpEndpoint::close_streams() {
  closing_ = true;
  server_.end_listening();
  sessions_.close_unasked();
}

void HttpEndpoint::stop() {
  stopping_ = true;
  close_streams();
  sessions_.close_all();
  sessionless_->cancel_all();
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
  } else if (method == "GET" && options_.sessions) {
    co_await handle_get(visit);
  } else if (method == "DELETE" && options_.sessions) {
    co_await handle_delete(visit);
  } else {
    visit.headers.emplace_back("Allow",
                               options_.sessions ? "POST, GET, DELETE, OPTIONS" : "POST, OPTIONS");
    co_await visit.send_error(
        405, invalid_request(fmt::format("{} is not offered here; send messages by POST",
                                         shorten_bytes(method, 20))));
  }
}

Async<> HttpEndpoint::handle_post(Visit& visit) {
  const auto& request = visit.request();
  if (!equals_ignoring_case(media_type(request.header("Content-Type")), kJson)) {
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
    if (!bad && message.method == "subscriptions/listen") {
      if (!accepts.events) bad = invalid_request("Accept must name text/event-stream", message.id);
      if (closing_) bad = RpcError{.message = "The server is stopping", .id = message.id};
    }
    if (bad) {
      co_await visit.send_error(400, std::move(*bad));
      co_return;
    }
  }
  auto peer = new_peer(visit);
  if (message.kind == Message::Kind::request) peer.running = sessionless_;
  PostStream stream(visit, co_await asio::this_coro::executor,
                    manner_of(accepts, kModern, nullptr));
  Incoming incoming{.message = std::move(message),
                    .claim = std::move(claim),
                    .outlet = &stream,
                    .principal = std::nullopt,
                    .stop = [&stream] { stream.stop_call(); }};
  co_await respond(visit, stream, server_.handle(std::move(incoming), peer), true);
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
  } else if (auto caller = co_await find_caller(visit, message.id)) {
    PostStream stream(visit, co_await asio::this_coro::executor,
                      manner_of(accepts, caller->peer().revision, caller->session));
    Incoming incoming{.message = std::move(message),
                      .claim = std::nullopt,
                      .outlet = &stream,
                      .principal = visit.principal,
                      .stop = [&stream] { stream.stop_call(); }};
    co_await respond(visit, stream, server_.handle(std::move(incoming), caller->peer()), false);
  }
}

// The answer, or what the call said before it broke off.
Async<> HttpEndpoint::respond(Visit& visit, PostStream& stream, Async<std::optional<Answer>> work,
                              bool modern) {
  std::optional<Answer> answer;
  std::exception_ptr broken;
  co_await asio::this_coro::reset_cancellation_state([&stream](asio::cancellation_type type) {
    return stream.lets_cancellation_through() ? type & asio::cancellation_type::terminal
                                              : asio::cancellation_type::none;
  });
  {
    const Patience::Place place(patience_, co_await asio::this_coro::executor, stream);
    try {
      answer = co_await std::move(work);
    } catch (...) {
      broken = std::current_exception();
    }
  }
  // Whatever has been cancelled: the coroutine that writes the stream uses what we are about to
  // give up, and an answer is due to whoever is still there.
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  if (stream.begun()) {
    std::optional<std::string> last;
    if (answer) last = std::move(*answer).text();
    co_await stream.finish(std::move(last));
  } else if (!broken) {
    co_await send_answer(visit, stream, std::move(answer), modern);
  }
  if (broken) std::rethrow_exception(broken);
}

Async<> HttpEndpoint::handle_batch(Visit& visit, const Accepts& accepts, Json batch) {
  if (names_modern(visit.request())) {
    co_await visit.send_error(400,
                              invalid_request("Invalid request: this revision has no batches"));
    co_return;
  }
  auto caller = co_await find_caller(visit, {});
  if (!caller) co_return;
  Peer& peer = caller->peer();
  if (!has_batches(peer.revision)) {
    co_await visit.send_error(400,
                              invalid_request("Invalid request: this revision has no batches"));
    co_return;
  }
  PostStream stream(visit, co_await asio::this_coro::executor,
                    manner_of(accepts, peer.revision, caller->session));
  co_await respond(
      visit, stream,
      as_answer(server_.handle_batch(std::move(batch), peer, &stream, visit.principal)), false);
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
  const auto session = co_await find_session(visit, {});
  if (session == nullptr) co_return;
  const auto last = trim(visit.request().header(kLastEventHeader));
  if (last.empty() && closing_) {
    visit.headers.emplace_back("Retry-After", "5");
    co_await visit.send_error(503, invalid_request("The server is stopping"));
    co_return;
  }
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
  const auto session = trim(visit.request().header(kSessionHeader));
  if (session.empty()) {
    co_await visit.send_error(400, invalid_request(fmt::format("{} is missing", kSessionHeader)));
  } else if (!sessions_.close(session, visit.principal)) {
    co_await visit.send_error(404, invalid_request("There is no such session (any more)"));
  } else {
    co_await visit.send_empty(204);
  }
}

Async<> HttpEndpoint::initialize(Visit& visit, const Accepts& accepts, Message message) {
  const auto executor = co_await asio::this_coro::executor;
  auto peer = new_peer(visit);
  auto answer =
      co_await server_.handle({.message = std::move(message), .claim = std::nullopt}, peer);
  if (options_.sessions && peer.initialized && !stopping_) {
    peer.running = std::make_shared<RunningCalls>();
    peer.asks = std::make_shared<PendingAsks>();
    visit.headers.emplace_back(kSessionHeader, sessions_.open(std::move(peer), executor)->id());
  }
  const PostStream stream(visit, executor, manner_of(accepts, kNewestLegacy, nullptr));
  co_await send_answer(visit, stream, std::move(answer), false);
}

Async<std::optional<HttpEndpoint::Caller>> HttpEndpoint::find_caller(Visit& visit,
                                                                     const RequestId& id) {
  const auto header = trim(visit.request().header(kVersionHeader));
  const auto revision = version_header(visit.request());
  if (!header.empty() && !revision) {
    co_await visit.send_error(
        400, invalid_request(fmt::format("{} \"{}\" is not a revision this server speaks",
                                         kVersionHeader, shorten_bytes(sanitize_utf8(header), 40)),
                             id));
    co_return std::nullopt;
  }
  Caller caller;
  if (options_.sessions) {
    caller.session = co_await find_session(visit, id);
    if (!caller.session) co_return std::nullopt;
  } else {
    caller.lone = std::make_unique<Peer>(new_peer(visit));
    caller.lone->revision = revision.value_or(kAssumedLegacy);
    caller.lone->initialized = true;
    if (!id.empty()) caller.lone->running = sessionless_;
  }
  co_return caller;
}

// The session's own revision holds, whatever other one of ours the header names: some clients
// write the same one always.
Async<std::shared_ptr<Session>> HttpEndpoint::find_session(Visit& visit, const RequestId& id) {
  const auto name = trim(visit.request().header(kSessionHeader));
  if (name.empty()) {
    co_await visit.send_error(
        400, invalid_request(
                 fmt::format("{} is missing; open a session with initialize", kSessionHeader), id));
    co_return nullptr;
  }
  auto session = sessions_.use(name, visit.principal);
  if (session == nullptr) {
    co_await visit.send_error(
        404, invalid_request("There is no such session (any more); open one with initialize", id));
    co_return nullptr;
  }
  co_return session;
}

PostStream::Manner HttpEndpoint::manner_of(const Accepts& accepts, Revision revision,
                                           std::shared_ptr<Session> session) const {
  return {.events = accepts.events,
          .json = accepts.json,
          .revision = revision,
          .session = std::move(session),
          .stopping = &stopping_};
}

Peer HttpEndpoint::new_peer(const Visit& visit) const {
  auto peer = options_.peer;
  peer.principal = visit.principal;
  peer.running = nullptr;
  peer.asks = nullptr;
  return peer;
}

Async<> HttpEndpoint::send_answer(Visit& visit, const PostStream& stream,
                                  std::optional<Answer> answer, bool modern) {
  if (!answer) {
    co_await visit.send_empty(202);
    co_return;
  }
  if (!answer->missing_scope.empty() && gate_.has_authenticator()) {
    co_await gate_.refuse_scope(visit, answer->missing_scope);
    co_return;
  }
  const int status = modern ? answer->http_status : 200;
  if (!stream.takes_json() && status == 200) {
    for (auto& header : event_stream_headers()) visit.headers.push_back(std::move(header));
    co_await visit.exchange.respond({.status = 200,
                                     .headers = std::move(visit.headers),
                                     .body = format_event(std::move(*answer).text())});
    co_return;
  }
  co_await visit.send_answer(status, std::move(*answer));
}

}  // namespace mtc::mcp
