// The public keys of an issuer: a JSON Web Key Set (RFC 7517).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "infra/jwt/public_key.h"

namespace mtc {

struct Jwk {
  std::string id;  // `kid`; may be empty, and need not be unique
  PublicKey key;
  std::optional<SignatureAlgorithm> algorithm;  // `alg`: the only one it signs with
};

struct JwkSet {
  std::vector<Jwk> keys;
  std::vector<std::string> ignored;  // why a key was left out: "key 2: …", for the operator
};

inline constexpr std::size_t kMaxJwks = 64;

// RSA (2048 to 8192 bits), EC P-256 and P-384, OKP Ed25519. As RFC 7517 §5 wants it, a key that we
// cannot use (another type, for encryption, broken) is left out and the rest is taken; the set may
// end up empty. Base64url is taken in its strict form only. Members that do not matter are not
// looked at: neither certificates nor the private half of a key.
// Errc::invalid_argument if it is no key set, or one of more than kMaxJwks keys.
Result<JwkSet> parse_jwks(const Json& document);

}  // namespace mtc
