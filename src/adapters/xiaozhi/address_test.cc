#include "adapters/xiaozhi/address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/encoding.h"

namespace mtc::xiaozhi {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string jwt(const std::string& claims) {
  return to_base64url(R"({"alg":"ES256","typ":"JWT"})") + "." + to_base64url(claims) + ".c2ln";
}

TEST(EndpointAddress, RepairsWhatTheRelayWouldRefuse) {
  const struct {
    const char *given, *dialled, *token;
  } cases[] = {
      {"ws://relay:8004/mcp_endpoint/mcp/?token=a%2Bb%2Fc%3D",
       "ws://relay:8004/mcp_endpoint/mcp/?token=a%2Bb%2Fc%3D", "a+b/c="},
      {"ws://relay:8004/mcp_endpoint/mcp/?token=a+b/c=",
       "ws://relay:8004/mcp_endpoint/mcp/?token=a%2Bb%2Fc%3D", "a+b/c="},
      {"ws://relay:8004/mcp_endpoint/mcp?token=abc", "ws://relay:8004/mcp_endpoint/mcp/?token=abc",
       "abc"},
      {"ws://relay:8004/mcp_endpoint/mcp/?x=1&token=a+&y=2",
       "ws://relay:8004/mcp_endpoint/mcp/?x=1&token=a%2B&y=2", "a+"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.given);
    const auto address = parse_endpoint_address(c.given);
    ASSERT_TRUE(address) << address.error().message;
    EXPECT_EQ(address->url.text(), c.dialled);
    EXPECT_EQ(address->token, c.token);
    EXPECT_FALSE(address->hosted);
    EXPECT_THAT(address->shown(), Not(HasSubstr("token")));
  }
}

TEST(EndpointAddress, KnowsWhereItMayCheckItself) {
  EXPECT_EQ(parse_endpoint_address("ws://h:8004/mcp_endpoint/mcp/?token=a%2Fmcp%2F")->caller_url(),
            "ws://h:8004/mcp_endpoint/call/?token=a%2Fmcp%2F");
  EXPECT_EQ(parse_endpoint_address("ws://h/mcp/x/mcp/?token=t")->caller_url(),
            "ws://h/mcp/x/call/?token=t");
  EXPECT_EQ(parse_endpoint_address("ws://h/tools?token=t")->caller_url(), std::nullopt);
  EXPECT_EQ(parse_endpoint_address("wss://api.xiaozhi.me/mcp/?token=t")->caller_url(),
            std::nullopt);
  EXPECT_EQ(parse_endpoint_address("wss://elsewhere.example/mcp/?token=" + jwt("{}"))->caller_url(),
            std::nullopt);
}

TEST(EndpointAddress, SaysWhatIsWrongWithoutTheToken) {
  const struct {
    const char *text, *message;
  } cases[] = {
      {"https://api.xiaozhi.me/mcp/?token=topsecret", "ws:// or wss://"},
      {"ws://h:8004/mcp_endpoint/call/?token=topsecret", "/mcp/"},
      {"ws://h:8004/mcp_endpoint/mcp/", "no token"},
      {"ws://h:8004/mcp_endpoint/mcp/?token=", "no token"},
      {"ws://h:8004/mcp_endpoint/mcp/?key=topsecret", "no token"},
      {"ws://h:8004/mcp_endpoint/mcp/?token=topsecret%4", "percent"},
      {"ws://h:8004/mcp_endpoint/mcp/?token=top secret", "blank"},
      {"", "ws://"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    const auto address = parse_endpoint_address(c.text);
    ASSERT_FALSE(address);
    EXPECT_EQ(address.error().code, Errc::invalid_argument);
    EXPECT_THAT(address.error().message, HasSubstr(c.message));
    EXPECT_THAT(address.error().message, Not(HasSubstr("secret")));
  }
}

TEST(EndpointAddress, OneConnectionPerToken) {
  EXPECT_TRUE(parse_endpoint_addresses(
      {"ws://h/mcp/?token=a", "ws://h/mcp/?token=b", "ws://g/mcp/?token=a"}));
  const auto twice = parse_endpoint_addresses({"ws://h/mcp/?token=a+", "ws://h/mcp?token=a%2B"});
  ASSERT_FALSE(twice);
  EXPECT_THAT(twice.error().message, HasSubstr("twice"));
}

TEST(EndpointAddress, ReadsWhenATokenEnds) {
  using std::chrono::seconds;
  EXPECT_EQ(expiry_of_token(jwt(R"({"exp":1800000000,"agentId":1})")),
            TimePoint(seconds(1800000000)));
  EXPECT_EQ(
      parse_endpoint_address("wss://api.xiaozhi.me/mcp/?token=" + jwt(R"({"exp":1800000000})"))
          ->expires,
      TimePoint(seconds(1800000000)));
  for (const auto& token :
       {std::string("25tO2++ot20uAGYQUBDxwVzV0D6LHCTIffJCvU7cDWM="), std::string("a.b.c"),
        std::string(".."), jwt("{}"), jwt("[]"), jwt("not json"), jwt(R"({"exp":"soon"})"),
        jwt(R"({"exp":-1})"), jwt(R"({"exp":1e300})"), jwt(R"({"exp":null})")}) {
    EXPECT_EQ(expiry_of_token(token), std::nullopt) << token;
  }
}

}  // namespace
}  // namespace mtc::xiaozhi
