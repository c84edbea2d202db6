// Tencent Cloud API 3.0: signs, sends, repeats where that is safe, and turns answers into results.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "adapters/tencent/credentials.h"
#include "adapters/tencent/endpoint.h"
#include "adapters/tencent/error_codes.h"
#include "adapters/tencent/limits.h"
#include "adapters/tencent/signer.h"
#include "base/json.h"
#include "base/random.h"
#include "infra/http/transport.h"
#include "infra/loop/sleeper.h"

namespace mtc::tencent {

// A body that is not JSON, for the few actions that take one.
struct RawBody {
  std::string bytes;
  std::string content_type;  // "application/octet-stream"
  HttpHeaders headers;       // sent, not signed
};

struct ApiCall {
  std::string service;  // "cls": also the first label of the host
  std::string version;  // "2020-10-16"
  std::string action;   // "SearchLog"
  std::string region;   // empty: the product has none
  Json body = Json::object();
  std::optional<RawBody> raw{};  // instead of body
  // Changes nothing, so it may be sent again after a timeout or a lost connection. Other calls are
  // repeated only when Tencent Cloud says that it did not even begin with them.
  bool read_only = true;
  Millis timeout{
      30'000};  // for everything: waiting for a turn, all attempts, the pauses between them
  std::size_t max_response_bytes = 64U << 20U;
  // Of a read-only listing: call() may answer from memory that long, unless this client has changed
  // something of the same product and region since, and asks once for all who ask at the same time.
  Millis cache_for{0};
  // At most lane_limit calls with the same lane run at a time; empty: no such bound.
  std::string lane;
  int lane_limit = 1;
};

struct ClientOptions {
  EndpointOptions endpoint;
  std::string language = "en-US";                             // of the vendor's messages; or zh-CN
  double requests_per_second = 20;                            // for each region and action
  std::map<std::string, double> rates{{"SearchLog", 200.0}};  // actions with another rate
  int max_attempts = 3;
  Millis first_backoff{500};  // doubles with each attempt; the pause is a random part of it
  Millis max_backoff{5'000};
  Millis attempt_timeout{20'000};  // of one attempt, within the call's timeout
};

// One account. All calls on one executor's thread. A failure carries the vendor's code and request
// id if there was an answer; its message names action and region and says what to do. What is
// malformed in any way is Errc::unavailable. Cancelling the awaiting coroutine ends a call with
// Errc::cancelled.
class TencentClient {
 public:
  // Everything is borrowed and outlives the client.
  TencentClient(HttpTransport& http, CredentialProvider& credentials, const Clock& clock,
                Sleeper& sleeper, Random& random, ClientOptions options = {});
  ~TencentClient();
  TencentClient(const TencentClient&) = delete;
  TencentClient& operator=(const TencentClient&) = delete;

  // The value of "Response".
  Async<Result<Json>> call(ApiCall call);

  // The whole answer as text, for callers that read large answers their own way; it is
  // {"Response":{…}} and holds no error. Never from memory.
  struct Answer {
    std::string body;
    std::string request_id;
  };
  Async<Result<Answer>> call_text(ApiCall call);

  // What the client has learnt to add to the clock, because Tencent Cloud refused requests as
  // signed too early or late.
  Millis clock_correction() const { return clock_correction_; }

 private:
  struct Failure;
  struct Cache;

  Async<Result<Json>> fetch(ApiCall call);
  Async<Result<Json>> call_cached(ApiCall call);
  Async<Result<Answer>> attempts(const ApiCall& call);
  Async<Result<void>> wait_for_turn(const ApiCall& call, TimePoint deadline);
  Async<std::expected<Answer, Failure>> attempt(const ApiCall& call, const Endpoint& endpoint,
                                                const Credentials& credentials, TimePoint deadline);
  OutboundRequest make_request(const ApiCall& call, const Endpoint& endpoint,
                               const Credentials& credentials);
  std::expected<Answer, Failure> read_answer(const ApiCall& call, const Credentials& credentials,
                                             OutboundResponse response) const;
  bool correct_clock(const Failure& failure);
  Millis pause_before(int next_attempt);

  HttpTransport& http_;
  CredentialProvider& credentials_;
  const Clock& clock_;
  Sleeper& sleeper_;
  Random& random_;
  const ClientOptions options_;
  Signer signer_;
  RateLimiter limiter_;
  Lanes lanes_;
  Millis clock_correction_{0};
  std::shared_ptr<Cache> cache_;  // shared with calls under way
};

}  // namespace mtc::tencent
