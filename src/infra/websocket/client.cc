#include "infra/websocket/client.h"

#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/beast/http/field.hpp>

#include "infra/websocket/connection.h"
#include "infra/websocket/resolve.h"
#include "infra/websocket/url.h"

namespace mtc {

// The authorities we trust, read once: the system's bundle takes a while to load.
struct TlsTrust {
  std::string ca_file;
  asio::ssl::context context{asio::ssl::context::tls_client};
};

namespace {

namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using boost::system::error_code;
using ws::Connection;
using ws::kTuple;
using ws::PlainLayer;
using ws::TlsLayer;

template <class Stream>
class BeastWebSocket final : public WebSocket {
 public:
  explicit BeastWebSocket(std::shared_ptr<Connection<Stream>> connection)
      : connection_(std::move(connection)) {}
  BeastWebSocket(const BeastWebSocket&) = delete;
  BeastWebSocket& operator=(const BeastWebSocket&) = delete;
  ~BeastWebSocket() override { connection_->abort(); }

  Async<Result<WebSocketMessage>> receive() override {
    return Connection<Stream>::receive(connection_);
  }
  Async<Result<void>> send(std::string text) override {
    return Connection<Stream>::send(connection_, std::move(text));
  }
  Async<> close(int code, std::string reason) override {
    return Connection<Stream>::close(connection_, code, std::move(reason));
  }
  void abort() override { connection_->abort(); }
  std::optional<WebSocketEnd> end() const override { return connection_->end(); }

 private:
  std::shared_ptr<Connection<Stream>> connection_;
};

Errc errc_of_status(unsigned status) {
  switch (status) {
    case 401:
      return Errc::unauthenticated;
    case 403:
      return Errc::denied;
    case 404:
      return Errc::not_found;
    default:
      return Errc::unavailable;
  }
}

// What went wrong while `doing` something on the way to a connection.
Error connect_error(const error_code& ec, std::string_view doing) {
  if (ec == asio::error::operation_aborted) return {Errc::cancelled, "connecting was cancelled"};
  if (ec == beast::error::timeout) {
    return {Errc::timed_out, "no connection in time; it was " + std::string(doing)};
  }
  return {Errc::unavailable, ec.message() + " while " + std::string(doing)};
}

Error tls_error(const error_code& ec, SSL* ssl, const std::string& host) {
  const long verdict = SSL_get_verify_result(ssl);
  if (verdict == X509_V_OK || ec == asio::error::operation_aborted || ec == beast::error::timeout) {
    return connect_error(ec, "agreeing on TLS");
  }
  return {Errc::unavailable, "the certificate of " + host + " is not trusted (" +
                                 X509_verify_cert_error_string(verdict) +
                                 "); install its authority on this machine or name it as ca_file"};
}

Result<std::shared_ptr<TlsTrust>> load_trust(const std::string& ca_file) {
  auto trust = std::make_shared<TlsTrust>();
  trust->ca_file = ca_file;
  SSL_CTX_set_min_proto_version(trust->context.native_handle(), TLS1_2_VERSION);
  error_code ec;
  trust->context.set_default_verify_paths(ec);
  if (!ec && !ca_file.empty()) trust->context.load_verify_file(ca_file, ec);
  if (ec) {
    return fail(Errc::invalid_argument, "cannot read the certificate authorities" +
                                            (ca_file.empty() ? "" : " in " + ca_file) + ": " +
                                            ec.message());
  }
  trust->context.set_verify_mode(asio::ssl::verify_peer, ec);
  return trust;
}

Async<Result<void>> prepare_layer(PlainLayer&, const WebSocketUrl&) {
  co_return Result<void>{};
}

Async<Result<void>> prepare_layer(TlsLayer& layer, const WebSocketUrl& url) {
  error_code literal;
  asio::ip::make_address(url.host, literal);
  // A server name indication must be a name, RFC 6066 §3.
  if (literal && SSL_set_tlsext_host_name(layer.native_handle(), url.host.c_str()) != 1) {
    co_return fail(Errc::invalid_argument, "the host name " + url.host + " does not fit TLS");
  }
  layer.set_verify_callback(asio::ssl::host_name_verification(url.host));
  auto [ec] = co_await layer.async_handshake(asio::ssl::stream_base::client, kTuple);
  if (ec) co_return fail(tls_error(ec, layer.native_handle(), url.host));
  co_return Result<void>{};
}

bool is_header_safe(const HttpHeaders& headers) {
  return std::none_of(headers.begin(), headers.end(), [](const auto& header) {
    return (header.first + header.second).find_first_of(std::string_view("\r\n\0", 3)) !=
           std::string::npos;
  });
}

template <class Stream>
Async<Result<void>> open(Connection<Stream>& connection, const WebSocketUrl& url,
                         const WebSocketOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  auto endpoints = co_await ws::resolve(url.host, url.port, options.connect_timeout);
  if (!endpoints) co_return fail(std::move(endpoints).error());

  auto& stream = connection.stream();
  auto& socket = beast::get_lowest_layer(stream);
  socket.expires_at(start + options.connect_timeout);  // for all that follows
  auto [ec, endpoint] = co_await socket.async_connect(*endpoints, kTuple);
  if (ec) co_return fail(connect_error(ec, "connecting"));
  socket.socket().set_option(asio::ip::tcp::no_delay(true), ec);

  auto secured = co_await prepare_layer(stream.next_layer(), url);
  if (!secured) co_return fail(std::move(secured).error());

  // Our own timers watch over the connection.
  stream.set_option(
      websocket::stream_base::timeout{.handshake_timeout = websocket::stream_base::none(),
                                      .idle_timeout = websocket::stream_base::none(),
                                      .keep_alive_pings = false});
  stream.set_option(websocket::stream_base::decorator([&options](websocket::request_type& request) {
    request.set(http::field::user_agent, "mcp-tencent-cloud/" MTC_VERSION);
    for (const auto& [name, value] : options.headers) request.set(name, value);
  }));
  websocket::response_type response;
  auto [shaken] = co_await stream.async_handshake(response, url.authority(), url.target(), kTuple);
  if (shaken == websocket::error::upgrade_declined) {
    const unsigned status = response.result_int();
    Error error{errc_of_status(status),
                "the server answered the WebSocket handshake with HTTP " + std::to_string(status)};
    error.vendor_code = std::to_string(status);
    co_return fail(std::move(error));
  }
  if (shaken) co_return fail(connect_error(shaken, "waiting for the WebSocket handshake"));
  socket.expires_never();
  co_return Result<void>{};
}

// Takes its arguments by value: it runs on after connect() has handed them over.
template <class Stream>
Async<Result<std::unique_ptr<WebSocket>>> dial(std::shared_ptr<Connection<Stream>> connection,
                                               WebSocketUrl url, WebSocketOptions options) {
  auto opened = co_await open(*connection, url, options);
  if (!opened) co_return fail_in(url.redacted(), std::move(opened).error());
  connection->start();
  co_return std::make_unique<BeastWebSocket<Stream>>(std::move(connection));
}

}  // namespace

Async<Result<std::unique_ptr<WebSocket>>> NetworkDialer::connect(WebSocketOptions options) {
  auto url = parse_websocket_url(options.url);
  if (!url) co_return fail(std::move(url).error());
  if (!is_header_safe(options.headers)) {
    co_return fail(Errc::invalid_argument,
                   "a header of the WebSocket handshake holds a line break");
  }
  const auto executor = co_await asio::this_coro::executor;
  if (!url->tls) {
    auto connection = std::make_shared<Connection<PlainLayer>>(options, executor);
    co_return co_await dial(std::move(connection), std::move(*url), std::move(options));
  }
  if (!trust_ || trust_->ca_file != options.ca_file) {
    auto trust = load_trust(options.ca_file);
    if (!trust) co_return fail(std::move(trust).error());
    trust_ = std::move(*trust);
  }
  auto connection = std::make_shared<Connection<TlsLayer>>(options, executor, trust_->context);
  co_return co_await dial(std::move(connection), std::move(*url), std::move(options));
}

}  // namespace mtc
