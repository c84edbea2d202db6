#include "app/listen_address.h"

#include <gtest/gtest.h>

namespace mtc::app {
namespace {

TEST(ListenAddress, KnowsWhatTheNetworkCannotReach) {
  EXPECT_TRUE(parse_listen("127.0.0.1:0")->is_loopback());
  EXPECT_TRUE(parse_listen("[::1]:80")->is_loopback());
  EXPECT_FALSE(parse_listen("0.0.0.0:80")->is_loopback());
  EXPECT_FALSE(parse_listen("127.evil.example:80")->is_loopback());
}

TEST(ListenAddress, RefusesWhatHasNoAddressOrPort) {
  EXPECT_FALSE(parse_listen(":80"));
  EXPECT_FALSE(parse_listen("localhost"));
  EXPECT_FALSE(parse_listen("a:70000"));
}

TEST(ListenAddress, AnIpv6AddressHasBracketsInItsUrl) {
  EXPECT_EQ(parse_listen("[::1]:0")->url(9000), "http://[::1]:9000");
  EXPECT_EQ(parse_listen("127.0.0.1:0")->url(80), "http://127.0.0.1:80");
}

}  // namespace
}  // namespace mtc::app
