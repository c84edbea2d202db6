// Answers that are handed over as they come.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "infra/http/client.h"
#include "infra/http/test_server.h"
#include "infra/loop/run.h"

namespace mtc {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// What a sink saw.
struct Seen {
  int status = 0;
  std::string type;
  std::string text;
  int pieces = 0;
};

ResponseSink sink_of(Seen& seen, std::function<bool()> go_on = [] { return true; }) {
  return {.head =
              [&seen](int status, const HttpHeaders& headers) {
                seen.status = status;
                seen.type = find_header(headers, "Content-Type");
                return true;
              },
          .body =
              [&seen, go_on](std::string_view chunk) {
                seen.text.append(chunk);
                ++seen.pieces;
                return go_on();
              }};
}

std::string address(const HttpServer& server, const std::string& path) {
  return "http://127.0.0.1:" + std::to_string(server.port()) + path;
}

using Scenario = Async<> (*)(HttpServer&, World&);

Async<> play_here(Scenario scenario) {
  World world(co_await asio::this_coro::executor);
  co_await play(HttpServerOptions{}, world, scenario);
}
void play(Scenario scenario) {
  run(play_here(scenario));
}

TEST(CurlStreaming, HandsOverStatusHeadersAndPieces) {
  play([](HttpServer& server, World&) -> Async<> {
    CurlTransport transport;
    Seen seen;
    const auto done =
        co_await transport.send_streaming({.url = address(server, "/stream")}, sink_of(seen), {});
    EXPECT_TRUE(done) << done.error().message;
    EXPECT_EQ(seen.status, 200);
    EXPECT_EQ(seen.type, "text/plain");
    EXPECT_EQ(seen.text, "one two");
  });
}

TEST(CurlStreaming, AnAnswerWithoutABodyHasAHead) {
  play([](HttpServer& server, World&) -> Async<> {
    CurlTransport transport;
    Seen seen;
    EXPECT_TRUE(
        co_await transport.send_streaming({.url = address(server, "/empty")}, sink_of(seen), {}));
    EXPECT_EQ(seen.status, 204);
    EXPECT_EQ(seen.pieces, 0);
  });
}

TEST(CurlStreaming, APieceComesBeforeTheAnswerEnds) {
  play([](HttpServer& server, World&) -> Async<> {
    CurlTransport transport;
    Seen seen;
    // "/part" is silent after its first piece, and does not end.
    const auto done = co_await transport.send_streaming({.url = address(server, "/part")},
                                                        sink_of(seen, [] { return false; }), {});
    EXPECT_TRUE(done);
    EXPECT_EQ(seen.text, "so far");
  });
}

TEST(CurlStreaming, TheSinkEndsItAndTheServerNotices) {
  play([](HttpServer& server, World&) -> Async<> {
    CurlTransport transport;
    Seen seen;
    EXPECT_TRUE(co_await transport.send_streaming({.url = address(server, "/flood")},
                                                  sink_of(seen, [] { return false; }), {}));
    EXPECT_EQ(seen.pieces, 1);
    Seen head_only;
    auto sink = sink_of(head_only);
    sink.head = [](int, const HttpHeaders&) { return false; };
    EXPECT_TRUE(co_await transport.send_streaming({.url = address(server, "/flood")}, sink, {}));
    EXPECT_EQ(head_only.pieces, 0);
  });  // the server stops only when both handlers have returned
}

// Takes its time with each piece, as far as a function that may not wait can.
TEST(CurlStreaming, TheOtherSideWaitsForASlowSink) {
  play([](HttpServer& server, World&) -> Async<> {
    CurlTransport transport;
    Seen seen;
    std::size_t largest = 0;
    std::size_t taken = 0;
    auto sink = sink_of(seen);
    sink.body = [&](std::string_view chunk) {
      largest = std::max(largest, chunk.size());
      taken += chunk.size();
      std::this_thread::sleep_for(1ms);  // the worker's thread goes on meanwhile
      return taken < (8U << 20U);
    };
    EXPECT_TRUE(co_await transport.send_streaming({.url = address(server, "/flood")}, sink,
                                                  {.max_waiting_bytes = 64U << 10U}));
    EXPECT_LE(largest, 64U << 10U);
    EXPECT_GE(taken, 8U << 20U) << "it went on after each pause";
  });
}

TEST(CurlStreaming, ATornAnswerIsAFailureAfterItsPieces) {
  play([](HttpServer& server, World&) -> Async<> {
    CurlTransport transport;
    Seen seen;
    const auto done =
        co_await transport.send_streaming({.url = address(server, "/torn")}, sink_of(seen), {});
    EXPECT_FALSE(done);
    if (!done) EXPECT_EQ(done.error().code, Errc::unavailable);
    EXPECT_EQ(seen.text, "one two");
  });
}

TEST(CurlStreaming, SilenceEndsIt) {
  play([](HttpServer& server, World&) -> Async<> {
    CurlTransport transport;
    Seen seen;
    const auto no_head = co_await transport.send_streaming(
        {.url = address(server, "/wait"), .timeout = 60ms}, sink_of(seen), {});
    EXPECT_FALSE(no_head);
    if (!no_head) EXPECT_EQ(no_head.error().code, Errc::timed_out);
    EXPECT_EQ(seen.status, 0);
  });
}

// Sends its head and one piece, then nothing.
Async<> then_silent(HttpExchange& exchange, World& world) {
  co_await exchange.begin_stream(200, {});
  co_await exchange.write("one");
  co_await until_cancelled(exchange, world);
}

Async<> stay_silent(World& world) {
  const auto executor = co_await asio::this_coro::executor;
  auto server = start_http_server(
      executor, {}, [&world](HttpExchange& exchange) { return then_silent(exchange, world); });
  CurlTransport transport;
  Seen seen;
  const auto done = co_await transport.send_streaming(
      {.url = address(**server, "/"), .timeout = 60s}, sink_of(seen), {.idle_timeout = 60ms});
  EXPECT_FALSE(done);
  if (!done) {
    EXPECT_EQ(done.error().code, Errc::timed_out);
    EXPECT_THAT(done.error().message, HasSubstr("nothing more of the answer within 60 ms"));
  }
  EXPECT_EQ(seen.text, "one");
  co_await (*server)->stop(Millis{0});
  EXPECT_EQ(world.cancelled, 1);
}
Async<> stay_silent() {
  World world(co_await asio::this_coro::executor);
  co_await stay_silent(world);
}

TEST(CurlStreaming, SilenceAfterTheHeadEndsIt) {
  run(stay_silent());
}

TEST(CurlStreaming, SaysWhenNobodyListens) {
  CurlTransport transport;
  Seen seen;
  const auto done =
      run(transport.send_streaming({.url = "http://127.0.0.1:1/"}, sink_of(seen), {}));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Errc::unavailable);
  EXPECT_EQ(done.error().vendor_code, kNotSent);
}

// Cancels a stream from its own sink, or from outside while it waits.
Result<> cancel_stream(bool from_sink) {
  asio::io_context loop;
  World world(loop.get_executor());
  asio::cancellation_signal cancel;
  Result<> outcome;
  CurlTransport transport;
  Seen seen;
  std::unique_ptr<HttpServer> server =
      start_http_server(loop.get_executor(), {}, [&world](HttpExchange& exchange) {
        return then_silent(exchange, world);
      }).value();
  const auto sink = sink_of(seen, [&] {
    if (from_sink) {
      cancel.emit(asio::cancellation_type::all);
    } else {
      asio::post(loop, [&] { cancel.emit(asio::cancellation_type::all); });
    }
    return true;
  });
  asio::co_spawn(loop, transport.send_streaming({.url = address(*server, "/")}, sink, {}),
                 asio::bind_cancellation_slot(
                     cancel.slot(), [&](const std::exception_ptr& error, const Result<>& result) {
                       EXPECT_FALSE(error);
                       outcome = result;
                       server.reset();
                     }));
  loop.run();
  return outcome;
}

TEST(CurlStreaming, CancellingTheCoroutineEndsIt) {
  for (const bool from_sink : {false, true}) {
    SCOPED_TRACE(from_sink);
    const auto outcome = cancel_stream(from_sink);
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, Errc::cancelled);
  }
}

TEST(CurlStreaming, EndsWhenTheTransportIsDestroyed) {
  asio::io_context loop;
  World world(loop.get_executor());
  std::unique_ptr<HttpServer> server =
      start_http_server(loop.get_executor(), {}, [&world](HttpExchange& exchange) {
        return then_silent(exchange, world);
      }).value();
  auto transport = std::make_unique<CurlTransport>();
  Seen seen;
  Result<> outcome;
  const auto sink = sink_of(seen, [&] {
    asio::post(loop, [&] { transport.reset(); });
    return true;
  });
  asio::co_spawn(loop, transport->send_streaming({.url = address(*server, "/")}, sink, {}),
                 [&](const std::exception_ptr&, const Result<>& result) {
                   outcome = result;
                   server.reset();
                 });
  loop.run();
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, Errc::cancelled);
}

}  // namespace
}  // namespace mtc
