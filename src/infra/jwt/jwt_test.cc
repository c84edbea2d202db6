#include "infra/jwt/jwt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "infra/jwt/test_signer.h"

namespace mtc {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using namespace std::chrono_literals;

constexpr std::int64_t kNow = 1'795'000'000;  // seconds

struct Jwt : ::testing::Test {
  TestSigner signer{KeyType::ed25519};
  JwkSet keys = *parse_jwks(jwks_of({signer.jwk("k")}));
  JwtRules rules{.issuer = "https://id.test", .audiences = {"https://ops.test/mcp"}};
  TimePoint now{std::chrono::seconds(kNow)};

  static Json claims() {
    return {{"iss", "https://id.test"},
            {"aud", "https://ops.test/mcp"},
            {"sub", "zhangsan"},
            {"exp", kNow + 300},
            {"iat", kNow}};
  }
  static Json claims_with(const char* name, Json value) {
    Json all = claims();
    all[name] = std::move(value);
    return all;
  }
  static Json claims_without(const char* name) {
    Json all = claims();
    all.erase(name);
    return all;
  }
  std::string sign(const Json& payload) const {
    return signer.sign(SignatureAlgorithm::eddsa, {{"alg", "EdDSA"}, {"kid", "k"}}, payload);
  }
  std::string complaint(const std::string& token) const {
    const auto read = verify_jwt(token, keys, rules, now);
    if (read) return "";
    EXPECT_EQ(read.error().code, Errc::unauthenticated);
    return read.error().message;
  }
};

TEST_F(Jwt, GivesTheClaimsOfAGoodToken) {
  const auto read = verify_jwt(sign(claims()), keys, rules, now);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, claims());
}

TEST_F(Jwt, KeepsTheRules) {
  const char* const issuer = "the token comes from another issuer";
  const char* const audience = "the token is meant for another audience";
  const char* const no_end = "the token does not say when it expires";
  const char* const expired = "the token has expired";
  const char* const early = "the token is not valid yet";
  const char* const future = "the token was issued in the future";
  const char* const no_date = "the token has a date that is none";
  const struct {
    const char* name;
    Json claims;
    const char* message;
  } cases[] = {
      {"a list", Json::array(), "the token holds no JSON object"},
      {"no issuer", claims_without("iss"), issuer},
      {"another issuer", claims_with("iss", "https://evil.test"), issuer},
      {"a slash more", claims_with("iss", "https://id.test/"), issuer},
      {"issuers", claims_with("iss", Json::array({"https://id.test"})), issuer},
      {"no audience", claims_without("aud"), audience},
      {"another audience", claims_with("aud", "https://ops.test"), audience},
      {"a longer audience", claims_with("aud", "https://ops.test/mcp2"), audience},
      {"among others", claims_with("aud", {"https://a.test", "https://ops.test/mcp"}), ""},
      {"only others", claims_with("aud", {"https://a.test", 7, nullptr}), audience},
      {"nobody", claims_with("aud", Json::array()), audience},
      {"as an object", claims_with("aud", {{"a", "https://ops.test/mcp"}}), audience},
      {"no end", claims_without("exp"), no_end},
      {"end as text", claims_with("exp", "1900000000"), no_end},
      {"end as truth", claims_with("exp", true), no_end},
      {"never", claims_with("exp", 1e300), no_end},
      {"the largest number", claims_with("exp", UINT64_MAX), no_end},
      {"ended long ago", claims_with("exp", -1e9), expired},
      {"ended within the leeway", claims_with("exp", kNow - 59), ""},
      {"ended with the leeway", claims_with("exp", kNow - 60), expired},
      {"ended a fraction before", claims_with("exp", kNow - 59.5), ""},
      {"ended a fraction after", claims_with("exp", kNow - 60.5), expired},
      {"begins within the leeway", claims_with("nbf", kNow + 60), ""},
      {"begins later", claims_with("nbf", kNow + 61), early},
      {"begins a fraction later", claims_with("nbf", kNow + 60.5), early},
      {"began", claims_with("nbf", 0), ""},
      {"begins as text", claims_with("nbf", "now"), no_date},
      {"issued within the leeway", claims_with("iat", kNow + 60), ""},
      {"issued later", claims_with("iat", kNow + 61), future},
      {"issued never", claims_with("iat", nullptr), no_date},
      {"not said when issued", claims_without("iat"), ""},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(complaint(sign(c.claims)), c.message) << c.name;
  }
}

TEST_F(Jwt, AllowsNoMoreLeewayThanItIsTold) {
  rules.leeway = 0ms;
  EXPECT_EQ(complaint(sign(claims_with("exp", kNow))), "the token has expired");
  EXPECT_EQ(complaint(sign(claims_with("exp", kNow + 1))), "");
  EXPECT_EQ(complaint(sign(claims_with("iat", kNow + 1))), "the token was issued in the future");
}

TEST_F(Jwt, ChecksTheSignatureWhateverTheClaims) {
  const TestSigner stranger(KeyType::ed25519);
  const auto forged =
      stranger.sign(SignatureAlgorithm::eddsa, {{"alg", "EdDSA"}, {"kid", "k"}}, claims());
  EXPECT_EQ(complaint(forged), "the token's signature is wrong");
  const auto unknown =
      stranger.sign(SignatureAlgorithm::eddsa, {{"alg", "EdDSA"}, {"kid", "x"}}, claims());
  EXPECT_EQ(complaint(unknown), "the token is not signed with a key of its issuer");
}

TEST_F(Jwt, SurvivesPayloadsThatAreNoJson) {
  const std::string header = R"({"alg":"EdDSA","kid":"k"})";
  for (const std::string& payload :
       {std::string(), std::string("{"), std::string("\xff\xfe"), std::string("1e999"),
        std::string(9000, '['), std::string(R"({"iss":1e999})")}) {
    EXPECT_EQ(complaint(signer.sign_text(SignatureAlgorithm::eddsa, header, payload)),
              "the token holds no JSON object");
  }
  // Of a member that stands there twice one counts, for us as for whoever reads the result.
  const auto twice = signer.sign_text(
      SignatureAlgorithm::eddsa, header,
      R"({"iss":"https://evil.test","iss":"https://id.test","aud":"https://ops.test/mcp","exp":1795000300})");
  const auto read = verify_jwt(twice, keys, rules, now);
  if (read) EXPECT_EQ(read->at("iss"), "https://id.test");
}

TEST_F(Jwt, TellsAStrangerNothing) {
  rules.audiences = {"https://secret.test"};
  const std::string token = sign(claims());
  EXPECT_THAT(complaint(token), Not(HasSubstr("secret")));
  EXPECT_THAT(complaint(token), Not(HasSubstr(token.substr(0, 20))));
}

}  // namespace
}  // namespace mtc
