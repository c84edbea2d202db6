#include "mcp/http/patience.h"

#include "mcp/testing/rich_http.h"

namespace mtc::mcp {
namespace {

class PatienceTest : public RichHttp {
 protected:
  PatienceTest() { options.quiet_answer = Millis{1}; }
  // tools/call that says nothing before its answer.
  static HttpRequest quiet(std::string_view tool, const std::string& session,
                           HttpHeaders extra = {}) {
    extra.emplace_back("Mcp-Session-Id", session);
    return post(call(tool), std::move(extra));
  }
};

TEST_F(PatienceTest, SlowAnswersBecomeStreams) {
  const auto session = open("2025-06-18");
  auto* slow = start(quiet("steps", session));
  EXPECT_FALSE(slow->ended);
  ASSERT_TRUE(wait_for([&] { return slow->exchange.streaming; }));
  EXPECT_TRUE(slow->exchange.events().empty());
  let_go();
  ASSERT_TRUE(slow->ended);
  EXPECT_FALSE(slow->exchange.out);
  EXPECT_EQ(slow->exchange.events().size(), 1U);
  EXPECT_EQ(slow->last_event()["result"]["content"][0]["text"], "through");
}

TEST_F(PatienceTest, ModernOnesToo) {
  auto* slow = start(modern("tools/call", R"("name":"steps")", {{"Mcp-Name", "steps"}}));
  ASSERT_TRUE(wait_for([&] { return slow->exchange.streaming; }));
  leave(*slow);
  EXPECT_TRUE(slow->ended);
  EXPECT_EQ(rich.gate.cancelled, 1);
}

TEST_F(PatienceTest, QuickOnesBesideThemStayJson) {
  const auto session = open("2025-06-18");
  auto* slow = start(quiet("steps", session));
  EXPECT_EQ(ask(quiet("breaks", session)).header("Content-Type"), "application/json");
  ASSERT_TRUE(wait_for([&] { return slow->exchange.streaming; }));
  EXPECT_EQ(ask(quiet("breaks", session)).header("Content-Type"), "application/json");
  let_go();
  EXPECT_TRUE(slow->ended);
}

TEST_F(PatienceTest, WhoTakesNoEventsWaitsForJson) {
  const auto session = open("2025-06-18");
  auto* slow = start(quiet("steps", session, {{"Accept", "application/json"}}));
  auto* later = start(quiet("other", session));
  ASSERT_TRUE(wait_for([&] { return later->exchange.streaming; }));
  EXPECT_FALSE(slow->exchange.streaming);
  EXPECT_EQ(ask(bye(session)).status, 204);
  poll();
  ASSERT_TRUE(slow->ended && slow->exchange.out);
  EXPECT_EQ(find_header(slow->exchange.out->headers, "Content-Type"), "application/json");
}

// The one that keeps the time goes when nobody waits, and comes back with the next.
TEST_F(PatienceTest, WatchesAgainAfterAQuietTime) {
  const auto session = open("2025-06-18");
  for (int i = 0; i < 2; ++i) {
    rich.gate.open = false;
    auto* slow = start(quiet("steps", session));
    ASSERT_TRUE(wait_for([&] { return slow->exchange.streaming; }));
    let_go();
    EXPECT_TRUE(slow->ended);
    wait_for([&] {
      loop.restart();
      return loop.run_one_for(Millis{5}) == 0;
    });
  }
}

}  // namespace
}  // namespace mtc::mcp
