// The server's side of TLS on one socket. Nothing here waits: where asio's ssl::stream must go
// through the loop for every record, an answer that fits is sent at once, as without TLS.
#pragma once

#include <openssl/ssl.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/system/error_code.hpp>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/async.h"
#include "infra/crypto/freed.h"

namespace mtc {

// Whom a verified client certificate names: its common name, and its organisations.
struct TlsPeer {
  std::string name;
  std::vector<std::string> groups;
};

// Reading and writing go on side by side, on one thread. Each call returns at once; with
// asio::error::would_block call again when the socket is ready for wanted().
class TlsSession {
 public:
  // What one record holds, and one write_some() takes.
  static constexpr std::size_t kRecord = SSL3_RT_MAX_PLAIN_LENGTH;

  // The socket does not block, and stays open for as long as this is called.
  TlsSession(SSL_CTX& context, int socket);

  boost::system::error_code handshake();
  // asio::error::eof when the peer has said that it is done.
  std::size_t read_some(asio::mutable_buffer buffer, boost::system::error_code& ec);
  // All of it or nothing; to be called again with the same bytes if it would have blocked.
  std::size_t write_some(asio::const_buffer record, boost::system::error_code& ec);
  // Tells the peer that nothing more comes. What it says can still be read.
  boost::system::error_code shutdown_send();

  // Whether read_some() may have something that the socket no longer has.
  bool has_pending() const { return SSL_has_pending(ssl_.get()) == 1; }
  // After the handshake: who the peer has proved to be. Empty if it showed no certificate.
  TlsPeer peer() const;
  // Of the call just made.
  asio::socket_base::wait_type wanted() const { return wanted_; }

 private:
  boost::system::error_code outcome(int result);

  std::unique_ptr<SSL, Freed<SSL_free>> ssl_;
  asio::socket_base::wait_type wanted_ = asio::socket_base::wait_read;
};

}  // namespace mtc
