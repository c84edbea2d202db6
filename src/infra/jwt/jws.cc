#include "infra/jwt/jws.h"

#include <algorithm>
#include <vector>

#include "base/encoding.h"
#include "base/json.h"
#include "base/text.h"

namespace mtc {
namespace {

constexpr int kMaxHeaderDepth = 8;

std::unexpected<Error> refuse(std::string message) {
  return fail(Errc::unauthenticated, std::move(message));
}

// RFC 8725 §3.11: a token made for another purpose is none for us. RFC 9068 names access tokens
// "at+jwt"; many issuers write "JWT" or nothing.
bool is_access_token_type(std::string_view type) {
  constexpr std::string_view kTree = "application/";
  if (equals_ignoring_case(type.substr(0, kTree.size()), kTree)) type.remove_prefix(kTree.size());
  return equals_ignoring_case(type, "JWT") || equals_ignoring_case(type, "at+jwt");
}

Result<Jws> read_header(const Json& header) {
  const auto algorithm = parse_signature_algorithm(string_or(header, "alg"));
  if (!algorithm) return refuse("the token is not signed with an algorithm that is accepted here");
  if (header.contains("crit")) return refuse("the token wants an extension that is unknown here");
  if (header.contains("typ") && !is_access_token_type(string_or(header, "typ")))
    return refuse("the token is of another type than an access token");
  Jws jws{.algorithm = *algorithm};
  if (const auto id = header.find("kid"); id != header.end()) {
    if (!id->is_string()) return refuse("the token names its key in a broken way");
    jws.key_id = id->get<std::string>();
  }
  return jws;
}

bool may_sign(const Jwk& jwk, SignatureAlgorithm algorithm) {
  return key_type_of(algorithm) == jwk.key.type() && jwk.algorithm.value_or(algorithm) == algorithm;
}

}  // namespace

Result<Jws> parse_jws(std::string_view token) {
  if (token.size() > kMaxJwtBytes) return refuse("the token is too long");
  const auto parts = split(token, '.');
  if (parts.size() != 3) return refuse("the token is no signed JWT: three parts are expected");
  const auto header_text = from_base64url(parts[0]);
  auto payload = from_base64url(parts[1]);
  auto signature = from_base64url(parts[2]);
  if (!header_text || !payload || !signature) return refuse("the token is not base64url");
  const auto header = parse_json(*header_text, kMaxHeaderDepth);
  if (!header || !header->is_object()) return refuse("the token's header is not a JSON object");
  auto jws = read_header(*header);
  if (!jws) return jws;
  jws->signed_text = token.substr(0, parts[0].size() + 1 + parts[1].size());
  jws->payload = std::move(*payload);
  jws->signature = std::move(*signature);
  return jws;
}

SignatureVerdict check_signature(const Jws& jws, const JwkSet& keys) {
  bool named = false;
  for (const auto& jwk : keys.keys) {
    if (jws.key_id && *jws.key_id != jwk.id) continue;
    named = named || jws.key_id;
    if (may_sign(jwk, jws.algorithm) &&
        jwk.key.verifies(jws.algorithm, jws.signed_text, jws.signature)) {
      return SignatureVerdict::valid;
    }
  }
  return named ? SignatureVerdict::forged : SignatureVerdict::unknown_key;
}

}  // namespace mtc
