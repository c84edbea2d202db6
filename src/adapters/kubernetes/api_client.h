// Sends requests to one cluster's API as one account, and repeats them where that is safe.
#pragma once

#include <expected>
#include <functional>

#include "adapters/kubernetes/api_call.h"
#include "adapters/kubernetes/kubeconfig.h"
#include "base/async.h"
#include "base/random.h"
#include "infra/loop/sleeper.h"

namespace mtc::kubernetes {

struct ApiOptions {
  Millis call_timeout{30'000};  // for everything: all attempts and the pauses between them
  Millis attempt_timeout{15'000};
  int max_attempts = 3;
  Millis first_backoff{250};  // doubles with each attempt; the pause is a random part of it
  Millis max_backoff{5'000};
  std::size_t page_size = 500;
  std::size_t max_items = 200'000;   // of one listing
  Millis discovery_for{600'000};     // how long it is remembered which kinds there are
  std::int64_t watch_seconds = 120;  // then a watch is asked for anew
  Millis watch_may_be_away{60'000};  // how long a watch goes on trying
};

// All calls on one executor's thread. Cancelling the awaiting coroutine ends a call with
// Errc::cancelled.
class ApiClient {
 public:
  // Reads the answer. Errc::unavailable for a malformed one: then the call may be repeated.
  using Reader = std::function<Result<>(OutboundResponse& response)>;

  // Everything is borrowed and outlives the client.
  ApiClient(HttpTransport& http, Kubeconfig config, const Clock& clock, Sleeper& sleeper,
            Random& random, ApiOptions options);

  // Reading calls are repeated after timeouts, lost connections, malformed answers, 429 and 5xx;
  // others only after 429 and where nothing of the request went out.
  Async<std::expected<void, Failure>> send(ApiCall call, Reader read);
  // The answer as JSON: an object.
  Async<std::expected<Json, Failure>> send_json(ApiCall call);
  // One attempt; the sink sees the body of a 2xx answer.
  Async<std::expected<void, Failure>> stream(ApiCall call,
                                             std::function<bool(std::string_view chunk)> sink,
                                             StreamingOptions streaming);

  // The pause before the attempt of that number (2: the first repetition).
  Millis pause_before(int attempt);

  const Kubeconfig& config() const { return config_; }
  const ApiOptions& options() const { return options_; }
  const Clock& clock() const { return clock_; }
  // Errc::cancelled in place of the exception that a cancelled coroutine throws.
  Async<Result<>> sleep(Millis duration);
  Failure failure_of_watch(const ApiCall& call, int code, const Json& status) const;

 private:
  Async<std::expected<void, Failure>> attempts(const ApiCall& call, const Reader& read);
  Async<std::expected<void, Failure>> attempt(const ApiCall& call, const Reader& read,
                                              TimePoint deadline);
  OutboundRequest make_request(const ApiCall& call) const;
  bool by_certificate() const { return config_.token.empty(); }

  HttpTransport& http_;
  const Kubeconfig config_;
  const std::shared_ptr<const ClientTls> tls_;
  const Clock& clock_;
  Sleeper& sleeper_;
  Random& random_;
  const ApiOptions options_;
};

}  // namespace mtc::kubernetes
