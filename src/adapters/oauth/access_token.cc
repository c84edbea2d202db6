#include "adapters/oauth/access_token.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "infra/jwt/jwt.h"

namespace mtc::oauth {
namespace {

constexpr std::size_t kMaxNameBytes = 255;  // OpenID Connect Core §2 bounds `sub` so

std::unexpected<Error> refuse(std::string message) {
  return fail(Errc::unauthenticated, std::move(message));
}

// A name that may stand in logs, lists and headers.
Result<std::string> read_name(const Json& claims, std::string_view claim) {
  std::string name = string_or(claims, claim);
  if (name.empty()) return refuse(fmt::format("the token names no user: \"{}\" is missing", claim));
  const bool has_controls =
      std::ranges::any_of(name, [](unsigned char c) { return c < ' ' || c == 0x7f; });
  if (name.size() > kMaxNameBytes || has_controls || trim(name) != name)
    return refuse(fmt::format("the token's \"{}\" is not a name", claim));
  return name;
}

// `scope` (RFC 9068) or `scp` (Microsoft, Okta): text with blanks between, or a list.
void add_scopes(const Json& claims, std::string_view claim, std::set<std::string>& found) {
  for (const auto name : split(string_or(claims, claim), ' ')) {
    if (!name.empty()) found.emplace(name);
  }
  for (const auto& name : array_or_empty(claims, claim)) {
    if (name.is_string() && name != "") found.insert(name.get<std::string>());
  }
}

std::vector<std::string> read_scopes(const Json& claims) {
  std::set<std::string> found;
  add_scopes(claims, "scope", found);
  add_scopes(claims, "scp", found);
  return {found.begin(), found.end()};
}

}  // namespace

Result<AccessToken> read_access_token(const Json& claims, const IssuerSettings& settings) {
  if (claims.contains("cnf")) {
    return refuse(
        "the token is bound to a key of its holder, which is not checked here; ask for a bearer "
        "token");
  }
  auto subject = read_name(claims, "sub");
  if (!subject) return fail(std::move(subject).error());
  auto username = read_name(claims, name_of(settings.user_claim));
  if (!username) return fail(std::move(username).error());
  // Whoever may type any address into his profile would be anybody.
  if (settings.user_claim == UserClaim::email && !bool_or(claims, "email_verified"))
    return refuse("the token's e-mail address was not verified by its issuer");
  return AccessToken{.issuer = string_or(claims, "iss"),
                     .subject = std::move(*subject),
                     .client_id = string_or(claims, "client_id", string_or(claims, "azp")),
                     .username = std::move(*username),
                     .scopes = read_scopes(claims),
                     .expires = numeric_date(claims, "exp").value_or(TimePoint{})};
}

}  // namespace mtc::oauth
