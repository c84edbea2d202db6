// Outbound HTTP as a port. infra/http/client.h implements it with libcurl; tests give scripted
// answers.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/async.h"
#include "base/clock.h"
#include "base/result.h"

namespace mtc {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

// The first value of that name, compared without case; empty if absent.
std::string_view find_header(const HttpHeaders& headers, std::string_view name);

struct OutboundRequest {
  std::string method = "GET";
  std::string url;
  HttpHeaders headers;
  std::string body;
  Millis timeout{10'000};                       // from start to the last byte
  std::size_t max_response_bytes = 64U << 20U;  // of the decoded body
};

struct OutboundResponse {
  int status = 0;
  HttpHeaders headers;
  std::string body;
};

class HttpTransport {
 public:
  virtual ~HttpTransport() = default;
  // Sends one request. Any HTTP status is a success here; a failure means that no whole response
  // arrived: Errc::timed_out after request.timeout, Errc::unavailable for name, connect or TLS
  // trouble or a cut-off body, Errc::resource_exhausted for one larger than max_response_bytes,
  // Errc::cancelled if the awaiting coroutine was cancelled (the transfer stops).
  virtual Async<Result<OutboundResponse>> send(OutboundRequest request) = 0;
};

}  // namespace mtc
