#include "mcp/http/old_sse.h"

#include <fmt/format.h>

#include <boost/asio/this_coro.hpp>

#include "base/text.h"
#include "mcp/http/event_stream.h"

namespace mtc::mcp {
namespace {

constexpr std::string_view kSessionParameter = "sessionId=";
constexpr std::size_t kMaxRunning = 64;  // of one client

std::string_view session_in(std::string_view query) {
  for (const auto part : split(query, '&')) {
    if (part.starts_with(kSessionParameter)) return part.substr(kSessionParameter.size());
  }
  return {};
}

}  // namespace

class OldSseEndpoint::Client final : public Outlet {
 public:
  Client(const asio::any_io_executor& executor, Peer peer_in)
      : stream(executor, {}), peer(std::move(peer_in)) {
    peer.outlet = this;
  }

  void send(std::string message) override { stream.push(std::move(message)); }
  bool can_ask() const override { return !stream.closed(); }
  void end() {
    stream.close();
    peer.asks->abandon();
    peer.running->end();
  }

  EventStream stream;
  Peer peer;
  std::size_t running = 0;
};

OldSseEndpoint::OldSseEndpoint(asio::any_io_executor executor, const Server& server,
                               const Gate& gate, Random& random, std::string messages_path,
                               Peer prototype)
    : server_(server),
      gate_(gate),
      random_(random),
      messages_path_(std::move(messages_path)),
      prototype_(std::move(prototype)),
      calls_(std::move(executor)) {}

OldSseEndpoint::~OldSseEndpoint() = default;

Async<> OldSseEndpoint::handle_stream(HttpExchange& exchange) {
  Visit visit{.exchange = exchange};
  if (!co_await gate_.admit(visit)) co_return;
  if (visit.request().method != "GET") {
    visit.headers.emplace_back("Allow", "GET");
    co_await visit.send_error(405, invalid_request("This address is read by GET"));
    co_return;
  }
  if (!co_await gate_.take_place(visit)) co_return;
  if (clients_.size() >= kMaxClients) {
    visit.headers.emplace_back("Retry-After", "30");
    co_await visit.send_error(503, invalid_request("Too many clients; try again later"));
    co_return;
  }
  auto peer = prototype_;
  peer.principal = visit.principal;
  peer.legacy_only = true;
  peer.revision = Revision::v2024_11_05;
  peer.running = std::make_shared<RunningCalls>();
  peer.asks = std::make_shared<PendingAsks>();
  const auto client = std::make_shared<Client>(co_await asio::this_coro::executor, std::move(peer));
  const auto changes = server_.announce_to(client->peer);
  const auto id = random_token(random_, 32);
  clients_.emplace(id, client);
  std::exception_ptr left;
  try {
    co_await client->stream.carry(
        exchange, std::move(visit.headers), 0,
        fmt::format("event: endpoint\ndata: {}?{}{}\n\n", messages_path_, kSessionParameter, id));
  } catch (...) {
    left = std::current_exception();
  }
  client->end();
  clients_.erase(id);
  if (left) std::rethrow_exception(left);
}

Async<> OldSseEndpoint::handle_message(HttpExchange& exchange) {
  Visit visit{.exchange = exchange};
  const auto& request = visit.request();
  if (request.method == "OPTIONS") {
    if (co_await gate_.admit_page(visit)) {
      co_await gate_.answer_preflight(visit, "POST, OPTIONS", "content-type, authorization");
    }
    co_return;
  }
  if (!co_await gate_.admit(visit)) co_return;
  if (request.method != "POST") {
    visit.headers.emplace_back("Allow", "POST, OPTIONS");
    co_await visit.send_error(405, invalid_request("Messages are sent by POST"));
    co_return;
  }
  const auto it = clients_.find(session_in(request.query));
  if (it == clients_.end() || it->second->peer.principal.subject != visit.principal.subject) {
    co_await visit.send_error(404, invalid_request("There is no such session (any more)"));
    co_return;
  }
  if (it->second->running >= kMaxRunning) {
    visit.headers.emplace_back("Retry-After", "1");
    co_await visit.send_error(429, invalid_request("Too many calls are under way"));
    co_return;
  }
  // What the token may do now counts, not what it could when the stream was opened.
  it->second->peer.principal = std::move(visit.principal);
  calls_.spawn("mcp: a message of 2024-11-05", serve(it->second, request.body));
  co_await visit.send_empty(202);
}

Async<> OldSseEndpoint::serve(std::shared_ptr<Client> client, std::string text) {
  ++client->running;
  const std::shared_ptr<void> counted(nullptr, [client](void*) { --client->running; });
  if (auto answer = co_await server_.handle_text(std::move(text), client->peer, client.get())) {
    client->stream.push(std::move(*answer));
  }
}

void OldSseEndpoint::close_idle() {
  const auto clients = clients_;
  for (const auto& [id, client] : clients) {
    if (client->running == 0) client->end();
  }
}

void OldSseEndpoint::stop() {
  const auto clients = clients_;  // an ended one leaves the map
  for (const auto& [id, client] : clients) client->end();
}

}  // namespace mtc::mcp
