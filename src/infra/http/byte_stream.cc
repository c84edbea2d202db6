#include "infra/http/byte_stream.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "infra/http/tls_identity.h"

namespace mtc {
namespace {

using asio::ip::tcp;
using boost::system::error_code;

constexpr auto kUseTuple = asio::as_tuple(asio::use_awaitable);
// What one call encrypts at most: a peer that reads as fast as we write must not hold up the rest.
constexpr std::size_t kTurn = 16 * TlsSession::kRecord;
constexpr unsigned char kHandshakeRecord = 0x16;

}  // namespace

bool would_block(const error_code& ec) {
  return ec == asio::error::would_block || ec == asio::error::try_again;
}

Pieces skip(Pieces pieces, std::size_t count) {
  for (auto& piece : pieces) {
    const auto size = std::min(count, piece.size());
    piece += size;
    count -= size;
  }
  return pieces;
}

ByteStream::ByteStream(tcp::socket socket) : socket_(std::move(socket)) {
  error_code ec;  // a peer that is gone already shows at the first read
  socket_.non_blocking(true, ec);
  socket_.set_option(tcp::no_delay(true), ec);
  socket_.set_option(asio::socket_base::keep_alive(true), ec);
}

Async<ByteStream::TlsStart> ByteStream::start_tls(const TlsIdentity& identity) {
  unsigned char first = 0;
  const auto [ec, count] = co_await socket_.async_receive(
      asio::buffer(&first, 1), asio::socket_base::message_peek, kUseTuple);
  if (ec) co_return TlsStart::failed;
  if (first != kHandshakeRecord) co_return TlsStart::not_spoken;
  // Not before: while the peer was silent, the certificate may have been replaced.
  tls_ = std::make_unique<TlsSession>(identity.context(), socket_.native_handle());
  if (!co_await handshake()) co_return TlsStart::done;
  tls_.reset();
  co_return TlsStart::failed;
}

Async<error_code> ByteStream::handshake() {
  error_code ec = tls_->handshake();
  while (would_block(ec)) {
    const auto [error] = co_await socket_.async_wait(tls_->wanted(), kUseTuple);
    if (error || !tls_) co_return asio::error::operation_aborted;
    ec = tls_->handshake();
  }
  co_return ec;
}

ByteStream::Transfer ByteStream::read_some(asio::mutable_buffer buffer) {
  if (tls_) return read_secured(buffer);
  return socket_.async_read_some(buffer, kUseTuple);
}

// Goes through the loop unless a record waits in the session: a peer that never stops sending must
// not hold up the rest.
ByteStream::Transfer ByteStream::read_secured(asio::mutable_buffer buffer) {
  error_code ec = asio::error::would_block;
  std::size_t count = 0;
  if (tls_->has_pending()) count = try_read(buffer, ec);
  auto direction = asio::socket_base::wait_read;
  while (would_block(ec)) {
    const auto [error] = co_await socket_.async_wait(direction, kUseTuple);
    if (error) co_return std::tuple(error, 0U);
    count = try_read(buffer, ec);
    if (tls_) direction = tls_->wanted();
  }
  co_return std::tuple(ec, count);
}

std::size_t ByteStream::try_read(asio::mutable_buffer buffer, error_code& ec) {
  return tls_ ? tls_->read_some(buffer, ec) : socket_.read_some(buffer, ec);
}

void ByteStream::wait_readable(std::function<void(const error_code&)> then) {
  socket_.async_wait(tcp::socket::wait_read, std::move(then));
}

std::size_t ByteStream::try_write(const Pieces& pieces, error_code& ec) {
  return tls_ ? write_records(pieces, ec) : socket_.write_some(pieces, ec);
}

ByteStream::Transfer ByteStream::write_some(Pieces pieces) {
  if (tls_) return write_secured(pieces);
  return socket_.async_write_some(pieces, kUseTuple);
}

ByteStream::Transfer ByteStream::write_secured(Pieces pieces) {
  error_code ec = asio::error::would_block;
  std::size_t count = 0;
  auto direction = asio::socket_base::wait_write;
  while (would_block(ec)) {
    const auto [error] = co_await socket_.async_wait(direction, kUseTuple);
    if (error) co_return std::tuple(error, 0U);
    count = try_write(pieces, ec);
    if (tls_) direction = tls_->wanted();
  }
  co_return std::tuple(ec, count);
}

// Small pieces travel in one record.
std::size_t ByteStream::write_records(Pieces pieces, error_code& ec) {
  std::array<char, TlsSession::kRecord> record;
  std::size_t sent = 0;
  ec = {};
  while (sent < kTurn) {
    const auto size = asio::buffer_copy(asio::buffer(record), pieces);
    if (size == 0) break;
    const auto count = tls_->write_some(asio::buffer(record, size), ec);
    if (ec) break;
    sent += count;
    pieces = skip(pieces, count);
  }
  if (sent > 0 && would_block(ec)) ec = {};
  return sent;
}

Async<> ByteStream::shutdown_send() {
  while (tls_ && would_block(tls_->shutdown_send())) {
    const auto [error] = co_await socket_.async_wait(tls_->wanted(), kUseTuple);
    if (error) co_return;
  }
  error_code ignored;
  socket_.shutdown(tcp::socket::shutdown_send, ignored);
}

void ByteStream::cancel() {
  error_code ignored;
  socket_.cancel(ignored);
}

void ByteStream::hang_up() {
  if (tls_) (void)tls_->shutdown_send();
  close();
}

void ByteStream::close() {
  error_code ignored;
  socket_.close(ignored);
  tls_.reset();  // its descriptor may soon be somebody else's
}

}  // namespace mtc
