// One accepted HTTP/1.1 connection: reads requests one after another, lets the handler answer each,
// watches the peer meanwhile. Everything happens on the server's executor.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "infra/http/byte_stream.h"
#include "infra/http/request_parser.h"
#include "infra/http/server.h"
#include "infra/http/tls_identity.h"

namespace mtc {

// What connections share with their server.
struct ConnectionHost {
  HttpServerOptions options;
  HttpHandler handler;
  std::unique_ptr<TlsIdentity> tls;  // null: plain
  bool stopping = false;

  // "Sun, 22 Nov 2026 05:00:00 GMT", made once a second.
  std::string_view date();

 private:
  std::string date_;
  std::time_t date_second_ = 0;
};

class Connection final : public HttpExchange, public std::enable_shared_from_this<Connection> {
 public:
  // A surplus connection is only told 503.
  Connection(asio::ip::tcp::socket socket, const asio::ip::address& peer,
             std::shared_ptr<ConnectionHost> host, bool surplus);

  // Runs until the connection is closed. To be spawned with slot() bound.
  Async<> run();
  asio::cancellation_slot slot() { return cancel_.slot(); }

  // The server calls this several times a second instead of a timer per read: ends what is overdue,
  // and starts to watch the peers of handlers that take longer than a moment.
  void sweep(SteadyTime now);
  // Closes at once if no request is under way; else the connection ends after this answer.
  void finish_up();
  // Cancels the handler and closes.
  void abort();

  const HttpRequest& request() const override { return request_; }
  Async<> respond(HttpResponse response) override;
  Async<> begin_stream(int status, HttpHeaders headers) override;
  Async<> write(std::string chunk) override;
  Async<> finish() override;
  Async<> finish_and_close() override;
  bool gone() const override { return gone_; }
  void cancel() override { cancel_.emit(asio::cancellation_type::terminal); }

 private:
  enum class Phase { idle, receiving, handling, sending, lingering };
  enum class Sent { nothing, stream, whole };

  Async<> talk();
  Async<bool> secure();
  Async<bool> receive_request();
  Async<bool> parse_request();
  void skip_blank_lines();
  Async<bool> read_more();
  Async<> serve();
  Async<> refuse(int status, std::string_view why);
  // Closes so that the peer still gets what was sent: a close with unread input would reset the
  // connection.
  Async<> linger();
  Async<> say_goodbye();
  Async<> send(std::string_view first, std::string_view second = {}, std::string_view third = {},
               std::string_view fourth = {});
  void compose_head(int status, const HttpHeaders& headers, std::optional<std::size_t> length);
  void watch();
  void read_ahead();
  void expect_within(Millis time);
  void lose_peer();
  void close();
  bool silent() const { return gone_ || aborted_; }

  ByteStream stream_;
  const std::shared_ptr<ConnectionHost> host_;
  const bool surplus_;
  asio::cancellation_signal cancel_;
  boost::beast::flat_buffer buffer_;
  HttpRequest request_;
  HttpHeaders spare_headers_;
  std::optional<RequestParser> parser_;
  std::string head_;
  asio::steady_timer watch_done_;  // cancelled when watching ends

  Phase phase_ = Phase::idle;
  Sent sent_ = Sent::nothing;
  SteadyTime deadline_ = SteadyTime::max();
  bool keep_alive_ = true;
  bool chunked_ = false;      // of the stream being sent
  bool body_wanted_ = true;   // false for HEAD
  bool watching_ = false;     // waits beside the handler for what the peer says
  bool peer_closed_ = false;  // a read saw the end
  bool timed_out_ = false;
  bool said_goodbye_ = false;  // nothing more goes out
  bool gone_ = false;
  bool aborted_ = false;
};

}  // namespace mtc
