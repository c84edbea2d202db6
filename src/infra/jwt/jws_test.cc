#include "infra/jwt/jws.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "infra/jwt/test_signer.h"

namespace mtc {
namespace {

using enum SignatureAlgorithm;

const TestSigner& signer_of(KeyType type) {
  static const TestSigner rsa(KeyType::rsa);
  static const TestSigner p256(KeyType::p256);
  static const TestSigner p384(KeyType::p384);
  static const TestSigner ed25519(KeyType::ed25519);
  switch (type) {
    case KeyType::rsa:
      return rsa;
    case KeyType::p256:
      return p256;
    case KeyType::p384:
      return p384;
    case KeyType::ed25519:
      break;
  }
  return ed25519;
}

struct Named {
  const char* name;
  SignatureAlgorithm algorithm;
};
constexpr Named kAlgorithms[] = {
    {"RS256", rs256}, {"RS384", rs384}, {"RS512", rs512}, {"PS256", ps256}, {"PS384", ps384},
    {"PS512", ps512}, {"ES256", es256}, {"ES384", es384}, {"EdDSA", eddsa}, {"Ed25519", eddsa}};

SignatureVerdict judge(const std::string& token, const Json& jwks) {
  const auto jws = parse_jws(token);
  EXPECT_TRUE(jws) << jws.error().message;
  const auto keys = parse_jwks(jwks);
  EXPECT_TRUE(keys && keys->ignored.empty());
  return jws && keys ? check_signature(*jws, *keys) : SignatureVerdict::forged;
}

TEST(Signature, OfThePublishedExamplesIsValid) {
  // RFC 7515 A.2 and A.3, RFC 8037 A.4, RFC 7520 §4.2.
  const std::string joe =
      ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnV"
      "lfQ.";
  const struct {
    const char* name;
    Json jwk;
    std::string token;
  } cases[] = {
      {"RS256",
       {{"kty", "RSA"},
        {"n",
         "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0"
         "Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-"
         "bSf63kpaSHSXndS"
         "5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_"
         "I5IhlJH"
         "7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"},
        {"e", "AQAB"}},
       "eyJhbGciOiJSUzI1NiJ9" + joe +
           "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_"
           "O8W"
           "2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_"
           "nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkS"
           "jtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-"
           "eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnv"
           "Wh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"},
      {"ES256",
       {{"kty", "EC"},
        {"crv", "P-256"},
        {"x", "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"},
        {"y", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}},
       "eyJhbGciOiJFUzI1NiJ9" + joe +
           "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-"
           "Kg6NU1Q"},
      {"EdDSA",
       {{"kty", "OKP"}, {"crv", "Ed25519"}, {"x", "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}},
       "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."
       "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"},
      {"PS384",
       {{"kty", "RSA"},
        {"kid", "bilbo.baggins@hobbiton.example"},
        {"use", "sig"},
        {"n",
         "n4EPtAOCc9AlkeQHPzHStgAbgs7bTZLwUBZdR8_KuKPEHLd4rHVTeT-O-XV2jRojdNhxJWTDvNd7nqQ0VEiZQHz_A"
         "JmSCpMaJMRBSFKrKb2wqVwGU_NsYOYL-QtiWN2lbzcEe6XC0dApr5ydQLrHqkHHig3RBordaZ6Aj-"
         "oBHqFEHYpPe7T"
         "pe-OfVfHd1E6cS6M1FZcD1NNLYD5lFHpPI9bTwJlsde3uhGqC0ZCuEHg8lhzwOHrtIQbS0FVbb9k3-tVTU4fg_3L_"
         "v"
         "niUFAKwuCLqKnS2BYwdq_mzSnbLY7h_qixoR7jig3__kRhuaxwUkRz5iaiQkqgc5gHdrNP5zw"},
        {"e", "AQAB"}},
       "eyJhbGciOiJQUzM4NCIsImtpZCI6ImJpbGJvLmJhZ2dpbnNAaG9iYml0b24uZXhhbXBsZSJ9."
       "SXTigJlzIGEgZGFuZ2Vyb3VzIGJ1c2luZXNzLCBGcm9kbywgZ29pbmcgb3V0IHlvdXIgZG9vci4gWW91IHN0ZXAgb25"
       "0b"
       "yB0aGUgcm9hZCwgYW5kIGlmIHlvdSBkb24ndCBrZWVwIHlvdXIgZmVldCwgdGhlcmXigJlzIG5vIGtub3dpbmcgd2hl"
       "c"
       "mUgeW91IG1pZ2h0IGJlIHN3ZXB0IG9mZiB0by4."
       "cu22eBqkYDKgIlTpzDXGvaFfz6WGoz7fUDcfT0kkOy42miAh2qyBzk1xEsnk2IpN6-"
       "tPid6VrklHkqsGqDqHCdP6O8TT"
       "B5dDDItllVo6_1OLPpcbUrhiUSMxbbXUvdvWXzg-"
       "UD8biiReQFlfz28zGWVsdiNAUf8ZnyPEgVFn442ZdNqiVJRmBqrY"
       "RXe8P_ijQ7p8Vdz0TTrxUeT3lm8d9shnr2lfJT8ImUjvAA2Xez2Mlp8cBE5awDzT0qI0n6uiP1aCN_2_"
       "jLAeQTlqRHtf"
       "a64QQSUmFAAjVKPbByi7xho0uTOcbH510a6GYmJUAfmWjwZ6oD4ifKo8DYM-X72Eaw"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(judge(c.token, jwks_of({c.jwk})), SignatureVerdict::valid) << c.name;
  }
}

TEST(Signature, OfEveryAcceptedAlgorithmIsCheckedToTheLastByte) {
  for (const auto& [name, algorithm] : kAlgorithms) {
    SCOPED_TRACE(name);
    const auto& signer = signer_of(key_type_of(algorithm));
    const Json jwks = jwks_of({signer.jwk("k")});
    const auto token = signer.sign(algorithm, {{"alg", name}, {"kid", "k"}}, {{"sub", "zhangsan"}});
    EXPECT_EQ(judge(token, jwks), SignatureVerdict::valid);

    const auto dot = token.rfind('.');
    const std::string text = token.substr(0, dot + 1);
    const std::string signature = *from_base64url(token.substr(dot + 1));
    std::string changed = signature;
    changed.back() ^= 1;
    for (const std::string& wrong :
         {std::string(), changed, signature + '\0', '\0' + signature,
          signature.substr(0, signature.size() - 1), std::string(signature.size(), '\0')}) {
      EXPECT_EQ(judge(text + to_base64url(wrong), jwks), SignatureVerdict::forged);
    }
    const auto other = signer.sign(algorithm, {{"alg", name}, {"kid", "k"}}, {{"sub", "lisi"}});
    EXPECT_EQ(judge(text.substr(0, token.find('.')) +
                        other.substr(other.find('.'), other.rfind('.') - other.find('.') + 1) +
                        token.substr(dot + 1),
                    jwks),
              SignatureVerdict::forged);
  }
}

TEST(Signature, GoesOnlyWithTheKeysOwnKind) {
  // Each algorithm named in the header, each key under the same id: only its own kind is tried.
  for (const auto& [name, algorithm] : kAlgorithms) {
    for (const KeyType type : {KeyType::rsa, KeyType::p256, KeyType::p384, KeyType::ed25519}) {
      const auto& signer = signer_of(key_type_of(algorithm));
      const auto token = signer.sign(algorithm, {{"alg", name}, {"kid", "k"}}, Json::object());
      EXPECT_EQ(judge(token, jwks_of({signer_of(type).jwk("k")})),
                type == key_type_of(algorithm) ? SignatureVerdict::valid : SignatureVerdict::forged)
          << name;
    }
  }
}

TEST(Signature, OfAnotherAlgorithmThanTheHeaderNamesIsForged) {
  const auto& rsa = signer_of(KeyType::rsa);
  for (const auto actual : {rs384, rs512, ps256, ps384}) {
    const auto token = rsa.sign(actual, {{"alg", "RS256"}, {"kid", "k"}}, Json::object());
    EXPECT_EQ(judge(token, jwks_of({rsa.jwk("k")})), SignatureVerdict::forged);
  }
}

TEST(Signature, InDerIsForged) {
  // What OpenSSL itself makes; JWS wants r and s alone.
  const auto& signer = signer_of(KeyType::p256);
  const std::string text = to_base64url(R"({"alg":"ES256","kid":"k"})") + ".e30";
  const std::string raw = signer.signature(es256, text);
  const auto number = [](std::string digits) {
    if (static_cast<unsigned char>(digits[0]) >= 0x80) digits.insert(0, 1, '\0');
    return std::string("\x02") + static_cast<char>(digits.size()) + digits;
  };
  const std::string both = number(raw.substr(0, 32)) + number(raw.substr(32));
  const std::string der = std::string("\x30") + static_cast<char>(both.size()) + both;
  EXPECT_EQ(judge(text + '.' + to_base64url(raw), jwks_of({signer.jwk("k")})),
            SignatureVerdict::valid);
  EXPECT_EQ(judge(text + '.' + to_base64url(der), jwks_of({signer.jwk("k")})),
            SignatureVerdict::forged);
}

TEST(Signature, WithAnAlgorithmThatTheKeyDoesNotNameIsForged) {
  const auto& rsa = signer_of(KeyType::rsa);
  Json jwk = rsa.jwk("k");
  jwk["alg"] = "PS256";
  const auto token = [&](const char* name, SignatureAlgorithm algorithm) {
    return rsa.sign(algorithm, {{"alg", name}, {"kid", "k"}}, Json::object());
  };
  EXPECT_EQ(judge(token("PS256", ps256), jwks_of({jwk})), SignatureVerdict::valid);
  EXPECT_EQ(judge(token("RS256", rs256), jwks_of({jwk})), SignatureVerdict::forged);
}

TEST(Signature, IsCheckedWithTheKeyThatTheTokenNames) {
  const TestSigner mine(KeyType::ed25519);
  const TestSigner other(KeyType::ed25519);
  const auto named = [&](const char* id) {
    return mine.sign(eddsa, {{"alg", "EdDSA"}, {"kid", id}}, Json::object());
  };
  const Json jwks = jwks_of({other.jwk("other"), mine.jwk("mine")});
  EXPECT_EQ(judge(named("mine"), jwks), SignatureVerdict::valid);
  EXPECT_EQ(judge(named("other"), jwks), SignatureVerdict::forged);
  EXPECT_EQ(judge(named("new"), jwks), SignatureVerdict::unknown_key);
  EXPECT_EQ(judge(named("mine"), jwks_of({})), SignatureVerdict::unknown_key);
  // Ids need not be unique (RFC 7517 §4.5).
  EXPECT_EQ(judge(named("same"), jwks_of({other.jwk("same"), mine.jwk("same")})),
            SignatureVerdict::valid);
}

TEST(Signature, WithoutAKeyIdIsTriedWithEveryFittingKey) {
  const TestSigner mine(KeyType::ed25519);
  const TestSigner other(KeyType::ed25519);
  const auto token = mine.sign(eddsa, {{"alg", "EdDSA"}}, Json::object());
  EXPECT_EQ(
      judge(token, jwks_of({signer_of(KeyType::p256).jwk("a"), other.jwk("b"), mine.jwk("c")})),
      SignatureVerdict::valid);
  EXPECT_EQ(judge(token, jwks_of({other.jwk("b")})), SignatureVerdict::unknown_key);
}

TEST(Jws, IsRefusedUnlessItIsACompactSignedToken) {
  const auto header = [](const char* json) { return to_base64url(json) + ".e30.c2ln"; };
  const char* const shape = "the token is no signed JWT: three parts are expected";
  const char* const encoding = "the token is not base64url";
  const char* const object = "the token's header is not a JSON object";
  const char* const algorithm = "the token is not signed with an algorithm that is accepted here";
  const char* const type = "the token is of another type than an access token";
  const struct {
    const char* name;
    std::string token;
    const char* message;
  } cases[] = {
      {"fine", header(R"({"alg":"RS256"})"), ""},
      {"empty", "", shape},
      {"two parts", "e30.e30", shape},
      {"encrypted", header(R"({"alg":"RSA-OAEP"})") + ".e30.e30", shape},
      {"JSON", R"({"payload":"e30","signatures":[]})", shape},
      {"too long", header(R"({"alg":"RS256"})") + std::string(kMaxJwtBytes, 'A'),
       "the token is too long"},
      {"blank", header(R"({"alg":"RS256"})") + " ", encoding},
      {"padded", to_base64(R"({"alg": "RS256"})") + ".e30.c2ln", encoding},
      {"standard base64", to_base64url(R"({"alg":"RS256"})") + ".e30.+/+/", encoding},
      {"leftover bits", to_base64url(R"({"alg":"RS256"})") + ".e30.c2lnZZ", encoding},
      {"no JSON", header("alg"), object},
      {"a list", header("[]"), object},
      {"deep", header("[[[[[[[[[1]]]]]]]]]"), object},
      {"broken UTF-8", header("{\"alg\":\"\xff\"}"), object},
      {"no algorithm", header("{}"), algorithm},
      {"none", header(R"({"alg":"none"})"), algorithm},
      {"None", header(R"({"alg":"None"})"), algorithm},
      {"HMAC", header(R"({"alg":"HS256"})"), algorithm},
      {"small letters", header(R"({"alg":"rs256"})"), algorithm},
      {"a curve we lack", header(R"({"alg":"ES512"})"), algorithm},
      {"Bitcoin's curve", header(R"({"alg":"ES256K"})"), algorithm},
      {"SHA-1", header(R"({"alg":"RS1"})"), algorithm},
      {"a number", header(R"({"alg":256})"), algorithm},
      {"twice: the last counts", header(R"({"alg":"RS256","alg":"none"})"), algorithm},
      {"critical", header(R"({"alg":"RS256","crit":["exp"],"exp":1})"),
       "the token wants an extension that is unknown here"},
      {"critical nothing", header(R"({"alg":"RS256","crit":[]})"),
       "the token wants an extension that is unknown here"},
      {"JWT", header(R"({"alg":"RS256","typ":"JWT"})"), ""},
      {"jwt", header(R"({"alg":"RS256","typ":"jwt"})"), ""},
      {"at+jwt", header(R"({"alg":"RS256","typ":"AT+jwt"})"), ""},
      {"media type", header(R"({"alg":"RS256","typ":"application/at+jwt"})"), ""},
      {"media type in capitals", header(R"({"alg":"RS256","typ":"Application/JWT"})"), ""},
      {"proof", header(R"({"alg":"RS256","typ":"dpop+jwt"})"), type},
      {"logout", header(R"({"alg":"RS256","typ":"logout+jwt"})"), type},
      {"text", header(R"({"alg":"RS256","typ":"text/at+jwt"})"), type},
      {"null type", header(R"({"alg":"RS256","typ":null})"), type},
      {"key id", header(R"({"alg":"RS256","kid":7})"), "the token names its key in a broken way"},
  };
  for (const auto& c : cases) {
    const auto jws = parse_jws(c.token);
    EXPECT_EQ(jws ? "" : jws.error().message, c.message) << c.name;
    if (!jws) EXPECT_EQ(jws.error().code, Errc::unauthenticated) << c.name;
  }
}

TEST(Jws, IgnoresKeysThatTheTokenBringsAlong) {
  // `jwk`, `jku` and `x5u` would let anybody name the key that vouches for himself.
  const TestSigner stranger(KeyType::ed25519);
  const auto token = stranger.sign(
      eddsa, {{"alg", "EdDSA"}, {"jwk", stranger.jwk("k")}, {"jku", "https://evil.test/"}},
      Json::object());
  EXPECT_EQ(judge(token, jwks_of({TestSigner(KeyType::ed25519).jwk("k")})),
            SignatureVerdict::unknown_key);
}

}  // namespace
}  // namespace mtc
