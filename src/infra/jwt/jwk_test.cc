#include "infra/jwt/jwk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "infra/jwt/test_signer.h"

namespace mtc {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Json with(Json object, const char* member, Json value) {
  object[member] = std::move(value);
  return object;
}
Json without(Json object, const char* member) {
  object.erase(member);
  return object;
}

const TestSigner& rsa_signer() {
  static const TestSigner signer(KeyType::rsa);
  return signer;
}

TEST(Jwks, TakesEveryTypeOfKeyThatSigns) {
  const auto set = parse_jwks(
      jwks_of({rsa_signer().jwk("a"), TestSigner(KeyType::p256).jwk("b"),
               TestSigner(KeyType::p384).jwk("c"), TestSigner(KeyType::ed25519).jwk("d")}));
  ASSERT_TRUE(set) << set.error().message;
  EXPECT_THAT(set->ignored, IsEmpty());
  std::vector<std::pair<std::string, KeyType>> taken;
  for (const auto& jwk : set->keys) taken.emplace_back(jwk.id, jwk.key.type());
  EXPECT_THAT(taken, ElementsAre(std::pair("a", KeyType::rsa), std::pair("b", KeyType::p256),
                                 std::pair("c", KeyType::p384), std::pair("d", KeyType::ed25519)));
}

TEST(Jwks, LeavesOutWhatItCannotUseAndSaysWhy) {
  const Json rsa = rsa_signer().jwk("rsa");
  const Json p256 = TestSigner(KeyType::p256).jwk("p256");
  const Json p384 = TestSigner(KeyType::p384).jwk("p384");
  const Json ed25519 = TestSigner(KeyType::ed25519).jwk("ed25519");
  const std::string modulus = rsa.at("n");
  const struct {
    const char* name;
    Json jwk;
    const char* reason;
  } cases[] = {
      {"text", "a key", "it is no JSON object"},
      {"no type", without(rsa, "kty"), "unknown type \"\""},
      {"a shared secret", {{"kty", "oct"}, {"k", "c2VjcmV0"}}, "unknown type \"oct\""},
      {"type in small letters", with(rsa, "kty", "rsa"), "unknown type \"rsa\""},
      {"for encryption", with(rsa, "use", "enc"), "it is not for signatures"},
      {"of unclear use", with(rsa, "use", 1), "it is not for signatures"},
      {"only to sign with", with(rsa, "key_ops", Json::array({"sign"})),
       "it is not for signatures"},
      {"to wrap keys", with(rsa, "alg", "RSA-OAEP"),
       "its \"alg\" \"RSA-OAEP\" does not go with it"},
      {"for HMAC", with(rsa, "alg", "HS256"), "its \"alg\" \"HS256\" does not go with it"},
      {"for another type", with(rsa, "alg", "ES256"), "its \"alg\" \"ES256\" does not go with it"},
      {"for another curve", with(p256, "alg", "ES384"),
       "its \"alg\" \"ES384\" does not go with it"},
      {"no modulus", without(rsa, "n"), "it has no \"n\""},
      {"a modulus that is a number", with(rsa, "n", 65537), "it has no \"n\""},
      {"padded", with(rsa, "n", modulus + "="), "its \"n\" is not base64url"},
      {"a line break", with(rsa, "n", modulus + "\n"), "its \"n\" is not base64url"},
      {"no exponent", with(rsa, "e", ""), "its \"e\" is not base64url"},
      {"exponent 1", with(rsa, "e", "AQ"), "an RSA exponent that is even or less than 3"},
      {"exponent 0", with(rsa, "e", "AA"), "an RSA exponent that is even or less than 3"},
      {"exponent 65536", with(rsa, "e", "AQAA"), "an RSA exponent that is even or less than 3"},
      {"a huge exponent", with(rsa, "e", modulus), "an RSA exponent of more than 64 bits"},
      {"1024 bits", TestSigner(KeyType::rsa, 1024).jwk("short"),
       "an RSA key of less than 2048 bits"},
      {"zeros in front", with(rsa, "n", to_base64url(std::string(256, '\0') + '\3')),
       "an RSA key of less than 2048 bits"},
      {"8200 bits", with(rsa, "n", to_base64url(std::string(1025, '\xff'))),
       "an RSA key of more than 8192 bits"},
      {"a megabyte", with(rsa, "n", to_base64url(std::string(1U << 20U, '\xff'))),
       "an RSA key of more than 8192 bits"},
      {"even", with(rsa, "n", to_base64url(std::string(256, '\xfe'))),
       "an RSA modulus that is even"},
      {"P-521", with(p256, "crv", "P-521"), "unknown curve \"P-521\""},
      {"secp256k1", with(p256, "crv", "secp256k1"), "unknown curve \"secp256k1\""},
      {"no y", without(p256, "y"), "it has no \"y\""},
      {"a short x", with(p256, "x", "AQAB"), "a coordinate of another length than its curve's"},
      {"the other curve", with(p384, "crv", "P-256"),
       "a coordinate of another length than its curve's"},
      {"off the curve", with(p256, "y", p256.at("x")), "a point that is not on its curve"},
      {"X25519", with(ed25519, "crv", "X25519"), "unknown curve \"X25519\""},
      {"Ed448", with(ed25519, "crv", "Ed448"), "unknown curve \"Ed448\""},
      {"31 bytes", with(ed25519, "x", to_base64url(std::string(31, 'x'))),
       "an Ed25519 key of other than 32 bytes"},
  };
  for (const auto& c : cases) {
    const auto set = parse_jwks(jwks_of({ed25519, c.jwk}));
    ASSERT_TRUE(set) << c.name;
    EXPECT_EQ(set->keys.size(), 1U) << c.name;
    EXPECT_THAT(set->ignored, ElementsAre(std::string("key 2: ") + c.reason)) << c.name;
  }
}

TEST(Jwks, DoesNotLookAtWhatDoesNotMatter) {
  Json jwk = without(without(rsa_signer().jwk("a"), "use"), "kid");
  jwk.update({{"d", 7}, {"p", "private"}, {"x5c", {"certificate"}}, {"ext", true}});
  jwk["key_ops"] = {"encrypt", "verify"};
  const auto set = parse_jwks(jwks_of({jwk}));
  ASSERT_TRUE(set);
  EXPECT_EQ(set->keys.size(), 1U);
  EXPECT_EQ(set->keys.at(0).id, "");
  EXPECT_EQ(set->keys.at(0).algorithm, std::nullopt);
}

TEST(Jwks, RefusesWhatIsNoKeySet) {
  const Json missing[] = {nullptr,        "text",          Json::array(),
                          Json::object(), {{"keys", "a"}}, rsa_signer().jwk("a")};
  for (const Json& document : missing) {
    const auto set = parse_jwks(document);
    ASSERT_FALSE(set) << document.dump();
    EXPECT_EQ(set.error().code, Errc::invalid_argument);
    EXPECT_EQ(set.error().message, "it is no JSON Web Key Set: \"keys\" is missing");
  }
}

TEST(Jwks, TakesAtMostSixtyFourKeys) {
  const Json key = TestSigner(KeyType::ed25519).jwk("a");
  EXPECT_EQ(parse_jwks(jwks_of(std::vector(64, key)))->keys.size(), 64U);
  const auto set = parse_jwks(jwks_of(std::vector(65, key)));
  ASSERT_FALSE(set);
  EXPECT_EQ(set.error().message, "a key set of 65 keys; at most 64 are taken");
}

}  // namespace
}  // namespace mtc
