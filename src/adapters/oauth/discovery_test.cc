#include "adapters/oauth/discovery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mtc::oauth {
namespace {

using ::testing::ElementsAre;

TEST(Discovery, AsksWhereTheStandardsPutTheMetadata) {
  EXPECT_THAT(metadata_addresses("https://id.test"),
              ElementsAre("https://id.test/.well-known/oauth-authorization-server",
                          "https://id.test/.well-known/openid-configuration"));
  EXPECT_THAT(metadata_addresses("https://id.test/"),
              ElementsAre("https://id.test/.well-known/oauth-authorization-server",
                          "https://id.test/.well-known/openid-configuration"));
  EXPECT_THAT(metadata_addresses("https://id.test:8443/realms/ops"),
              ElementsAre("https://id.test:8443/.well-known/oauth-authorization-server/realms/ops",
                          "https://id.test:8443/realms/ops/.well-known/openid-configuration"));
  EXPECT_THAT(metadata_addresses("https://id.test/realms/ops/"),
              ElementsAre("https://id.test/.well-known/oauth-authorization-server/realms/ops",
                          "https://id.test/realms/ops/.well-known/openid-configuration"));
}

TEST(Discovery, BelievesOnlyTheIssuerItAsked) {
  const std::string remote = "https://id.test";
  const std::string local = "http://127.0.0.1:8080";
  const char* const other = "its metadata are about another issuer than the configured one";
  const struct {
    const char* name;
    std::string issuer;
    Json metadata;
    const char* message;
  } cases[] = {
      {"same host", remote, {{"issuer", remote}, {"jwks_uri", "https://id.test/keys"}}, ""},
      {"another host", remote, {{"issuer", remote}, {"jwks_uri", "https://keys.test/"}}, ""},
      {"both here", local, {{"issuer", local}, {"jwks_uri", "http://127.0.0.1:8080/keys"}}, ""},
      {"another issuer",
       remote,
       {{"issuer", "https://evil.test"}, {"jwks_uri", "https://id.test/keys"}},
       other},
      {"a slash more",
       remote,
       {{"issuer", remote + "/"}, {"jwks_uri", "https://id.test/keys"}},
       other},
      {"no issuer", remote, {{"jwks_uri", "https://id.test/keys"}}, other},
      {"no keys", remote, {{"issuer", remote}}, "its metadata do not say where its keys are"},
      {"keys by number",
       remote,
       {{"issuer", remote}, {"jwks_uri", 7}},
       "its metadata do not say where its keys are"},
      {"over plain HTTP",
       remote,
       {{"issuer", remote}, {"jwks_uri", "http://id.test/keys"}},
       "its metadata: jwks_uri: expected https://; plain http:// stays on this machine"},
      {"a file",
       remote,
       {{"issuer", remote}, {"jwks_uri", "file:///etc/passwd"}},
       "its metadata: jwks_uri: expected an https:// address"},
      {"on this machine",
       remote,
       {{"issuer", remote}, {"jwks_uri", "http://127.0.0.1:2379/v2/keys"}},
       "its metadata: jwks_uri: expected no address of this machine"},
      {"on this machine by name",
       remote,
       {{"issuer", remote}, {"jwks_uri", "https://localhost/keys"}},
       "its metadata: jwks_uri: expected no address of this machine"},
  };
  for (const auto& c : cases) {
    const auto address = read_keys_address(c.metadata, c.issuer);
    EXPECT_EQ(address ? "" : address.error().message, c.message) << c.name;
    if (address) EXPECT_EQ(*address, string_or(c.metadata, "jwks_uri")) << c.name;
    if (!address) EXPECT_EQ(address.error().code, Errc::unavailable) << c.name;
  }
}

}  // namespace
}  // namespace mtc::oauth
