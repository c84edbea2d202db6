// Accepts connections, counts them, ends the overdue ones, stops. What happens on a connection is
// in connection.cc.
#include "infra/http/server.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <list>
#include <map>
#include <memory>

#include "infra/http/connection.h"
#include "infra/loop/end_quietly.h"

namespace mtc {
namespace {

using asio::ip::tcp;

constexpr auto kUseTuple = asio::as_tuple(asio::use_awaitable);
// So many beyond the limit are told 503 at a time; the rest is closed without a word.
constexpr std::size_t kSurplus = 64;

// Shared by the server object, the accept loop, the sweep and the completion handlers of the
// connections.
struct Listener {
  explicit Listener(const asio::any_io_executor& executor)
      : acceptor(executor),
        sweeper(executor),
        pause(executor),
        changed(executor, SteadyTime::max()) {}

  std::shared_ptr<ConnectionHost> host = std::make_shared<ConnectionHost>();
  tcp::acceptor acceptor;
  asio::steady_timer sweeper;
  asio::steady_timer pause;
  asio::steady_timer changed;  // cancelled when a connection ends
  std::list<std::shared_ptr<Connection>> connections;
  std::size_t surplus = 0;                          // of those
  std::map<asio::ip::address, std::size_t> served;  // of those, by peer; empty without a limit
  bool sweeping = false;
};

// Deadlines are this exact. A timer per read would cost more than the request.
Millis sweep_interval(const HttpServerOptions& options) {
  return std::clamp(options.read_timeout / 8, Millis{5}, Millis{100});
}

Async<> sweep(std::shared_ptr<Listener> listener) {
  while (!listener->connections.empty()) {
    listener->sweeper.expires_after(sweep_interval(listener->host->options));
    co_await listener->sweeper.async_wait(kUseTuple);
    const auto now = std::chrono::steady_clock::now();
    const auto connections = listener->connections;  // a closed one leaves the list
    for (const auto& connection : connections) connection->sweep(now);
  }
  listener->sweeping = false;
}

// 0.0.0.0 if it has gone already.
asio::ip::address peer_of(const tcp::socket& socket) {
  boost::system::error_code gone;
  auto address = socket.remote_endpoint(gone).address();
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  }
  return address;
}

// Whom the limit per address counts. Who has one IPv6 address has the 2^64 of its network.
asio::ip::address group_of(const asio::ip::address& peer) {
  if (peer.is_v4()) return peer;
  auto bytes = peer.to_v6().to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), std::uint8_t{0});
  return asio::ip::address_v6(bytes);
}

bool is_full(const Listener& listener, const asio::ip::address& group) {
  const auto& options = listener.host->options;
  if (listener.connections.size() - listener.surplus >= options.max_connections) return true;
  if (options.max_connections_per_address == 0) return false;
  const auto served = listener.served.find(group);
  return served != listener.served.end() && served->second >= options.max_connections_per_address;
}

void count_in(Listener& listener, const asio::ip::address& group, bool surplus) {
  if (surplus) {
    ++listener.surplus;
  } else if (listener.host->options.max_connections_per_address > 0) {
    ++listener.served[group];
  }
}

void count_out(Listener& listener, const asio::ip::address& group, bool surplus) {
  if (surplus) {
    --listener.surplus;
  } else if (const auto served = listener.served.find(group); served != listener.served.end()) {
    if (--served->second == 0) listener.served.erase(served);
  }
}

void welcome(const std::shared_ptr<Listener>& listener, tcp::socket socket) {
  const auto peer = peer_of(socket);
  const auto group = group_of(peer);
  const bool surplus = is_full(*listener, group);
  if (surplus && listener->surplus >= kSurplus) return;  // the socket closes here
  count_in(*listener, group, surplus);
  const auto connection =
      std::make_shared<Connection>(std::move(socket), peer, listener->host, surplus);
  const auto place = listener->connections.insert(listener->connections.end(), connection);
  asio::co_spawn(listener->acceptor.get_executor(), end_quietly(connection->run()),
                 asio::bind_cancellation_slot(connection->slot(), [listener, place, group, surplus](
                                                                      const std::exception_ptr&) {
                   listener->connections.erase(place);
                   count_out(*listener, group, surplus);
                   listener->changed.cancel();
                 }));
  if (!listener->sweeping) {
    listener->sweeping = true;
    asio::co_spawn(listener->acceptor.get_executor(), sweep(listener), asio::detached);
  }
}

Async<> accept(std::shared_ptr<Listener> listener) {
  while (listener->acceptor.is_open()) {
    auto [ec, socket] = co_await listener->acceptor.async_accept(kUseTuple);
    if (!ec) {
      const auto& tls = listener->host->tls;
      if (tls) tls->reload_if_changed(std::chrono::steady_clock::now());
      welcome(listener, std::move(socket));
    } else if (ec != asio::error::operation_aborted && listener->acceptor.is_open()) {
      // Out of descriptors, most likely: those in use become free again.
      spdlog::warn("http: cannot accept a connection: {}", ec.message());
      listener->pause.expires_after(Millis{100});
      co_await listener->pause.async_wait(kUseTuple);
    }
  }
}

class Server final : public HttpServer {
 public:
  explicit Server(std::shared_ptr<Listener> listener)
      : listener_(std::move(listener)), port_(listener_->acceptor.local_endpoint().port()) {}
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server() override {
    refuse_more();
    const auto connections = listener_->connections;
    for (const auto& connection : connections) connection->abort();
  }

  std::uint16_t port() const override { return port_; }

  Result<> reload_certificate() override {
    const auto& tls = listener_->host->tls;
    return tls ? tls->reload() : Result<>{};
  }

  Async<> stop(Millis deadline) override {
    const auto listener = listener_;
    refuse_more();
    const auto idle = listener->connections;
    for (const auto& connection : idle) connection->finish_up();
    const auto end = std::chrono::steady_clock::now() + deadline;
    while (!listener->connections.empty() && std::chrono::steady_clock::now() < end) {
      listener->changed.expires_at(end);
      co_await listener->changed.async_wait(kUseTuple);
    }
    const auto late = listener->connections;
    for (const auto& connection : late) connection->abort();
    // Handlers use what the caller is about to destroy: wait until the last one has returned.
    while (!listener->connections.empty()) {
      listener->changed.expires_at(SteadyTime::max());
      co_await listener->changed.async_wait(kUseTuple);
    }
  }

 private:
  void refuse_more() {
    listener_->host->stopping = true;
    boost::system::error_code ignored;
    listener_->acceptor.close(ignored);
    listener_->pause.cancel();
  }

  const std::shared_ptr<Listener> listener_;
  const std::uint16_t port_;
};

Result<asio::ip::address> parse_address(std::string text) {
  if (text == "localhost") text = "127.0.0.1";
  if (text.size() > 2 && text.front() == '[' && text.back() == ']') {
    text = text.substr(1, text.size() - 2);
  }
  boost::system::error_code ec;
  auto address = asio::ip::make_address(text, ec);
  if (ec) {
    return fail(Errc::invalid_argument,
                fmt::format("\"{}\" is not an IP address to listen on; use for example 127.0.0.1 "
                            "(this machine only), 0.0.0.0 or ::",
                            text));
  }
  return address;
}

std::string show(const tcp::endpoint& endpoint) {
  const auto address = endpoint.address().to_string();
  return fmt::format(fmt::runtime(endpoint.address().is_v6() ? "[{}]:{}" : "{}:{}"), address,
                     endpoint.port());
}

Result<> bind(tcp::acceptor& acceptor, const tcp::endpoint& endpoint) {
  boost::system::error_code ec;
  acceptor.open(endpoint.protocol(), ec);
  if (!ec) acceptor.set_option(asio::socket_base::reuse_address(true), ec);
  if (!ec && endpoint.address().is_v6() && endpoint.address().is_unspecified()) {
    boost::system::error_code ignored;  // "::" takes IPv4 too, where the system lets it
    acceptor.set_option(asio::ip::v6_only(false), ignored);
  }
  if (!ec) acceptor.bind(endpoint, ec);
  if (!ec) acceptor.listen(asio::socket_base::max_listen_connections, ec);
  if (!ec) return {};
  const std::string_view advice =
      ec == asio::error::address_in_use
          ? "choose another port or stop the program that holds it"
          : "choose an address of this machine and a port that may be used";
  return fail(Errc::unavailable,
              fmt::format("cannot listen on {}: {}; {}", show(endpoint), ec.message(), advice));
}

}  // namespace

Result<std::unique_ptr<HttpServer>> start_http_server(const asio::any_io_executor& executor,
                                                      HttpServerOptions options,
                                                      HttpHandler handler) {
  const auto address = parse_address(options.address);
  if (!address) return fail(address.error());
  const auto listener = std::make_shared<Listener>(executor);
  if (options.tls) {
    auto identity = TlsIdentity::load(*options.tls);
    if (!identity) return fail(std::move(identity).error());
    listener->host->tls = std::move(*identity);
  }
  if (auto bound = bind(listener->acceptor, {*address, options.port}); !bound) {
    return fail(std::move(bound).error());
  }
  listener->host->options = std::move(options);
  listener->host->handler = std::move(handler);
  auto server = std::make_unique<Server>(listener);
  asio::co_spawn(executor, accept(listener), asio::detached);
  return server;
}

}  // namespace mtc
