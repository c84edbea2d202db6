#include "infra/websocket/url.h"

#include <gtest/gtest.h>

namespace mtc {
namespace {

TEST(WebSocketUrl, SplitsAddresses) {
  const struct {
    const char *text, *host;
    unsigned port;
    const char *path, *query, *authority;
    bool tls;
  } cases[] = {
      {"ws://10.0.0.5:8004/mcp_endpoint/mcp/?token=a%2Bb", "10.0.0.5", 8004, "/mcp_endpoint/mcp/",
       "token=a%2Bb", "10.0.0.5:8004", false},
      {"wss://API.xiaozhi.me/mcp/?token=x", "api.xiaozhi.me", 443, "/mcp/", "token=x",
       "api.xiaozhi.me", true},
      {"ws://[::1]:9", "::1", 9, "/", "", "[::1]:9", false},
      {"WSS://host:80?a=/b?c", "host", 80, "/", "a=/b?c", "host:80", true},
      {"  ws://host/x#part \n", "host", 80, "/x", "", "host", false},
      {"wss://host:443/", "host", 443, "/", "", "host", true},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    const auto url = parse_websocket_url(c.text);
    ASSERT_TRUE(url) << url.error().message;
    EXPECT_EQ(url->host, c.host);
    EXPECT_EQ(url->port, c.port);
    EXPECT_EQ(url->path, c.path);
    EXPECT_EQ(url->query, c.query);
    EXPECT_EQ(url->authority(), c.authority);
    EXPECT_EQ(url->tls, c.tls);
    const auto again = parse_websocket_url(url->text());
    ASSERT_TRUE(again);
    EXPECT_EQ(again->text(), url->text());
  }
}

TEST(WebSocketUrl, RefusesWhatCannotBeDialled) {
  for (const char* text :
       {"", "http://host/", "host:80", "ws://", "ws:///path", "ws://host:0/", "ws://host:65536/",
        "ws://host:8x/", "ws://[::1/", "ws://[::1]x/", "ws://user:secret@host/",
        "ws://host/a b?token=secret", "ws://host/\r\nX: y?token=secret", "ws://host/\x01?secret",
        "ws://h\"st/?secret", "ws://ho<st/?secret"}) {
    SCOPED_TRACE(text);
    const auto url = parse_websocket_url(text);
    ASSERT_FALSE(url);
    EXPECT_EQ(url.error().code, Errc::invalid_argument);
    EXPECT_EQ(url.error().message.find("secret"), std::string::npos);
    EXPECT_FALSE(url.error().message.empty());
  }
}

TEST(WebSocketUrl, RedactedHidesTheQuery) {
  EXPECT_EQ(parse_websocket_url("ws://h:1/p/?token=secret")->redacted(), "ws://h:1/p/?…");
  EXPECT_EQ(parse_websocket_url("wss://h/p")->redacted(), "wss://h/p");
}

}  // namespace
}  // namespace mtc
