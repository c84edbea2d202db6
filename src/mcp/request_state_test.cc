#include "mcp/request_state.h"

#include <gtest/gtest.h>

#include "infra/loop/run.h"

namespace mtc::mcp {
namespace {

class RequestStatesTest : public testing::Test {
 protected:
  std::string seal() { return states.seal({{"step", 1}}, "me", request); }
  // The state, or why it is refused.
  std::string open(std::string sealed, std::string subject, Json of) {
    const auto got = run(states.open(std::move(sealed), std::move(subject), std::move(of)));
    if (got) return got->dump();
    EXPECT_EQ(got.error().code, Errc::invalid_argument);
    return got.error().message;
  }
  static constexpr auto kForeign = "requestState is not one that was given for this request";

  const Json request{{"method", "tools/call"}, {"name", "t"}, {"arguments", {{"a", 1}, {"b", 2}}}};
  FakeClock clock;
  SeededRandom random{1};
  SecretBox box{KeyRing::generate(random), random};
  UsedOnceInMemory used{clock};
  RequestStates states{box, used, clock, random, Millis{1000}};
};

TEST_F(RequestStatesTest, ComesBackUnchangedAndCannotBeRead) {
  const auto sealed = states.seal({{"secret", "plan-9"}}, "me", request);
  EXPECT_EQ(sealed.find("plan-9"), std::string::npos);
  EXPECT_EQ(open(sealed, "me", request), R"({"secret":"plan-9"})");
}

TEST_F(RequestStatesTest, OrderOfTheArgumentsDoesNotMatter) {
  EXPECT_EQ(open(seal(), "me",
                 Json::parse(R"({"name":"t","arguments":{"b":2,"a":1},"method":"tools/call"})")),
            R"({"step":1})");
}

TEST_F(RequestStatesTest, IsGoodForOneUse) {
  const auto sealed = seal();
  EXPECT_EQ(open(sealed, "me", request), R"({"step":1})");
  EXPECT_EQ(open(sealed, "me", request), "requestState has been used; start again");
  EXPECT_EQ(open(seal(), "me", request), R"({"step":1})") << "another one of the same content";
}

TEST_F(RequestStatesTest, BelongsToPrincipalAndRequest) {
  auto other = request;
  other["arguments"]["a"] = 2;
  EXPECT_EQ(open(seal(), "you", request), kForeign);
  EXPECT_EQ(open(seal(), "me", other), kForeign);
  const auto sealed = seal();
  EXPECT_EQ(open(sealed, "you", request), kForeign);
  EXPECT_EQ(open(sealed, "me", request), R"({"step":1})") << "a stranger's try does not use it up";
}

TEST_F(RequestStatesTest, TamperedOnesAreRefused) {
  const auto sealed = seal();
  for (std::size_t i = 0; i < sealed.size(); i += 7) {
    auto bad = sealed;
    bad[i] = bad[i] == 'A' ? 'B' : 'A';
    EXPECT_EQ(open(bad, "me", request), kForeign) << i;
  }
  for (const auto* bad : {"", "x", "mtc1.00000000.AAAA"}) {
    EXPECT_EQ(open(bad, "me", request), kForeign) << bad;
  }
  EXPECT_EQ(open(sealed.substr(0, sealed.size() - 4), "me", request), kForeign);
}

TEST_F(RequestStatesTest, LastsItsTime) {
  const auto early = seal();
  const auto late = seal();
  clock.time += Millis{1000};
  EXPECT_EQ(open(early, "me", request), R"({"step":1})");
  clock.time += Millis{1};
  EXPECT_EQ(open(late, "me", request), "requestState is too old; start again");
  EXPECT_EQ(open(early, "me", request), "requestState is too old; start again")
      << "though its use has been forgotten";
}

TEST_F(RequestStatesTest, TroubleOfTheBookKeepingIsNotTheClientsFault) {
  struct Away final : UsedOnce {
    Async<Result<bool>> claim(std::string, TimePoint) override {
      co_return fail(Errc::unavailable, "The database is away");
    }
  } away;
  const RequestStates unsure(box, away, clock, random);
  const auto got = run(unsure.open(unsure.seal(1, "me", request), "me", request));
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, Errc::unavailable);
}

}  // namespace
}  // namespace mtc::mcp
