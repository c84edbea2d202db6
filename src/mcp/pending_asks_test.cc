#include "mcp/pending_asks.h"

#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "mcp/testing/test_outlet.h"

namespace mtc::mcp {
namespace {

class PendingAsksTest : public testing::Test {
 protected:
  struct Asked {
    std::optional<Result<Json>> got;
    bool broken = false;
    asio::cancellation_signal caller{};
  };
  void ask(Asked& asked, Millis patience = Millis{60'000}) {
    asio::co_spawn(
        loop, asks.ask(outlet, "elicitation/create", {{"message", "?"}}, patience),
        asio::bind_cancellation_slot(asked.caller.slot(),
                                     [&asked](const std::exception_ptr& error, Result<Json> got) {
                                       asked.broken = error != nullptr;
                                       asked.got = std::move(got);
                                     }));
    poll();
  }
  // What a client sends back.
  void answer(const Json& id, std::string_view key, const Json& value) {
    asks.resolve(read_message({{"jsonrpc", "2.0"}, {"id", id}, {std::string(key), value}}).value());
    poll();
  }
  void poll() {
    loop.restart();
    loop.poll();
  }

  asio::io_context loop{1};
  KeepingOutlet outlet;
  PendingAsks asks;
};

TEST_F(PendingAsksTest, AnswerGoesToTheQuestionOfItsId) {
  Asked first;
  Asked second;
  ask(first);
  ask(second);
  ASSERT_EQ(outlet.sent.size(), 2U);
  EXPECT_EQ(outlet.sent[0]["method"], "elicitation/create");
  EXPECT_EQ(outlet.sent[0]["params"]["message"], "?");
  EXPECT_NE(outlet.sent[0]["id"], outlet.sent[1]["id"]);
  answer(outlet.sent[1]["id"], "result", {{"action", "accept"}});
  EXPECT_FALSE(first.got);
  ASSERT_TRUE(second.got && *second.got);
  EXPECT_EQ((**second.got)["action"], "accept");
  EXPECT_EQ(asks.size(), 1U);
  asks.abandon();
  poll();
}

TEST_F(PendingAsksTest, UnknownAndRepeatedAnswersAreIgnored) {
  Asked asked;
  ask(asked);
  for (const Json& id : {Json("ask-9"), Json(1), Json("")}) {
    answer(id, "result", {{"action", "accept"}});
    EXPECT_FALSE(asked.got);
  }
  const auto id = outlet.sent[0]["id"];
  asks.resolve(read_message({{"jsonrpc", "2.0"}, {"id", id}, {"result", {{"n", 1}}}}).value());
  answer(id, "result", {{"n", 2}});
  ASSERT_TRUE(asked.got && *asked.got);
  EXPECT_EQ((**asked.got)["n"], 1);
  answer(id, "result", {{"n", 3}});
}

TEST_F(PendingAsksTest, ErrorsAndWhatIsNoResultAreUnavailable) {
  const struct {
    const char *key, *value, *told;
  } cases[] = {{"error", R"({"code":-1,"message":"the user is asleep"})", "the user is asleep"},
               {"error", "null", "no result"},
               {"result", "null", "no result"},
               {"result", "7", "no result"},
               {"result", "[]", "no result"}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.value);
    Asked asked;
    ask(asked);
    answer(outlet.sent.back()["id"], c.key, Json::parse(c.value));
    ASSERT_TRUE(asked.got && !*asked.got);
    EXPECT_EQ(asked.got->error().code, Errc::unavailable);
    EXPECT_NE(asked.got->error().message.find(c.told), std::string::npos)
        << asked.got->error().message;
  }
}

TEST_F(PendingAsksTest, PatienceEndsAndTheClientIsToldSo) {
  Asked asked;
  ask(asked, Millis{1});
  for (int i = 0; i < 1000 && !asked.got; ++i) {
    loop.restart();
    loop.run_one_for(Millis{10});
  }
  ASSERT_TRUE(asked.got && !*asked.got);
  EXPECT_EQ(asked.got->error().code, Errc::timed_out);
  ASSERT_EQ(outlet.sent.size(), 2U);
  EXPECT_EQ(outlet.sent[1]["method"], "notifications/cancelled");
  EXPECT_EQ(outlet.sent[1]["params"]["requestId"], outlet.sent[0]["id"]);
  EXPECT_EQ(asks.size(), 0U);
}

TEST_F(PendingAsksTest, AbandonedOnesAreToldThatNobodyAnswers) {
  Asked asked;
  ask(asked);
  asks.abandon();
  poll();
  ASSERT_TRUE(asked.got && !*asked.got);
  EXPECT_EQ(asked.got->error().code, Errc::unavailable);
  EXPECT_EQ(asks.size(), 0U);
}

TEST_F(PendingAsksTest, EndsAsCancelledWithItsCoroutine) {
  Asked asked;
  ask(asked);
  asked.caller.emit(asio::cancellation_type::terminal);
  poll();
  EXPECT_TRUE(asked.broken);
  EXPECT_EQ(asks.size(), 0U);
}

}  // namespace
}  // namespace mtc::mcp
