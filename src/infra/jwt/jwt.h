// Verifies access tokens (JSON Web Tokens, RFC 7519) with keys at hand: no I/O, safe from any
// thread. The rules are those of RFC 8725 and RFC 9068 for whoever receives a token.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "infra/jwt/jws.h"

namespace mtc {

struct JwtRules {
  std::string issuer;                  // `iss` equals it, byte for byte
  std::vector<std::string> audiences;  // `aud` is one of them, or holds one
  Millis leeway{60'000};               // how far the issuer's clock and ours may differ
};

// Seconds since 1970, perhaps with a fraction (RFC 7519 §2). Nullopt if the member is absent, no
// number, or beyond the year 9999.
std::optional<TimePoint> numeric_date(const Json& claims, std::string_view name);

// The payload as an object that keeps the rules: `iss`, `aud`, `exp` (required, not passed), `nbf`
// and `iat` (if there, not in the future). Says nothing about who wrote it.
Result<Json> read_claims(std::string_view payload, const JwtRules& rules, TimePoint now);

// Fails unless the verdict is valid.
Result<> require_valid(SignatureVerdict verdict);

// The claims of a token that one of the keys signed and that keeps the rules. A failure is
// Errc::unauthenticated with a reason that a stranger may read: never the token, nor what we
// expected.
Result<Json> verify_jwt(std::string_view token, const JwkSet& keys, const JwtRules& rules,
                        TimePoint now);

}  // namespace mtc
