// The client against a server written frame by frame, so that it can also misbehave.
#include "infra/websocket/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>

#include "base/encoding.h"
#include "infra/http/test_certificate.h"
#include "infra/loop/run.h"
#include "infra/loop/sleeper.h"
#include "infra/loop/task_group.h"

namespace mtc {
namespace {

using namespace std::chrono_literals;
using asio::ip::tcp;
using testing::HasSubstr;
using testing::Not;
using Cause = WebSocketEnd::Cause;
constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);

enum Opcode : unsigned char {
  kMore = 0,
  kText = 1,
  kBinary = 2,
  kClose = 8,
  kPing = 9,
  kPong = 10
};

struct Frame {
  unsigned char opcode = 0;
  bool masked = false;
  std::string payload;
};

std::string accept_key(std::string_view request) {
  const std::string name = "Sec-WebSocket-Key: ";
  const auto start = request.find(name) + name.size();
  const std::string key(request.substr(start, request.find("\r\n", start) - start));
  const std::string text = key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), digest, &size, EVP_sha1(), nullptr);
  return to_base64({reinterpret_cast<const char*>(digest), size});
}

std::string frame_bytes(Opcode opcode, std::string_view payload, bool last = true) {
  std::string out(1, static_cast<char>((last ? 0x80 : 0) | opcode));
  const auto size = payload.size();
  if (size < 126) {
    out += static_cast<char>(size);
  } else if (size < 65536) {
    out += static_cast<char>(126);
    for (const int shift : {8, 0}) out += static_cast<char>(size >> shift);
  } else {
    out += static_cast<char>(127);
    for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(size >> shift);
  }
  return out + std::string(payload);
}

std::string close_payload(int code, std::string_view reason) {
  return std::string{static_cast<char>(code >> 8), static_cast<char>(code)} + std::string(reason);
}

template <class Stream>
class Peer {
 public:
  explicit Peer(Stream stream) : stream_(std::move(stream)) {}
  Stream& stream() { return stream_; }
  const std::string& request() const { return request_; }

  Async<> read_request() {
    co_await asio::async_read_until(stream_, asio::dynamic_buffer(request_), "\r\n\r\n",
                                    asio::use_awaitable);
  }
  Async<> write(std::string bytes) {
    co_await asio::async_write(stream_, asio::buffer(bytes), kTuple);
  }
  Async<> shake_hands() {
    co_await read_request();
    co_await write(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: " +
        accept_key(request_) + "\r\n\r\n");
  }
  Async<> send(Opcode opcode, std::string payload, bool last = true) {
    co_await write(frame_bytes(opcode, payload, last));
  }
  Async<std::string> read_bytes(std::size_t size) {
    std::string out(size, 0);
    auto [ec, got] = co_await asio::async_read(stream_, asio::buffer(out), kTuple);
    out.resize(got);
    co_return out;
  }
  // Opcode 0 with an empty payload: the stream ended.
  Async<Frame> read_frame() {
    const auto head = co_await read_bytes(2);
    if (head.size() < 2) co_return Frame{};
    std::size_t size = head[1] & 0x7f;
    if (size >= 126) {
      const auto more = co_await read_bytes(size == 126 ? 2 : 8);
      size = 0;
      for (const unsigned char byte : more) size = size << 8U | byte;
    }
    Frame frame{.opcode = static_cast<unsigned char>(head[0] & 0x0f),
                .masked = (head[1] & 0x80) != 0,
                .payload = {}};
    const auto mask = frame.masked ? co_await read_bytes(4) : std::string(4, 0);
    frame.payload = co_await read_bytes(size);
    for (std::size_t i = 0; i < frame.payload.size(); ++i) frame.payload[i] ^= mask[i % 4];
    co_return frame;
  }
  // The next frame that is not a ping.
  Async<Frame> read_message() {
    auto frame = co_await read_frame();
    while (frame.opcode == kPing) frame = co_await read_frame();
    co_return frame;
  }

 private:
  Stream stream_;
  std::string request_;
};

using PlainPeer = Peer<tcp::socket>;

struct Meeting {
  std::unique_ptr<PlainPeer> peer;
  std::unique_ptr<WebSocket> socket;
};

// Listens on a free port; what a connection meets there is up to the test.
struct Listener {
  explicit Listener(const asio::any_io_executor& executor)
      : acceptor(executor, tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {}
  tcp::acceptor acceptor;
  std::string url(const std::string& rest = "/mcp/?token=topsecret") const {
    return "ws://127.0.0.1:" + std::to_string(acceptor.local_endpoint().port()) + rest;
  }
};

Async<> accept_and_shake(Listener& listener, std::unique_ptr<PlainPeer>& peer) {
  peer = std::make_unique<PlainPeer>(co_await listener.acceptor.async_accept(asio::use_awaitable));
  co_await peer->shake_hands();
}

Async<Meeting> meet(Listener& listener, WebSocketOptions options = {}) {
  Meeting meeting;
  TaskGroup group(co_await asio::this_coro::executor);
  group.spawn("peer", accept_and_shake(listener, meeting.peer));
  options.url = listener.url();
  NetworkDialer dialer;
  auto socket = co_await dialer.connect(std::move(options));
  if (!socket) throw std::runtime_error(socket.error().message);
  meeting.socket = std::move(*socket);
  co_await group.join();
  co_return meeting;
}

// Runs a scenario that needs a listener.
template <class Scenario, class... More>
void with_listener(Scenario scenario, More&... more) {
  asio::io_context loop(1);
  Listener listener(loop.get_executor());
  std::exception_ptr error;
  asio::co_spawn(loop, scenario(listener, more...), [&](const std::exception_ptr& e) {
    error = e;
    loop.stop();
  });
  loop.run_for(20s);
  ASSERT_TRUE(loop.stopped()) << "the scenario hangs";
  if (error) std::rethrow_exception(error);
}

Async<> text_goes_both_ways(Listener& listener) {
  auto [peer, socket] = co_await meet(listener, {.headers = {{"X-Test", "yes"}}});
  EXPECT_THAT(peer->request(), HasSubstr("GET /mcp/?token=topsecret HTTP/1.1"));
  EXPECT_THAT(peer->request(), HasSubstr("X-Test: yes"));
  EXPECT_THAT(peer->request(), HasSubstr("User-Agent: mcp-tencent-cloud/"));
  EXPECT_THAT(peer->request(), Not(HasSubstr("Sec-WebSocket-Extensions")));
  co_await peer->send(kText, "你好\n");
  auto message = co_await socket->receive();
  EXPECT_EQ(message->text, "你好\n");
  EXPECT_FALSE(message->binary);
  EXPECT_TRUE(co_await socket->send("回答"));
  const auto frame = co_await peer->read_frame();
  EXPECT_EQ(frame.opcode, kText);
  EXPECT_TRUE(frame.masked);
  EXPECT_EQ(frame.payload, "回答");
  EXPECT_FALSE(socket->end());
}
TEST(WebSocketClient, TextGoesBothWays) {
  with_listener(text_goes_both_ways);
}

Async<> fragments(Listener& listener) {
  auto [peer, socket] = co_await meet(listener);
  co_await peer->send(kText, "{\"a\":\xe4\xbd", false);  // a character cut by the frame
  co_await peer->send(kPing, "now");
  co_await peer->send(kMore, "", false);
  co_await peer->send(kMore, "\xa0}", true);
  EXPECT_EQ((co_await socket->receive())->text, "{\"a\":你}");
  const auto pong = co_await peer->read_frame();
  EXPECT_EQ(pong.opcode, kPong);
  EXPECT_EQ(pong.payload, "now");
}
TEST(WebSocketClient, PutsFragmentsTogetherAndAnswersPingsBetweenThem) {
  with_listener(fragments);
}

Async<> binary(Listener& listener) {
  auto [peer, socket] = co_await meet(listener);
  co_await peer->send(kBinary, std::string("\xff\0\x01", 3));
  co_await peer->send(kText, "after");
  auto message = co_await socket->receive();
  EXPECT_TRUE(message->binary);
  EXPECT_EQ(message->text, std::string("\xff\0\x01", 3));
  EXPECT_EQ((co_await socket->receive())->text, "after");
}
TEST(WebSocketClient, ReportsBinaryAsSuch) {
  with_listener(binary);
}

Async<> many_senders(Listener& listener) {
  auto [peer, socket] = co_await meet(listener);
  TaskGroup group(co_await asio::this_coro::executor);
  int sent = 0;
  const auto send_one = [](WebSocket& to, std::string text, int& count) -> Async<> {
    const auto ok = co_await to.send(std::move(text));
    if (ok) ++count;
  };
  for (int i = 0; i < 20; ++i) {
    group.spawn("sender", send_one(*socket, std::to_string(i) + std::string(50'000, 'x'), sent));
  }
  for (int i = 0; i < 20; ++i) {
    const auto frame = co_await peer->read_message();
    EXPECT_EQ(frame.payload, std::to_string(i) + std::string(50'000, 'x'));
  }
  co_await group.join();
  EXPECT_EQ(sent, 20);
}
TEST(WebSocketClient, ManySendersDoNotMixTheirMessages) {
  with_listener(many_senders);
}

Async<> peer_closes(Listener& listener) {
  auto [peer, socket] = co_await meet(listener);
  co_await peer->send(kText, "last words");
  co_await peer->send(kClose, close_payload(1000, "新连接替换"));
  const auto answer = co_await peer->read_frame();
  EXPECT_EQ(answer.opcode, kClose);
  peer->stream().close();
  EXPECT_EQ((co_await socket->receive())->text, "last words");
  const auto after = co_await socket->receive();
  EXPECT_FALSE(after);
  EXPECT_EQ(after.error().code, Errc::unavailable);
  EXPECT_THAT(after.error().message, HasSubstr("1000"));
  const auto end = socket->end();
  EXPECT_TRUE(end);
  EXPECT_EQ(end->cause, Cause::closed_by_peer);
  EXPECT_EQ(end->code, 1000);
  EXPECT_EQ(end->reason, "新连接替换");
  EXPECT_FALSE(co_await socket->send("too late"));
  co_await socket->close(1000, "");  // nothing to do, and it returns
}
TEST(WebSocketClient, KeepsThePeersCodeAndReason) {
  with_listener(peer_closes);
}

Async<> peer_keeps_tcp_open_after_close(Listener& listener) {
  auto [peer, socket] = co_await meet(listener, {.close_timeout = 50ms});
  co_await peer->send(kClose, close_payload(1008, "token解密失败"));
  EXPECT_FALSE(co_await socket->receive());
  EXPECT_EQ(socket->end()->cause, Cause::closed_by_peer);
  EXPECT_EQ(socket->end()->code, 1008);
}
TEST(WebSocketClient, DoesNotWaitForEverForThePeerToHangUp) {
  with_listener(peer_keeps_tcp_open_after_close);
}

Async<> we_close(Listener& listener) {
  auto [peer, socket] = co_await meet(listener);
  TaskGroup group(co_await asio::this_coro::executor);
  group.spawn("close", socket->close(1001, std::string(200, 'r')));
  const auto said = co_await peer->read_frame();
  EXPECT_EQ(said.opcode, kClose);
  EXPECT_EQ(said.payload, close_payload(1001, std::string(123, 'r')));
  co_await peer->send(kClose, close_payload(1001, ""));
  peer->stream().close();
  co_await group.join();
  EXPECT_EQ(socket->end()->cause, Cause::closed_by_us);
  EXPECT_EQ(socket->end()->code, 1001);
  const auto after = co_await socket->receive();
  EXPECT_EQ(after.error().code, Errc::cancelled);
}
TEST(WebSocketClient, SaysGoodbye) {
  with_listener(we_close);
}

Async<> close_to_a_deaf_peer(Listener& listener) {
  auto [peer, socket] = co_await meet(listener, {.close_timeout = 50ms});
  co_await socket->close(1000, "bye");  // the peer never answers
  EXPECT_EQ(socket->end()->cause, Cause::closed_by_us);
}
TEST(WebSocketClient, CloseGivesUpOnADeafPeer) {
  with_listener(close_to_a_deaf_peer);
}

Async<> close_behind_a_stuck_write(Listener& listener) {
  auto [peer, socket] =
      co_await meet(listener, {.close_timeout = 50ms, .max_queued_bytes = 64U << 20U});
  TaskGroup group(co_await asio::this_coro::executor);
  std::optional<Result<void>> outcome;
  const auto send_big = [](WebSocket& to, std::optional<Result<void>>& result) -> Async<> {
    result = co_await to.send(std::string(32U << 20U, 'x'));  // more than the sockets' buffers hold
  };
  group.spawn("send", send_big(*socket, outcome));
  co_await LoopSleeper().sleep(1ms);
  co_await socket->close(1000, "bye");
  co_await group.join();
  EXPECT_TRUE(outcome && !*outcome);
  EXPECT_EQ(socket->end()->cause, Cause::closed_by_us);
}
TEST(WebSocketClient, CloseDoesNotWaitBehindAMessageThatNobodyReads) {
  with_listener(close_behind_a_stuck_write);
}

Async<> receive_one(WebSocket& from, std::optional<Result<WebSocketMessage>>& result) {
  result = co_await from.receive();
}

Async<> abort_ends_a_receiver(Listener& listener) {
  auto [peer, socket] = co_await meet(listener);
  TaskGroup group(co_await asio::this_coro::executor);
  std::optional<Result<WebSocketMessage>> got;
  group.spawn("receive", receive_one(*socket, got));
  co_await asio::post(asio::use_awaitable);
  socket->abort();
  co_await group.join();
  EXPECT_TRUE(got && !*got);
  EXPECT_EQ(got->error().code, Errc::cancelled);
  EXPECT_EQ((co_await peer->read_frame()).payload, "");
}
TEST(WebSocketClient, AbortEndsTheReceiver) {
  with_listener(abort_ends_a_receiver);
}

Async<> cancelled_receive_harms_nothing(Listener& listener) {
  auto [peer, socket] = co_await meet(listener);
  TaskGroup group(co_await asio::this_coro::executor);
  std::optional<Result<WebSocketMessage>> got;
  group.spawn("receive", receive_one(*socket, got));
  co_await asio::post(asio::use_awaitable);
  group.stop();
  co_await group.join();
  EXPECT_TRUE(got && !*got);
  EXPECT_EQ(got->error().code, Errc::cancelled);
  co_await peer->send(kText, "still here");
  EXPECT_EQ((co_await socket->receive())->text, "still here");
}
TEST(WebSocketClient, ACancelledReceiveHarmsNothing) {
  with_listener(cancelled_receive_harms_nothing);
}

Async<> dropped_while_busy(Listener& listener) {
  auto [peer, socket] = co_await meet(listener);
  co_await peer->send(kText, "unread");
  socket.reset();
  EXPECT_EQ((co_await peer->read_bytes(1)), "");
}
TEST(WebSocketClient, DroppingTheObjectDropsTheConnection) {
  with_listener(dropped_while_busy);
}

Async<> lost(Listener& listener) {
  auto [peer, socket] = co_await meet(listener);
  peer->stream().close();
  const auto message = co_await socket->receive();
  EXPECT_FALSE(message);
  EXPECT_EQ(socket->end()->cause, Cause::lost);
  EXPECT_EQ(socket->end()->code, 1006);
}
TEST(WebSocketClient, AStreamThatEndsWithoutGoodbyeIsLost) {
  with_listener(lost);
}

Async<> silent(Listener& listener) {
  auto [peer, socket] = co_await meet(listener, {.ping_interval = 20ms, .pong_timeout = 20ms});
  const auto message = co_await socket->receive();  // the peer reads nothing and says nothing
  EXPECT_FALSE(message);
  EXPECT_EQ(socket->end()->cause, Cause::silent);
  EXPECT_EQ((co_await peer->read_frame()).opcode, kPing);
}
TEST(WebSocketClient, NoticesADeadPeer) {
  with_listener(silent);
}

Async<> stays_alive_on_pongs(Listener& listener) {
  auto [peer, socket] = co_await meet(listener, {.ping_interval = 10ms, .pong_timeout = 500ms});
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ((co_await peer->read_frame()).opcode, kPing);
    co_await peer->send(kPong, "");
  }
  EXPECT_FALSE(socket->end());
}
TEST(WebSocketClient, PingsAgainAfterAPong) {
  with_listener(stays_alive_on_pongs);
}

struct Nonsense {
  const char* name;
  std::string bytes;
  int code;
};

Async<> refuses(Listener& listener, const Nonsense& nonsense) {
  auto [peer, socket] = co_await meet(listener, {.max_message_bytes = 1000, .close_timeout = 50ms});
  co_await peer->write(nonsense.bytes);
  const auto message = co_await socket->receive();
  EXPECT_FALSE(message);
  EXPECT_EQ(socket->end()->cause, Cause::refused);
  EXPECT_EQ(socket->end()->code, nonsense.code);
  const auto said = co_await peer->read_message();
  EXPECT_EQ(said.opcode, kClose);
  EXPECT_EQ(said.payload.substr(0, 2), close_payload(nonsense.code, ""));
}
TEST(WebSocketClient, RefusesNonsenseWithTheRightCode) {
  const Nonsense cases[] = {
      {"too large in one frame", frame_bytes(kText, std::string(1001, 'x')), 1009},
      {"too large in pieces",
       frame_bytes(kText, std::string(600, 'x'), false) + frame_bytes(kMore, std::string(600, 'x')),
       1009},
      {"an absurd length", std::string("\x81\x7f\x7f\xff\xff\xff\xff\xff\xff\xff", 10), 1009},
      {"not UTF-8", frame_bytes(kText, "\xff\xfe"), 1007},
      {"a character cut off by an empty last frame",
       frame_bytes(kText, "a\xe4\xbd", false) + frame_bytes(kMore, ""), 1007},
      {"a masked frame from a server", std::string("\x81\x81\0\0\0\0x", 7), 1002},
      {"an unknown opcode", std::string("\x83\x01x", 3), 1002},
      {"a reserved bit", std::string("\xc1\x01x", 3), 1002},
      {"a fragmented ping", std::string("\x09\x01x", 3), 1002},
      {"a continuation of nothing", frame_bytes(kMore, "x"), 1002},
      {"a new message inside one", frame_bytes(kText, "x", false) + frame_bytes(kText, "y"), 1002},
  };
  for (const auto& nonsense : cases) {
    SCOPED_TRACE(nonsense.name);
    with_listener(refuses, nonsense);
  }
}

Async<> exactly_at_the_limit(Listener& listener) {
  auto [peer, socket] = co_await meet(listener, {.max_message_bytes = 1000});
  co_await peer->send(kText, std::string(1000, 'x'), false);
  co_await peer->send(kMore, "");
  EXPECT_EQ((co_await socket->receive())->text.size(), 1000U);
}
TEST(WebSocketClient, TakesAMessageOfExactlyTheLimit) {
  with_listener(exactly_at_the_limit);
}

Async<> slow_taker(Listener& listener) {
  auto [peer, socket] = co_await meet(
      listener, {.max_message_bytes = 1000, .ping_interval = 5ms, .pong_timeout = 5ms});
  for (int i = 0; i < 10; ++i) co_await peer->send(kText, std::string(900, 'x'));
  co_await LoopSleeper().sleep(40ms);  // several verdicts of the watch
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(co_await socket->receive());
}
TEST(WebSocketClient, UntakenMessagesAreBoundedAndNotMistakenForSilence) {
  with_listener(slow_taker);
}

Async<> empty_messages_without_end(Listener& listener) {
  auto [peer, socket] = co_await meet(listener, {.max_message_bytes = 1000});
  std::string flood;
  for (int i = 0; i < 100; ++i) flood += frame_bytes(kText, "");
  co_await peer->write(flood + frame_bytes(kPing, ""));
  co_await LoopSleeper().sleep(50ms);
  // Who does not read on has not seen the ping.
  EXPECT_TRUE(co_await socket->send("before the pong"));
  EXPECT_EQ((co_await peer->read_frame()).payload, "before the pong");
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(co_await socket->receive());
  EXPECT_EQ((co_await peer->read_frame()).opcode, kPong);
}
TEST(WebSocketClient, EmptyMessagesThatNobodyTakesAreBoundedToo) {
  with_listener(empty_messages_without_end);
}

Async<> too_much_to_send(Listener& listener) {
  auto [peer, socket] = co_await meet(listener, {.max_queued_bytes = 1000});
  const auto sent = co_await socket->send(std::string(1001, 'x'));
  EXPECT_FALSE(sent);
  EXPECT_EQ(sent.error().code, Errc::resource_exhausted);
  EXPECT_TRUE(co_await socket->send(std::string(1000, 'x')));
}
TEST(WebSocketClient, BoundsWhatWaitsToBeSent) {
  with_listener(too_much_to_send);
}

// How the handshake fails.

Async<> answer_with(Listener& listener, std::string bytes, bool hang_up) {
  PlainPeer peer(co_await listener.acceptor.async_accept(asio::use_awaitable));
  co_await peer.read_request();
  co_await peer.write(std::move(bytes));
  if (!hang_up) co_await LoopSleeper().sleep(1h);
}

struct BadHandshake {
  const char* bytes;
  bool hang_up;
  Errc code;
  const char *vendor_code, *message;
};

Async<> handshake_fails(Listener& listener, const BadHandshake& bad) {
  TaskGroup group(co_await asio::this_coro::executor);
  group.spawn("peer", answer_with(listener, bad.bytes, bad.hang_up));
  NetworkDialer dialer;
  auto socket = co_await dialer.connect({.url = listener.url(), .connect_timeout = 100ms});
  group.stop();
  co_await group.join();
  EXPECT_FALSE(socket);
  if (socket) co_return;
  EXPECT_EQ(socket.error().code, bad.code) << socket.error().message;
  EXPECT_EQ(socket.error().vendor_code, bad.vendor_code);
  EXPECT_THAT(socket.error().message, HasSubstr(bad.message));
  EXPECT_THAT(socket.error().message, Not(HasSubstr("topsecret")));
}

TEST(WebSocketClient, TellsHowTheHandshakeFailed) {
  const BadHandshake cases[] = {
      {"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", false, Errc::denied, "403",
       "HTTP 403"},
      {"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n", false, Errc::unauthenticated,
       "401", "401"},
      {"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", false, Errc::not_found, "404", "404"},
      {"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", false, Errc::unavailable, "503", "503"},
      {"HTTP/1.1 101 Yes\r\nUpgrade: websocket\r\nConnection: upgrade\r\n"
       "Sec-WebSocket-Accept: d3Jvbmc=\r\n\r\n",
       false, Errc::unavailable, "", "handshake"},
      {"SSH-2.0-OpenSSH_9.2\r\n\r\n", false, Errc::unavailable, "", "handshake"},
      {"", true, Errc::unavailable, "", "handshake"},
      {"", false, Errc::timed_out, "", "handshake"},
  };
  for (const auto& bad : cases) {
    SCOPED_TRACE(bad.bytes);
    with_listener(handshake_fails, bad);
  }
}

Async<Error> connect_fails(WebSocketOptions options) {
  NetworkDialer dialer;
  auto socket = co_await dialer.connect(std::move(options));
  co_return socket ? Error{} : socket.error();
}

TEST(WebSocketClient, NobodyListens) {
  std::uint16_t port = 0;
  {
    asio::io_context loop;
    port = Listener(loop.get_executor()).acceptor.local_endpoint().port();
  }
  const auto error =
      run(connect_fails({.url = "ws://127.0.0.1:" + std::to_string(port) + "/?token=topsecret"}));
  EXPECT_EQ(error.code, Errc::unavailable);
  EXPECT_THAT(error.message, HasSubstr("refused"));
  EXPECT_THAT(error.message, Not(HasSubstr("topsecret")));
}

TEST(WebSocketClient, UnknownNamesAndBadAddressesAreToldApart) {
  const auto unknown = run(connect_fails({.url = "ws://no-such-host.invalid/?token=topsecret"}));
  EXPECT_TRUE(unknown.code == Errc::unavailable || unknown.code == Errc::timed_out);
  EXPECT_THAT(unknown.message, HasSubstr("no-such-host.invalid"));
  EXPECT_THAT(unknown.message, Not(HasSubstr("topsecret")));
  EXPECT_EQ(run(connect_fails({.url = "http://host/"})).code, Errc::invalid_argument);
  EXPECT_EQ(run(connect_fails({.url = "ws://127.0.0.1:1/", .headers = {{"X", "a\r\nY: b"}}})).code,
            Errc::invalid_argument);
}

Async<> connect_cancelled(Listener& listener) {
  const auto connect = [](std::string url, Errc& code) -> Async<> {
    NetworkDialer dialer;
    auto socket = co_await dialer.connect({.url = std::move(url)});
    if (!socket) code = socket.error().code;
  };
  TaskGroup group(co_await asio::this_coro::executor);
  Errc code = Errc::internal;
  group.spawn("connect", connect(listener.url(), code));
  PlainPeer peer(co_await listener.acceptor.async_accept(asio::use_awaitable));
  co_await peer.read_request();
  group.stop();
  co_await group.join();
  EXPECT_EQ(code, Errc::cancelled);
}
TEST(WebSocketClient, ConnectingCanBeCancelled) {
  with_listener(connect_cancelled);
}

// TLS, with a certificate made for the test.

using TlsStream = asio::ssl::stream<tcp::socket>;

Async<> echo_over_tls(Listener& listener, asio::ssl::context& context) {
  TlsStream stream(co_await listener.acceptor.async_accept(asio::use_awaitable), context);
  auto [ec] = co_await stream.async_handshake(asio::ssl::stream_base::server, kTuple);
  if (ec) co_return;
  Peer<TlsStream> peer(std::move(stream));
  co_await peer.shake_hands();
  co_await peer.send(kText, (co_await peer.read_frame()).payload);
  co_await peer.read_frame();
}

Async<std::string> talk_over_tls(Listener& listener, asio::ssl::context& context,
                                 WebSocketOptions options) {
  TaskGroup group(co_await asio::this_coro::executor);
  group.spawn("peer", echo_over_tls(listener, context));
  NetworkDialer dialer;
  options.url = "wss://" + options.url + ":" +
                std::to_string(listener.acceptor.local_endpoint().port()) + "/?token=topsecret";
  auto socket = co_await dialer.connect(std::move(options));
  std::string outcome;
  if (!socket) {
    outcome = socket.error().message;
  } else {
    EXPECT_TRUE(co_await (*socket)->send("secretly"));
    auto message = co_await (*socket)->receive();
    outcome = message ? message->text : message.error().message;
    (*socket)->abort();
  }
  group.stop();
  co_await group.join();
  co_return outcome;
}

struct TlsCase {
  const char *names, *host;
  bool trusted;
  const char* outcome;
};

Async<> tls_scenario(Listener& listener, const TlsCase& c) {
  const auto certificate = make_test_certificate(c.names);
  const CertificateFile ca(certificate);
  auto context = certificate.server_context();
  const auto outcome = co_await talk_over_tls(
      listener, context, {.url = c.host, .ca_file = c.trusted ? ca.path() : std::string()});
  EXPECT_THAT(outcome, HasSubstr(c.outcome));
  EXPECT_THAT(outcome, Not(HasSubstr("topsecret")));
}

TEST(WebSocketClient, VerifiesCertificates) {
  const TlsCase cases[] = {
      {"DNS:localhost", "localhost", true, "secretly"},
      {"IP:127.0.0.1", "127.0.0.1", true, "secretly"},
      {"DNS:localhost", "localhost", false, "not trusted"},
      {"DNS:other.example", "localhost", true, "not trusted"},
      {"DNS:localhost", "127.0.0.1", true, "not trusted"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(std::string(c.names) + " " + c.host);
    with_listener(tls_scenario, c);
  }
}

TEST(WebSocketClient, SaysWhichAuthorityFileCannotBeRead) {
  const auto error =
      run(connect_fails({.url = "wss://127.0.0.1:1/", .ca_file = "/no/such/file.pem"}));
  EXPECT_EQ(error.code, Errc::invalid_argument);
  EXPECT_THAT(error.message, HasSubstr("/no/such/file.pem"));
}

}  // namespace
}  // namespace mtc
