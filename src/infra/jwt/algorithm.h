// The signature algorithms of JSON Web Tokens that we accept (RFC 7518 §3.1, RFC 8037 §3.1): all
// of them with a public key. `none` and the HMAC family have no name here, so no token can ask for
// them.
#pragma once

#include <optional>
#include <string_view>

namespace mtc {

enum class KeyType { rsa, p256, p384, ed25519 };

enum class SignatureAlgorithm { rs256, rs384, rs512, ps256, ps384, ps512, es256, es384, eddsa };

// By the name in a header's `alg`, which tells upper from lower case; "Ed25519" (RFC 9864) is the
// newer name of EdDSA with such a key. Nullopt for all that we do not accept.
std::optional<SignatureAlgorithm> parse_signature_algorithm(std::string_view name);

// The one type of key that goes with it.
KeyType key_type_of(SignatureAlgorithm algorithm);

}  // namespace mtc
