#include "adapters/kubernetes/api_call.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace mtc::kubernetes {
namespace {

constexpr std::size_t kMaxStatusBytes = 256U << 10U;
constexpr std::size_t kMaxCauses = 3;       // of an object that was refused
constexpr std::size_t kMaxConflicts = 100;  // of an apply
constexpr Millis kMaxRetryAfter{60'000};

std::string after(std::string_view text, std::string_view mark) {
  const auto at = text.find(mark);
  return std::string(at == std::string_view::npos ? text : text.substr(at + mark.size()));
}

// `conflict with "kubectl-client-side-apply" using apps/v1`: what stands in the first quotes.
std::string in_quotes(std::string_view text) {
  const auto begin = text.find('"');
  if (begin == std::string_view::npos) return {};
  const auto end = text.find('"', begin + 1);
  return end == std::string_view::npos ? "" : std::string(text.substr(begin + 1, end - begin - 1));
}

std::vector<clusters::FieldConflict> conflicts_in(const Json& status) {
  std::vector<clusters::FieldConflict> out;
  for (const auto& cause : array_or_empty(object_or_empty(status, "details"), "causes")) {
    if (!cause.is_object() || string_or(cause, "reason") != "FieldManagerConflict") continue;
    if (out.size() >= kMaxConflicts) break;
    out.push_back({.field = tidy(string_or(cause, "field"), 200),
                   .manager = tidy(in_quotes(string_or(cause, "message")), 100)});
  }
  return out;
}

bool has_cause(const Json& status, std::string_view reason) {
  const Json& causes = array_or_empty(object_or_empty(status, "details"), "causes");
  return std::ranges::any_of(causes, [reason](const Json& cause) {
    return cause.is_object() && string_or(cause, "reason") == reason;
  });
}

std::string list_conflicts(const std::vector<clusters::FieldConflict>& conflicts) {
  std::vector<std::string> parts;
  for (const auto& conflict : conflicts) {
    if (parts.size() == kMaxCauses) {
      parts.push_back(fmt::format("and {} more", conflicts.size() - kMaxCauses));
      break;
    }
    parts.push_back(fmt::format("{} is managed by {}", conflict.field, conflict.manager));
  }
  return join(parts, ", ");
}

// "spec.replicas: Invalid value: -1: must be …; and 2 more". A Secret's values stay out of it.
std::string list_causes(const Json& status) {
  const Json& details = object_or_empty(status, "details");
  const bool secret = equals_ignoring_case(string_or(details, "kind"), "secret");
  const Json& causes = array_or_empty(details, "causes");
  std::vector<std::string> parts;
  for (const auto& cause : causes) {
    if (!cause.is_object()) continue;
    if (parts.size() == kMaxCauses) {
      parts.push_back(fmt::format("and {} more", causes.size() - kMaxCauses));
      break;
    }
    const auto field = tidy(string_or(cause, "field"), 120);
    parts.push_back(secret ? field + " is not valid"
                           : fmt::format("{}: {}", field, tidy(string_or(cause, "message"), 200)));
  }
  if (!parts.empty()) return join(parts, "; ");
  return secret ? "it is not a valid Secret" : tidy(string_or(status, "message"));
}

std::string denied(std::string_view message) {
  const auto why = tidy(after(message, "is forbidden: "));
  if (why.find("User \"") != std::string::npos && why.find(" cannot ") != std::string::npos) {
    return fmt::format(
        "the cluster's own access control (RBAC, apart from the cloud's) does not allow it: {}; "
        "the cluster's administrator can grant it",
        why);
  }
  return fmt::format("the cluster forbids it: {}", why.empty() ? "no reason given" : why);
}

Millis retry_after_of(const OutboundResponse& response, const Json& status) {
  std::int64_t seconds = integer_or(object_or_empty(status, "details"), "retryAfterSeconds");
  const auto header = find_header(response.headers, "Retry-After");
  std::int64_t stated = 0;
  if (std::from_chars(header.data(), header.data() + header.size(), stated).ec == std::errc{}) {
    seconds = std::max(seconds, stated);
  }
  return std::min(kMaxRetryAfter, Millis{1000} * std::clamp<std::int64_t>(seconds, 0, 3600));
}

Failure conflict(const Json& status) {
  Failure out{.conflicts = conflicts_in(status)};
  out.error.code = Errc::conflict;
  if (!out.conflicts.empty()) {
    out.error.message =
        fmt::format("others manage what would be changed: {}", list_conflicts(out.conflicts));
  } else if (string_or(status, "reason") == "AlreadyExists") {
    out.error.message = "it exists already";
  } else {
    out.error.message = fmt::format("it has changed meanwhile, read it again ({})",
                                    tidy(string_or(status, "message"), 200));
  }
  return out;
}

Failure simple(Errc code, std::string message, Retry retry = Retry::never) {
  return {.error = {.code = code, .message = std::move(message)}, .retry = retry};
}

// Without what was asked for, the reason and the pause.
Failure explain(int code, const Json& status, std::string_view host, bool by_certificate) {
  // Servers before 1.22 quote the object where they could not read it, which may be a Secret.
  auto message = string_or(status, "message");
  message.resize(std::min(message.size(), message.find("error found in #")));
  switch (code) {
    case 401:
      return simple(Errc::unauthenticated,
                    fmt::format("the cluster at {} no longer accepts the kubeconfig's {}; renew it",
                                host, by_certificate ? "certificate" : "token"));
    case 403:
      return simple(Errc::denied, denied(message));
    case 404:
      return simple(Errc::not_found,
                    fmt::format("the cluster does not have it ({})",
                                message.empty() ? "no such address" : tidy(message, 200)));
    case 408:
    case 504:
      return simple(Errc::timed_out, fmt::format("the cluster at {} did not finish in time", host),
                    Retry::reads);
    case 409:
      return conflict(status);
    case 410:
      return simple(Errc::unavailable,
                    "the cluster no longer knows the state that was asked for; start anew");
    case 422:
      return simple(Errc::invalid_argument,
                    fmt::format("the cluster refused the object: {}", list_causes(status)));
    case 429:
      if (has_cause(status, "DisruptionBudget")) {
        return simple(Errc::conflict, fmt::format("a disruption budget forbids it just now: {}",
                                                  tidy(message, 200)));
      }
      return simple(Errc::rate_limited,
                    fmt::format("the cluster at {} has too much to do; try again later", host),
                    Retry::always);
    case 415:
      return simple(Errc::invalid_argument,
                    "the cluster does not know this kind of change; its version may be too old");
    default:
      break;
  }
  if (code >= 500) {
    return simple(Errc::unavailable,
                  fmt::format("the cluster at {} failed with HTTP {} ({})", host, code,
                              message.empty() ? "no reason given" : tidy(message, 200)),
                  Retry::reads);
  }
  if (code >= 400) {
    return simple(Errc::invalid_argument,
                  fmt::format("the cluster refused the request: {}",
                              message.empty() ? fmt::format("HTTP {}", code) : tidy(message)));
  }
  return simple(Errc::unavailable,
                fmt::format("what answers at {} (HTTP {}) is no Kubernetes API", host, code));
}

}  // namespace

std::string tidy(std::string_view text, std::size_t max_bytes) {
  std::string out = sanitize_utf8(prefix_of_bytes(text, 4 * max_bytes));
  std::ranges::replace_if(out, [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
  return shorten_bytes(trim(out), max_bytes);
}

Failure failure_of_status(const ApiCall& call, const std::string& host, int code,
                          const Json& status, bool by_certificate) {
  auto out = explain(code, status, host, by_certificate);
  out.error.message = fmt::format("{}: {}", call.what, out.error.message);
  out.error.vendor_code = tidy(string_or(status, "reason"), 60);
  out.status = code;
  return out;
}

Failure failure_of_answer(const ApiCall& call, const std::string& host,
                          const OutboundResponse& response, bool by_certificate) {
  Json status = Json::object();
  if (response.body.size() <= kMaxStatusBytes) {
    auto parsed = parse_json(response.body);
    if (parsed && parsed->is_object() && string_or(*parsed, "kind") == "Status") {
      status = std::move(*parsed);
    }
  }
  auto out = failure_of_status(call, host, response.status, status, by_certificate);
  out.retry_after = retry_after_of(response, status);
  return out;
}

Failure failure_of_transport(const ApiCall& call, const std::string& host, Error error) {
  Failure out;
  const bool not_sent = error.vendor_code == kNotSent;
  if (error.code == Errc::unavailable || error.code == Errc::timed_out) {
    out.retry = not_sent ? Retry::always : Retry::reads;
    const bool tls = error.message.find("certificate") != std::string::npos ||
                     error.message.find("TLS") != std::string::npos;
    if (tls) out.retry = Retry::never;
    error.message =
        fmt::format("the cluster's API at {} {} ({})", host,
                    tls ? "cannot be spoken to safely"
                        : "does not answer; its access list may not contain this machine",
                    tidy(error.message));
  }
  error.vendor_code.clear();
  error.message = fmt::format("{}: {}", call.what, error.message);
  out.error = std::move(error);
  return out;
}

}  // namespace mtc::kubernetes
