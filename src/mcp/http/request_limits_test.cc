#include "mcp/http/request_limits.h"

#include "mcp/testing/rich_http.h"

namespace mtc::mcp {
namespace {

class RequestLimitsTest : public testing::Test {
 protected:
  bool admit(const std::string& subject = "me") { return !limits.refuse(subject); }

  FakeClock clock;
  RequestLimits limits{clock, {.per_second = 2, .burst = 3, .concurrent = 2}};
};

TEST_F(RequestLimitsTest, BurstThenTheRate) {
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(admit());
  EXPECT_FALSE(admit());
  clock.time += Millis{499};
  EXPECT_FALSE(admit());
  clock.time += Millis{1};
  EXPECT_TRUE(admit());
  EXPECT_FALSE(admit());
  clock.time += std::chrono::hours(1);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(admit());
  EXPECT_FALSE(admit()) << "a quiet time saves up one burst, not more";
}

TEST_F(RequestLimitsTest, EachPrincipalHasItsOwn) {
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(admit());
  EXPECT_FALSE(admit());
  EXPECT_TRUE(admit("you"));
}

TEST_F(RequestLimitsTest, OnlySoManyAtOnce) {
  auto first = limits.enter("me");
  const auto second = limits.enter("me");
  EXPECT_TRUE(first && second);
  EXPECT_FALSE(limits.enter("me"));
  EXPECT_TRUE(limits.enter("you"));
  EXPECT_TRUE(admit()) << "what takes no place still comes in";
  first.reset();
  EXPECT_TRUE(limits.enter("me"));
}

TEST_F(RequestLimitsTest, ManyInOneArePaidForByThoseThatFollow) {
  EXPECT_TRUE(admit());
  limits.charge("me", 4);
  EXPECT_EQ(limits.refuse("me"), 2);
  clock.time += Millis{1499};
  EXPECT_FALSE(admit());
  clock.time += Millis{1};
  EXPECT_TRUE(admit());
  limits.charge("me", 1'000'000);
  EXPECT_EQ(limits.refuse("me"), 2) << "the debt is no more than a burst";
  limits.charge("stranger", 1);
  EXPECT_EQ(limits.account_count(), 1U);
}

TEST_F(RequestLimitsTest, SaysWhenToComeBack) {
  const struct {
    double per_second;
    int seconds;
  } cases[] = {{100, 1}, {0.5, 2}, {0.1, 10}, {0.001, 60}, {0, 60}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.per_second);
    RequestLimits slow(clock, {.per_second = c.per_second, .burst = 1, .concurrent = 9});
    EXPECT_FALSE(slow.refuse("me"));
    EXPECT_EQ(slow.refuse("me"), c.seconds);
  }
}

TEST_F(RequestLimitsTest, ForgetsTheQuietButNotTheBusy) {
  EXPECT_TRUE(admit("quiet"));
  EXPECT_TRUE(admit("busy"));
  const auto held = limits.enter("busy");
  const auto more = limits.enter("busy");
  clock.time += std::chrono::hours(1);
  EXPECT_TRUE(admit("you"));
  EXPECT_EQ(limits.account_count(), 2U);
  EXPECT_FALSE(limits.enter("busy")) << "both are still under way";
}

TEST_F(RequestLimitsTest, ClockThatGoesBackGivesNothing) {
  clock.time += std::chrono::hours(1);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(admit());
  clock.time -= std::chrono::minutes(30);
  EXPECT_FALSE(admit());
}

class LimitedHttp : public RichHttp {
 protected:
  LimitedHttp() { limits.emplace(clock, RequestLimitOptions{.per_second = 1, .burst = 3}); }
  void allow(std::size_t concurrent) {
    limits->set_options({.per_second = 1, .burst = 100, .concurrent = concurrent});
  }
};

TEST_F(LimitedHttp, TooManyRequestsAreToldWhenToComeBack) {
  for (int i = 0; i < 3; ++i) EXPECT_EQ(ask(modern("server/discover")).status, 200);
  const auto refused = ask(modern("server/discover"));
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.header("Retry-After"), "1");
  EXPECT_EQ(refused.code(), rpc::kInvalidRequest);
  clock.time += Millis{1000};
  EXPECT_EQ(ask(modern("server/discover")).status, 200);
}

TEST_F(LimitedHttp, OneTokenDoesNotEatTheOthersShare) {
  authenticator = &tokens;
  const auto by = [&](const char* token) {
    return ask(modern("server/discover", "", {{"Authorization", token}})).status;
  };
  for (int i = 0; i < 3; ++i) EXPECT_EQ(by("Bearer good"), 200);
  EXPECT_EQ(by("Bearer good"), 429);
  EXPECT_EQ(by("Bearer other"), 200);
  EXPECT_EQ(by("Bearer wrong"), 401) << "strangers have no account";
}

TEST_F(LimitedHttp, StreamCountsAsLongAsItIsOpen) {
  allow(1);
  auto* listener = start(modern("subscriptions/listen", R"("notifications":{})"));
  ASSERT_TRUE(listener->exchange.streaming);
  const auto refused = ask(modern("server/discover"));
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.header("Retry-After"), "1");
  leave(*listener);
  EXPECT_EQ(ask(modern("server/discover")).status, 200);
}

TEST_F(LimitedHttp, WhoHasAllPlacesCanStillCancelAndGo) {
  allow(1);
  const auto session = open("2025-06-18");
  const HttpHeaders in_session{{"Mcp-Session-Id", session}};
  auto* running = start(call_in(session, "steps"));
  EXPECT_EQ(ask(post(kPing, in_session)).status, 429);
  EXPECT_EQ(ask(post(R"({"jsonrpc":"2.0","method":"notifications/cancelled",)"
                     R"("params":{"requestId":1}})",
                     in_session))
                .status,
            202);
  EXPECT_EQ(rich.gate.cancelled, 1);
  EXPECT_TRUE(running->ended);
  auto* other = start(call_in(session, "steps"));
  auto leaving = post("", in_session);
  leaving.method = "DELETE";
  EXPECT_EQ(ask(leaving).status, 204);
  EXPECT_TRUE(other->ended);
}

TEST_F(LimitedHttp, BatchIsPaidForByMessage) {
  const auto session = open("2025-03-26");
  const auto batch = "[" + std::string(kPing) + "," + std::string(kPing) + "," + kPing + "]";
  EXPECT_EQ(ask(post(batch, {{"Mcp-Session-Id", session}})).body.size(), 3U);
  EXPECT_EQ(ask(post(kPing, {{"Mcp-Session-Id", session}})).status, 429);
}

}  // namespace
}  // namespace mtc::mcp
