// Streams that outlive their connection, and the stream of what belongs to no request.
#include "mcp/testing/rich_http.h"

namespace mtc::mcp {
namespace {

using ResumeTest = RichHttp;

TEST_F(ResumeTest, RunningCallIsFollowedFromTheLastEvent) {
  const auto session = open("2025-11-25");
  auto* lost = start(call_in(session, "steps"));
  const auto last = lost->exchange.last_id();
  EXPECT_EQ(last, "1.1");
  leave(*lost);
  auto* back = start(get(session, last));
  ASSERT_TRUE(back->exchange.streaming);
  EXPECT_TRUE(back->exchange.events().empty()) << "it has had that";
  let_go();
  ASSERT_TRUE(lost->ended && back->ended);
  EXPECT_TRUE(back->exchange.finished);
  ASSERT_EQ(back->exchange.events().size(), 2U);
  EXPECT_EQ(back->exchange.events()[0]["params"]["progress"], 2);
  EXPECT_EQ(back->last_event()["id"], 1);
  EXPECT_EQ(back->exchange.last_id(), "1.3");
}

TEST_F(ResumeTest, AnswerWaitsForWhoWasAway) {
  const auto session = open("2025-11-25");
  auto* lost = start(call_in(session, "steps"));
  leave(*lost);
  let_go();
  forget(lost);
  for (const auto& [after, events] : {std::pair{"1.0", 3U}, {"1.1", 2U}, {"1.3", 0U}}) {
    SCOPED_TRACE(after);
    auto* back = start(get(session, after));
    EXPECT_TRUE(back->ended);
    EXPECT_TRUE(back->exchange.finished);
    ASSERT_EQ(back->exchange.events().size(), events);
    if (events > 0) EXPECT_EQ(back->last_event()["result"]["content"][0]["text"], "through");
  }
}

TEST_F(ResumeTest, NewConnectionTakesTheStreamFromTheOld) {
  const auto session = open("2025-11-25");
  auto* old = start(call_in(session, "steps"));
  auto* next = start(get(session, "1.1"));
  EXPECT_TRUE(old->exchange.finished);
  let_go();
  EXPECT_EQ(old->exchange.events().size(), 1U);
  EXPECT_EQ(next->exchange.events().size(), 2U);
  EXPECT_TRUE(old->ended && next->ended);
}

TEST_F(ResumeTest, QuestionIsStillThereForWhoComesBack) {
  const auto session = open_asking("2025-11-25");
  auto* lost = start(call_in(session, "introduce"));
  leave(*lost);
  EXPECT_FALSE(lost->ended) << "it waits for the answer";
  auto* back = start(get(session, "1.0"));
  for (const auto* said : {"Ada", "red"}) {
    const auto question = back->last_event();
    ASSERT_EQ(question["method"], "elicitation/create");
    EXPECT_EQ(ask(answer_to(session, question["id"], said)).status, 202);
  }
  EXPECT_TRUE(lost->ended && back->ended);
  EXPECT_EQ(back->last_event()["result"]["content"][0]["text"], "Ada likes red");
}

TEST_F(ResumeTest, SessionIsInUseAsLongAsSomebodyListensOrWorks) {
  const auto listening = open("2025-06-18");
  const auto working = open("2025-06-18");
  const auto idle = open("2025-06-18");
  auto* listener = start(get(listening));
  auto* worker = start(call_in(working, "steps"));
  clock.time += std::chrono::hours(2);
  endpoint().sweep();
  EXPECT_EQ(endpoint().session_count(), 2U);
  EXPECT_EQ(ask(post(kPing, {{"Mcp-Session-Id", idle}})).status, 404);
  EXPECT_FALSE(listener->ended || worker->ended);
  leave(*listener);
  let_go();
  clock.time += std::chrono::minutes(29);
  EXPECT_EQ(ask(post(kPing, {{"Mcp-Session-Id", working}})).status, 200);
  clock.time += std::chrono::minutes(2);
  endpoint().sweep();
  EXPECT_EQ(ask(post(kPing, {{"Mcp-Session-Id", listening}})).status, 404);
  EXPECT_EQ(ask(post(kPing, {{"Mcp-Session-Id", working}})).status, 200);
}

TEST_F(ResumeTest, UnknownStreamsAreNotFound) {
  const auto session = open("2025-11-25");
  start(call_in(session, "breaks"));
  const auto stranger = open("2025-11-25");
  for (const auto* id :
       {"2.1", "x", "1.", ".1", "1.x", "1.-1", "1.1.1", "1.99999999999999999999999"}) {
    EXPECT_EQ(ask(get(session, id)).status, 404) << id;
  }
  EXPECT_EQ(ask(get(stranger, "1.1")).status, 404) << "another session's";
}

TEST_F(ResumeTest, OldStreamsAreForgottenTheFinishedFirst) {
  const auto session = open("2025-11-25");
  auto* running = start(call_in(session, "steps"));
  for (std::size_t i = 0; i < Session::kMaxStreams; ++i) start(call_in(session, "breaks"));
  EXPECT_EQ(ask(get(session, "2.0")).status, 404);
  EXPECT_TRUE(start(get(session, "3.0"))->exchange.finished);
  let_go();
  EXPECT_TRUE(running->ended);
}

TEST_F(ResumeTest, HangingUpLetsTheClientComeBackForTheAnswer) {
  const auto session = open("2025-11-25");
  auto* left = start(call_in(session, "hanger"));
  EXPECT_EQ(left->exchange.streamed, "id: 1.0\ndata: \n\nretry: 50\n\n");
  EXPECT_TRUE(left->exchange.finished);
  EXPECT_EQ(rich.gate.running, 1);
  auto* back = start(get(session, "1.0"));
  let_go();
  ASSERT_TRUE(left->ended && back->ended);
  EXPECT_EQ(back->exchange.events().size(), 2U);
  EXPECT_EQ(back->last_event()["result"]["content"][0]["text"], "through");
}

TEST_F(ResumeTest, NobodyIsHungUpOnWhoCouldNotComeBack) {
  const auto old = open("2025-06-18");
  for (const auto& request : {modern_call("hanger"), call_in(old, "hanger")}) {
    rich.gate.open = false;
    const auto* visitor = start(request);
    EXPECT_FALSE(visitor->exchange.finished);
    let_go();
    EXPECT_TRUE(visitor->ended);
    EXPECT_FALSE(visitor->exchange.streamed.contains("retry:"));
    EXPECT_EQ(visitor->last_event()["result"]["content"][0]["text"], "through");
  }
}

TEST_F(ResumeTest, NewsOfASessionComeByGet) {
  const auto session = open("2025-06-18");
  auto* listener = start(get(session));
  ASSERT_TRUE(listener->exchange.streaming);
  rich.hub.publish({.kind = Change::Kind::tools});
  poll();
  EXPECT_EQ(listener->methods(), std::vector<std::string>{"notifications/tools/list_changed"});
  EXPECT_EQ(listener->exchange.last_id(), "0.1");
  EXPECT_EQ(ask(get(session)).status, 409) << "one at a time";
  leave(*listener);
  EXPECT_TRUE(listener->ended);
  rich.hub.publish({.kind = Change::Kind::prompts});
  EXPECT_EQ(start(get(session, "0.1"))->methods(),
            std::vector<std::string>{"notifications/prompts/list_changed"});
}

TEST_F(ResumeTest, NewListenerGetsWhatNobodyHasHad) {
  const auto session = open("2025-06-18");
  rich.hub.publish({.kind = Change::Kind::tools});
  auto* first = start(get(session));
  EXPECT_EQ(first->exchange.events().size(), 1U);
  leave(*first);
  rich.hub.publish({.kind = Change::Kind::prompts});
  auto* second = start(get(session));
  EXPECT_EQ(second->methods(), std::vector<std::string>{"notifications/prompts/list_changed"});
}

TEST_F(ResumeTest, GetHasItsRules) {
  const auto session = open("2025-06-18");
  auto any = get(session);
  std::erase_if(any.headers, [](const auto& header) { return header.first == "Accept"; });
  {
    auto* visitor = start(any);
    EXPECT_TRUE(visitor->exchange.streaming) << "who says nothing takes everything";
    leave(*visitor);
  }
  any.headers.emplace_back("Accept", "application/json");
  EXPECT_EQ(ask(any).status, 406);
  EXPECT_EQ(ask(get("")).status, 400);
  EXPECT_EQ(ask(get("guess")).status, 404);
  auto fresh = get(session);
  fresh.headers.emplace_back("MCP-Protocol-Version", "2026-07-28");
  EXPECT_EQ(ask(fresh).status, 405);
}

TEST_F(ResumeTest, ClosedSessionEndsItsListener) {
  const auto session = open("2025-06-18");
  auto* listener = start(get(session));
  EXPECT_EQ(ask(bye(session)).status, 204);
  poll();
  EXPECT_TRUE(listener->ended);
  EXPECT_TRUE(listener->exchange.finished);
  EXPECT_EQ(rich.hub.size(), 0U);
}

TEST_F(ResumeTest, StoppingServerEndsWhatWaitsForNews) {
  const auto session = open("2025-06-18");
  auto* listener = start(get(session));
  auto* working = start(call_in(session, "steps"));
  endpoint().close_streams();
  poll();
  EXPECT_TRUE(listener->ended);
  EXPECT_FALSE(working->ended) << "what runs goes on";
  EXPECT_EQ(start(get(session))->exchange.out->status, 503)
      << "nobody waits for news of a server that stops";
  EXPECT_EQ(endpoint().session_count(), 1U);
  let_go();
  EXPECT_TRUE(working->ended);
}

TEST_F(ResumeTest, ListeningOverPost) {
  const auto wanted = R"("notifications":{"toolsListChanged":true})";
  auto* listener = start(modern("subscriptions/listen", wanted));
  ASSERT_TRUE(listener->exchange.streaming);
  rich.hub.publish({.kind = Change::Kind::tools});
  rich.hub.publish({.kind = Change::Kind::prompts});
  poll();
  EXPECT_EQ(listener->methods(),
            (std::vector<std::string>{"notifications/subscriptions/acknowledged",
                                      "notifications/tools/list_changed"}));
  endpoint().close_streams();
  poll();
  ASSERT_TRUE(listener->ended);
  EXPECT_TRUE(listener->exchange.finished);
  EXPECT_EQ(listener->last_event()["id"], 1);
  EXPECT_EQ(listener->last_event()["result"]["resultType"], "complete");
}

TEST_F(ResumeTest, ListenerWhoLeavesIsForgotten) {
  auto* listener =
      start(modern("subscriptions/listen", R"("notifications":{"toolsListChanged":true})"));
  EXPECT_EQ(rich.hub.size(), 1U);
  leave(*listener);
  forget(listener);
  EXPECT_EQ(rich.hub.size(), 0U);
  rich.hub.publish({.kind = Change::Kind::tools});
  poll();
}

TEST_F(ResumeTest, ListeningNeedsEvents) {
  const auto refused = ask(
      modern("subscriptions/listen", R"("notifications":{})", {{"Accept", "application/json"}}));
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.body["id"], 1);
}

}  // namespace
}  // namespace mtc::mcp
