#include "adapters/kubernetes/api_client.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include "base/encoding.h"

namespace mtc::kubernetes {
namespace {

using Outcome = std::expected<void, Failure>;

std::unexpected<Failure> give_up(Errc code, std::string message) {
  return std::unexpected(Failure{.error = {.code = code, .message = std::move(message)}});
}

// What a coroutine that was cancelled throws, as a failure.
std::unexpected<Failure> from_exception(const ApiCall& call, const std::exception& exception) {
  const auto* system = dynamic_cast<const boost::system::system_error*>(&exception);
  if (system != nullptr && system->code() == asio::error::operation_aborted) {
    return give_up(Errc::cancelled, call.what + ": the request was cancelled");
  }
  return give_up(Errc::internal,
                 fmt::format("{}: {}", call.what,
                             system != nullptr ? system->code().message() : exception.what()));
}

}  // namespace

ApiClient::ApiClient(HttpTransport& http, Kubeconfig config, const Clock& clock, Sleeper& sleeper,
                     Random& random, ApiOptions options)
    : http_(http),
      config_(std::move(config)),
      tls_(std::make_shared<const ClientTls>(config_.tls)),
      clock_(clock),
      sleeper_(sleeper),
      random_(random),
      options_(options) {}

Async<Outcome> ApiClient::send(ApiCall call, Reader read) {
  try {
    co_return co_await attempts(call, read);
  } catch (const std::exception& e) {
    co_return from_exception(call, e);
  }
}

Async<std::expected<Json, Failure>> ApiClient::send_json(ApiCall call) {
  Json answer;
  const auto sent = co_await send(std::move(call), [&answer](OutboundResponse& response) {
    auto parsed = parse_json(response.body);
    if (!parsed || !parsed->is_object()) return Result<>(fail(Errc::unavailable, ""));
    answer = std::move(*parsed);
    return Result<>{};
  });
  if (!sent) co_return std::unexpected(sent.error());
  co_return answer;
}

Async<Outcome> ApiClient::stream(ApiCall call, std::function<bool(std::string_view)> sink,
                                 StreamingOptions streaming) {
  OutboundResponse refusal;
  bool good = false;
  const ResponseSink parts{
      .head =
          [&](int status, const HttpHeaders& headers) {
            good = status >= 200 && status < 300;
            refusal.status = status;
            refusal.headers = headers;
            return true;
          },
      .body =
          [&](std::string_view chunk) {
            if (good) return sink(chunk);
            constexpr std::size_t kEnough = 64U << 10U;
            refusal.body.append(chunk.substr(0, kEnough - refusal.body.size()));
            return refusal.body.size() < kEnough;
          },
  };
  try {
    auto request = make_request(call);
    request.timeout = options_.attempt_timeout;
    const auto done = co_await http_.send_streaming(std::move(request), parts, streaming);
    if (!done) {
      co_return std::unexpected(failure_of_transport(call, config_.host, done.error()));
    }
  } catch (const std::exception& e) {
    co_return from_exception(call, e);
  }
  if (good) co_return Outcome{};
  co_return std::unexpected(failure_of_answer(call, config_.host, refusal, by_certificate()));
}

Async<Outcome> ApiClient::attempts(const ApiCall& call, const Reader& read) {
  const TimePoint deadline = clock_.now() + options_.call_timeout;
  for (int number = 1;; ++number) {
    auto done = co_await attempt(call, read, deadline);
    if (done) co_return done;
    const Failure& failure = done.error();
    const bool again =
        failure.retry == Retry::always || (failure.retry == Retry::reads && is_reading(call));
    if (!again || number >= options_.max_attempts) co_return done;
    const Millis pause = std::max(pause_before(number + 1), failure.retry_after);
    if (clock_.now() + pause >= deadline) co_return done;
    co_await sleeper_.sleep(pause);
  }
}

Async<Outcome> ApiClient::attempt(const ApiCall& call, const Reader& read, TimePoint deadline) {
  auto request = make_request(call);
  request.timeout = std::min(deadline - clock_.now(), options_.attempt_timeout);
  auto response = co_await http_.send(std::move(request));
  if (!response) {
    co_return std::unexpected(
        failure_of_transport(call, config_.host, std::move(response).error()));
  }
  if (response->status < 200 || response->status >= 300) {
    co_return std::unexpected(failure_of_answer(call, config_.host, *response, by_certificate()));
  }
  const auto done = read(*response);
  if (done) co_return Outcome{};
  Failure failure{.error = done.error()};
  if (failure.error.message.empty()) {
    failure.error.message =
        fmt::format("{}: what the cluster at {} answered is malformed", call.what, config_.host);
  }
  if (failure.error.code == Errc::unavailable) failure.retry = Retry::reads;
  co_return std::unexpected(std::move(failure));
}

OutboundRequest ApiClient::make_request(const ApiCall& call) const {
  OutboundRequest request{.method = call.method,
                          .url = config_.server + call.path,
                          .headers = {{"Accept", call.accept}},
                          .body = call.body,
                          .max_response_bytes = call.max_response_bytes,
                          .tls = tls_};
  char separator = '?';
  for (const auto& [name, value] : call.query) {
    request.url += fmt::format("{}{}={}", separator, name, percent_encode(value));
    separator = '&';
  }
  if (!config_.token.empty()) {
    request.headers.emplace_back("Authorization", "Bearer " + config_.token);
  }
  if (!call.content_type.empty()) request.headers.emplace_back("Content-Type", call.content_type);
  return request;
}

Millis ApiClient::pause_before(int attempt) {
  const int doublings = std::clamp(attempt - 2, 0, 16);
  const Millis full = std::min(options_.max_backoff, options_.first_backoff * (1 << doublings));
  const auto half = static_cast<std::uint64_t>(full.count() / 2);
  return full - Millis{static_cast<std::int64_t>(uniform(random_, half + 1))};
}

Async<Result<>> ApiClient::sleep(Millis duration) {
  try {
    co_await sleeper_.sleep(duration);
  } catch (const std::exception&) {
    co_return fail(Errc::cancelled, "the waiting was cancelled");
  }
  co_return Result<>{};
}

Failure ApiClient::failure_of_watch(const ApiCall& call, int code, const Json& status) const {
  return failure_of_status(call, config_.host, code, status, by_certificate());
}

}  // namespace mtc::kubernetes
