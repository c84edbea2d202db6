#include "mcp/http/web_guard.h"

#include <gtest/gtest.h>

namespace mtc::mcp {
namespace {

TEST(WebGuard, AllowsLoopbackAndConfiguredHosts) {
  const std::vector<std::string> allowed{"ops.example.org", "box:9000"};
  for (const auto* host : {"localhost", "LocalHost:80", "127.0.0.1:65535", "[::1]", "[::1]:1",
                           "ops.example.org", "OPS.example.org:8443", "box:9000"}) {
    EXPECT_TRUE(is_allowed_host(host, allowed)) << host;
  }
  for (const auto* host :
       {"", "evil.example.com", "localhost.evil.com", "127.0.0.1.evil.com", "box", "box:9001",
        "localhost:80@evil.com", "[::1", "[::2]", "::1", "127.0.0.1:abc", "ops.example.org.evil"}) {
    EXPECT_FALSE(is_allowed_host(host, allowed)) << host;
  }
  EXPECT_TRUE(is_allowed_host("anything", {"*"}));
}

TEST(WebGuard, AllowsLoopbackOwnAndConfiguredOrigins) {
  const std::vector<std::string> allowed{"https://app.example.org"};
  for (const auto* origin : {"http://localhost:5173", "https://127.0.0.1", "http://[::1]:80",
                             "https://app.example.org", "http://ops.example.org:8080"}) {
    EXPECT_TRUE(is_allowed_origin(origin, "ops.example.org:8080", allowed)) << origin;
  }
  for (const auto* origin :
       {"null", "", "http://app.example.org", "https://app.example.org.evil.com",
        "https://evil.com", "file://localhost", "http://ops.example.org", "localhost",
        "http://localhost@evil.com"}) {
    EXPECT_FALSE(is_allowed_origin(origin, "ops.example.org:8080", allowed)) << origin;
  }
}

}  // namespace
}  // namespace mtc::mcp
