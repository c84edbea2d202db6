// Inbound HTTP/1.1. Beast stays behind this header, in request_parser.h and connection.h.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

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
  std::string_view header(std::string_view name) const { return find_header(headers, name); }
};

struct HttpResponse {
  int status = 200;
  HttpHeaders headers;  // Content-Length, Date and Connection are the server's
  std::string body;
};

// One request being answered: call respond() once, or begin_stream() and then write() until
// finish(). After the peer has gone all of these do nothing; `gone()` tells, and the handler
// coroutine is cancelled.
class HttpExchange {
 public:
  virtual ~HttpExchange() = default;
  virtual const HttpRequest& request() const = 0;
  virtual Async<> respond(HttpResponse response) = 0;
  virtual Async<> begin_stream(int status, HttpHeaders headers) = 0;  // chunked
  virtual Async<> write(std::string chunk) = 0;
  virtual Async<> finish() = 0;
  virtual bool gone() const = 0;
};

// Runs on the server's executor. An exception becomes 500 if nothing was sent yet.
using HttpHandler = std::function<Async<>(HttpExchange&)>;

struct HttpServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;                     // 0: any free one
  std::size_t max_body_bytes = 4U << 20U;     // beyond: 413
  std::size_t max_header_bytes = 16U << 10U;  // beyond: 431
  Millis read_timeout{30'000};  // for a whole request, and between requests on a kept connection
  std::size_t max_connections = 1024;  // beyond: 503 and close
};

class HttpServer {
 public:
  virtual ~HttpServer() = default;
  virtual std::uint16_t port() const = 0;
  // Accepts no more; requests under way may finish until the deadline, then connections are closed.
  virtual Async<> stop(Millis deadline) = 0;
};

// Binds and starts accepting on the executor. Errc::unavailable with the address and the reason if
// it cannot bind.
Result<std::unique_ptr<HttpServer>> start_http_server(const asio::any_io_executor& executor,
                                                      HttpServerOptions options,
                                                      HttpHandler handler);

}  // namespace mtc
