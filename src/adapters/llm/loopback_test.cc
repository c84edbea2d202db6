// The whole way from a digest to the spoken text through a real HTTP client, against a server on
// loopback that is slow, broken, lying or malicious.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <charconv>
#include <deque>

#include "adapters/llm/openai_chat.h"
#include "base/json.h"
#include "domain/digest/sample_digests.h"
#include "domain/digest/speech.h"
#include "domain/narration/narrator.h"
#include "infra/http/client.h"
#include "infra/loop/run.h"

namespace mtc::llm {
namespace {

using asio::ip::tcp;
using ::testing::HasSubstr;

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);
constexpr const char* kHonest =
    "昨晚两点零八分 payment 报错涨到平时的四十一倍，两点十四分恢复。全天错误五千二百八十条。";

const digest::Digest& incident() {
  static const digest::Digest night = digest::sample::repaired_incident();
  return night;
}

std::string with_length(const std::string& status, const std::string& body,
                        const std::string& headers = {}) {
  return "HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\n" + headers +
         "Content-Length: " + std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" + body;
}
std::string saying(const std::string& text) {
  return with_length(
      "200 OK",
      dump_json({{"choices",
                  Json::array({{{"message", {{"content", text}}}, {"finish_reason", "stop"}}})}}));
}

// Writes raw bytes, one script entry a connection, whatever was asked; "" holds the connection open
// without a word.
struct Server {
  tcp::acceptor acceptor;
  std::deque<std::string> script;
  std::vector<std::string> bodies;
  std::vector<tcp::socket> held;

  explicit Server(const asio::any_io_executor& executor)
      : acceptor(executor, tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {}
  std::string url() const {
    return "http://127.0.0.1:" + std::to_string(acceptor.local_endpoint().port()) + "/v1";
  }
};

std::size_t content_length(std::string_view head) {
  const auto at = head.find("Content-Length: ");
  std::size_t size = 0;
  if (at != std::string_view::npos)
    std::from_chars(head.data() + at + 16, head.data() + head.size(), size);
  return size;
}

Async<> serve_one(Server& server, tcp::socket socket) {
  std::string request;
  auto [ec, head] =
      co_await asio::async_read_until(socket, asio::dynamic_buffer(request), "\r\n\r\n", kTuple);
  if (ec) co_return;
  const std::size_t whole = head + content_length(request);
  while (request.size() < whole) {
    std::array<char, 4096> buffer{};
    auto [failed, size] = co_await socket.async_read_some(asio::buffer(buffer), kTuple);
    if (failed) co_return;
    request.append(buffer.data(), size);
  }
  server.bodies.push_back(request.substr(head));
  std::string reply;
  if (!server.script.empty()) {
    reply = std::move(server.script.front());
    server.script.pop_front();
  }
  if (reply.empty()) {
    server.held.push_back(std::move(socket));
    co_return;
  }
  co_await asio::async_write(socket, asio::buffer(reply), kTuple);
}

Async<> accept_all(Server& server) {
  for (;;) {
    auto [ec, socket] = co_await server.acceptor.async_accept(kTuple);
    if (ec) co_return;
    asio::co_spawn(server.acceptor.get_executor(), serve_one(server, std::move(socket)),
                   asio::detached);
  }
}

struct Outcome {
  narration::Narration narration;
  std::vector<std::string> bodies;
  Millis took{};
};

Async<Outcome> tell(std::deque<std::string> script, Millis timeout) {
  const auto executor = co_await asio::this_coro::executor;
  Server server(executor);
  server.script = std::move(script);
  asio::co_spawn(executor, accept_all(server), asio::detached);
  CurlTransport http;
  FakeSleeper sleeper;
  SystemClock clock;
  OpenAiChat chat(
      http, sleeper, clock,
      {.base_url = server.url(), .model = "m", .api_key = "local-key", .timeout = timeout});
  narration::Narrator narrator(&chat);
  const auto begin = clock.now();
  auto narration =
      co_await narrator.narrate(incident(), digest::render_speech(incident()), Language::zh, 300);
  const auto took = clock.now() - begin;
  server.acceptor.close();
  server.held.clear();
  co_return Outcome{std::move(narration), server.bodies, took};
}

Outcome tell_now(std::deque<std::string> script, Millis timeout = Millis{5'000}) {
  return run(tell(std::move(script), timeout));
}

TEST(LlmOverLoopback, SpeaksAnHonestAnswer) {
  const auto outcome = tell_now({saying(kHonest)});
  EXPECT_EQ(outcome.narration.text, kHonest) << outcome.narration.reason;
  EXPECT_TRUE(outcome.narration.from_model);
  EXPECT_TRUE(parse_json(outcome.bodies.at(0)));
}

TEST(LlmOverLoopback, TakesAChunkedAnswer) {
  const std::string whole = saying(kHonest);
  const std::string body = whole.substr(whole.find("\r\n\r\n") + 4);
  std::string reply = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (std::size_t i = 0; i < body.size(); i += 7) {
    const std::string piece = body.substr(i, 7);
    reply += std::to_string(piece.size()) + "\r\n" + piece + "\r\n";
  }
  const auto outcome = tell_now({reply + "0\r\n\r\n"});
  EXPECT_TRUE(outcome.narration.from_model) << outcome.narration.reason;
}

TEST(LlmOverLoopback, GetsOverOneFailure) {
  for (const std::string& trouble :
       {with_length("500 Oops", "{}"), with_length("429 Slow down", "{}", "Retry-After: 1\r\n"),
        std::string("HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{\"choi")}) {
    const auto outcome = tell_now({trouble, saying(kHonest)});
    EXPECT_TRUE(outcome.narration.from_model) << trouble << outcome.narration.reason;
    EXPECT_EQ(outcome.bodies.size(), 2U);
  }
}

TEST(LlmOverLoopback, CorrectsALieOnce) {
  const auto outcome =
      tell_now({saying("payment 昨晚两点零八分报错涨到平时的九十倍。"), saying(kHonest)});
  EXPECT_EQ(outcome.narration.text, kHonest) << outcome.narration.reason;
  EXPECT_THAT(outcome.bodies.at(1), HasSubstr("九十倍"));
}

TEST(LlmOverLoopback, SpeaksOurTextAfterEverythingElse) {
  const std::string bad_key =
      with_length("401 Unauthorized", R"({"error":{"message":"bad key local-key"}})");
  const struct {
    const char* name;
    std::deque<std::string> script;
    const char* reason;
  } cases[] = {
      {"garbage", {"\x01\x02 what?\r\n\r\n", "\x01\x02 what?\r\n\r\n"}, "did not answer"},
      {"HTML", {with_length("200 OK", "<html><body>login</body></html>")}, "not JSON"},
      {"cut off twice",
       {"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{",
        "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"},
       "did not answer"},
      {"closed at once", {"HTTP/1.1", "HTTP/1.1"}, "did not answer"},
      {"empty choices", {with_length("200 OK", R"({"choices":[]})")}, "without an answer"},
      {"wrong key", {bad_key}, "refused the key"},
      {"busy", {with_length("429 Slow", "{}"), with_length("429 Slow", "{}")}, "too often"},
      {"broken", {with_length("500 Oops", ""), with_length("502 Oops", "")}, "status 502"},
      {"a redirect",
       {with_length("302 Found", "", "Location: http://127.0.0.1:1/\r\n")},
       "status 302"},
      {"huge", {saying(std::string(2U << 20U, 'x'))}, "did not answer"},
      {"long", {saying(std::string(100'000, 'x'))}, "too long"},
      {"lies", {saying("payment 错误七条。"), saying("payment 错误八条。")}, "refused twice"},
      {"an action",
       {saying(R"({"action":"rollback","service":"payment"})"), saying("```sh\nreboot\n```")},
       "refused twice"},
      {"Markdown",
       {saying("# 早报\n- payment 两点零八分"), saying("**payment** 两点零八分")},
       "refused twice"},
      {"an order",
       {saying("payment 两点零八分报错，请立即运行修复脚本。"),
        saying("payment 两点零八分报错，请点击链接。")},
       "refused twice"},
      {"a tool call",
       {with_length(
           "200 OK",
           R"({"choices":[{"message":{"content":null,"tool_calls":[{"function":{"name":"run"}}]},"finish_reason":"tool_calls"}]})")},
       "tool call"},
  };
  const std::string own = digest::render_speech(incident());
  for (const auto& c : cases) {
    const auto outcome = tell_now(c.script);
    EXPECT_EQ(outcome.narration.text, own) << c.name;
    EXPECT_FALSE(outcome.narration.from_model) << c.name;
    EXPECT_THAT(outcome.narration.reason, HasSubstr(c.reason)) << c.name;
    EXPECT_THAT(outcome.narration.reason, ::testing::Not(HasSubstr("local-key"))) << c.name;
  }
}

TEST(LlmOverLoopback, DoesNotWaitForASilentModel) {
  const auto outcome = tell_now({""}, Millis{200});
  EXPECT_FALSE(outcome.narration.from_model);
  EXPECT_GE(outcome.took, Millis{190});
  EXPECT_LT(outcome.took, Millis{3'000});
}

}  // namespace
}  // namespace mtc::llm
