#include "adapters/oauth/settings.h"

#include <algorithm>

#include "infra/http/url.h"

namespace mtc::oauth {
namespace {

constexpr std::string_view kSecure = "https://";
constexpr std::string_view kPlain = "http://";

bool is_printable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
}

}  // namespace

std::string_view name_of(UserClaim claim) {
  switch (claim) {
    case UserClaim::preferred_username:
      return "preferred_username";
    case UserClaim::subject:
      return "sub";
    case UserClaim::email:
      return "email";
  }
  return "sub";
}

std::optional<UserClaim> parse_user_claim(std::string_view name) {
  for (const auto claim : {UserClaim::preferred_username, UserClaim::subject, UserClaim::email}) {
    if (name == name_of(claim)) return claim;
  }
  return std::nullopt;
}

Result<> check_address(std::string_view url) {
  const bool secure = url.starts_with(kSecure);
  if (!secure && !url.starts_with(kPlain))
    return fail(Errc::invalid_argument, "expected an https:// address");
  if (!is_printable(url))
    return fail(Errc::invalid_argument, "expected an address of printable ASCII without blanks");
  if (url.contains('#'))
    return fail(Errc::invalid_argument, "expected an address without a fragment (#…)");
  const auto authority = url.substr(0, url.find_first_of("/?", kSecure.size()));
  if (authority.contains('@') || authority.contains('\\'))
    return fail(Errc::invalid_argument, "expected an address without a user name");
  const auto host = host_of_url(url);
  if (!host) return fail(host.error());
  if (!secure && !is_loopback(*host))
    return fail(Errc::invalid_argument, "expected https://; plain http:// stays on this machine");
  return {};
}

Result<> check_settings(const IssuerSettings& settings) {
  if (auto sound = check_address(settings.issuer); !sound)
    return fail_in("issuer", std::move(sound).error());
  if (settings.issuer.contains('?'))  // RFC 8414 §2
    return fail(Errc::invalid_argument, "issuer: expected an address without a query (?…)");
  if (settings.audiences.empty())
    return fail(Errc::invalid_argument, "audiences: missing; without it every token would do");
  if (settings.jwks_url.empty()) return {};
  if (auto sound = check_address(settings.jwks_url); !sound)
    return fail_in("jwks_url", std::move(sound).error());
  return {};
}

}  // namespace mtc::oauth
