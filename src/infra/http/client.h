// HTTP(S) to the outside through libcurl: one thread of its own, pooled connections, awaited from
// coroutines.
#pragma once

#include <memory>
#include <string>

#include "infra/http/transport.h"

namespace mtc {

struct CurlOptions {
  std::string ca_file;  // PEM bundle to trust instead of the system's; empty: the system's
  // More requests wait for a free one (their timeout runs). All regions of the cloud are one host.
  long max_connections_per_host = 32;
  Millis connect_timeout{5'000};  // name look-up, TCP and TLS together
  std::string user_agent = "mcp-tencent-cloud/" MTC_VERSION;
};

// Nothing is initialised and no thread runs before the first request. HTTP/2 where TLS offers it,
// gzip, proxies from the environment (http_proxy, https_proxy, no_proxy; never for loopback
// addresses). Certificates are always verified, redirects never followed, other schemes than http
// and https refused with Errc::invalid_argument. Nothing is logged: headers and URLs may hold
// secrets, so messages name only method and host.
//
// send() may be awaited from any executor and any thread; it resumes on the executor of the
// awaiting coroutine. That executor's context must outlive the transport: the destructor ends what
// is under way with Errc::cancelled, posted to the waiting executors, and then joins the thread.
class CurlTransport final : public HttpTransport {
 public:
  explicit CurlTransport(CurlOptions options = {});
  ~CurlTransport() override;
  CurlTransport(const CurlTransport&) = delete;
  CurlTransport& operator=(const CurlTransport&) = delete;

  Async<Result<OutboundResponse>> send(OutboundRequest request) override;
  Async<Result<>> send_streaming(OutboundRequest request, ResponseSink sink,
                                 StreamingOptions options) override;

 private:
  class Worker;
  std::shared_ptr<Worker> worker_;  // shared with the cancellation handlers of requests under way
};

}  // namespace mtc
