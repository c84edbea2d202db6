#include "infra/jwt/algorithm.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace mtc {

std::optional<SignatureAlgorithm> parse_signature_algorithm(std::string_view name) {
  using enum SignatureAlgorithm;
  static constexpr std::pair<std::string_view, SignatureAlgorithm> kNames[] = {
      {"RS256", rs256}, {"RS384", rs384}, {"RS512", rs512}, {"PS256", ps256}, {"PS384", ps384},
      {"PS512", ps512}, {"ES256", es256}, {"ES384", es384}, {"EdDSA", eddsa}, {"Ed25519", eddsa},
  };
  const auto* const found =
      std::ranges::find(kNames, name, [](const auto& one) { return one.first; });
  return found == std::end(kNames) ? std::nullopt : std::optional(found->second);
}

KeyType key_type_of(SignatureAlgorithm algorithm) {
  switch (algorithm) {
    case SignatureAlgorithm::rs256:
    case SignatureAlgorithm::rs384:
    case SignatureAlgorithm::rs512:
    case SignatureAlgorithm::ps256:
    case SignatureAlgorithm::ps384:
    case SignatureAlgorithm::ps512:
      return KeyType::rsa;
    case SignatureAlgorithm::es256:
      return KeyType::p256;
    case SignatureAlgorithm::es384:
      return KeyType::p384;
    case SignatureAlgorithm::eddsa:
      return KeyType::ed25519;
  }
  std::unreachable();
}

}  // namespace mtc
