// The bytes of one accepted connection, plain or within TLS.
#pragma once

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <tuple>

#include "base/async.h"
#include "infra/http/tls_session.h"

namespace mtc {

class TlsIdentity;

// Nothing to read yet, or no room to write: to be tried again when the socket is ready, no failure.
bool would_block(const boost::system::error_code& ec);

// What goes out together. Some may be empty.
using Pieces = std::array<asio::const_buffer, 4>;

// Without its first `count` bytes.
Pieces skip(Pieces pieces, std::size_t count);

// Plain until start_tls(). One read and one write at a time, side by side; everything on the
// socket's executor. After close() every call fails, and what was under way ends with an error.
class ByteStream {
 public:
  using Transfer = Async<std::tuple<boost::system::error_code, std::size_t>>;
  enum class TlsStart {
    done,
    not_spoken,  // the peer began with something else, which can still be read
    failed,
  };

  explicit ByteStream(asio::ip::tcp::socket socket);

  asio::any_io_executor get_executor() { return socket_.get_executor(); }

  // Waits for the peer's first byte and shakes hands. `identity` outlives the call.
  Async<TlsStart> start_tls(const TlsIdentity& identity);

  // Whom the peer's certificate names; empty without TLS or certificate.
  TlsPeer peer() const { return tls_ ? tls_->peer() : TlsPeer{}; }

  // At least one byte, or an error: asio::error::eof when the peer has said all.
  Transfer read_some(asio::mutable_buffer buffer);
  // What is there already, or asio::error::would_block.
  std::size_t try_read(asio::mutable_buffer buffer, boost::system::error_code& ec);
  // Calls back once after something has come, perhaps less than try_read() needs, or after cancel()
  // and close().
  void wait_readable(std::function<void(const boost::system::error_code&)> then);

  // Some of it: the kernel's buffer is the limit. After asio::error::would_block go on with
  // write_some() and the same bytes.
  std::size_t try_write(const Pieces& pieces, boost::system::error_code& ec);
  Transfer write_some(Pieces pieces);
  // Tells the peer that nothing more comes.
  Async<> shutdown_send();

  // Ends what is under way.
  void cancel();
  void close();
  // Closes, and tells the peer so if that goes without waiting.
  void hang_up();

 private:
  Transfer read_secured(asio::mutable_buffer buffer);
  Transfer write_secured(Pieces pieces);
  std::size_t write_records(Pieces pieces, boost::system::error_code& ec);
  Async<boost::system::error_code> handshake();

  asio::ip::tcp::socket socket_;
  std::unique_ptr<TlsSession> tls_;  // null: plain, or closed
};

}  // namespace mtc
