#include "infra/jwt/jwk.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/encoding.h"
#include "base/text.h"

namespace mtc {
namespace {

constexpr std::size_t kMaxShown = 40;  // characters of what others wrote

std::string shown(std::string_view theirs) {
  return shorten_characters(sanitize_utf8(theirs), kMaxShown);
}

Result<std::string> bytes_in(const Json& jwk, std::string_view member) {
  const auto text = jwk.find(member);
  if (text == jwk.end() || !text->is_string())
    return fail(Errc::invalid_argument, fmt::format("it has no \"{}\"", member));
  auto bytes = from_base64url(text->get_ref<const std::string&>());
  if (!bytes || bytes->empty())
    return fail(Errc::invalid_argument, fmt::format("its \"{}\" is not base64url", member));
  return std::move(*bytes);
}

Result<PublicKey> read_rsa(const Json& jwk) {
  const auto modulus = bytes_in(jwk, "n");
  if (!modulus) return fail(modulus.error());
  const auto exponent = bytes_in(jwk, "e");
  if (!exponent) return fail(exponent.error());
  return PublicKey::rsa(*modulus, *exponent);
}

Result<PublicKey> read_elliptic(const Json& jwk) {
  const std::string curve = string_or(jwk, "crv");
  if (curve != "P-256" && curve != "P-384")
    return fail(Errc::invalid_argument, fmt::format("unknown curve \"{}\"", shown(curve)));
  const auto x = bytes_in(jwk, "x");
  if (!x) return fail(x.error());
  const auto y = bytes_in(jwk, "y");
  if (!y) return fail(y.error());
  return PublicKey::elliptic(curve == "P-256" ? KeyType::p256 : KeyType::p384, *x, *y);
}

Result<PublicKey> read_octet_pair(const Json& jwk) {
  const std::string curve = string_or(jwk, "crv");
  if (curve != "Ed25519")
    return fail(Errc::invalid_argument, fmt::format("unknown curve \"{}\"", shown(curve)));
  const auto x = bytes_in(jwk, "x");
  if (!x) return fail(x.error());
  return PublicKey::ed25519(*x);
}

Result<PublicKey> read_key(const Json& jwk) {
  const std::string type = string_or(jwk, "kty");
  if (type == "RSA") return read_rsa(jwk);
  if (type == "EC") return read_elliptic(jwk);
  if (type == "OKP") return read_octet_pair(jwk);
  return fail(Errc::invalid_argument, fmt::format("unknown type \"{}\"", shown(type)));
}

// `use` and `key_ops` say what a key is for; without them it is for all.
bool is_for_signatures(const Json& jwk) {
  if (jwk.contains("use") && string_or(jwk, "use") != "sig") return false;
  if (!jwk.contains("key_ops")) return true;
  return std::ranges::count(array_or_empty(jwk, "key_ops"), Json("verify")) > 0;
}

Result<Jwk> read_jwk(const Json& jwk) {
  if (!jwk.is_object()) return fail(Errc::invalid_argument, "it is no JSON object");
  if (!is_for_signatures(jwk)) return fail(Errc::invalid_argument, "it is not for signatures");
  auto key = read_key(jwk);
  if (!key) return fail(std::move(key).error());
  std::optional<SignatureAlgorithm> algorithm;
  if (jwk.contains("alg")) {
    algorithm = parse_signature_algorithm(string_or(jwk, "alg"));
    if (!algorithm || key_type_of(*algorithm) != key->type()) {
      return fail(Errc::invalid_argument, fmt::format("its \"alg\" \"{}\" does not go with it",
                                                      shown(string_or(jwk, "alg"))));
    }
  }
  return Jwk{.id = string_or(jwk, "kid"), .key = std::move(*key), .algorithm = algorithm};
}

}  // namespace

Result<JwkSet> parse_jwks(const Json& document) {
  if (!document.is_object() || !document.contains("keys") || !document.at("keys").is_array())
    return fail(Errc::invalid_argument, "it is no JSON Web Key Set: \"keys\" is missing");
  const Json& entries = document.at("keys");
  if (entries.size() > kMaxJwks) {
    return fail(Errc::invalid_argument, fmt::format("a key set of {} keys; at most {} are taken",
                                                    entries.size(), kMaxJwks));
  }
  JwkSet set;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    auto jwk = read_jwk(entries[i]);
    if (jwk) {
      set.keys.push_back(std::move(*jwk));
    } else {
      set.ignored.push_back(fmt::format("key {}: {}", i + 1, jwk.error().message));
    }
  }
  return set;
}

}  // namespace mtc
