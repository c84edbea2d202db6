#include "emulator/tc3_verifier.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "base/encoding.h"
#include "base/text.h"
#include "base/zone.h"
#include "infra/crypto/sha256.h"

namespace mtc::emulator {
namespace {

constexpr std::string_view kAlgorithm = "TC3-HMAC-SHA256";
constexpr std::int64_t kWindowSeconds = 300;
constexpr std::string_view kUnsignedPayload = "UNSIGNED-PAYLOAD";

struct Authorization {
  std::string_view secret_id, date, service, signed_headers, signature;
};

std::optional<std::string_view> member(std::string_view part, std::string_view name) {
  part = trim(part);
  if (!part.starts_with(name) || part.size() <= name.size() + 1 || part[name.size()] != '=')
    return std::nullopt;
  return part.substr(name.size() + 1);
}

std::optional<Authorization> parse_authorization(std::string_view header) {
  if (!header.starts_with(kAlgorithm) || header.size() <= kAlgorithm.size()) return std::nullopt;
  const auto parts = split(header.substr(kAlgorithm.size()), ',');
  if (parts.size() != 3) return std::nullopt;
  const auto credential = member(parts[0], "Credential");
  const auto headers = member(parts[1], "SignedHeaders");
  const auto signature = member(parts[2], "Signature");
  if (!credential || !headers || !signature) return std::nullopt;
  const auto scope = split(*credential, '/');
  if (scope.size() != 4 || scope[3] != "tc3_request" || scope[0].empty()) return std::nullopt;
  return Authorization{scope[0], scope[1], scope[2], *headers, *signature};
}

// One reading of the two headers that clients spell differently: host with or without its port, the
// content type as sent or in lower case.
struct Spelling {
  bool with_port, lower_content_type;
};
constexpr Spelling kSpellings[] = {{true, true}, {false, true}, {true, false}, {false, false}};

std::optional<std::string> canonical_headers(const HttpRequest& request, std::string_view names,
                                             Spelling spelling) {
  std::string out;
  std::string_view previous;
  bool host = false, content_type = false;
  for (const auto name : split(names, ';')) {
    if (name <= previous && !previous.empty()) return std::nullopt;  // must be sorted and unique
    previous = name;
    auto value = trim(request.header(name));
    std::string text;
    if (name == "host") {
      host = true;
      text = to_lower_ascii(spelling.with_port ? value : without_port(value));
    } else if (name == "content-type" && !spelling.lower_content_type) {
      content_type = true;
      text = value;
    } else {
      content_type = content_type || name == "content-type";
      text = to_lower_ascii(value);
    }
    out += std::string(name) + ":" + text + "\n";
  }
  if (!host || !content_type) return std::nullopt;
  return out;
}

std::string payload_hash(const HttpRequest& request) {
  if (request.header("X-TC-Content-SHA256") == kUnsignedPayload)
    return to_hex(sha256(kUnsignedPayload));
  return to_hex(
      sha256(request.method == "GET" ? std::string_view() : std::string_view(request.body)));
}

std::string sign(const Account& account, const Authorization& auth, std::string_view timestamp,
                 const std::string& canonical) {
  const std::string scope =
      std::string(auth.date) + "/" + std::string(auth.service) + "/tc3_request";
  const std::string text = std::string(kAlgorithm) + "\n" + std::string(timestamp) + "\n" + scope +
                           "\n" + to_hex(sha256(canonical));
  const auto date_key = hmac_sha256("TC3" + account.secret_key, auth.date);
  return to_hex(hmac_sha256(hmac_sha256(hmac_sha256(date_key, auth.service), "tc3_request"), text));
}

bool signature_matches(const HttpRequest& request, const Account& account,
                       const Authorization& auth, std::string_view timestamp) {
  const auto hash = payload_hash(request);
  const std::string query = request.method == "GET" ? request.query : "";
  bool matches = false;
  for (const auto spelling : kSpellings) {
    const auto headers = canonical_headers(request, auth.signed_headers, spelling);
    if (!headers) return false;
    const auto canonical = fmt::format("{}\n{}\n{}\n{}\n{}\n{}", request.method, request.path,
                                       query, *headers, auth.signed_headers, hash);
    if (equal_constant_time(sign(account, auth, timestamp, canonical), auth.signature))
      matches = true;
  }
  return matches;
}

ApiResult<std::int64_t> fresh_timestamp(std::string_view text, std::int64_t now) {
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (text.empty()) return refuse("MissingParameter", "The request is missing `X-TC-Timestamp`");
  if (error != std::errc{} || end != text.data() + text.size() || seconds < 0 ||
      seconds > (INT64_C(1) << 40)) {
    return refuse("InvalidParameter", "The value of `X-TC-Timestamp` should be Unix seconds");
  }
  if (seconds > now + kWindowSeconds || seconds < now - kWindowSeconds)
    return refuse("AuthFailure.SignatureExpire");
  return seconds;
}

bool scope_fits(const HttpRequest& request, const Authorization& auth, std::int64_t seconds) {
  const auto day = std::chrono::floor<std::chrono::days>(
      std::chrono::sys_seconds(std::chrono::seconds(seconds)));
  if (format_day(std::chrono::year_month_day(day)) != auth.date) return false;
  const auto host = without_port(trim(request.header("Host")));
  if (is_loopback_host(host)) return true;  // which product it is follows from version and action
  return to_lower_ascii(host.substr(0, host.find('.'))) == auth.service;
}

}  // namespace

std::string_view without_port(std::string_view host) {
  const auto colon = host.rfind(':');
  const auto bracket = host.rfind(']');
  if (colon == std::string_view::npos || (bracket != std::string_view::npos && bracket > colon))
    return host;
  return host.substr(0, colon);
}

bool is_loopback_host(std::string_view host) {
  host = without_port(host);
  return host.starts_with("127.") || host == "localhost" || host == "[::1]" ||
         host.ends_with(".localhost");
}

ApiResult<Caller> verify_tc3(const HttpRequest& request, const std::vector<Account>& accounts,
                             const Tc3Rules& rules) {
  const auto auth = parse_authorization(request.header("Authorization"));
  if (!auth) return refuse("AuthFailure.InvalidAuthorization");
  const auto timestamp = request.header("X-TC-Timestamp");
  const auto seconds = fresh_timestamp(timestamp, rules.now_seconds);
  if (!seconds) return std::unexpected(seconds.error());
  const Account* account = find_account(accounts, auth->secret_id);
  if (account == nullptr) return refuse("AuthFailure.SecretIdNotFound");
  if (!scope_fits(request, *auth, *seconds) ||
      !signature_matches(request, *account, *auth, timestamp)) {
    return refuse("AuthFailure.SignatureFailure");
  }
  if (!account->token.empty() &&
      (rules.tokens_expired ||
       !equal_constant_time(account->token, request.header("X-TC-Token")))) {
    return refuse("AuthFailure.TokenFailure");
  }
  return Caller{.account = account, .service = std::string(auth->service)};
}

}  // namespace mtc::emulator
