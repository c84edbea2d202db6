// Outbound HTTP as a port. infra/http/client.h implements it with libcurl; tests give scripted
// answers.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/async.h"
#include "base/clock.h"
#include "base/result.h"

namespace mtc {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

// The first value of that name, compared without case; empty if absent.
std::string_view find_header(const HttpHeaders& headers, std::string_view name);

// Who we are towards one server and whom we take it for. The certificate is always verified. All
// texts but the name are PEM.
struct ClientTls {
  std::string ca;           // authorities to trust, and no others; empty: those of the transport
  std::string certificate;  // our own, with those between it and the authority; empty: none
  std::string key;          // its private key: a secret
  std::string server_name;  // what the server's certificate is issued for; empty: the URL's host
};

struct OutboundRequest {
  std::string method = "GET";
  std::string url;
  HttpHeaders headers;
  std::string body;
  Millis timeout{10'000};                       // from start to the last byte
  std::size_t max_response_bytes = 64U << 20U;  // of the decoded body
  // Null: no certificate of our own. Connections are never shared between different identities.
  std::shared_ptr<const ClientTls> tls{};
};

struct OutboundResponse {
  int status = 0;
  HttpHeaders headers;
  std::string body;
};

// Takes an answer as it comes, on the executor of the coroutine that awaits it. Either function
// ends the transfer by answering false.
struct ResponseSink {
  std::function<bool(int status, const HttpHeaders& headers)> head;  // first, once
  std::function<bool(std::string_view chunk)> body;                  // any number of times
};

struct StreamingOptions {
  Millis idle_timeout{60'000};                // without a byte of the body
  std::size_t max_waiting_bytes = 1U << 20U;  // not taken yet: then the other side has to wait
};

// Error::vendor_code of a failure before anything of the request went out (name, connect or TLS
// trouble): whatever it would have done, it has not done.
inline constexpr std::string_view kNotSent = "not_sent";

class HttpTransport {
 public:
  virtual ~HttpTransport() = default;
  // Sends one request. Any HTTP status is a success here; a failure means that no whole response
  // arrived: Errc::timed_out after request.timeout, Errc::unavailable for name, connect or TLS
  // trouble or a cut-off body, Errc::resource_exhausted for one larger than max_response_bytes,
  // Errc::cancelled if the awaiting coroutine was cancelled (the transfer stops).
  virtual Async<Result<OutboundResponse>> send(OutboundRequest request) = 0;
  // The same for an answer that is long or does not end: handed to the sink as it comes. Succeeds
  // when it has ended as it should, or when the sink ended it. request.timeout is for the status
  // and headers, then options.idle_timeout counts (Errc::timed_out); max_response_bytes does not.
  // The body is asked for uncompressed. What the sink needs outlives the call.
  virtual Async<Result<>> send_streaming(OutboundRequest request, ResponseSink sink,
                                         StreamingOptions options) = 0;
};

}  // namespace mtc
