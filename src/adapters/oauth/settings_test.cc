#include "adapters/oauth/settings.h"

#include <gtest/gtest.h>

namespace mtc::oauth {
namespace {

TEST(OAuthSettings, WantAnAddressThatNobodyOnTheWayCanAnswerFor) {
  const char* const scheme = "expected an https:// address";
  const char* const user = "expected an address without a user name";
  const char* const text = "expected an address of printable ASCII without blanks";
  const char* const plain = "expected https://; plain http:// stays on this machine";
  const struct {
    const char *url, *message;
  } cases[] = {
      {"https://id.test", ""},
      {"https://id.test:8443/realms/ops?version=2", ""},
      {"https://10.0.0.7/", ""},
      {"http://127.0.0.1:8080/realms/ops", ""},
      {"http://localhost", ""},
      {"http://[::1]:8080", ""},
      {"", scheme},
      {"id.test", scheme},
      {"ftp://id.test", scheme},
      {"HTTPS://id.test", scheme},
      {"file:///etc/passwd", scheme},
      {"http://id.test", plain},
      {"http://127.0.0.1.evil.test", plain},
      {"http://0.0.0.0", plain},
      {"https://", "the address has no host"},
      {"https:///path", "the address has no host"},
      {"https://user@id.test", user},
      {"https://user:word@id.test/", user},
      {"http://localhost:80@evil.test/", user},
      {"http://evil.test\\@localhost/", user},
      {"https://id.test/@user", ""},
      {"https://id.test#top", "expected an address without a fragment (#…)"},
      {"https://id.test/a b", text},
      {"https://id.test/\r\nHost: evil.test", text},
      {"https://пример.test", text},
  };
  for (const auto& c : cases) {
    const auto sound = check_address(c.url);
    EXPECT_EQ(sound ? "" : sound.error().message, c.message) << c.url;
  }
}

TEST(OAuthSettings, AreCheckedBeforeUse) {
  const struct {
    IssuerSettings settings;
    const char* message;
  } cases[] = {
      {{.issuer = "https://id.test", .audiences = {"https://ops.test/mcp"}}, ""},
      {{.issuer = "https://id.test", .audiences = {"a"}, .jwks_url = "https://keys.test/all"}, ""},
      {{.audiences = {"a"}}, "issuer: expected an https:// address"},
      {{.issuer = "http://id.test", .audiences = {"a"}},
       "issuer: expected https://; plain http:// stays on this machine"},
      {{.issuer = "https://id.test?a=b", .audiences = {"a"}},
       "issuer: expected an address without a query (?…)"},
      {{.issuer = "https://id.test"}, "audiences: missing; without it every token would do"},
      {{.issuer = "https://id.test", .audiences = {"a"}, .jwks_url = "http://keys.test"},
       "jwks_url: expected https://; plain http:// stays on this machine"},
  };
  for (const auto& c : cases) {
    const auto sound = check_settings(c.settings);
    EXPECT_EQ(sound ? "" : sound.error().message, c.message) << c.settings.issuer;
  }
}

TEST(UserClaim, HasTheNameThatTokensGiveIt) {
  for (const auto claim : {UserClaim::preferred_username, UserClaim::subject, UserClaim::email})
    EXPECT_EQ(parse_user_claim(name_of(claim)), claim);
  EXPECT_EQ(parse_user_claim("subject"), std::nullopt);
  EXPECT_EQ(parse_user_claim(""), std::nullopt);
}

}  // namespace
}  // namespace mtc::oauth
