#include "mcp/http_transport.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "base/text.h"
#include "infra/http/event_stream.h"
#include "mcp/header_check.h"
#include "mcp/web_guard.h"

namespace mtc::mcp {
namespace {

constexpr std::string_view kVersionHeader = "MCP-Protocol-Version";
constexpr std::string_view kSessionHeader = "Mcp-Session-Id";
constexpr std::string_view kJson = "application/json";

std::string_view media_type(std::string_view header) {
  return trim(header.substr(0, header.find(';')));
}

// How the client wants its answer.
struct Accepts {
  bool json = false;
  bool events = false;
};

Accepts read_accept(std::string_view header) {
  if (trim(header).empty()) return {.json = true, .events = true};
  Accepts out;
  for (const auto part : split(header, ',')) {
    const auto type = media_type(part);
    const bool all = type == "*/*";
    out.json |=
        all || equals_ignoring_case(type, kJson) || equals_ignoring_case(type, "application/*");
    out.events |= all || equals_ignoring_case(type, "text/event-stream") ||
                  equals_ignoring_case(type, "text/*");
  }
  return out;
}

RpcError invalid_request(std::string message, const RequestId& id = {}) {
  return {.code = rpc::kInvalidRequest, .message = std::move(message), .id = id};
}

// The header's revision if it names one that we know.
std::optional<Revision> version_header(const HttpRequest& request) {
  return parse_revision(trim(request.header(kVersionHeader)));
}

bool names_modern(const HttpRequest& request) {
  const auto revision = version_header(request);
  return revision && is_modern(*revision);
}

std::optional<std::string> bearer_in(const HttpRequest& request) {
  const auto value = trim(request.header("Authorization"));
  constexpr std::string_view kScheme = "Bearer ";
  if (value.size() <= kScheme.size() ||
      !equals_ignoring_case(value.substr(0, kScheme.size()), kScheme)) {
    return std::nullopt;
  }
  return std::string(trim(value.substr(kScheme.size())));
}

std::string oauth_error(std::string_view code, std::string_view text) {
  return dump_json(Json{{"error", code}, {"error_description", text}});
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

}  // namespace

// One request on its way through the endpoint.
struct HttpEndpoint::Visit {
  HttpExchange& exchange;
  Principal principal{};
  HttpHeaders headers{};  // of whatever answer there will be
  bool as_events = false;

  const HttpRequest& request() const { return exchange.request(); }

  Async<> send_json(int status, std::string body) {
    headers.emplace_back("Content-Type", kJson);
    co_await exchange.respond(
        {.status = status, .headers = std::move(headers), .body = std::move(body)});
  }
  Async<> send_error(int status, RpcError error) { co_await send_json(status, error_text(error)); }
  Async<> send_empty(int status) {
    co_await exchange.respond({.status = status, .headers = std::move(headers), .body = {}});
  }
};

HttpEndpoint::HttpEndpoint(const Server& server, const Clock& clock, Random& random,
                           Authenticator* authenticator, HttpEndpointOptions options)
    : server_(server),
      authenticator_(authenticator),
      options_(std::move(options)),
      sessions_(clock, random, options_.session_limits),
      allowed_headers_(preflight_headers(server.tools())) {}

void HttpEndpoint::stop() {
  stopping_ = true;
  sessions_.close_all();
  sessionless_->cancel_all();
}

Async<> HttpEndpoint::handle(HttpExchange& exchange) {
  Visit visit{.exchange = exchange};
  const auto& request = visit.request();
  const auto host = request.header("Host");
  const auto origin = request.header("Origin");
  if (!is_allowed_host(host, options_.hosts)) {
    co_await visit.send_error(403, invalid_request("This Host is not served here"));
    co_return;
  }
  if (!origin.empty()) {
    if (!is_allowed_origin(origin, host, options_.origins)) {
      co_await visit.send_error(403, invalid_request("This Origin may not use this server"));
      co_return;
    }
    visit.headers = {{"Access-Control-Allow-Origin", std::string(origin)},
                     {"Vary", "Origin"},
                     {"Access-Control-Expose-Headers", "mcp-session-id, www-authenticate"}};
  }
  if (request.method == "OPTIONS") {
    co_await handle_preflight(visit);
  } else if (co_await authenticate(visit)) {
    if (request.method == "POST") {
      co_await handle_post(visit);
    } else if (request.method == "DELETE" && options_.sessions) {
      co_await handle_delete(visit);
    } else {
      visit.headers.emplace_back("Allow",
                                 options_.sessions ? "POST, DELETE, OPTIONS" : "POST, OPTIONS");
      co_await visit.send_error(
          405, invalid_request(fmt::format("{} is not offered here; send messages by POST",
                                           shorten_bytes(request.method, 20))));
    }
  }
}

Async<> HttpEndpoint::handle_preflight(Visit& visit) {
  visit.headers.emplace_back("Access-Control-Allow-Methods", "POST, GET, DELETE, OPTIONS");
  visit.headers.emplace_back("Access-Control-Allow-Headers", allowed_headers_);
  visit.headers.emplace_back("Access-Control-Max-Age", "600");
  co_await visit.send_empty(204);
}

std::string HttpEndpoint::challenge(std::string_view error, std::string_view scope) const {
  std::string out = "Bearer";
  const auto add = [&out](std::string_view name, std::string_view value) {
    if (value.empty()) return;
    out += fmt::format("{} {}=\"{}\"", out.ends_with('"') ? "," : "", name, value);
  };
  add("error", error);
  add("scope", scope);
  add("resource_metadata", options_.resource_metadata_url);
  return out;
}

Async<bool> HttpEndpoint::authenticate(Visit& visit) {
  if (authenticator_ == nullptr) {
    visit.principal = options_.anonymous;
    co_return true;
  }
  auto bearer = bearer_in(visit.request());
  if (!bearer) {
    visit.headers.emplace_back("WWW-Authenticate", challenge({}, {}));
    co_await visit.send_json(401,
                             oauth_error("unauthorized", "Send a token: Authorization: Bearer …"));
    co_return false;
  }
  auto principal = co_await authenticator_->authenticate(std::move(*bearer));
  if (principal) {
    visit.principal = std::move(*principal);
    co_return true;
  }
  const auto& error = principal.error();
  if (error.code == Errc::unauthenticated || error.code == Errc::denied ||
      error.code == Errc::not_found || error.code == Errc::invalid_argument) {
    visit.headers.emplace_back("WWW-Authenticate", challenge("invalid_token", {}));
    co_await visit.send_json(401, oauth_error("invalid_token", error.message));
  } else {
    // Whoever asks is a stranger yet: what is wrong inside is for the log.
    spdlog::error("mcp: a token cannot be checked: {}", error.message);
    visit.headers.emplace_back("Retry-After", "5");
    co_await visit.send_json(503, oauth_error("temporarily_unavailable",
                                              "Tokens cannot be checked now; try again soon"));
  }
  co_return false;
}

Async<> HttpEndpoint::handle_post(Visit& visit) {
  const auto& request = visit.request();
  if (!equals_ignoring_case(media_type(request.header("Content-Type")), kJson)) {
    co_await visit.send_error(415, invalid_request("Content-Type must be application/json"));
    co_return;
  }
  const auto accepts = read_accept(request.header("Accept"));
  if (!accepts.json && !accepts.events) {
    co_await visit.send_error(
        406, invalid_request("Accept must name application/json and text/event-stream"));
    co_return;
  }
  visit.as_events = !accepts.json;
  auto value = parse_json(request.body);
  if (!value) {
    co_await visit.send_error(400, {.code = rpc::kParseError, .message = value.error().message});
    co_return;
  }
  if (value->is_array()) {
    co_await handle_batch(visit, std::move(*value));
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
    co_await handle_modern(visit, std::move(*message), std::move(**claim));
  } else {
    co_await handle_legacy(visit, std::move(*message));
  }
}

Async<> HttpEndpoint::handle_modern(Visit& visit, Message message, Claim claim) {
  if (message.kind == Message::Kind::request) {
    auto bad = check_version_header(visit.request(), message, claim);
    if (!bad) bad = server_.check_version(claim, message.id);
    if (!bad) bad = check_body_headers(visit.request(), message, server_.tools());
    if (bad) {
      co_await visit.send_error(400, std::move(*bad));
      co_return;
    }
  }
  auto peer = new_peer(visit);
  auto answer = co_await server_.handle(std::move(message), std::move(claim), peer);
  co_await send_answer(visit, std::move(answer), true);
}

Async<> HttpEndpoint::handle_legacy(Visit& visit, Message message) {
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
    co_await initialize(visit, std::move(message));
  } else if (auto peer = co_await find_peer(visit, message.id)) {
    auto answer = co_await server_.handle(std::move(message), std::nullopt, *peer);
    co_await send_answer(visit, std::move(answer), false);
  }
}

Async<> HttpEndpoint::handle_batch(Visit& visit, Json batch) {
  if (names_modern(visit.request())) {
    co_await visit.send_error(400,
                              invalid_request("Invalid request: this revision has no batches"));
    co_return;
  }
  auto peer = co_await find_peer(visit, {});
  if (!peer) co_return;
  if (!has_batches(peer->revision)) {
    co_await visit.send_error(400,
                              invalid_request("Invalid request: this revision has no batches"));
    co_return;
  }
  auto text = co_await server_.handle_batch(std::move(batch), *peer);
  std::optional<Answer> answer;
  if (text) answer = Answer{.body = std::move(*text)};
  co_await send_answer(visit, std::move(answer), false);
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

Async<> HttpEndpoint::initialize(Visit& visit, Message message) {
  auto peer = new_peer(visit);
  auto answer = co_await server_.handle(std::move(message), std::nullopt, peer);
  if (options_.sessions && peer.initialized && !stopping_) {
    peer.running = std::make_shared<RunningCalls>();
    visit.headers.emplace_back(kSessionHeader, sessions_.open(std::move(peer)));
  }
  co_await send_answer(visit, std::move(answer), false);
}

Async<std::optional<ConnectionContext>> HttpEndpoint::find_peer(Visit& visit, const RequestId& id) {
  const auto header = trim(visit.request().header(kVersionHeader));
  const auto revision = version_header(visit.request());
  if (!header.empty() && !revision) {
    co_await visit.send_error(
        400, invalid_request(fmt::format("{} \"{}\" is not a revision this server speaks",
                                         kVersionHeader, shorten_bytes(sanitize_utf8(header), 40)),
                             id));
    co_return std::nullopt;
  }
  auto peer = new_peer(visit);
  if (!options_.sessions) {
    peer.revision = revision.value_or(kAssumedLegacy);
    if (!id.empty()) peer.running = sessionless_;
  } else {
    const auto* known = co_await find_session(visit, revision, id);
    if (known == nullptr) co_return std::nullopt;
    peer.revision = known->revision;
    peer.client_name = known->client_name;
    peer.running = known->running;
  }
  peer.initialized = true;
  // Before 2026-07-28 a client that hangs up has not cancelled anything.
  peer.outlives_caller = [this, &exchange = visit.exchange] {
    return exchange.gone() && !stopping_;
  };
  co_return peer;
}

Async<const ConnectionContext*> HttpEndpoint::find_session(Visit& visit,
                                                           std::optional<Revision> revision,
                                                           const RequestId& id) {
  const auto session = trim(visit.request().header(kSessionHeader));
  if (session.empty()) {
    co_await visit.send_error(
        400, invalid_request(
                 fmt::format("{} is missing; open a session with initialize", kSessionHeader), id));
    co_return nullptr;
  }
  const auto* known = sessions_.use(session, visit.principal);
  if (known == nullptr) {
    co_await visit.send_error(
        404, invalid_request("There is no such session (any more); open one with initialize", id));
    co_return nullptr;
  }
  if (revision && *revision != known->revision) {
    co_await visit.send_error(
        400, invalid_request(fmt::format("{} differs from what the session settled on: {}",
                                         kVersionHeader, text_of(known->revision)),
                             id));
    co_return nullptr;
  }
  co_return known;
}

ConnectionContext HttpEndpoint::new_peer(const Visit& visit) const {
  auto peer = options_.peer;
  peer.principal = visit.principal;
  peer.running = nullptr;
  return peer;
}

Async<> HttpEndpoint::send_answer(Visit& visit, std::optional<Answer> answer, bool modern) {
  if (!answer) {
    co_await visit.send_empty(202);
    co_return;
  }
  if (!answer->missing_scope.empty() && authenticator_ != nullptr) {
    visit.headers.emplace_back("WWW-Authenticate",
                               challenge("insufficient_scope", answer->missing_scope));
    co_await visit.send_json(
        403, oauth_error("insufficient_scope",
                         fmt::format("This needs the scope {}", answer->missing_scope)));
    co_return;
  }
  const int status = modern ? answer->http_status : 200;
  if (visit.as_events && status == 200) {
    for (auto& header : event_stream_headers()) visit.headers.push_back(std::move(header));
    co_await visit.exchange.respond(
        {.status = 200, .headers = std::move(visit.headers), .body = format_event(answer->body)});
    co_return;
  }
  co_await visit.send_json(status, std::move(answer->body));
}

}  // namespace mtc::mcp
