// One WebSocket connection after its handshake: reads, writes and pings side by side, and knows how
// it ended. Used by client.cc for both kinds of stream; Beast stays behind it.
#pragma once

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/text.h"
#include "infra/websocket/client.h"

namespace mtc::ws {

namespace beast = boost::beast;
namespace websocket = beast::websocket;
using asio::ip::tcp;
using boost::system::error_code;
using Steady = std::chrono::steady_clock;

// After a close frame from the peer Beast waits without limit until the peer hangs up too. This
// layer tells when that waiting begins, so that it can be bounded.
template <class Base>
class Layer : public Base {
 public:
  using Base::Base;
  std::function<void()> on_teardown;
};
using PlainLayer = Layer<beast::tcp_stream>;
using TlsLayer = Layer<beast::ssl_stream<beast::tcp_stream>>;

// Found by Beast through the type of its argument.
template <class Base, class Handler>
void async_teardown(beast::role_type role, Layer<Base>& layer, Handler&& handler) {
  if (layer.on_teardown) layer.on_teardown();
  using websocket::async_teardown;
  async_teardown(role, static_cast<Base&>(layer), std::forward<Handler>(handler));
}

// We offer no compression, and do without its code.
inline constexpr bool kDeflate = false;
inline constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);
inline constexpr std::size_t kReadAtOnce = 16U << 10U;
inline constexpr int kBadPayload = 1007;
inline constexpr std::string_view kNotUtf8 = "text that is not UTF-8";
inline constexpr std::size_t kMaxReason = 123;  // what fits a close frame, RFC 6455 §5.5.1

// A timer that never fires, used as a condition variable: cancel() wakes whoever waits.
inline asio::steady_timer make_signal(const asio::any_io_executor& executor) {
  return asio::steady_timer(executor, Steady::time_point::max());
}

inline bool is_cancelled(const asio::cancellation_state& state) {
  return state.cancelled() != asio::cancellation_type::none;
}

// For people.
std::string describe(const WebSocketEnd& end);

// One connection. The coroutines that read, write and ping own it together with the WebSocket that
// the user holds; they end when the socket is closed, never by cancellation, which would leave
// Beast's stream in an undefined state.
template <class Stream>
class Connection : public std::enable_shared_from_this<Connection<Stream>> {
 public:
  template <class... Arguments>
  Connection(WebSocketOptions options, const asio::any_io_executor& executor,
             Arguments&... arguments)
      : options_(std::move(options)),
        stream_(executor, arguments...),
        arrived_(make_signal(executor)),
        taken_(make_signal(executor)),
        queued_(make_signal(executor)),
        finished_(make_signal(executor)),
        ping_timer_(executor),
        close_timer_(executor) {}

  websocket::stream<Stream, kDeflate>& stream() { return stream_; }
  const std::optional<WebSocketEnd>& end() const { return end_; }

  // After the handshake.
  void start() {
    stream_.next_layer().on_teardown = [this] {
      tearing_down_ = true;
      hang_up_soon();
    };
    stream_.read_message_max(options_.max_message_bytes);
    stream_.text(true);
    stream_.auto_fragment(false);  // one frame a message: the least a peer can misread
    stream_.control_callback([this](websocket::frame_type kind, beast::string_view) {
      heard_ = Steady::now();
      if (kind == websocket::frame_type::close) peer_said_goodbye_ = true;
    });
    heard_ = Steady::now();
    const auto self = this->shared_from_this();
    const auto executor = stream_.get_executor();
    asio::co_spawn(executor, read_all(self), asio::detached);
    asio::co_spawn(executor, write_all(self), asio::detached);
    if (options_.ping_interval > Millis{0}) asio::co_spawn(executor, watch(self), asio::detached);
  }

  static Async<Result<WebSocketMessage>> receive(std::shared_ptr<Connection> self) {
    while (self->inbox_.empty()) {
      if (self->end_) {
        const bool ours = self->end_->cause == WebSocketEnd::Cause::closed_by_us;
        co_return fail(ours ? Errc::cancelled : Errc::unavailable, describe(*self->end_));
      }
      co_await self->arrived_.async_wait(kTuple);
      if (is_cancelled(co_await asio::this_coro::cancellation_state)) {
        co_return fail(Errc::cancelled, "receiving was cancelled");
      }
    }
    if (self->inbox_full())
      self->heard_ = Steady::now();  // while we did not read, no silence counts
    WebSocketMessage message = std::move(self->inbox_.front());
    self->inbox_.pop_front();
    self->inbox_bytes_ -= cost_of(message);
    self->taken_.cancel();
    co_return message;
  }

  static Async<Result<void>> send(std::shared_ptr<Connection> self, std::string text) {
    if (self->end_) co_return fail(Errc::unavailable, describe(*self->end_));
    if (self->closing_) co_return fail(Errc::unavailable, "the connection is being closed");
    if (self->outbox_bytes_ + text.size() > self->options_.max_queued_bytes) {
      co_return fail(Errc::resource_exhausted,
                     "the peer does not read: " + std::to_string(self->outbox_bytes_) +
                         " bytes already wait to be sent");
    }
    const auto item =
        std::make_shared<Outgoing>(std::move(text), make_signal(self->stream_.get_executor()));
    self->outbox_bytes_ += item->text.size();
    self->outbox_.push_back(item);
    self->queued_.cancel();
    while (!item->outcome) {
      co_await item->done.async_wait(kTuple);
      if (is_cancelled(co_await asio::this_coro::cancellation_state)) {
        co_return fail(Errc::cancelled, "waiting for the message to be written was cancelled");
      }
    }
    co_return *item->outcome;
  }

  static Async<> close(std::shared_ptr<Connection> self, int code, std::string reason) {
    if (!self->end_ && !self->closing_) {
      self->closing_ = true;
      self->our_code_ = code;
      self->taken_.cancel();  // a reader that waits for room must go on reading, to see the answer
      asio::co_spawn(self->stream_.get_executor(), say_goodbye(self, code, std::move(reason)),
                     asio::detached);
    }
    while (!self->end_) {
      co_await self->finished_.async_wait(kTuple);
      if (is_cancelled(co_await asio::this_coro::cancellation_state)) co_return;
    }
  }

  void abort() {
    closing_ = true;
    drop();
    finish({.cause = WebSocketEnd::Cause::closed_by_us, .code = 1006, .reason = {}});
  }

 private:
  struct Outgoing {
    Outgoing(std::string message, asio::steady_timer signal)
        : text(std::move(message)), done(std::move(signal)) {}
    std::string text;
    asio::steady_timer done;
    std::optional<Result<void>> outcome;
  };

  void drop() { beast::get_lowest_layer(stream_).close(); }

  void finish(WebSocketEnd end) {
    if (end_) return;
    end_ = std::move(end);
    for (const auto& item : outbox_) settle(*item, fail(Errc::unavailable, describe(*end_)));
    outbox_.clear();
    outbox_bytes_ = 0;
    arrived_.cancel();
    taken_.cancel();
    queued_.cancel();
    finished_.cancel();
    ping_timer_.cancel();
    close_timer_.cancel();
  }

  static void settle(Outgoing& item, Result<void> outcome) {
    item.outcome = std::move(outcome);
    item.done.cancel();
  }

  WebSocketEnd end_of(const error_code& ec) const {
    using Cause = WebSocketEnd::Cause;
    const auto& said = stream_.reason();
    const int code = said.code == websocket::close_code::none ? 1005 : static_cast<int>(said.code);
    const std::string words(said.reason.data(), said.reason.size());
    if (silent_) return {Cause::silent, 1006, "no sign of life for " + waited() + " s"};
    if (closing_ && !peer_said_goodbye_) return {Cause::closed_by_us, our_code_, {}};
    if (closing_) return {Cause::closed_by_us, our_code_, words};
    if (peer_said_goodbye_) return {Cause::closed_by_peer, code, words};
    if (ec == websocket::error::message_too_big) {
      return {Cause::refused, 1009,
              "a message above " + std::to_string(options_.max_message_bytes) + " bytes"};
    }
    if (ec == websocket::error::bad_frame_payload) {
      return {Cause::refused, kBadPayload, std::string(kNotUtf8)};
    }
    if (ec.category() == error_code(websocket::error::closed).category()) {
      return {Cause::refused, 1002, ec.message()};
    }
    if (tearing_down_) return {Cause::refused, 1002, {}};
    if (ec == asio::error::eof || ec == asio::ssl::error::stream_truncated) {
      return {Cause::lost, 1006, "the stream ended without a close frame"};
    }
    return {Cause::lost, 1006, ec.message()};
  }

  std::string waited() const {
    return std::to_string((options_.ping_interval + options_.pong_timeout).count() / 1000);
  }

  // Empty messages take room too: a peer may send them without end.
  static std::size_t cost_of(const WebSocketMessage& message) {
    return message.text.size() + sizeof(WebSocketMessage);
  }
  // The outer limit keeps one message beyond it: a message is never cut because others wait.
  bool inbox_full() const { return inbox_bytes_ > options_.max_message_bytes; }

  static Async<> read_all(std::shared_ptr<Connection> self) {
    error_code ec;
    while (!ec && !self->end_) {
      while (self->inbox_full() && !self->closing_ && !self->end_) {
        co_await self->taken_.async_wait(kTuple);
      }
      beast::flat_buffer buffer;  // read_message_max bounds it
      do {
        auto [error, size] = co_await self->stream_.async_read_some(buffer, kReadAtOnce, kTuple);
        ec = error;
        self->heard_ = Steady::now();
      } while (!ec && !self->stream_.is_message_done());
      if (ec || self->closing_) continue;
      const auto data = buffer.cdata();
      WebSocketMessage message{
          .text = std::string(static_cast<const char*>(data.data()), data.size()),
          .binary = !self->stream_.got_text()};
      // Beast lets a cut character pass if the last frame is empty.
      if (!message.binary && !is_valid_utf8(message.text)) {
        co_await refuse_text(self);
        co_return;
      }
      self->inbox_bytes_ += cost_of(message);
      self->inbox_.push_back(std::move(message));
      self->arrived_.cancel();
    }
    if (self->end_) co_return;
    self->finish(self->end_of(ec));
    self->drop();
  }

  static Async<> refuse_text(std::shared_ptr<Connection> self) {
    self->closing_ = true;
    self->hang_up_soon();
    co_await self->stream_.async_close(websocket::close_code::bad_payload, kTuple);
    self->finish({WebSocketEnd::Cause::refused, kBadPayload, std::string(kNotUtf8)});
    self->drop();
  }

  static Async<> write_all(std::shared_ptr<Connection> self) {
    while (!self->end_) {
      if (self->outbox_.empty()) {
        co_await self->queued_.async_wait(kTuple);
        continue;
      }
      const auto item = self->outbox_.front();
      auto [ec, size] = co_await self->stream_.async_write(asio::buffer(item->text), kTuple);
      if (self->end_) co_return;  // finish() has told the sender
      if (ec) {
        // The reader notices too, and only it knows the peer's reason: it settles what is left.
        if (!self->closing_ && !self->peer_said_goodbye_) self->drop();
        while (!self->end_) co_await self->finished_.async_wait(kTuple);
        co_return;
      }
      self->outbox_.pop_front();
      self->outbox_bytes_ -= item->text.size();
      settle(*item, {});
    }
  }

  // Pings, and drops the connection if nothing at all comes back.
  static Async<> watch(std::shared_ptr<Connection> self) {
    while (!self->end_) {
      co_await self->rest(self->options_.ping_interval);
      if (self->end_ || self->closing_) co_return;
      const auto asked = Steady::now();
      self->ping();
      co_await self->rest(self->options_.pong_timeout);
      if (self->end_ || self->closing_) co_return;
      // While nobody takes our messages we do not read: then silence proves nothing. Nor does it
      // when it is this process that stood still: then an answer may lie there unread.
      if (self->heard_ < asked && !self->inbox_full() && !self->has_unread()) {
        self->silent_ = true;
        self->drop();
        self->finish(self->end_of({}));
        co_return;
      }
    }
  }

  bool has_unread() {
    error_code ec;
    return beast::get_lowest_layer(stream_).socket().available(ec) > 0 && !ec;
  }

  Async<> rest(Millis duration) {
    ping_timer_.expires_after(duration);
    co_await ping_timer_.async_wait(kTuple);
  }

  void ping() {
    if (pinging_) return;  // the last one still waits behind a message that the peer does not read
    pinging_ = true;
    stream_.async_ping(
        {}, [self = this->shared_from_this()](const error_code&) { self->pinging_ = false; });
  }

  void hang_up_soon() {
    close_timer_.expires_after(options_.close_timeout);
    close_timer_.async_wait([self = this->shared_from_this()](const error_code& ec) {
      if (ec || self->end_) return;
      // As if the peer had hung up: Beast then still tells why the connection ended.
      error_code ignored;
      auto& socket = beast::get_lowest_layer(self->stream_).socket();
      if (self->tearing_down_) socket.shutdown(tcp::socket::shutdown_receive, ignored);
      if (!self->tearing_down_ || ignored) self->drop();
    });
  }

  static Async<> say_goodbye(std::shared_ptr<Connection> self, int code, std::string reason) {
    // Beast waits for a message under way before it says goodbye; a peer that does not read would
    // hold us for ever.
    self->hang_up_soon();
    const websocket::close_reason said(static_cast<websocket::close_code>(code),
                                       prefix_of_bytes(reason, kMaxReason));
    co_await self->stream_.async_close(said, kTuple);
    if (self->end_) co_return;
    self->finish(self->end_of(websocket::error::closed));
    self->drop();
  }

  WebSocketOptions options_;
  websocket::stream<Stream, kDeflate> stream_;
  std::deque<WebSocketMessage> inbox_;
  std::size_t inbox_bytes_ = 0;
  std::deque<std::shared_ptr<Outgoing>> outbox_;  // the front one is being written
  std::size_t outbox_bytes_ = 0;
  std::optional<WebSocketEnd> end_;
  asio::steady_timer arrived_;
  asio::steady_timer taken_;
  asio::steady_timer queued_;
  asio::steady_timer finished_;
  asio::steady_timer ping_timer_;
  asio::steady_timer close_timer_;
  Steady::time_point heard_{};
  bool peer_said_goodbye_ = false;
  bool tearing_down_ = false;
  bool closing_ = false;
  bool silent_ = false;
  bool pinging_ = false;
  int our_code_ = 1006;
};

}  // namespace mtc::ws
