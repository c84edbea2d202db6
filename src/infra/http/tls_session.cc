#include "infra/http/tls_session.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <cerrno>
#include <new>
#include <utility>

namespace mtc {
namespace {

using boost::system::error_code;

// OpenSSL's own would raise SIGPIPE when the peer has gone.
int send_quietly(BIO* bio, const char* data, int size) {
  int socket = -1;
  BIO_get_fd(bio, &socket);
  BIO_clear_retry_flags(bio);
  errno = 0;
  const auto sent =
      static_cast<int>(::send(socket, data, static_cast<std::size_t>(size), MSG_NOSIGNAL));
  if (sent <= 0 && BIO_sock_should_retry(sent) != 0) BIO_set_retry_write(bio);
  return sent;
}

const BIO_METHOD* quiet_socket() {
  using Method = std::unique_ptr<BIO_METHOD, Freed<BIO_meth_free>>;
  static const Method method = [] {
    const BIO_METHOD* const usual = BIO_s_socket();
    BIO_METHOD* const quiet = BIO_meth_new(BIO_TYPE_SOCKET, "socket without SIGPIPE");
    BIO_meth_set_create(quiet, BIO_meth_get_create(usual));
    BIO_meth_set_destroy(quiet, BIO_meth_get_destroy(usual));
    BIO_meth_set_ctrl(quiet, BIO_meth_get_ctrl(usual));
    BIO_meth_set_read(quiet, BIO_meth_get_read(usual));
    BIO_meth_set_write(quiet, send_quietly);
    return Method(quiet);
  }();
  return method.get();
}

// Empty for what no name of ours could hold: a zero byte, a control character.
std::string text_of(const ASN1_STRING* value) {
  unsigned char* data = nullptr;
  const int size = ASN1_STRING_to_UTF8(&data, value);
  if (size < 0) return {};
  std::string text(reinterpret_cast<const char*>(data), static_cast<std::size_t>(size));
  OPENSSL_free(data);
  if (std::ranges::any_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; })) return {};
  return text;
}

}  // namespace

TlsSession::TlsSession(SSL_CTX& context, int socket) : ssl_(SSL_new(&context)) {
  BIO* const bio = BIO_new(quiet_socket());
  if (!ssl_ || bio == nullptr) throw std::bad_alloc();
  BIO_set_fd(bio, socket, BIO_NOCLOSE);
  SSL_set_bio(ssl_.get(), bio, bio);
  SSL_set_accept_state(ssl_.get());
}

error_code TlsSession::handshake() {
  ERR_clear_error();
  return outcome(SSL_do_handshake(ssl_.get()));
}

std::size_t TlsSession::read_some(asio::mutable_buffer buffer, error_code& ec) {
  ERR_clear_error();
  std::size_t count = 0;
  ec = outcome(SSL_read_ex(ssl_.get(), buffer.data(), buffer.size(), &count));
  return count;
}

std::size_t TlsSession::write_some(asio::const_buffer record, error_code& ec) {
  ERR_clear_error();
  std::size_t count = 0;
  ec = outcome(SSL_write_ex(ssl_.get(), record.data(), record.size(), &count));
  return count;
}

error_code TlsSession::shutdown_send() {
  ERR_clear_error();
  const int result = SSL_shutdown(ssl_.get());
  return result == 0 ? error_code{} : outcome(result);  // 0: said, and the peer has not yet
}

TlsPeer TlsSession::peer() const {
  TlsPeer out;
  const X509* const certificate = SSL_get0_peer_certificate(ssl_.get());
  // Nobody vouches for it where none was asked for.
  if (certificate == nullptr || SSL_get_verify_result(ssl_.get()) != X509_V_OK) return out;
  const X509_NAME* const subject = X509_get_subject_name(certificate);
  for (int i = 0; i < X509_NAME_entry_count(subject); ++i) {
    const X509_NAME_ENTRY* const entry = X509_NAME_get_entry(subject, i);
    auto text = text_of(X509_NAME_ENTRY_get_data(entry));
    if (text.empty()) continue;
    const int id = OBJ_obj2nid(X509_NAME_ENTRY_get_object(entry));
    if (id == NID_commonName) {
      out.name = std::move(text);  // the last one counts
    } else if (id == NID_organizationName) {
      out.groups.push_back(std::move(text));
    }
  }
  return out;
}

error_code TlsSession::outcome(int result) {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_NONE:
      return {};
    case SSL_ERROR_WANT_READ:
      wanted_ = asio::socket_base::wait_read;
      return asio::error::would_block;
    case SSL_ERROR_WANT_WRITE:
      wanted_ = asio::socket_base::wait_write;
      return asio::error::would_block;
    case SSL_ERROR_ZERO_RETURN:
      return asio::error::eof;
    case SSL_ERROR_SSL:
      return {static_cast<int>(ERR_get_error()), asio::error::get_ssl_category()};
    default:
      return asio::error::connection_reset;
  }
}

}  // namespace mtc
