#include "adapters/kubernetes/kubeconfig.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/encoding.h"
#include "base/text.h"

namespace mtc::kubernetes {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string kCertificate = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
const std::string kKey = "-----BEGIN EC PRIVATE KEY-----\nc2VjcmV0\n-----END EC PRIVATE KEY-----\n";

std::string config(const std::string& cluster, const std::string& user) {
  return fmt::format(
      "apiVersion: v1\nkind: Config\n"
      "clusters: [{{name: other, cluster: {{server: \"https://other.test\"}}}}, {{name: c, "
      "cluster: "
      "{{{}}}}}]\n"
      "contexts: [{{name: x, context: {{cluster: c, user: u, namespace: shop}}}}]\n"
      "current-context: x\nusers: [{{name: u, user: {{{}}}}}]\n",
      cluster, user);
}
const std::string kServer = "server: \"https://10.0.0.20\"";
const std::string kToken = "token: abc.def";
std::string identity() {
  return fmt::format("client-certificate-data: {}, client-key-data: {}", to_base64(kCertificate),
                     to_base64(kKey));
}

TEST(Kubeconfig, ReadsAddressAuthorityAndIdentity) {
  const auto read = parse_kubeconfig(
      config(fmt::format("server: \"https://api.test:6443/clusters/a/\", tls-server-name: "
                         "cls-1.ccs.test, certificate-authority-data: {}",
                         to_base64(kCertificate)),
             identity()));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->server, "https://api.test:6443/clusters/a");
  EXPECT_EQ(read->host, "api.test");
  EXPECT_EQ(read->tls.ca, kCertificate);
  EXPECT_EQ(read->tls.certificate, kCertificate);
  EXPECT_EQ(read->tls.key, kKey);
  EXPECT_EQ(read->tls.server_name, "cls-1.ccs.test");
  EXPECT_EQ(read->token, "");
}

TEST(Kubeconfig, ReadsATokenAndFoldedBase64) {
  const auto wrapped = [](std::string text) {
    for (std::size_t at = 20; at < text.size(); at += 25) text.insert(at, "\n       ");
    return text;
  };
  const auto block = parse_kubeconfig(
      "clusters:\n- name: c\n  cluster:\n    server: http://127.0.0.1:8080\n"
      "    certificate-authority-data: >\n       " +
      wrapped(to_base64(kCertificate)) +
      "\ncontexts:\n- name: x\n  context: {cluster: c, user: u}\n"
      "users:\n- name: u\n  user: {token: abc.def}\n");
  ASSERT_TRUE(block) << block.error().message;
  EXPECT_EQ(block->tls.ca, kCertificate);
  EXPECT_EQ(block->token, "abc.def");
  EXPECT_EQ(block->server, "http://127.0.0.1:8080");
}

TEST(Kubeconfig, SaysWhatItRefuses) {
  const std::string bomb = "a: &a [x,x,x,x,x]\nb: &b [*a,*a,*a,*a]\n" + config(kServer, kToken);
  const struct {
    const char* name;
    std::string text;
    const char* why;
  } cases[] = {
      {"nothing", "", "it is empty"},
      {"no map", "- a\n- b\n", "no YAML map"},
      {"not YAML", "a: [1, 2", "line 1"},
      {"tabs", "a:\n\t- b", "line 2"},
      {"binary", "\xff\xfe", "not UTF-8"},
      {"aliases", bomb, "line 1 is not the plain YAML that is expected here (an anchor)"},
      {"depth", std::string(100, '[') + std::string(100, ']'), "too many levels"},
      {"great depth", std::string(200'000, '['), "line 1"},
      {"size", "a: " + std::string(300 << 10, 'x'), "larger than 262144 bytes"},
      {"twice", "current-context: a\ncurrent-context: b\n", "the same key twice"},
      {"two documents", config(kServer, kToken) + "---\na: b\n", "more than one YAML document"},
      {"no context", "clusters: []\n", "current-context is missing"},
      {"another context", "current-context: y\ncontexts: []\n", "not in its list \"contexts\""},
      {"no cluster", replace_all(config(kServer, kToken), "{name: c,", "{name: d,"),
       "not in its list \"clusters\""},
      {"no user", replace_all(config(kServer, kToken), "users: [{name: u", "users: [{name: v"),
       "not in its list \"users\""},
      {"no server", config("tls-server-name: a", kToken), "has no server"},
      {"http", config("server: \"http://10.0.0.20\"", kToken), "not encrypted"},
      {"scheme", config("server: \"ftp://10.0.0.20\"", kToken), "begins with https://"},
      {"password in address", config("server: \"https://a:b@10.0.0.20\"", kToken),
       "not a plain address"},
      {"query", config("server: \"https://10.0.0.20/?a=b\"", kToken), "not a plain address"},
      {"unverified", config(kServer + ", insecure-skip-tls-verify: true", kToken),
       "switches the verification"},
      {"proxy", config(kServer + ", proxy-url: \"http://a\"", kToken), "proxy-url"},
      {"CA file", config(kServer + ", certificate-authority: /etc/ca.pem", kToken),
       "certificate-authority names a file"},
      {"CA", config(kServer + ", certificate-authority-data: \"%%%\"", kToken),
       "certificate-authority-data is not Base64"},
      {"CA text", config(kServer + ", certificate-authority-data: aGVsbG8=", kToken),
       "certificate-authority-data holds no"},
      {"server name", config(kServer + ", tls-server-name: \"a:b\"", kToken), "tls-server-name"},
      {"exec", config(kServer, "exec: {command: tkectl}"), "exec runs a program"},
      {"auth provider", config(kServer, "auth-provider: {name: gcp}"), "auth-provider"},
      {"certificate file", config(kServer, "client-certificate: a.pem, client-key: b.pem"),
       "client-certificate names a file"},
      {"key file", config(kServer, "client-key: b.pem"), "client-key names a file"},
      {"token file", config(kServer, "tokenFile: /run/token"), "tokenFile names a file"},
      {"password", config(kServer, "username: admin, password: secret"), "username"},
      {"impersonation", config(kServer, kToken + ", as: root"), "as acts in somebody else's name"},
      {"token", config(kServer, "token: \"a b\""), "token holds characters"},
      {"nobody", config(kServer, "token: \"\""), "neither a certificate"},
      {"half", config(kServer, "client-key-data: " + to_base64(kKey)), "go together"},
      {"key as certificate",
       config(kServer,
              fmt::format("client-certificate-data: {0}, client-key-data: {0}", to_base64(kKey))),
       "client-certificate-data holds no"},
      {"passphrase",
       config(kServer, fmt::format("client-certificate-data: {}, client-key-data: {}",
                                   to_base64(kCertificate),
                                   to_base64("-----BEGIN ENCRYPTED PRIVATE KEY-----"))),
       "asks for a passphrase"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto read = parse_kubeconfig(c.text);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, Errc::invalid_argument);
    EXPECT_THAT(read.error().message, HasSubstr(c.why));
    for (const char* secret : {"secret", "c2VjcmV0", "a:b@", "abc.def"}) {
      EXPECT_THAT(read.error().message, Not(HasSubstr(secret)));
    }
  }
}

TEST(Kubeconfig, WhatIsSwitchedOffIsNotRefused) {
  EXPECT_TRUE(parse_kubeconfig(
      config(kServer + ", insecure-skip-tls-verify: false, certificate-authority: \"\"",
             kToken + ", exec: null")));
}

}  // namespace
}  // namespace mtc::kubernetes
