#include "web/hooks.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/encoding.h"
#include "base/text.h"
#include "web/json_answer.h"

namespace mtc::web {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kPath = "/hooks/";
constexpr Millis kRemembered = 5s;  // a key: as long may a revoked one still be good
constexpr Millis kTouchEvery = 1min;
constexpr int kRetryAfter = 5;  // seconds, when the store fails

enum class Hook { none, monitor, logs };

struct Address {
  Hook hook = Hook::none;
  std::string key;  // of the path
};

Address address_of(std::string_view path) {
  path.remove_prefix(std::min(kPath.size(), path.size()));
  const auto slash = path.find('/');
  const auto name = path.substr(0, slash);
  Address out;
  if (slash != std::string_view::npos) out.key = path.substr(slash + 1);
  if (out.key.find('/') != std::string::npos) return {};
  if (name == "monitor") out.hook = Hook::monitor;
  if (name == "cls") out.hook = Hook::logs;
  return out;
}

std::string_view behind(std::string_view scheme, std::string_view authorization) {
  if (authorization.size() <= scheme.size() || authorization[scheme.size()] != ' ') return {};
  if (!equals_ignoring_case(authorization.substr(0, scheme.size()), scheme)) return {};
  return trim(authorization.substr(scheme.size()));
}

std::string key_in_header(std::string_view authorization) {
  if (const auto bearer = behind("Bearer", authorization); !bearer.empty())
    return std::string(bearer);
  const auto basic = from_base64(behind("Basic", authorization));
  if (!basic) return {};
  const auto colon = basic->find(':');
  return colon == std::string::npos ? std::string() : basic->substr(colon + 1);
}

// What is configured on the other side is not always right about the type; what no JSON can be
// in is refused.
bool may_be_json(std::string_view type) {
  const std::string name = to_lower_ascii(trim(type.substr(0, type.find(';'))));
  constexpr std::array<std::string_view, 4> kTypes{"", "application/json", "text/json",
                                                   "text/plain"};
  return std::ranges::find(kTypes, name) != kTypes.end() || name.ends_with("+json");
}

HttpResponse unauthenticated() {
  auto answer = error_answer(401, "unauthenticated",
                             "Send a key for alarms: as the last part of the path, as a bearer, "
                             "or as the password.");
  answer.headers.emplace_back("WWW-Authenticate", "Basic realm=\"alarms\"");
  return answer;
}

HttpResponse later(int status, std::string_view error, std::string_view message, int seconds) {
  auto answer = error_answer(status, error, message);
  answer.headers.emplace_back("Retry-After", std::to_string(seconds));
  return answer;
}

HttpResponse store_fails() {
  return later(503, "unavailable", "Nothing was kept; send it again.", kRetryAfter);
}

HttpResponse too_many(int seconds) {
  return later(429, "rate_limited", "Too many at once; nothing was kept; send it again.", seconds);
}

}  // namespace

bool Hooks::serves(std::string_view path) {
  return path.starts_with(kPath);
}

Async<> Hooks::handle(HttpExchange& exchange) {
  SenderOf sender;
  HttpResponse response = co_await answer(exchange.request(), sender);
  co_await exchange.respond(std::move(response));
  if (sender) co_await touch(std::move(sender));
}

Async<HttpResponse> Hooks::answer(HttpRequest request, SenderOf& sender) {
  Address address = address_of(request.path);
  if (address.hook == Hook::none)
    co_return error_answer(404, "not_found", "Alarms go to /hooks/monitor or /hooks/cls.");
  if (request.method != "POST") co_return wrong_method_answer("POST");
  if (address.key.empty()) address.key = key_in_header(request.header("authorization"));
  auto found = co_await find(std::move(address.key));
  if (!found) co_return store_fails();
  if (!*found) co_return unauthenticated();
  sender = *found;
  const ParseAlarms& parse = address.hook == Hook::monitor ? ports_.monitor : ports_.logs;
  co_return co_await take_in(parse, std::move(request), sender);
}

Async<Result<Hooks::SenderOf>> Hooks::find(std::string key) {
  if (!identity::looks_like_hook_key(key)) co_return nullptr;
  const std::string hash = ports_.fingerprint.of(key);
  const TimePoint now = ports_.clock.now();
  if (const auto known = senders_.find(hash);
      known != senders_.end() && now - known->second->read < kRemembered)
    co_return known->second;
  auto stored = co_await ports_.keys.find_by_hash(hash);
  if (!stored) co_return fail(std::move(stored).error());
  if (!*stored || (*stored)->revoked) {
    senders_.erase(hash);
    co_return nullptr;
  }
  SenderOf& sender = senders_[hash];
  if (!sender) {
    sender = std::make_shared<Sender>();
    sender->tokens = options_.burst;
    sender->counted = now;
    sender->touched = (*stored)->last_used;
  }
  sender->key = std::move(**stored);
  sender->read = now;
  co_return sender;
}

std::optional<int> Hooks::refuse(Sender& sender) {
  const TimePoint now = ports_.clock.now();
  const std::chrono::duration<double> since = now - sender.counted;
  sender.counted = now;
  sender.tokens =
      std::min(options_.burst, sender.tokens + std::max(0.0, since.count()) * options_.per_second);
  if (sender.tokens < 1) {
    const double wait = (1 - sender.tokens) / std::max(options_.per_second, 0.001);
    return static_cast<int>(std::clamp(std::ceil(wait), 1.0, 60.0));
  }
  sender.tokens -= 1;
  return std::nullopt;
}

Async<HttpResponse> Hooks::take_in(const ParseAlarms& parse, HttpRequest request, SenderOf sender) {
  if (const auto seconds = refuse(*sender)) co_return too_many(*seconds);
  if (!may_be_json(request.header("content-type")))
    co_return error_answer(415, "invalid_argument", "Content-Type: expected application/json.");
  if (request.body.size() > options_.most_body_bytes) {
    co_return error_answer(413, "invalid_argument",
                           fmt::format("The body has {} bytes; at most {} are taken.",
                                       request.body.size(), options_.most_body_bytes));
  }
  auto reports = parse(request.body, ports_.clock.now());
  if (!reports) co_return error_answer(400, name_of(reports.error().code), reports.error().message);
  const std::size_t kept = reports->size();
  // A list costs what its alarms would have cost one by one.
  sender->tokens -= static_cast<double>(std::max<std::size_t>(kept, 1) - 1);
  const auto taken = co_await ports_.intake.take_in(sender->key.account, std::move(*reports));
  if (taken) co_return json_answer(200, {{"kept", kept}});
  co_return taken.error().code == Errc::rate_limited ? too_many(kRetryAfter) : store_fails();
}

Async<> Hooks::touch(SenderOf sender) {
  const TimePoint now = ports_.clock.now();
  if (sender->touched && now - *sender->touched < kTouchEvery) co_return;
  sender->touched = now;
  // For people only: what is not noted is noted next time.
  (void)co_await ports_.keys.touch(sender->key.id, now);
}

}  // namespace mtc::web
