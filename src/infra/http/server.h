// Inbound HTTP/1.1. Beast stays behind this header, in request_parser.h and connection.h.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/async.h"
#include "base/clock.h"
#include "base/result.h"
#include "infra/http/transport.h"

namespace mtc {

struct HttpRequest {
  std::string method;
  std::string path;   // percent-encoded as received, without the query
  std::string query;  // without '?'
  HttpHeaders headers;
  std::string body;
  std::string peer_address;  // "127.0.0.1"
  // Who the peer is by the client certificate that it proved to have: the common name, and the
  // organisations. Empty without TlsFiles::client_ca and for a peer that showed none.
  std::string client_name;
  std::vector<std::string> client_groups;
  std::string_view header(std::string_view name) const { return find_header(headers, name); }
};

struct HttpResponse {
  int status = 200;
  HttpHeaders headers;  // Content-Length, Date and Connection are the server's
  // The body is these three in a row. What many answers have in common is not copied: `shared_body`
  // is written from where it lies, and what is particular to this answer stands around it.
  std::string body;
  std::shared_ptr<const std::string> shared_body;  // may be null
  std::string tail;
};

// One request being answered: call respond() once, or begin_stream() and then write() until
// finish() or finish_and_close(). After the peer has gone all of these do nothing; `gone()` tells,
// and the handler coroutine is cancelled.
class HttpExchange {
 public:
  virtual ~HttpExchange() = default;
  virtual const HttpRequest& request() const = 0;
  virtual Async<> respond(HttpResponse response) = 0;
  virtual Async<> begin_stream(int status, HttpHeaders headers) = 0;  // chunked
  virtual Async<> write(std::string chunk) = 0;
  virtual Async<> finish() = 0;
  // The same for a handler that goes on: the connection ends with the stream, so that the peer
  // sends its next request, which would wait for this handler, over another one.
  virtual Async<> finish_and_close() = 0;
  virtual bool gone() const = 0;
  // Cancels what the handler awaits, as the peer's leaving does, though the peer is there.
  virtual void cancel() = 0;
};

// Runs on the server's executor. An exception becomes 500 if nothing was sent yet.
using HttpHandler = std::function<Async<>(HttpExchange&)>;

// The certificate of a server that speaks HTTPS, in PEM form.
struct TlsFiles {
  std::string certificate;  // the server's own first, then those between it and a known authority
  std::string key;          // without passphrase; nobody else may use the file
  // Authorities (PEM, one or more) whose client certificates are accepted. Set: the peer is asked
  // for one and may do without; one that cannot be verified ends the handshake. Empty: nobody is
  // asked.
  std::string client_ca{};
  Millis check_interval{60'000};  // how often to look whether the files have changed; 0: never
};

struct HttpServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;                     // 0: any free one
  std::size_t max_body_bytes = 4U << 20U;     // beyond: 413
  std::size_t max_header_bytes = 16U << 10U;  // of a chunk's or the trailer, too; beyond: 431
  std::size_t max_headers = 100;              // lines; beyond: 431
  // For a whole request, between requests on a kept connection, for the handshake of TLS; and for a
  // write that the peer does not take, anew with each part that it took.
  Millis read_timeout{30'000};
  std::size_t max_connections = 1024;  // beyond: 503 and close
  // The same for one peer: an IPv4 address, a 64-bit network of IPv6. 0: no limit.
  std::size_t max_connections_per_address = 0;
  std::optional<TlsFiles> tls;  // then TLS 1.2 or 1.3, nothing else
};

class HttpServer {
 public:
  virtual ~HttpServer() = default;
  virtual std::uint16_t port() const = 0;
  // Reads the files of options.tls again: new connections see that certificate, the others go on
  // with theirs. After a failure (as at the start) the old one stays. Does nothing without TLS.
  virtual Result<> reload_certificate() = 0;
  // Accepts no more; requests under way may finish until the deadline, then connections are closed.
  virtual Async<> stop(Millis deadline) = 0;
};

// Binds and starts accepting on the executor. Errc::unavailable with the address and the reason if
// it cannot bind. A certificate and key are refused with the file and what to do about it:
// Errc::not_found, Errc::denied (also for a key that others may read), Errc::invalid_argument if
// they are no certificate and key, do not belong together or are out of date. So is a file of
// client authorities that holds none.
Result<std::unique_ptr<HttpServer>> start_http_server(const asio::any_io_executor& executor,
                                                      HttpServerOptions options,
                                                      HttpHandler handler);

}  // namespace mtc
