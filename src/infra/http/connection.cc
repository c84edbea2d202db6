#include "infra/http/connection.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/system/system_error.hpp>
#include <ctime>

#include "base/text.h"

namespace mtc {
namespace {

namespace http = boost::beast::http;
using asio::ip::tcp;

constexpr auto kUseTuple = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kHeadRead = 4U << 10U;
constexpr std::size_t kBodyRead = 64U << 10U;
// How much of the next requests is read while a handler runs; then the peer has to wait.
constexpr std::size_t kReadAhead = 16U << 10U;
constexpr std::chrono::milliseconds kLinger{500};
constexpr std::size_t kLingerBytes = 8U << 20U;

struct Refusal {
  int status;
  std::string_view why;
};

Refusal refusal_of(const boost::beast::error_code& ec) {
  if (ec == http::error::header_limit) {
    return {431, "The request's header is too large or has too many lines."};
  }
  if (ec == http::error::body_limit) return {413, "The request's body is too large."};
  if (ec == http::error::bad_version) return {505, "Only HTTP/1.0 and HTTP/1.1 are spoken here."};
  return {400, "This is not a well-formed HTTP/1.1 request."};
}

bool is_ours(std::string_view header) {
  for (const auto name : {"content-length", "date", "connection", "transfer-encoding"}) {
    if (equals_ignoring_case(header, name)) return true;
  }
  return false;
}

// A line break inside a value would start a header of somebody else's choice.
bool is_safe(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

bool has_no_body(int status) {
  return status < 200 || status == 204 || status == 304;
}

// Of the path only its first part: what follows may be the secret of a link.
void describe(const HttpRequest& request, std::string_view trouble) {
  const std::string_view path = request.path;
  const auto rest = std::min(path.find('/', 1), path.size());
  spdlog::error("http: {} {}{}: {}", request.method, path.substr(0, rest),
                rest < path.size() ? "/…" : "", trouble);
}

}  // namespace

std::string_view ConnectionHost::date() {
  const std::time_t now = std::time(nullptr);
  if (now != date_second_ || date_.empty()) {
    std::tm utc{};
    gmtime_r(&now, &utc);
    std::array<char, 40> text{};
    const auto size = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &utc);
    date_.assign(text.data(), size);
    date_second_ = now;
  }
  return date_;
}

Connection::Connection(tcp::socket socket, const asio::ip::address& peer,
                       std::shared_ptr<ConnectionHost> host, bool surplus)
    : stream_(std::move(socket)),
      host_(std::move(host)),
      surplus_(surplus),
      watch_done_(stream_.get_executor(), SteadyTime::max()) {
  request_.peer_address = peer.to_string();
}

Async<> Connection::run() {
  const auto self = shared_from_this();
  try {
    co_await talk();
    if (!silent()) co_await linger();
  } catch (const boost::system::system_error&) {
    // Cancelled by abort() or by the peer's leaving: nobody is left to answer.
  } catch (const std::exception& e) {
    describe(request_, e.what());
  }
  close();
}

Async<> Connection::talk() {
  if (host_->tls && !co_await secure()) co_return;
  if (surplus_) {
    co_await refuse(503, "Too many connections; try again in a moment.");
    co_return;
  }
  while (co_await receive_request()) {
    co_await serve();
    if (!keep_alive_ || silent()) break;
  }
}

Async<bool> Connection::secure() {
  expect_within(host_->options.read_timeout);
  const auto start = co_await stream_.start_tls(*host_->tls);
  deadline_ = SteadyTime::max();
  if (start == ByteStream::TlsStart::not_spoken) {
    co_await refuse(400, "This port speaks HTTPS: the address begins with https://");
  }
  if (start != ByteStream::TlsStart::done) co_return false;
  auto peer = stream_.peer();
  request_.client_name = std::move(peer.name);
  request_.client_groups = std::move(peer.groups);
  co_return true;
}

// True when request_ is complete. False when there will be none: the peer left, or has been
// refused.
Async<bool> Connection::receive_request() {
  phase_ = Phase::idle;
  expect_within(host_->options.read_timeout);
  sent_ = Sent::nothing;
  keep_alive_ = true;
  body_wanted_ = true;
  if (host_->stopping && buffer_.size() == 0) co_return false;
  if (buffer_.size() == 0 && buffer_.capacity() > kReadAhead) buffer_.shrink_to_fit();
  parser_.emplace(request_, spare_headers_, host_->options);
  if (!co_await parse_request()) co_return false;
  keep_alive_ = parser_->keep_alive() && !host_->stopping;
  body_wanted_ = request_.method != "HEAD";
  deadline_ = SteadyTime::max();
  co_return true;
}

Async<bool> Connection::parse_request() {
  bool continued = false;
  while (true) {
    if (phase_ == Phase::idle) skip_blank_lines();
    if (buffer_.size() > 0) {
      if (phase_ == Phase::idle) {  // the first byte: from here the whole request has its time
        phase_ = Phase::receiving;
        expect_within(host_->options.read_timeout);
      }
      boost::beast::error_code ec;
      buffer_.consume(parser_->put(buffer_.data(), ec));
      if (ec && ec != http::error::need_more) {
        const auto refusal = refusal_of(ec);
        co_await refuse(refusal.status, refusal.why);
        co_return false;
      }
      if (parser_->is_done()) co_return true;
      // A body leaves the buffer as it comes. What stays is the size line of a chunk or the
      // trailer, and the parser would wait for their end for ever.
      if (parser_->is_header_done() && buffer_.size() > host_->options.max_header_bytes) {
        co_await refuse(431, "A chunk's header or the trailer is too large.");
        co_return false;
      }
    }
    if (parser_->is_header_done() && parser_->expects_continue() && !continued) {
      continued = true;
      co_await send("HTTP/1.1 100 Continue\r\n\r\n");
      if (silent()) co_return false;
    }
    if (!co_await read_more()) {
      if (timed_out_ && phase_ == Phase::receiving) {
        co_await refuse(408, "The request did not arrive in time.");
      }
      co_return false;
    }
  }
}

// Some clients end a body with a line break that is not part of it (RFC 9112 §2.2).
void Connection::skip_blank_lines() {
  const asio::const_buffer pending = buffer_.data();
  const std::string_view text(static_cast<const char*>(pending.data()), pending.size());
  buffer_.consume(std::min(text.find_first_not_of("\r\n"), text.size()));
}

Async<bool> Connection::read_more() {
  if (watching_) {
    while (watching_) co_await watch_done_.async_wait(kUseTuple);
    co_return !peer_closed_ && !timed_out_;
  }
  if (peer_closed_) co_return false;
  const auto size = parser_ && parser_->is_header_done() ? kBodyRead : kHeadRead;
  const auto [ec, count] = co_await stream_.read_some(buffer_.prepare(size));
  if (ec) {
    peer_closed_ = !timed_out_;
    co_return false;
  }
  buffer_.commit(count);
  co_return true;
}

Async<> Connection::serve() {
  phase_ = Phase::handling;
  std::string trouble;
  try {
    co_await host_->handler(*this);
  } catch (const boost::system::system_error& e) {
    trouble = e.code().message();  // what() would print Boost's file names
  } catch (const std::exception& e) {
    trouble = e.what();
  }
  phase_ = Phase::idle;
  // A handler may have made itself deaf to cancellation; the next one is not.
  co_await asio::this_coro::reset_cancellation_state(asio::enable_terminal_cancellation());
  if (silent()) co_return;
  if (!trouble.empty()) {
    describe(request_, trouble);
  } else if (sent_ == Sent::nothing) {
    describe(request_, "the handler gave no answer");
  }
  if (sent_ == Sent::nothing) {
    co_await respond({.status = 500,
                      .headers = {{"Content-Type", "text/plain; charset=utf-8"}},
                      .body = "The server failed to answer this request; its log says why.\n"});
  } else if (sent_ == Sent::stream) {
    abort();  // an end without the last chunk tells the peer that something is missing
  }
}

Async<> Connection::refuse(int status, std::string_view why) {
  keep_alive_ = false;
  sent_ = Sent::nothing;
  co_await respond({.status = status,
                    .headers = {{"Content-Type", "text/plain; charset=utf-8"}},
                    .body = fmt::format("{}\n", why)});
}

Async<> Connection::linger() {
  co_await say_goodbye();
  if (silent() || peer_closed_ || host_->stopping) co_return;
  phase_ = Phase::lingering;
  timed_out_ = false;
  expect_within(kLinger);
  for (std::size_t drained = 0; drained < kLingerBytes;) {
    buffer_.clear();
    if (!co_await read_more()) co_return;
    drained += buffer_.size();
  }
}

Async<> Connection::say_goodbye() {
  // Within TLS a second one would wait for the peer's.
  if (std::exchange(said_goodbye_, true)) co_return;
  const auto phase = std::exchange(phase_, Phase::sending);
  expect_within(host_->options.read_timeout);
  co_await stream_.shutdown_send();
  phase_ = phase;
  deadline_ = SteadyTime::max();
}

// Tries the stream first: almost always the whole answer fits, and no trip through the loop is
// needed.
Async<> Connection::send(std::string_view first, std::string_view second, std::string_view third,
                         std::string_view fourth) {
  const Pieces pieces{asio::buffer(first), asio::buffer(second), asio::buffer(third),
                      asio::buffer(fourth)};
  const std::size_t total = asio::buffer_size(pieces);
  boost::system::error_code ec;
  std::size_t sent = stream_.try_write(pieces, ec);
  if (would_block(ec)) {
    sent = 0;
    ec = {};
  }
  const auto phase = std::exchange(phase_, Phase::sending);
  while (!ec && sent < total) {
    expect_within(host_->options.read_timeout);
    const auto [error, count] = co_await stream_.write_some(skip(pieces, sent));
    ec = error;
    sent += count;
  }
  phase_ = phase;
  if (phase == Phase::handling) deadline_ = SteadyTime::max();
  if (ec || (peer_closed_ && sent_ == Sent::stream)) lose_peer();
}

void Connection::compose_head(int status, const HttpHeaders& headers,
                              std::optional<std::size_t> length) {
  const auto reason = http::obsolete_reason(static_cast<http::status>(status));
  head_.clear();
  auto out = std::back_inserter(head_);
  fmt::format_to(out, "HTTP/1.1 {} {}\r\nDate: {}\r\n", status,
                 std::string_view(reason.data(), reason.size()), host_->date());
  for (const auto& [name, value] : headers) {
    if (is_ours(name)) continue;
    if (!is_safe(name) || !is_safe(value)) {
      describe(request_, "a response header with a line break was left out");
      continue;
    }
    head_.append(name).append(": ").append(value).append("\r\n");
  }
  if (length && !has_no_body(status)) fmt::format_to(out, "Content-Length: {}\r\n", *length);
  if (!length && chunked_) head_.append("Transfer-Encoding: chunked\r\n");
  if (!keep_alive_) {
    head_.append("Connection: close\r\n");
  } else if (parser_ && parser_->version_number() < 11) {
    head_.append("Connection: keep-alive\r\n");
  }
  head_.append("\r\n");
}

Async<> Connection::respond(HttpResponse response) {
  if (silent() || sent_ != Sent::nothing) co_return;
  sent_ = Sent::whole;
  if (host_->stopping) keep_alive_ = false;
  const std::string_view shared =
      response.shared_body ? std::string_view(*response.shared_body) : std::string_view{};
  compose_head(response.status, response.headers,
               response.body.size() + shared.size() + response.tail.size());
  if (!body_wanted_ || has_no_body(response.status)) {
    co_await send(head_);
  } else {
    co_await send(head_, response.body, shared, response.tail);
  }
}

Async<> Connection::begin_stream(int status, HttpHeaders headers) {
  if (silent() || sent_ != Sent::nothing) co_return;
  sent_ = Sent::stream;
  chunked_ = parser_->version_number() >= 11;
  if (!chunked_) keep_alive_ = false;  // HTTP/1.0: the end of the connection is the end of the body
  compose_head(status, headers, std::nullopt);
  co_await send(head_);
}

Async<> Connection::write(std::string chunk) {
  if (silent() || sent_ != Sent::stream || chunk.empty() || !body_wanted_) co_return;
  if (!chunked_) {
    co_await send(chunk);
    co_return;
  }
  head_ = fmt::format("{:x}\r\n", chunk.size());
  co_await send(head_, chunk, "\r\n");
}

Async<> Connection::finish() {
  if (silent() || sent_ != Sent::stream) co_return;
  sent_ = Sent::whole;
  if (chunked_ && body_wanted_) co_await send("0\r\n\r\n");
}

Async<> Connection::finish_and_close() {
  if (silent() || sent_ != Sent::stream) co_return;
  keep_alive_ = false;
  co_await finish();
  if (!silent()) co_await say_goodbye();
}

void Connection::sweep(SteadyTime now) {
  if (phase_ == Phase::handling || phase_ == Phase::sending) watch();
  if (now < deadline_) return;
  deadline_ = SteadyTime::max();
  switch (phase_) {
    case Phase::idle:
    case Phase::receiving:
      timed_out_ = true;
      stream_.cancel();  // the pending read ends; a request under way is told 408
      break;
    case Phase::sending:  // the peer does not take what it asked for
      lose_peer();
      break;
    case Phase::handling:
      break;
    case Phase::lingering:
      close();
      break;
  }
}

// Waits beside the handler for what the peer says, to see the end of the stream; what else comes is
// the next request.
void Connection::watch() {
  if (watching_ || peer_closed_) return;
  read_ahead();
  if (peer_closed_ || buffer_.size() >= kReadAhead) return;
  watching_ = true;
  stream_.wait_readable([self = shared_from_this()](const boost::system::error_code& ec) {
    self->watching_ = false;
    if (ec) {
      self->peer_closed_ = !self->timed_out_;
    } else if (self->phase_ == Phase::handling || self->phase_ == Phase::sending) {
      self->watch();
    }
    self->watch_done_.cancel();
  });
}

void Connection::read_ahead() {
  boost::system::error_code ec;
  while (!ec && buffer_.size() < kReadAhead) {
    buffer_.commit(stream_.try_read(buffer_.prepare(kHeadRead), ec));
  }
  if (!ec || would_block(ec)) return;
  peer_closed_ = true;
  // Somebody who takes an answer may have said all there is to say: writing tells.
  if (phase_ == Phase::handling) lose_peer();
}

// For sweep() to see.
void Connection::expect_within(Millis time) {
  deadline_ = std::chrono::steady_clock::now() + time;
}

void Connection::lose_peer() {
  if (gone_) return;
  gone_ = true;
  close();
  cancel();
}

void Connection::finish_up() {
  keep_alive_ = false;
  if (phase_ == Phase::idle && buffer_.size() == 0) stream_.hang_up();
}

void Connection::abort() {
  if (aborted_) return;
  aborted_ = true;
  close();
  cancel();
}

void Connection::close() {
  stream_.close();
}

}  // namespace mtc
