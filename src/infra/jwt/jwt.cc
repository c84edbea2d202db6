#include "infra/jwt/jwt.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace mtc {
namespace {

constexpr double kYear10000 = 253'402'300'800;  // seconds

std::unexpected<Error> refuse(std::string message) {
  return fail(Errc::unauthenticated, std::move(message));
}

bool is_for(const Json& claims, const std::vector<std::string>& audiences) {
  const auto named = claims.find("aud");
  if (named == claims.end()) return false;
  return std::ranges::any_of(audiences, [&](const auto& audience) {
    return *named == Json(audience) ||
           (named->is_array() && std::ranges::count(*named, Json(audience)) > 0);
  });
}

Result<> check_dates(const Json& claims, Millis leeway, TimePoint now) {
  const auto expires = numeric_date(claims, "exp");
  if (!expires) return refuse("the token does not say when it expires");
  if (now >= *expires + leeway) return refuse("the token has expired");
  for (const auto& [name, complaint] : {std::pair{"nbf", "the token is not valid yet"},
                                        {"iat", "the token was issued in the future"}}) {
    if (!claims.contains(name)) continue;
    const auto date = numeric_date(claims, name);
    if (!date) return refuse("the token has a date that is none");
    if (*date > now + leeway) return refuse(complaint);
  }
  return {};
}

}  // namespace

std::optional<TimePoint> numeric_date(const Json& claims, std::string_view name) {
  const auto value = claims.find(name);
  if (value == claims.end() || !value->is_number()) return std::nullopt;
  const auto seconds = value->get<double>();
  if (!(std::abs(seconds) < kYear10000)) return std::nullopt;
  return TimePoint(Millis(static_cast<Millis::rep>(std::floor(seconds * 1000))));
}

Result<Json> read_claims(std::string_view payload, const JwtRules& rules, TimePoint now) {
  auto claims = parse_json(payload);
  if (!claims || !claims->is_object()) return refuse("the token holds no JSON object");
  const auto issuer = claims->find("iss");
  if (issuer == claims->end() || *issuer != Json(rules.issuer))
    return refuse("the token comes from another issuer");
  if (!is_for(*claims, rules.audiences)) return refuse("the token is meant for another audience");
  if (auto current = check_dates(*claims, rules.leeway, now); !current)
    return fail(std::move(current).error());
  return claims;
}

Result<> require_valid(SignatureVerdict verdict) {
  switch (verdict) {
    case SignatureVerdict::valid:
      return {};
    case SignatureVerdict::forged:
      return refuse("the token's signature is wrong");
    case SignatureVerdict::unknown_key:
      return refuse("the token is not signed with a key of its issuer");
  }
  std::unreachable();
}

Result<Json> verify_jwt(std::string_view token, const JwkSet& keys, const JwtRules& rules,
                        TimePoint now) {
  const auto jws = parse_jws(token);
  if (!jws) return fail(jws.error());
  if (auto valid = require_valid(check_signature(*jws, keys)); !valid)
    return fail(std::move(valid).error());
  return read_claims(jws->payload, rules, now);
}

}  // namespace mtc
