#include "mcp/http/post_stream.h"

#include "mcp/testing/rich_http.h"

namespace mtc::mcp {
namespace {

using PostStreamTest = RichHttp;

bool has_ids(const FakeExchange& exchange) {
  return exchange.streamed.starts_with("id: ") || exchange.streamed.contains("\nid: ");
}

// As a kept connection does: one request after the other, in one coroutine.
Async<> handle_both(HttpEndpoint& endpoint, HttpExchange& first, HttpExchange& second) {
  co_await endpoint.handle(first);
  co_await asio::this_coro::reset_cancellation_state(asio::enable_terminal_cancellation());
  co_await endpoint.handle(second);
}

TEST_F(PostStreamTest, AnswerBecomesAStreamWhenSomethingIsSaidBefore) {
  const auto session = open("2025-06-18");
  const auto* visitor = start(call_in(session, "steps"));
  ASSERT_TRUE(visitor->exchange.streaming);
  EXPECT_EQ(find_header(visitor->exchange.stream_headers, "Content-Type"), "text/event-stream");
  EXPECT_EQ(find_header(visitor->exchange.stream_headers, "X-Accel-Buffering"), "no");
  EXPECT_EQ(find_header(visitor->exchange.stream_headers, "Cache-Control"), "no-cache");
  EXPECT_EQ(visitor->methods(), std::vector<std::string>{"notifications/progress"});
  EXPECT_FALSE(visitor->ended);
  let_go();
  ASSERT_TRUE(visitor->ended);
  EXPECT_TRUE(visitor->exchange.finished);
  EXPECT_FALSE(visitor->exchange.out);
  ASSERT_EQ(visitor->exchange.events().size(), 3U);
  EXPECT_EQ(visitor->last_event()["id"], 1);
  EXPECT_EQ(visitor->last_event()["result"]["content"][0]["text"], "through");
}

TEST_F(PostStreamTest, EventsHaveIdsWhereTheyCanBeResumed) {
  const auto session = open("2025-06-18");
  auto* first = start(call_in(session, "steps"));
  auto* second = start(call_in(session, "breaks"));
  EXPECT_EQ(first->exchange.last_id(), "1.1");
  EXPECT_EQ(second->exchange.last_id(), "2.2") << "unique in the session";
  let_go();
  EXPECT_EQ(first->exchange.last_id(), "1.3");
}

TEST_F(PostStreamTest, BeginsWithAnIdFor20251125Only) {
  for (const auto* revision : {"2025-03-26", "2025-06-18", "2025-11-25"}) {
    const auto* visitor = start(call_in(open(revision), "breaks"));
    EXPECT_EQ(visitor->exchange.streamed.starts_with("id: 1.0\ndata: \n\n"),
              std::string_view(revision) == "2025-11-25")
        << revision;
  }
}

TEST_F(PostStreamTest, ModernStreamsHaveNoIds) {
  const auto* visitor = start(modern_call("steps"));
  ASSERT_TRUE(visitor->exchange.streaming);
  let_go();
  ASSERT_TRUE(visitor->ended);
  EXPECT_FALSE(has_ids(visitor->exchange)) << visitor->exchange.streamed;
  EXPECT_EQ(visitor->exchange.events().size(), 3U);
  EXPECT_EQ(visitor->last_event()["result"]["resultType"], "complete");
}

TEST_F(PostStreamTest, OldOnesWithoutASessionHaveNoIdsEither) {
  options.sessions = false;
  const auto* visitor = start(call_in("", "breaks", {{"MCP-Protocol-Version", "2025-11-25"}}));
  ASSERT_TRUE(visitor->exchange.streaming);
  EXPECT_FALSE(has_ids(visitor->exchange));
}

TEST_F(PostStreamTest, StaysJsonWhenNothingIsSaid) {
  const auto session = open("2025-11-25");
  auto silent = call_in(session, "breaks");
  silent.body = call("breaks");
  for (const auto& request :
       {silent, modern("tools/call", R"("name":"breaks")", {{"Mcp-Name", "breaks"}})}) {
    const auto* visitor = start(request);
    EXPECT_FALSE(visitor->exchange.streaming);
    ASSERT_TRUE(visitor->exchange.out);
    EXPECT_EQ(find_header(visitor->exchange.out->headers, "Content-Type"), "application/json");
  }
}

TEST_F(PostStreamTest, StaysJsonForWhoTakesNothingElse) {
  const auto* visitor = start(modern_call("breaks", {{"Accept", "application/json"}}));
  EXPECT_FALSE(visitor->exchange.streaming);
  ASSERT_TRUE(visitor->exchange.out);
  EXPECT_EQ(Json::parse(visitor->exchange.out->body)["result"]["isError"], true);
}

TEST_F(PostStreamTest, TroubleAfterTheFirstWordTravelsInTheStream) {
  const auto* visitor = start(modern_call("breaks"));
  ASSERT_TRUE(visitor->ended);
  EXPECT_TRUE(visitor->exchange.finished);
  EXPECT_EQ(visitor->exchange.events().size(), 2U);
  EXPECT_EQ(visitor->last_event()["result"]["isError"], true);
  EXPECT_FALSE(visitor->exchange.streamed.contains("secret detail"));
}

// The coroutine that writes must not outlive the connection it writes to (ASan watches).
TEST_F(PostStreamTest, ModernClientThatLeavesTakesAllWithIt) {
  auto* visitor = start(modern_call("steps"));
  ASSERT_TRUE(visitor->exchange.streaming);
  leave(*visitor);
  EXPECT_EQ(rich.gate.cancelled, 1);
  forget(visitor);
  rich.hub.publish({});
  poll();
}

TEST_F(PostStreamTest, OldClientThatLeavesTakesOnlyItsConnection) {
  const auto session = open("2025-06-18");
  auto* visitor = start(call_in(session, "steps"));
  leave(*visitor);
  EXPECT_EQ(rich.gate.running, 1) << "hanging up is no cancellation";
  EXPECT_FALSE(visitor->ended);
  let_go();
  EXPECT_EQ(rich.gate.finished, 1);
  forget(visitor);
  poll();
}

TEST_F(PostStreamTest, CancelledCallEndsItsStreamWithoutAnAnswer) {
  const auto session = open("2025-11-25");
  const auto* visitor = start(call_in(session, "steps"));
  const auto cancel =
      R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}})";
  EXPECT_EQ(ask(post(cancel, {{"Mcp-Session-Id", session}})).status, 202);
  poll();
  ASSERT_TRUE(visitor->ended);
  EXPECT_TRUE(visitor->exchange.finished);
  for (const auto& event : visitor->exchange.events()) EXPECT_FALSE(event.contains("result"));
}

TEST_F(PostStreamTest, QuestionAndAnswerAreTwoPosts) {
  const auto session = open_asking("2025-11-25");
  const auto* visitor = start(call_in(session, "introduce"));
  ASSERT_TRUE(visitor->exchange.streaming);
  for (const auto* said : {"Ada", "red"}) {
    const auto question = visitor->last_event();
    ASSERT_EQ(question["method"], "elicitation/create");
    const auto stranger = open_asking("2025-11-25");
    EXPECT_EQ(ask(answer_to(stranger, question["id"], said)).status, 202);
    EXPECT_EQ(visitor->last_event(), question) << "an answer in another session is none";
    EXPECT_EQ(ask(answer_to(session, question["id"], said)).status, 202);
  }
  ASSERT_TRUE(visitor->ended);
  EXPECT_EQ(visitor->last_event()["result"]["content"][0]["text"], "Ada likes red");
}

TEST_F(PostStreamTest, BatchIsTheLastEventAsAWhole) {
  auto batch = call_in(open("2025-03-26"), "breaks");
  batch.body = fmt::format("[{},{}]", batch.body, kPing);
  auto* visitor = start(batch);
  ASSERT_TRUE(visitor->ended);
  ASSERT_EQ(visitor->exchange.events().size(), 2U);
  EXPECT_EQ(visitor->methods()[0], "notifications/progress");
  ASSERT_TRUE(visitor->last_event().is_array());
  EXPECT_EQ(visitor->last_event().size(), 2U);
}

TEST_F(PostStreamTest, WithoutASessionOrEventsNobodyCanBeAsked) {
  const auto session = open_asking("2025-11-25");
  const auto got = ask(call_in(session, "introduce", {{"Accept", "application/json"}}));
  EXPECT_EQ(got.body["result"]["isError"], true);
}

TEST_F(PostStreamTest, MissingCapabilityOfAModernClientIs400) {
  const auto got = ask(modern_call("introduce"));
  EXPECT_EQ(got.status, 400);
  EXPECT_EQ(got.code(), rpc::kMissingCapability);
}

TEST_F(PostStreamTest, ClosedSessionEndsTheStreamsOfItsCalls) {
  const auto session = open("2025-11-25");
  auto* visitor = start(call_in(session, "steps"));
  EXPECT_EQ(ask(bye(session)).status, 204);
  poll();
  EXPECT_EQ(rich.gate.cancelled, 1);
  EXPECT_TRUE(visitor->ended);
  EXPECT_TRUE(visitor->exchange.finished);
}

TEST_F(PostStreamTest, StopCancelsWhatOldClientsHaveLeftBehind) {
  const auto session = open("2025-11-25");
  auto* visitor = start(call_in(session, "steps"));
  leave(*visitor);
  endpoint().stop();
  poll();
  EXPECT_EQ(rich.gate.cancelled, 1);
  EXPECT_TRUE(visitor->ended);
}

TEST_F(PostStreamTest, NextRequestOfItsConnectionStillEndsWhenTheClientLeaves) {
  Visitor first;
  first.exchange.in = modern_call("breaks");
  Visitor second;
  second.exchange.in = modern_call("other");
  asio::co_spawn(
      loop, handle_both(endpoint(), first.exchange, second.exchange),
      asio::bind_cancellation_slot(second.exchange.caller.slot(),
                                   [&second](const std::exception_ptr&) { second.ended = true; }));
  poll();
  ASSERT_TRUE(first.exchange.streaming);
  ASSERT_EQ(rich.other_gate.running, 1);
  leave(second);
  EXPECT_EQ(rich.other_gate.cancelled, 1);
  EXPECT_TRUE(second.ended);
}

TEST_F(PostStreamTest, CallThatWasLeftBehindCanStillBeCancelled) {
  const auto session = open("2025-11-25");
  auto* visitor = start(call_in(session, "steps"));
  leave(*visitor);
  EXPECT_EQ(rich.gate.cancelled, 0);
  EXPECT_EQ(ask(post(R"({"jsonrpc":"2.0","method":"notifications/cancelled",)"
                     R"("params":{"requestId":1}})",
                     {{"Mcp-Session-Id", session}}))
                .status,
            202);
  EXPECT_EQ(rich.gate.cancelled, 1);
  EXPECT_TRUE(visitor->ended);
}

TEST_F(PostStreamTest, CallThatWasLeftBehindEndsWithItsSession) {
  const auto session = open("2025-11-25");
  auto* visitor = start(call_in(session, "steps"));
  leave(*visitor);
  auto end = post("", {{"Mcp-Session-Id", session}});
  end.method = "DELETE";
  EXPECT_EQ(ask(end).status, 204);
  EXPECT_EQ(rich.gate.cancelled, 1);
  EXPECT_TRUE(visitor->ended);
}

// As if the connection had broken while the first word was written.
struct BrokenExchange final : FakeExchange {
  Async<> begin_stream(int, HttpHeaders) override {
    hang_up();
    co_return;
  }
};

TEST_F(PostStreamTest, ClientThatIsGoneBeforeTheFirstWordLeavesNoSubscription) {
  for (int i = 0; i < 17; ++i) {
    BrokenExchange exchange;
    exchange.in = modern("subscriptions/listen", R"("notifications":{})");
    bool ended = false;
    asio::co_spawn(
        loop, endpoint().handle(exchange),
        asio::bind_cancellation_slot(exchange.caller.slot(),
                                     [&ended](const std::exception_ptr&) { ended = true; }));
    poll();
    EXPECT_TRUE(ended);
  }
  const auto* visitor = start(modern("subscriptions/listen", R"("notifications":{})"));
  EXPECT_TRUE(visitor->exchange.streaming);
  EXPECT_FALSE(visitor->ended);
}

class BatchTest : public PostStreamTest {
 protected:
  // Two calls that wait at the gate, one after the other.
  Visitor* start_batch() {
    session = open("2025-03-26");
    return start(post("[" + call("other", "1") + "," + call("other", "2") + "]",
                      {{"Mcp-Session-Id", session}}));
  }
  std::string session;
};

TEST_F(BatchTest, GoesOnWhenItsConnectionHasGone) {
  auto* visitor = start_batch();
  ASSERT_EQ(rich.other_gate.running, 1);
  leave(*visitor);
  EXPECT_EQ(rich.other_gate.cancelled, 0);
  rich.other_gate.let_go();
  poll();
  EXPECT_EQ(rich.other_gate.finished, 1);
  EXPECT_EQ(rich.other_gate.running, 1) << "the second";
  rich.other_gate.let_go();
  poll();
  EXPECT_EQ(rich.other_gate.finished, 2);
  EXPECT_TRUE(visitor->ended);
}

TEST_F(BatchTest, EndsWithItsSession) {
  auto* visitor = start_batch();
  auto end = post("", {{"Mcp-Session-Id", session}});
  end.method = "DELETE";
  EXPECT_EQ(ask(end).status, 204);
  EXPECT_EQ(rich.other_gate.cancelled, 1);
  EXPECT_EQ(rich.other_gate.running, 0) << "the second does not begin";
  EXPECT_TRUE(visitor->ended);
}

TEST_F(BatchTest, EndsWhenTheServerStops) {
  auto* visitor = start_batch();
  leave(*visitor);
  endpoint().stop();
  poll();
  EXPECT_EQ(rich.other_gate.cancelled, 1);
  EXPECT_EQ(rich.other_gate.running, 0);
  EXPECT_TRUE(visitor->ended);
}

}  // namespace
}  // namespace mtc::mcp
