#include "infra/http/url.h"

#include <gtest/gtest.h>

namespace mtc {
namespace {

TEST(HttpUrl, TellsTheHostAndNothingElse) {
  const struct {
    const char *url, *host;
    bool loopback;
  } cases[] = {
      {"http://127.0.0.1:18080/a?b", "127.0.0.1", true},
      {"http://127.3.2.1", "127.3.2.1", true},
      {"HTTP://LocalHost/", "LocalHost", true},
      {"https://[::1]:443/", "::1", true},
      {"https://cls.tencentcloudapi.com", "cls.tencentcloudapi.com", false},
      {"http://127.evil.example/", "127.evil.example", false},
      {"http://localhost.evil.example/", "localhost.evil.example", false},
      {"http://localhost:80@evil.example/", "evil.example", false},
      {"http://0.0.0.0/", "0.0.0.0", false},
      {"http://[fe80::1]/", "fe80::1", false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.url);
    const auto host = host_of_url(c.url);
    ASSERT_TRUE(host);
    EXPECT_EQ(*host, c.host);
    EXPECT_EQ(is_loopback(*host), c.loopback);
  }
  for (const char* url :
       {"", "localhost", "ftp://localhost/", "http://", "http:///a", "http://:80"})
    EXPECT_FALSE(host_of_url(url)) << url;
}

}  // namespace
}  // namespace mtc
