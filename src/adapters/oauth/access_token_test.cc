#include "adapters/oauth/access_token.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mtc::oauth {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Json claims_with(const Json& more = Json::object()) {
  Json claims{{"iss", "https://id.test"},
              {"sub", "f81d4fae"},
              {"preferred_username", "zhangsan"},
              {"email", "zhang@ops.test"},
              {"exp", 1'795'000'300.25}};
  claims.update(more);
  return claims;
}

std::vector<std::string> scopes_of(const Json& more) {
  const auto token = read_access_token(claims_with(more), {});
  EXPECT_TRUE(token);
  return token ? token->scopes : std::vector<std::string>{"refused"};
}

TEST(AccessToken, SaysWhoAsksAndForWhat) {
  const auto token = read_access_token(
      claims_with({{"client_id", "desktop"}, {"azp", "other"}, {"scope", "ops.read ops.operate"}}),
      {});
  ASSERT_TRUE(token) << token.error().message;
  EXPECT_EQ(token->issuer, "https://id.test");
  EXPECT_EQ(token->subject, "f81d4fae");
  EXPECT_EQ(token->client_id, "desktop");
  EXPECT_EQ(token->username, "zhangsan");
  EXPECT_THAT(token->scopes, ElementsAre("ops.operate", "ops.read"));
  EXPECT_EQ(token->expires, TimePoint(Millis(1'795'000'300'250)));
  EXPECT_EQ(read_access_token(claims_with({{"azp", "desktop"}}), {})->client_id, "desktop");
  EXPECT_EQ(read_access_token(claims_with(), {})->client_id, "");
}

TEST(AccessToken, TakesScopesAsIssuersWriteThem) {
  EXPECT_THAT(scopes_of(Json::object()), IsEmpty());
  EXPECT_THAT(scopes_of({{"scope", ""}}), IsEmpty());
  EXPECT_THAT(scopes_of({{"scope", " b  a b "}}), ElementsAre("a", "b"));
  EXPECT_THAT(scopes_of({{"scp", "b a"}}), ElementsAre("a", "b"));
  EXPECT_THAT(scopes_of({{"scp", {"b", "a", 7, ""}}}), ElementsAre("a", "b"));
  EXPECT_THAT(scopes_of({{"scope", "a"}, {"scp", {"b"}}}), ElementsAre("a", "b"));
  EXPECT_THAT(scopes_of({{"scope", 7}, {"scp", {{"a", true}}}}), IsEmpty());
}

TEST(AccessToken, NamesTheUserByTheClaimOfTheSettings) {
  const struct {
    const char* name;
    UserClaim claim;
    Json more;
    const char *username, *message;
  } cases[] = {
      {"user name", UserClaim::preferred_username, Json::object(), "zhangsan", ""},
      {"Chinese", UserClaim::preferred_username, {{"preferred_username", "张三"}}, "张三", ""},
      {"subject", UserClaim::subject, Json::object(), "f81d4fae", ""},
      {"verified", UserClaim::email, {{"email_verified", true}}, "zhang@ops.test", ""},
      {"not verified",
       UserClaim::email,
       {{"email_verified", false}},
       "",
       "the token's e-mail address was not verified by its issuer"},
      {"silence on it", UserClaim::email, Json::object(), "",
       "the token's e-mail address was not verified by its issuer"},
      {"the text true",
       UserClaim::email,
       {{"email_verified", "true"}},
       "",
       "the token's e-mail address was not verified by its issuer"},
      {"no user name",
       UserClaim::preferred_username,
       {{"preferred_username", nullptr}},
       "",
       "the token names no user: \"preferred_username\" is missing"},
      {"empty",
       UserClaim::preferred_username,
       {{"preferred_username", ""}},
       "",
       "the token names no user: \"preferred_username\" is missing"},
      {"no subject",
       UserClaim::preferred_username,
       {{"sub", 7}},
       "",
       "the token names no user: \"sub\" is missing"},
      {"a line break",
       UserClaim::preferred_username,
       {{"preferred_username", "root\nadmin"}},
       "",
       "the token's \"preferred_username\" is not a name"},
      {"a zero",
       UserClaim::preferred_username,
       {{"preferred_username", std::string("root\0x", 6)}},
       "",
       "the token's \"preferred_username\" is not a name"},
      {"blanks around",
       UserClaim::preferred_username,
       {{"preferred_username", " root"}},
       "",
       "the token's \"preferred_username\" is not a name"},
      {"very long",
       UserClaim::subject,
       {{"sub", std::string(256, 'x')}},
       "",
       "the token's \"sub\" is not a name"},
  };
  for (const auto& c : cases) {
    const auto token = read_access_token(claims_with(c.more), {.user_claim = c.claim});
    EXPECT_EQ(token ? token->username : "", c.username) << c.name;
    EXPECT_EQ(token ? "" : token.error().message, c.message) << c.name;
    if (!token) EXPECT_EQ(token.error().code, Errc::unauthenticated) << c.name;
  }
}

TEST(AccessToken, IsNotABearerTokenIfItIsBoundToAKey) {
  const auto token = read_access_token(claims_with({{"cnf", {{"jkt", "0ZcOCORZNYy"}}}}), {});
  ASSERT_FALSE(token);
  EXPECT_EQ(token.error().code, Errc::unauthenticated);
  EXPECT_EQ(token.error().message,
            "the token is bound to a key of its holder, which is not checked here; ask for a "
            "bearer token");
}

}  // namespace
}  // namespace mtc::oauth
