// Tokens and key sets come from strangers: whatever the bytes, both are read without harm, and
// nothing that the keys did not sign is believed.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/encoding.h"
#include "base/text.h"
#include "infra/jwt/jwt.h"

namespace mtc {
namespace {

// The published examples' public keys (RFC 7515 A.2 and A.3, RFC 8037 A.2). What the examples sign
// names no audience.
constexpr std::string_view kJwks = R"({"keys":[
  {"kty":"RSA","e":"AQAB","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"},
  {"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"},
  {"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]})";

const JwkSet& keys() {
  static const JwkSet set = *parse_jwks(*parse_json(kJwks));
  return set;
}

void feed(std::string_view token) {
  static const JwtRules rules{.issuer = "joe", .audiences = {"us"}};
  const TimePoint now(std::chrono::seconds(1'300'819'000));
  if (verify_jwt(token, keys(), rules, now)) std::abort();
}

void feed_claims(std::string_view payload) {
  const auto claims =
      read_claims(payload, {.issuer = "joe", .audiences = {"us"}}, TimePoint(Millis(1)));
  if (claims && claims->at("iss") != "joe") std::abort();
}

void feed_keys(std::string_view text) {
  const auto document = parse_json(text);
  if (!document) return;
  const auto set = parse_jwks(*document);
  if (!set) return;
  if (set->keys.size() + set->ignored.size() > kMaxJwks) std::abort();
  for (const auto& jwk : set->keys) {
    for (const auto algorithm : {SignatureAlgorithm::rs256, SignatureAlgorithm::ps256,
                                 SignatureAlgorithm::es256, SignatureAlgorithm::eddsa}) {
      (void)jwk.key.verifies(algorithm, text, std::string(64, 'x'));
    }
  }
}

// Three lines as the three parts, so that the fuzzer need not learn base64.
void feed_parts(std::string_view text) {
  std::string token;
  for (const auto part : split(text, '\n')) {
    if (!token.empty()) token += '.';
    token += to_base64url(part);
  }
  feed(token);
}

}  // namespace
}  // namespace mtc

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  mtc::feed(text);
  mtc::feed_parts(text);
  mtc::feed_claims(text);
  mtc::feed_keys(text);
  return 0;
}
