#include "adapters/tencent/client.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include "adapters/tencent/envelope.h"
#include "base/text.h"

namespace mtc::tencent {
namespace {

constexpr std::size_t kMaxCachedAnswers = 64;
constexpr std::size_t kMaxCachedBytes = 1U << 20U;  // of one answer

std::string label_of(const ApiCall& call) {
  return call.region.empty() ? call.action : fmt::format("{} in {}", call.action, call.region);
}

std::unexpected<Error> cancelled(const std::string& label) {
  return fail(Errc::cancelled, label + " was cancelled");
}

// What a coroutine that was cancelled or broke throws, as a failure.
std::unexpected<Error> from_exception(const std::string& label, const std::exception& exception) {
  if (const auto* system = dynamic_cast<const boost::system::system_error*>(&exception)) {
    if (system->code() == asio::error::operation_aborted) return cancelled(label);
    return fail(Errc::unavailable, fmt::format("{}: {}", label, system->code().message()));
  }
  return fail(Errc::internal, fmt::format("{}: {}", label, exception.what()));
}

}  // namespace

struct TencentClient::Failure {
  Error error;
  Retry retry = Retry::never;
  std::optional<TimePoint> server_time{};  // of the answer's Date header
};

// Answers of listings, and the calls under way that others wait for.
struct TencentClient::Cache {
  struct Flight {
    std::string scope;
    std::shared_ptr<WaitList> waiting = std::make_shared<WaitList>();
    std::optional<Result<Json>> outcome{};
  };
  struct Entry {
    Json answer;
    TimePoint fresh_until{};
    std::string scope;
  };
  std::map<std::string, std::shared_ptr<Flight>> flights;
  std::map<std::string, Entry> entries;

  // What a change may touch: all of that product in that region.
  static std::string scope_of(const ApiCall& call) { return call.service + "\n" + call.region; }

  // Who asks from now on shall not meet an answer from before.
  void note_change(const std::string& scope) {
    std::erase_if(entries, [&](const auto& entry) { return entry.second.scope == scope; });
    std::erase_if(flights, [&](const auto& flight) { return flight.second->scope == scope; });
  }

  // False once a change has overtaken it.
  bool is_current(const std::string& key, const std::shared_ptr<Flight>& flight) const {
    const auto found = flights.find(key);
    return found != flights.end() && found->second == flight;
  }

  void store(const std::string& key, const std::string& scope, const Json& answer, TimePoint now,
             Millis cache_for) {
    if (answer.dump(-1, ' ', false, Json::error_handler_t::replace).size() > kMaxCachedBytes)
      return;
    std::erase_if(entries, [now](const auto& entry) { return entry.second.fresh_until <= now; });
    if (entries.size() >= kMaxCachedAnswers) {
      entries.erase(std::ranges::min_element(
          entries, {}, [](const auto& entry) { return entry.second.fresh_until; }));
    }
    entries[key] = {.answer = answer, .fresh_until = now + cache_for, .scope = scope};
  }
};

TencentClient::TencentClient(HttpTransport& http, CredentialProvider& credentials,
                             const Clock& clock, Sleeper& sleeper, Random& random,
                             ClientOptions options)
    : http_(http),
      credentials_(credentials),
      clock_(clock),
      sleeper_(sleeper),
      random_(random),
      options_(std::move(options)),
      cache_(std::make_shared<Cache>()) {}

TencentClient::~TencentClient() = default;

Async<Result<Json>> TencentClient::call(ApiCall call) {
  const std::string label = label_of(call);
  try {
    if (call.read_only && call.cache_for > Millis{0})
      co_return co_await call_cached(std::move(call));
    if (call.read_only) co_return co_await fetch(std::move(call));
    // Whatever it answers, it may have changed something.
    struct Change {
      std::shared_ptr<Cache> cache;
      std::string scope;
      ~Change() { cache->note_change(scope); }
    } change{.cache = cache_, .scope = Cache::scope_of(call)};
    co_return co_await fetch(std::move(call));
  } catch (const std::exception& e) {
    co_return from_exception(label, e);
  }
}

Async<Result<TencentClient::Answer>> TencentClient::call_text(ApiCall call) {
  const std::string label = label_of(call);
  try {
    co_return co_await attempts(call);
  } catch (const std::exception& e) {
    co_return from_exception(label, e);
  }
}

Async<Result<Json>> TencentClient::fetch(ApiCall call) {
  auto answer = co_await attempts(call);
  if (!answer) co_return fail(std::move(answer).error());
  auto document = parse_json(answer->body);
  if (!document) {
    co_return fail(Error{
        .code = Errc::unavailable,
        .message = fmt::format("{}: the answer is not valid JSON; try again later", label_of(call)),
        .request_id = std::move(answer->request_id)});
  }
  co_return std::move((*document)["Response"]);
}

Async<Result<Json>> TencentClient::call_cached(ApiCall call) {
  const auto cache = cache_;
  const auto account = co_await credentials_.current();
  if (!account) co_return fail(account.error());
  const std::string key = fmt::format("{}\n{}\n{}\n{}\n{}\n{}", account->secret_id, call.service,
                                      call.version, call.region, call.action, dump_json(call.body));
  const TimePoint deadline = clock_.now() + call.timeout;
  for (;;) {
    if (const auto hit = cache->entries.find(key);
        hit != cache->entries.end() && clock_.now() < hit->second.fresh_until) {
      co_return hit->second.answer;
    }
    const auto other = cache->flights.find(key);
    if (other == cache->flights.end()) break;
    const auto flight = other->second;
    if (!co_await WaitList::wait(flight->waiting, std::max(Millis{0}, deadline - clock_.now()))) {
      co_return fail(Errc::timed_out, fmt::format("{}: no answer within {} ms", label_of(call),
                                                  call.timeout.count()));
    }
    // The other's own cancellation or short patience is not ours: then we ask ourselves.
    if (!flight->outcome) continue;
    if (!*flight->outcome && ((*flight->outcome).error().code == Errc::cancelled ||
                              (*flight->outcome).error().code == Errc::timed_out)) {
      continue;
    }
    co_return *flight->outcome;
  }

  const std::string scope = Cache::scope_of(call);
  const auto flight = std::make_shared<Cache::Flight>(Cache::Flight{.scope = scope});
  cache->flights[key] = flight;
  struct Landing {  // also when this coroutine is cancelled
    std::shared_ptr<Cache> cache;
    std::string key;
    std::shared_ptr<Cache::Flight> flight;
    ~Landing() {
      if (cache->is_current(key, flight)) cache->flights.erase(key);
      flight->waiting->wake_all();
    }
  } landing{.cache = cache, .key = key, .flight = flight};
  const Millis cache_for = call.cache_for;
  auto answer = co_await fetch(std::move(call));
  // An answer that a change has overtaken is only for those who waited for it.
  if (answer && cache->is_current(key, flight))
    cache->store(key, scope, *answer, clock_.now(), cache_for);
  flight->outcome = answer;
  co_return answer;
}

Async<Result<TencentClient::Answer>> TencentClient::attempts(const ApiCall& call) {
  const TimePoint deadline = clock_.now() + call.timeout;
  const auto endpoint = resolve(options_.endpoint, call.service, call.region);
  if (!endpoint) co_return fail(endpoint.error());
  auto credentials = co_await credentials_.current();
  if (!credentials) co_return fail_in(label_of(call), credentials.error());

  std::optional<Lanes::Place> place;
  if (!call.lane.empty()) {
    auto entered = co_await lanes_.enter(call.lane, call.lane_limit, call.timeout);
    if (!entered) co_return fail_in(label_of(call), entered.error());
    place.emplace(std::move(*entered));
  }

  bool clock_corrected = false;
  bool refreshed = false;
  for (int number = 1;; ++number) {
    if (auto turn = co_await wait_for_turn(call, deadline); !turn) co_return fail(turn.error());
    auto answer = co_await attempt(call, *endpoint, *credentials, deadline);
    if (answer) co_return std::move(*answer);
    Failure failure = std::move(answer).error();

    if (failure.error.vendor_code == "AuthFailure.SignatureExpire" && !clock_corrected &&
        correct_clock(failure)) {
      clock_corrected = true;
      continue;
    }
    if (failure.error.vendor_code == "AuthFailure.TokenFailure" && !refreshed) {
      refreshed = true;
      if (auto renewed = co_await credentials_.refresh();
          renewed && renewed->token != credentials->token) {
        credentials = std::move(renewed);
        continue;
      }
    }
    const bool again =
        failure.retry == Retry::always || (failure.retry == Retry::reads && call.read_only);
    if (!again || number >= options_.max_attempts) co_return fail(std::move(failure.error));
    const Millis pause = pause_before(number + 1);
    if (clock_.now() + pause >= deadline) co_return fail(std::move(failure.error));
    co_await sleeper_.sleep(pause);
  }
}

Async<Result<void>> TencentClient::wait_for_turn(const ApiCall& call, TimePoint deadline) {
  const auto own = options_.rates.find(call.action);
  const double rate = own == options_.rates.end() ? options_.requests_per_second : own->second;
  const TimePoint now = clock_.now();
  const auto wait = limiter_.reserve(
      fmt::format("{}/{}/{}", call.service, call.region, call.action), rate, now, deadline - now);
  if (!wait) {
    co_return fail(
        Errc::rate_limited,
        fmt::format("{}: more than {} requests a second are waiting already; try again in a moment",
                    label_of(call), rate));
  }
  if (*wait > Millis{0}) co_await sleeper_.sleep(*wait);
  co_return Result<void>{};
}

Async<std::expected<TencentClient::Answer, TencentClient::Failure>> TencentClient::attempt(
    const ApiCall& call, const Endpoint& endpoint, const Credentials& credentials,
    TimePoint deadline) {
  const Millis left = deadline - clock_.now();
  if (left <= Millis{0}) {
    co_return std::unexpected(
        Failure{.error = {.code = Errc::timed_out,
                          .message = fmt::format("{}: no answer within {} ms", label_of(call),
                                                 call.timeout.count())}});
  }
  auto request = make_request(call, endpoint, credentials);
  request.timeout = std::min(left, options_.attempt_timeout);
  auto response = co_await http_.send(std::move(request));
  if (!response) {
    Error error = std::move(response).error();
    const bool repeatable = error.code == Errc::unavailable || error.code == Errc::timed_out;
    error.message = fmt::format("{}: {}", label_of(call), error.message);
    co_return std::unexpected(
        Failure{.error = std::move(error), .retry = repeatable ? Retry::reads : Retry::never});
  }
  co_return read_answer(call, credentials, std::move(*response));
}

OutboundRequest TencentClient::make_request(const ApiCall& call, const Endpoint& endpoint,
                                            const Credentials& credentials) {
  const TimePoint time = clock_.now() + clock_correction_;
  const std::string content_type = call.raw ? call.raw->content_type : "application/json";
  OutboundRequest request{.method = "POST",
                          .url = endpoint.url,
                          .headers = {{"Content-Type", content_type},
                                      {"X-TC-Action", call.action},
                                      {"X-TC-Version", call.version},
                                      {"X-TC-Language", options_.language},
                                      {"X-TC-RequestClient", "mcp-tencent-cloud_" MTC_VERSION}},
                          .body = call.raw ? call.raw->bytes : dump_json(call.body),
                          .max_response_bytes = call.max_response_bytes};
  request.headers.emplace_back(
      "X-TC-Timestamp",
      std::to_string(std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count()));
  if (!call.region.empty()) request.headers.emplace_back("X-TC-Region", call.region);
  if (!credentials.token.empty()) request.headers.emplace_back("X-TC-Token", credentials.token);
  if (call.raw)
    request.headers.insert(request.headers.end(), call.raw->headers.begin(),
                           call.raw->headers.end());
  request.headers.emplace_back(
      "Authorization",
      signer_.authorization(
          credentials, call.service, time,
          {.host = endpoint.host, .content_type = content_type, .payload = request.body}));
  return request;
}

std::expected<TencentClient::Answer, TencentClient::Failure> TencentClient::read_answer(
    const ApiCall& call, const Credentials& credentials, OutboundResponse response) const {
  auto envelope = read_envelope(response.body);
  if (envelope && envelope->failed) {
    // The vendor's text might repeat what was sent.
    std::string text = replace_all(std::move(envelope->message), credentials.secret_key, "***");
    if (!credentials.token.empty()) text = replace_all(std::move(text), credentials.token, "***");
    return std::unexpected(
        Failure{.error = make_error(call.action, call.region, envelope->code, text,
                                    std::move(envelope->request_id)),
                .retry = meaning_of(envelope->code).retry,
                .server_time = parse_http_date(find_header(response.headers, "Date"))});
  }
  if (envelope && response.status == 200) {
    return Answer{.body = std::move(response.body), .request_id = std::move(envelope->request_id)};
  }
  if (response.status == 429) {
    return std::unexpected(
        Failure{.error = {.code = Errc::rate_limited,
                          .message = fmt::format(
                              "{}: there were too many requests (HTTP 429); try again in a moment",
                              label_of(call))},
                .retry = Retry::always});
  }
  const auto type = shorten_bytes(sanitize_utf8(find_header(response.headers, "Content-Type")), 60);
  const bool server_trouble = response.status == 200 || response.status >= 500;
  return std::unexpected(Failure{
      .error = {.code = Errc::unavailable,
                .message = fmt::format(
                    "{}: what came back is not an answer of Tencent Cloud (HTTP {}, {}, {} bytes); "
                    "try again later, and check the endpoint and proxies if it stays so",
                    label_of(call), response.status, type.empty() ? "no type" : type,
                    response.body.size()),
                .request_id = envelope ? std::move(envelope->request_id) : std::string()},
      .retry = server_trouble ? Retry::reads : Retry::never});
}

bool TencentClient::correct_clock(const Failure& failure) {
  if (!failure.server_time) return false;
  const Millis correction = *failure.server_time - clock_.now();
  // Within the half second of the Date header's rounding nothing would change.
  if (std::chrono::abs(correction - clock_correction_) < Millis{1000}) return false;
  clock_correction_ = correction;
  return true;
}

Millis TencentClient::pause_before(int next_attempt) {
  Millis ceiling = options_.first_backoff;
  for (int i = 2; i < next_attempt && ceiling < options_.max_backoff; ++i) ceiling *= 2;
  ceiling = std::min(ceiling, options_.max_backoff);
  return Millis{
      static_cast<std::int64_t>(uniform(random_, static_cast<std::uint64_t>(ceiling.count()) + 1))};
}

}  // namespace mtc::tencent
