// Arbitrary bytes as a server's side of a WebSocket connection, over a loopback socket: first as
// the answer to the handshake, or after a proper one as frames. Whatever comes, messages are
// bounded and text is UTF-8.
#include <openssl/evp.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/encoding.h"
#include "base/text.h"
#include "infra/loop/task_group.h"
#include "infra/websocket/client.h"
#include "infra/websocket/url.h"

namespace {

using namespace mtc;
using asio::ip::tcp;
constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kMaxMessage = 2000;

void require(bool holds) {
  if (!holds) std::abort();
}

std::string proper_answer(const std::string& request) {
  const std::string name = "Sec-WebSocket-Key: ";
  const auto start = request.find(name) + name.size();
  const std::string text = request.substr(start, request.find("\r\n", start) - start) +
                           "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), digest, &size, EVP_sha1(), nullptr);
  return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: "
         "Upgrade\r\nSec-WebSocket-Accept: " +
         to_base64({reinterpret_cast<const char*>(digest), size}) + "\r\n\r\n";
}

// In two pieces, so that frames are cut anywhere.
Async<> act_as_server(tcp::acceptor& acceptor, bool shake_hands, std::string first,
                      std::string second) {
  auto [failed, socket] = co_await acceptor.async_accept(kTuple);
  if (failed) co_return;
  std::string request;
  co_await asio::async_read_until(socket, asio::dynamic_buffer(request), "\r\n\r\n", kTuple);
  if (shake_hands) first.insert(0, proper_answer(request));
  co_await asio::async_write(socket, asio::buffer(first), kTuple);
  co_await asio::async_write(socket, asio::buffer(second), kTuple);
  socket.close();
}

Async<> act_as_client(std::string url) {
  NetworkDialer dialer;
  auto socket = co_await dialer.connect({.url = std::move(url),
                                         .connect_timeout = Millis(2000),
                                         .max_message_bytes = kMaxMessage,
                                         .ping_interval = Millis(0),
                                         .close_timeout = Millis(100)});
  if (!socket) co_return;
  co_await (*socket)->send("hello");
  for (;;) {
    auto message = co_await (*socket)->receive();
    if (!message) break;
    require(message->text.size() <= kMaxMessage);
    require(message->binary || is_valid_utf8(message->text));
  }
  const auto end = (*socket)->end();
  require(end.has_value());
  require(is_valid_utf8(end->reason) && end->reason.size() <= 125);
}

Async<> meet(tcp::acceptor& acceptor, bool shake_hands, std::string first, std::string second) {
  TaskGroup group(co_await asio::this_coro::executor);
  group.spawn("server", act_as_server(acceptor, shake_hands, std::move(first), std::move(second)));
  co_await act_as_client("ws://127.0.0.1:" + std::to_string(acceptor.local_endpoint().port()) +
                         "/?token=t");
  group.stop();
  co_await group.join();
}

void read_url(std::string_view text) {
  const auto url = parse_websocket_url(text);
  if (!url) return;
  const auto again = parse_websocket_url(url->text());
  require(again && again->text() == url->text());
  require(url->query.empty() || url->redacted().find('?' + url->query) == std::string::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  if (data[0] % 8 == 7) {
    read_url(bytes);
    return 0;
  }
  const bool shake_hands = data[0] % 8 != 6;
  const auto cut = std::min<std::size_t>(data[1], bytes.size());
  static asio::io_context loop(1);
  static tcp::acceptor acceptor(loop, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
  loop.restart();
  asio::co_spawn(loop,
                 meet(acceptor, shake_hands, std::string(bytes.substr(0, cut)),
                      std::string(bytes.substr(cut))),
                 [](const std::exception_ptr& error) { require(!error); });
  loop.run();
  return 0;
}
