#include "app/settings.h"

#include <gtest/gtest.h>

namespace mtc::app {
namespace {

std::string error_of(std::string_view yaml) {
  const auto settings = parse_settings(yaml, "settings.yaml");
  return settings ? "" : settings.error().message;
}

TEST(Settings, AnEmptyFileMeansDefaults) {
  EXPECT_EQ(parse_settings("", "x")->server.listen, "127.0.0.1:8080");
  EXPECT_EQ(parse_settings("# nothing\n", "x")->broadcast.prepare_at, "05:00");
}

TEST(Settings, ReadsSectionsAndLists) {
  const auto settings = parse_settings(R"(
server:
  listen: "[::1]:9000"
tencent: {topics: [shop-app, "123"], internal: true, region: 上海, regions: [gz, xx-new-1]}
xiaozhi:
  endpoints:
    - {user: zhangsan, url_env: XIAOZHI_URL}
)",
                                       "x");
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->tencent.topics, (std::vector<std::string>{"shop-app", "123"}));
  EXPECT_TRUE(settings->tencent.internal);
  EXPECT_EQ(settings->tencent.region, "ap-shanghai");
  EXPECT_EQ(settings->tencent.regions, (std::vector<std::string>{"ap-guangzhou", "xx-new-1"}));
  ASSERT_EQ(settings->xiaozhi.endpoints.size(), 1U);
  EXPECT_EQ(settings->xiaozhi.endpoints[0].user, "zhangsan");
}

TEST(Settings, TrustAndSafetyAreCarefulUnlessToldOtherwise) {
  const auto careful = parse_settings("xiaozhi: {endpoints: [{user: a, url_env: X}]}", "x").value();
  EXPECT_EQ(careful.xiaozhi.endpoints[0].trust, "device");
  EXPECT_EQ(careful.safety.protected_namespaces,
            (std::vector<std::string>{"kube-system", "kube-public", "kube-node-lease"}));
  EXPECT_EQ(careful.safety.plan_minutes, 2);
  const auto told = parse_settings(R"(
xiaozhi: {endpoints: [{user: a, url_env: X, trust: voice}]}
oauth: {issuers: [{issuer: "https://id.example.org", trust: strong}]}
safety: {protected_namespaces: [vault], changes_per_user_an_hour: 10}
)",
                                   "x");
  ASSERT_TRUE(told) << told.error().message;
  EXPECT_EQ(told->xiaozhi.endpoints[0].trust, "voice");
  EXPECT_EQ(told->oauth.issuers[0].trust, "strong");
  EXPECT_EQ(told->safety.protected_namespaces, std::vector<std::string>{"vault"});
  EXPECT_EQ(told->safety.changes_per_user_an_hour, 10);
  EXPECT_NE(error_of("xiaozhi: {endpoints: [{user: a, url_env: X, trust: strong}]}"), "");
  EXPECT_NE(error_of("safety: {plan_minutes: 0}"), "");
}

TEST(Settings, ABrokenFileIsRefusedWithLineAndReason) {
  const struct {
    const char *name, *yaml, *error;
  } cases[] = {
      {"wrong type", "server:\n  listen: [1]\n",
       "settings.yaml, line 2: server: listen: expected text, got a list"},
      {"unknown key", "log_level: info\nserver:\n  lisen: x\n",
       "settings.yaml, line 3: server: lisen: unknown name; valid names are listen, public_url, "
       "allowed_origins, allowed_hosts, services, tls_certificate, tls_key, behind_tls_proxy, "
       "old_sse, requests_per_second, concurrent_requests, "
       "connections_per_address, stop_within_seconds"},
      {"out of range", "llm:\n  model: m\n  timeout_seconds: 0\n",
       "settings.yaml, line 3: llm: timeout_seconds: must be at least 1"},
      {"bad port", "server: {listen: localhost}\n",
       "settings.yaml, line 1: server: listen: \"localhost\" is not an address with a port; write "
       "it as 127.0.0.1:8080"},
      {"public address of another kind", "server:\n  public_url: ftp://ops.test\n",
       "settings.yaml, line 2: server: public_url: expected an address as https://ops.example.com"},
      {"public address without a scheme", "server:\n  public_url: ops.test\n",
       "settings.yaml, line 2: server: public_url: expected an address as https://ops.example.com"},
      {"public address without a host", "server:\n  public_url: https:///x\n",
       "settings.yaml, line 2: server: public_url: expected an address as https://ops.example.com"},
      {"public address with a user", "server:\n  public_url: https://me@ops.test\n",
       "settings.yaml, line 2: server: public_url: expected an address as https://ops.example.com"},
      {"public address with a blank", "server:\n  public_url: https://ops.test/a b\n",
       "settings.yaml, line 2: server: public_url: expected an address as https://ops.example.com"},
      {"public address with a query", "server:\n  public_url: https://ops.test/?a=b\n",
       "settings.yaml, line 2: server: public_url: expected an address as "
       "https://ops.example.com, without anything from ? or # on"},
      {"public address with a fragment", "server:\n  public_url: \"https://ops.test/#top\"\n",
       "settings.yaml, line 2: server: public_url: expected an address as "
       "https://ops.example.com, without anything from ? or # on"},
      {"a region that is none", "tencent:\n  regions: [广州, Guangzhou 2]\n",
       "settings.yaml, line 2: tencent: regions: \"Guangzhou 2\" is not a region; write its id, "
       "such as ap-guangzhou"},
      {"a model without an address", "llm:\n  picture_model: m\n",
       "settings.yaml, line 2: llm: picture_model: set base_url too; the model is asked at that "
       "address"},
      {"bad time", "broadcast:\n  prepare_at: dawn\n",
       "settings.yaml, line 2: broadcast: prepare_at: \"dawn\" is not a time of day; write it as "
       "06:00"},
      {"not a map", "- a\n", "settings.yaml: expected names with values, such as \"server:\""},
      {"no URL", "xiaozhi:\n  endpoints:\n    - user: a\n",
       "settings.yaml, line 2: xiaozhi: endpoints: give either url_env or url_file"},
  };
  for (const auto& c : cases) EXPECT_EQ(error_of(c.yaml), c.error) << c.name;
  EXPECT_TRUE(error_of("server: {listen: \n").starts_with("settings.yaml, line "))
      << error_of("server: {listen: \n");
  EXPECT_EQ(error_of("a: \xff"), "settings.yaml: not valid UTF-8");
}

TEST(Settings, ThePublicAddressEndsWithoutASlash) {
  const struct {
    const char *written, *read;
  } cases[] = {
      {"", ""},
      {"https://ops.test", "https://ops.test"},
      {"https://ops.test/", "https://ops.test"},
      {"https://ops.test:8443//", "https://ops.test:8443"},
      {"http://[::1]:8080/", "http://[::1]:8080"},
      {"https://ops.test/mtc/", "https://ops.test/mtc"},
  };
  for (const auto& c : cases) {
    const auto settings =
        parse_settings("server: {public_url: \"" + std::string(c.written) + "\"}", "x");
    ASSERT_TRUE(settings) << settings.error().message;
    EXPECT_EQ(settings->server.public_url, c.read);
  }
}

TEST(Settings, HostileYamlNeitherHangsNorCrashes) {
  EXPECT_NE(error_of(std::string(10'000, '[')), "");
  EXPECT_NE(error_of("a: &a [*a]"), "");
  EXPECT_NE(error_of("x: !!binary ="), "");
}

}  // namespace
}  // namespace mtc::app
