#include "app/callers.h"

#include <algorithm>

#include "infra/jwt/jws.h"

namespace mtc::app {

mcp::Principal to_protocol(const identity::Principal& principal, std::string channel) {
  mcp::Principal out{.subject = principal.user.username,
                     .name = principal.user.display_name,
                     .scopes = {},
                     .channel = std::move(channel),
                     .trust = std::string(name_of(principal.assurance))};
  for (const auto scope : principal.scopes) out.scopes.emplace_back(name_of(scope));
  return out;
}

namespace {

std::set<identity::Scope> scopes_of(const mcp::Principal& principal) {
  std::set<identity::Scope> scopes;
  for (const auto& name : principal.scopes) {
    if (const auto scope = identity::parse_scope(name)) scopes.insert(*scope);
  }
  return scopes;
}

}  // namespace

bool holds_scope(const mcp::Principal& principal, const std::string& scope) {
  const auto wanted = identity::parse_scope(scope);
  return wanted && identity::Principal{.user = {}, .scopes = scopes_of(principal)}.may(*wanted);
}

Async<Result<mcp::Principal>> TokenAuthenticator::authenticate(std::string bearer) {
  const auto* trusted = issuer_of(bearer);
  if (trusted == nullptr) {
    auto principal = co_await directory_.by_token(std::move(bearer));
    if (!principal) co_return fail(std::move(principal).error());
    co_return to_protocol(*principal, "http");
  }
  auto token = co_await trusted->issuer->verify(std::move(bearer));
  if (!token) co_return fail(std::move(token).error());
  std::set<identity::Scope> scopes;
  for (const auto& name : token->scopes) {
    if (const auto scope = identity::parse_scope(name)) scopes.insert(*scope);
  }
  // The issuer vouches for the person, as far as the settings believe it.
  auto principal =
      co_await directory_.by_name(token->username, trusted->assurance, std::move(scopes));
  if (!principal && principal.error().code == Errc::not_found) {
    co_return fail(Errc::unauthenticated, "this token names nobody who is known here");
  }
  if (!principal) co_return fail(std::move(principal).error());
  co_return to_protocol(*principal, "http");
}

// Our own tokens are no JSON. What the token says of itself only chooses who is asked about it.
const TokenAuthenticator::Trusted* TokenAuthenticator::issuer_of(std::string_view bearer) const {
  if (issuers_.empty()) return nullptr;
  const auto token = parse_jws(bearer);
  const auto claims = token ? parse_json(token->payload) : fail(token.error());
  if (!claims) return nullptr;
  const auto name = string_or(*claims, "iss");
  const auto it =
      std::ranges::find_if(issuers_, [&](const auto& one) { return one.issuer->name() == name; });
  return it == issuers_.end() ? nullptr : &*it;
}

Async<> TokenAuthenticator::stop() {
  for (const auto& one : issuers_) co_await one.issuer->stop();
}

Async<Result<identity::Principal>> DirectoryCallers::resolve(mcp::Principal principal) {
  // Who let them in said how sure that makes us.
  const auto assurance =
      identity::parse_assurance(principal.trust).value_or(identity::Assurance::device);
  auto known = co_await directory_.by_name(principal.subject, assurance, scopes_of(principal));
  if (!known)
    co_return fail(Errc::unauthenticated,
                   "this user no longer exists or is disabled; ask an administrator");
  co_return known;
}

}  // namespace mtc::app
