#include "mcp/http/request_limits.h"

#include "mcp/http/rich_http.h"

namespace mtc::mcp {
namespace {

class RequestLimitsTest : public testing::Test {
 protected:
  bool admit(const std::string& subject = "me") { return limits.admit(subject).admitted; }

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
  std::optional first = limits.admit("me");
  const auto second = limits.admit("me");
  const auto third = limits.admit("me");
  EXPECT_TRUE(first->admitted && second.admitted);
  EXPECT_FALSE(third.admitted);
  EXPECT_GE(third.retry_after_seconds, 1);
  first.reset();
  EXPECT_TRUE(admit());
}

TEST_F(RequestLimitsTest, SaysWhenToComeBack) {
  const struct {
    double per_second;
    int seconds;
  } cases[] = {{100, 1}, {0.5, 2}, {0.1, 10}, {0.001, 60}, {0, 60}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.per_second);
    RequestLimits slow(clock, {.per_second = c.per_second, .burst = 1, .concurrent = 9});
    EXPECT_TRUE(slow.admit("me").admitted);
    const auto refused = slow.admit("me");
    EXPECT_FALSE(refused.admitted);
    EXPECT_EQ(refused.retry_after_seconds, c.seconds);
  }
  RequestLimits still(clock, {.per_second = 0, .burst = 9, .concurrent = 0});
  EXPECT_EQ(still.admit("me").retry_after_seconds, 1) << "of those at once, not of the rate";
}

TEST_F(RequestLimitsTest, ForgettingTheQuietDoesNotForgetTheBusy) {
  const auto held = limits.admit("busy");
  const auto more = limits.admit("busy");
  clock.time += std::chrono::hours(1);
  EXPECT_TRUE(admit("you"));
  EXPECT_FALSE(admit("busy")) << "both are still under way";
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
  EXPECT_EQ(ask(modern("server/discover")).status, 429);
  leave(*listener);
  EXPECT_EQ(ask(modern("server/discover")).status, 200);
}

}  // namespace
}  // namespace mtc::mcp
