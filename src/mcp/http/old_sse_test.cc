#include "mcp/http/old_sse.h"

#include "mcp/testing/http_fixture.h"

namespace mtc::mcp {
namespace {

class OldSse : public testing::Test {
 protected:
  // The client's stream, open until it leaves.
  struct Reader {
    FakeExchange exchange;
    asio::cancellation_signal leaving;
    bool ended = false;
    // The address for its messages, from the first event.
    std::string address() const {
      const std::string_view text = exchange.streamed;
      const auto start = text.find("data: ") + 6;
      return std::string(text.substr(start, text.find('\n', start) - start));
    }
  };

  void open(Reader& reader, const std::string& token = "good") {
    reader.exchange.in = request("GET", "/sse", token);
    asio::co_spawn(
        loop, endpoint.handle_stream(reader.exchange),
        asio::bind_cancellation_slot(
            reader.leaving.slot(), [&reader](const std::exception_ptr&) { reader.ended = true; }));
    poll();
  }
  int say(const std::string& address, std::string message, const std::string& token = "good") {
    FakeExchange exchange;
    const auto mark = address.find('?');
    exchange.in = request("POST", address.substr(0, mark), token);
    exchange.in.query = mark == std::string::npos ? "" : address.substr(mark + 1);
    exchange.in.body = std::move(message);
    asio::co_spawn(loop, endpoint.handle_message(exchange), asio::detached);
    poll();
    return exchange.out ? exchange.out->status : 0;
  }
  static HttpRequest request(std::string method, std::string path, const std::string& token) {
    return {.method = std::move(method),
            .path = std::move(path),
            .headers = {{"Host", "127.0.0.1"}, {"Authorization", "Bearer " + token}}};
  }
  void poll() {
    loop.restart();
    loop.poll();
  }
  void leave(Reader& reader) {
    reader.exchange.left = true;
    reader.leaving.emit(asio::cancellation_type::terminal);
    poll();
  }

  asio::io_context loop{1};
  World world;
  TokenBook tokens;
  SeededRandom random{3};
  Gate gate{{}, &tokens, nullptr};
  OldSseEndpoint endpoint{loop.get_executor(), world.server, gate, random, "/messages", {}};
};

constexpr auto kOpening =
    R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2024-11-05"}})";

TEST_F(OldSse, TheFirstEventNamesTheAddressAndAnswersComeOnTheStream) {
  Reader reader;
  open(reader);
  EXPECT_TRUE(reader.exchange.streamed.starts_with("event: endpoint\ndata: /messages?sessionId="));
  EXPECT_EQ(say(reader.address(), kOpening), 202);
  EXPECT_EQ(say(reader.address(), R"({"jsonrpc":"2.0","method":"notifications/initialized"})"),
            202);
  EXPECT_EQ(say(reader.address(), R"({"jsonrpc":"2.0","id":"a","method":"tools/call","params":)"
                                  R"({"name":"echo","arguments":{"text":"hi"}}})"),
            202);
  const auto events = reader.exchange.events();
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0]["result"]["protocolVersion"], "2024-11-05");
  EXPECT_EQ(events[1]["id"], "a");
  EXPECT_EQ(events[1]["result"]["content"][0]["text"], "hi");
  EXPECT_EQ(reader.exchange.streamed.find("id: "), std::string::npos) << "nothing can be resumed";
}

TEST_F(OldSse, AStrangerHasNoUseForSomebodyElsesAddress) {
  Reader reader;
  open(reader);
  EXPECT_EQ(say(reader.address(), kOpening, "other"), 404);
  EXPECT_EQ(say("/messages?sessionId=guess", kOpening), 404);
  EXPECT_EQ(say("/messages", kOpening), 404);
  EXPECT_EQ(say(reader.address(), kOpening, "wrong"), 401);
  EXPECT_TRUE(reader.exchange.events().empty());
}

TEST_F(OldSse, LeavingEndsTheCallsAndTheAddress) {
  Reader reader;
  open(reader);
  EXPECT_EQ(say(reader.address(), R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":)"
                                  R"({"name":"slow"}})"),
            202);
  EXPECT_EQ(world.gate.running, 1);
  leave(reader);
  EXPECT_TRUE(reader.ended);
  EXPECT_EQ(world.gate.cancelled, 1);
  EXPECT_EQ(endpoint.client_count(), 0U);
  EXPECT_EQ(say(reader.address(), kOpening), 404);
}

TEST_F(OldSse, StopClosesTheStreamsProperly) {
  Reader reader;
  open(reader);
  endpoint.stop();
  poll();
  EXPECT_TRUE(reader.ended);
  EXPECT_TRUE(reader.exchange.finished);
  EXPECT_EQ(endpoint.client_count(), 0U);
}

TEST_F(OldSse, JoinWaitsForTheCallsThatStopCancelled) {
  Reader reader;
  open(reader);
  say(reader.address(), R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":)"
                        R"({"name":"slow"}})");
  ASSERT_EQ(world.gate.running, 1);
  bool joined = false;
  asio::co_spawn(loop, endpoint.join(), [&](const std::exception_ptr&) {
    joined = true;
    EXPECT_EQ(world.gate.running, 0);
  });
  poll();
  EXPECT_FALSE(joined);
  endpoint.stop();
  poll();
  EXPECT_TRUE(joined);
}

TEST_F(OldSse, OtherMethodsAreRefused) {
  FakeExchange exchange;
  exchange.in = request("POST", "/sse", "good");
  asio::co_spawn(loop, endpoint.handle_stream(exchange), asio::detached);
  poll();
  EXPECT_EQ(exchange.out->status, 405);
}

}  // namespace
}  // namespace mtc::mcp
