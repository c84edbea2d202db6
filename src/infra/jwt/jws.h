// A signed token (compact JWS, RFC 7515 §7.1) taken apart, and the question who signed it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "infra/jwt/jwk.h"

namespace mtc {

inline constexpr std::size_t kMaxJwtBytes = 16U << 10U;

struct Jws {
  SignatureAlgorithm algorithm{};
  std::optional<std::string> key_id;  // `kid`
  std::string_view signed_text;       // header and payload as written; views into the token
  std::string payload;  // decoded; anybody may have written it until the signature is checked
  std::string signature;
};

// Errc::unauthenticated with a reason that a stranger may read: the shape, the size (kMaxJwtBytes),
// an algorithm we do not accept, a critical extension (`crit`), a `typ` that is no access token.
// The token outlives the result.
Result<Jws> parse_jws(std::string_view token);

enum class SignatureVerdict {
  valid,
  forged,       // the key it names did not sign it
  unknown_key,  // none of these keys signed it, and it does not name one of them: a newer set may
                // tell
};

// `kid` chooses the key, or keys; without it every one whose type goes with the algorithm is tried.
// A key's own `alg` must be the token's.
SignatureVerdict check_signature(const Jws& jws, const JwkSet& keys);

}  // namespace mtc
