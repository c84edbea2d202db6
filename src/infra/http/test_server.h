// A server to test against: its handler does what the path says, clients send it raw bytes.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "infra/http/server.h"

namespace mtc {

using asio::ip::tcp;
using namespace std::chrono_literals;
constexpr auto kUseTuple = asio::as_tuple(asio::use_awaitable);

// What the handlers below note for the tests.
struct World {
  explicit World(const asio::any_io_executor& executor)
      : happened(executor, asio::steady_timer::time_point::max()) {}
  asio::steady_timer happened;
  int started = 0;
  int cancelled = 0;
  bool saw_gone = false;
  std::vector<std::string> seen;
};

inline Async<> until_cancelled(HttpExchange& exchange, World& world) {
  asio::steady_timer forever(co_await asio::this_coro::executor,
                             asio::steady_timer::time_point::max());
  ++world.started;
  world.happened.cancel();
  co_await forever.async_wait(kUseTuple);
  ++world.cancelled;
  world.saw_gone = exchange.gone();
  world.happened.cancel();
}

// Somebody else ends what the handler awaits; the peer still gets its answer.
inline Async<> until_cancelled_by_us(HttpExchange& exchange) {
  asio::steady_timer forever(co_await asio::this_coro::executor,
                             asio::steady_timer::time_point::max());
  asio::post(forever.get_executor(), [&exchange] { exchange.cancel(); });
  const auto [ec] = co_await forever.async_wait(kUseTuple);
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  co_await exchange.respond({.body = exchange.gone() ? "gone" : ec.message() + "."});
}

inline Async<> answer(HttpExchange& exchange, World& world) {
  const auto& request = exchange.request();
  world.seen.push_back(request.method + " " + request.path);
  if (request.path == "/wait") {
    co_await until_cancelled(exchange, world);
  } else if (request.path == "/cancelled") {
    co_await until_cancelled_by_us(exchange);
  } else if (request.path.starts_with("/throw")) {
    throw std::runtime_error("broken");
  } else if (request.path == "/nothing") {
  } else if (request.path == "/pause") {
    asio::steady_timer pause(co_await asio::this_coro::executor, 150ms);
    ++world.started;
    world.happened.cancel();
    co_await pause.async_wait(asio::use_awaitable);
    co_await exchange.respond({.body = "rested"});
  } else if (request.path == "/stream" || request.path == "/torn") {
    co_await exchange.begin_stream(200, {{"Content-Type", "text/plain"}});
    co_await exchange.write("one ");
    co_await exchange.write("");
    co_await exchange.write("two");
    if (request.path == "/stream") co_await exchange.finish();
  } else if (request.path.starts_with("/part")) {
    co_await exchange.begin_stream(200, {});
    co_await exchange.write("so far");
    co_await exchange.finish_and_close();
    if (request.path == "/part") co_await until_cancelled(exchange, world);
  } else if (request.path == "/flood") {
    co_await exchange.begin_stream(200, {});
    while (!exchange.gone()) {
      co_await exchange.write(std::string(256U << 10U, 'x'));
      ++world.started;
    }
  } else if (request.path == "/large") {
    co_await exchange.respond({.body = std::string(32U << 20U, 'x')});
  } else if (request.path == "/shared") {
    co_await exchange.respond(
        {.body = "before ",
         .shared_body = std::make_shared<const std::string>(std::string(8U << 20U, 'x')),
         .tail = " after "});
  } else if (request.path == "/inject") {
    co_await exchange.respond({.headers = {{"X-Good", "yes"}, {"X-Bad", "a\r\nSet-Cookie: b"}}});
  } else if (request.path == "/peer") {
    co_await exchange.respond({.body = request.peer_address});
  } else if (request.path == "/empty") {
    co_await exchange.respond({.status = 204});
  } else {
    co_await exchange.respond({.headers = {{"Content-Type", "text/plain"}},
                               .body = request.method + " " + request.path + "?" + request.query +
                                       " [" + std::string(request.header("x-test")) + "] " +
                                       request.body});
  }
}

// A connection to the server: a tcp::socket, or TLS over one.
template <class Stream>
class RawClient {
 public:
  template <class... Args>
  explicit RawClient(Args&&... args) : stream_(std::forward<Args>(args)...) {}
  Async<> connect(const HttpServer& server, std::string address = "127.0.0.1") {
    co_await stream_.lowest_layer().async_connect({asio::ip::make_address(address), server.port()},
                                                  asio::use_awaitable);
  }
  Async<> connect_from(std::string own_address, const HttpServer& server) {
    stream_.lowest_layer().open(tcp::v4());
    stream_.lowest_layer().bind({asio::ip::make_address(own_address), 0});
    co_await connect(server);
  }
  Async<> send(std::string text) {
    co_await asio::async_write(stream_, asio::buffer(text), asio::use_awaitable);
  }
  // All until the server closes (or resets: then with a mark).
  Async<std::string> read_all() {
    std::string text;
    const auto [ec, size] =
        co_await asio::async_read(stream_, asio::dynamic_buffer(text), kUseTuple);
    if (ec != asio::error::eof) text += "<" + ec.message() + ">";
    co_return text;
  }
  Async<std::string> read_until(std::string end) {
    while (true) {
      if (const auto at = pending_.find(end); at != std::string::npos) {
        auto out = pending_.substr(0, at + end.size());
        pending_.erase(0, at + end.size());
        co_return out;
      }
      std::array<char, 4096> some{};
      const auto [ec, size] = co_await stream_.async_read_some(asio::buffer(some), kUseTuple);
      if (ec) co_return pending_ + "<" + ec.message() + ">";
      pending_.append(some.data(), size);
    }
  }
  void say_no_more() { stream_.lowest_layer().shutdown(tcp::socket::shutdown_send); }
  void close() { stream_.lowest_layer().close(); }

 protected:
  Stream stream_;

 private:
  std::string pending_;
};

using Client = RawClient<tcp::socket>;

// Starts a server on what `World` notes, plays, and stops it.
template <class AnyWorld>
Async<> play(HttpServerOptions options, AnyWorld& world,
             Async<> (*scenario)(HttpServer&, AnyWorld&)) {
  const auto executor = co_await asio::this_coro::executor;
  auto server = start_http_server(executor, std::move(options), [&world](HttpExchange& exchange) {
    return answer(exchange, world);
  });
  if (!server) {
    ADD_FAILURE() << server.error().message;
    co_return;
  }
  co_await scenario(**server, world);
  co_await (*server)->stop(Millis{0});
}

inline const std::string close_after = "Host: h\r\nConnection: close\r\n\r\n";

inline std::string status_line(const std::string& answer) {
  return answer.substr(0, answer.find("\r\n"));
}
inline std::string body_of(const std::string& answer) {
  const auto at = answer.find("\r\n\r\n");
  return at == std::string::npos ? "" : answer.substr(at + 4);
}
inline bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace mtc
