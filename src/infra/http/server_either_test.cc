// What the server promises whether it speaks TLS or not.
#include <gtest/gtest.h>

#include <boost/asio/steady_timer.hpp>
#include <string>

#include "infra/http/server.h"
#include "infra/http/test_server.h"
#include "infra/http/test_tls.h"
#include "infra/loop/run.h"

namespace mtc {
namespace {

struct Plain : World {
  using World::World;
  void prepare(HttpServerOptions&) const {}

  class Client : public RawClient<tcp::socket> {
   public:
    Client(const asio::any_io_executor& executor, const Plain&) : RawClient(executor) {}
    Async<> join(const HttpServer& server) { co_await connect(server); }
    Async<> say_goodbye() {
      say_no_more();
      co_return;
    }
  };
};

struct OverTls : TlsWorld {
  using TlsWorld::TlsWorld;

  class Client : public TlsClient {
   public:
    Client(const asio::any_io_executor& executor, const OverTls& world)
        : TlsClient(executor, world.certificate) {}
    Async<> join(const HttpServer& server) { EXPECT_EQ(co_await shake_hands(server), ""); }
  };
};

template <class AnyWorld>
using Scenario = Async<> (*)(HttpServer&, AnyWorld&);

template <class AnyWorld>
Async<> play_in(HttpServerOptions options, Scenario<AnyWorld> scenario) {
  AnyWorld world(co_await asio::this_coro::executor);
  world.prepare(options);
  co_await play(std::move(options), world, scenario);
}

template <class AnyWorld>
void play(Scenario<AnyWorld> scenario, HttpServerOptions options = {}) {
  run(play_in<AnyWorld>(std::move(options), scenario));
}

template <class AnyWorld>
Async<std::string> ask(const HttpServer& server, const AnyWorld& world, std::string text) {
  typename AnyWorld::Client client(co_await asio::this_coro::executor, world);
  co_await client.join(server);
  co_await client.send(std::move(text));
  co_return co_await client.read_all();
}

const std::string kept = "Host: h\r\n\r\n";

template <class AnyWorld>
class EitherServer : public testing::Test {};
using Worlds = testing::Types<Plain, OverTls>;
TYPED_TEST_SUITE(EitherServer, Worlds);

TYPED_TEST(EitherServer, AnswersPipelinedRequestsInOrder) {
  play<TypeParam>([](HttpServer& server, TypeParam& world) -> Async<> {
    const auto text = co_await ask(server, world,
                                   "POST /1 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"
                                   "\r\nGET /pause HTTP/1.1\r\n" +
                                       kept + "GET /3 HTTP/1.1\r\n" + close_after);
    const auto first = text.find("POST /1? [] abc");
    const auto second = text.find("rested");
    const auto third = text.find("GET /3?");
    EXPECT_NE(third, std::string::npos) << text;
    EXPECT_LT(first, second);
    EXPECT_LT(second, third);
  });
}

TYPED_TEST(EitherServer, RequestThatTricklesInIsCutOff) {
  play<TypeParam>(
      [](HttpServer& server, TypeParam& world) -> Async<> {
        for (const std::string begun :
             {"GET / HT", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc"}) {
          const auto text = co_await ask(server, world, begun);
          EXPECT_EQ(status_line(text), "HTTP/1.1 408 Request Timeout");
        }
      },
      {.read_timeout = Millis{60}});
}

TYPED_TEST(EitherServer, IdleConnectionIsClosedWithoutAWord) {
  play<TypeParam>(
      [](HttpServer& server, TypeParam& world) -> Async<> {
        EXPECT_EQ(co_await ask(server, world, ""), "");
        const auto text = co_await ask(server, world, "GET /empty HTTP/1.1\r\n" + kept);
        EXPECT_EQ(status_line(text), "HTTP/1.1 204 No Content");
        EXPECT_FALSE(has(text, "408")) << text;
        EXPECT_FALSE(has(text, "Content-Length")) << text;
      },
      {.read_timeout = Millis{60}});
}

TYPED_TEST(EitherServer, PeerThatDoesNotReadIsCutOff) {
  play<TypeParam>(
      [](HttpServer& server, TypeParam& world) -> Async<> {
        typename TypeParam::Client client(co_await asio::this_coro::executor, world);
        co_await client.join(server);
        co_await client.send("GET /flood HTTP/1.1\r\n" + kept);
        asio::steady_timer later(co_await asio::this_coro::executor, 400ms);
        co_await later.async_wait(asio::use_awaitable);
        // Back-pressure: what the kernel does not take is not produced.
        const int written = world.started;
        EXPECT_GT(written, 0);
        EXPECT_LT(written, 100);
        later.expires_after(50ms);
        co_await later.async_wait(asio::use_awaitable);
        EXPECT_EQ(world.started, written);
      },
      {.read_timeout = Millis{100}});
}

TYPED_TEST(EitherServer, PeerThatHasSaidAllAndReadsLateStillGetsItsWholeAnswer) {
  play<TypeParam>([](HttpServer& server, TypeParam& world) -> Async<> {
    for (const auto& end : {kept, close_after}) {
      typename TypeParam::Client client(co_await asio::this_coro::executor, world);
      co_await client.join(server);
      co_await client.send("GET /large HTTP/1.1\r\n" + end);
      client.say_no_more();
      asio::steady_timer later(co_await asio::this_coro::executor, 300ms);
      co_await later.async_wait(asio::use_awaitable);  // until the server waits for us to read
      EXPECT_EQ(body_of(co_await client.read_all()).size(), 32U << 20U);
    }
  });
}

TYPED_TEST(EitherServer, PutsASharedBodyBetweenItsOwnBeginningAndEnd) {
  play<TypeParam>([](HttpServer& server, TypeParam& world) -> Async<> {
    const auto text = co_await ask(server, world, "GET /shared HTTP/1.1\r\n" + close_after);
    EXPECT_TRUE(has(text, "\r\nContent-Length: 8388622\r\n")) << text.substr(0, 200);
    EXPECT_EQ(body_of(text), "before " + std::string(8U << 20U, 'x') + " after ");
    const auto head = co_await ask(server, world, "HEAD /shared HTTP/1.1\r\n" + close_after);
    EXPECT_TRUE(has(head, "\r\nContent-Length: 8388622\r\n")) << head;
    EXPECT_EQ(body_of(head), "");
  });
}

TYPED_TEST(EitherServer, HandlerLearnsThatThePeerHasGone) {
  play<TypeParam>([](HttpServer& server, TypeParam& world) -> Async<> {
    for (const bool politely : {true, false}) {
      world.started = world.cancelled = 0;
      typename TypeParam::Client client(co_await asio::this_coro::executor, world);
      co_await client.join(server);
      co_await client.send("GET /wait HTTP/1.1\r\n" + kept + "GET /never HTTP/1.1\r\n");
      while (world.started == 0) co_await world.happened.async_wait(kUseTuple);
      if (politely) co_await client.say_goodbye();
      client.close();
      while (world.cancelled == 0) co_await world.happened.async_wait(kUseTuple);
      EXPECT_TRUE(world.saw_gone);
    }
    EXPECT_EQ(world.seen.size(), 2U);
  });
}

TYPED_TEST(EitherServer, HandlerCanEndTheConnectionWithItsStreamAndGoOn) {
  play<TypeParam>([](HttpServer& server, TypeParam& world) -> Async<> {
    typename TypeParam::Client client(co_await asio::this_coro::executor, world);
    co_await client.join(server);
    co_await client.send("GET /part HTTP/1.1\r\n" + kept);
    const auto text = co_await client.read_all();
    EXPECT_FALSE(has(text, "Connection: close")) << text;
    EXPECT_EQ(body_of(text), "6\r\nso far\r\n0\r\n\r\n");
    while (world.started == 0) co_await world.happened.async_wait(kUseTuple);
    EXPECT_EQ(world.cancelled, 0);
    // What is said here now is not heard; another connection is.
    co_await client.send("GET /never HTTP/1.1\r\n" + kept);
    EXPECT_EQ(body_of(co_await ask(server, world, simple)), "GET /x? [] ");
    EXPECT_EQ(world.cancelled, 0);
    client.close();
    while (world.cancelled == 0) co_await world.happened.async_wait(kUseTuple);
    EXPECT_TRUE(world.saw_gone);
    EXPECT_EQ(world.seen.size(), 2U);
  });
}

TYPED_TEST(EitherServer, ConnectionThatEndedWithItsStreamDoesNotWaitForThePeersGoodbye) {
  play<TypeParam>([](HttpServer& server, TypeParam& world) -> Async<> {
    typename TypeParam::Client client(co_await asio::this_coro::executor, world);
    co_await client.join(server);
    co_await client.send("GET /part/at/once HTTP/1.1\r\n" + kept);
    EXPECT_EQ(body_of(co_await client.read_all()), "6\r\nso far\r\n0\r\n\r\n");
    const auto start = std::chrono::steady_clock::now();
    co_await server.stop(20s);
    EXPECT_LT(std::chrono::steady_clock::now() - start, 10s);
  });
}

TYPED_TEST(EitherServer, StopLetsRequestsFinish) {
  play<TypeParam>([](HttpServer& server, TypeParam& world) -> Async<> {
    const auto executor = co_await asio::this_coro::executor;
    Client silent(executor);
    co_await silent.connect(server);
    typename TypeParam::Client idle(executor, world);
    co_await idle.join(server);
    typename TypeParam::Client busy(executor, world);
    co_await busy.join(server);
    co_await busy.send("GET /pause HTTP/1.1\r\n" + kept);
    while (world.started == 0) co_await world.happened.async_wait(kUseTuple);
    co_await server.stop(Millis{5000});
    EXPECT_EQ(co_await silent.read_all(), "");
    EXPECT_EQ(co_await idle.read_all(), "");
    const auto text = co_await busy.read_all();
    EXPECT_TRUE(has(text, "Connection: close")) << text;
    EXPECT_EQ(body_of(text), "rested");
    Client late(executor);
    EXPECT_THROW(co_await late.connect(server), boost::system::system_error);
  });
}

TYPED_TEST(EitherServer, StopCancelsWhatTakesTooLong) {
  play<TypeParam>([](HttpServer& server, TypeParam& world) -> Async<> {
    typename TypeParam::Client client(co_await asio::this_coro::executor, world);
    co_await client.join(server);
    co_await client.send("GET /wait HTTP/1.1\r\n" + kept);
    while (world.started == 0) co_await world.happened.async_wait(kUseTuple);
    co_await server.stop(Millis{20});
    EXPECT_EQ(world.cancelled, 1);
    EXPECT_FALSE(world.saw_gone);
  });
}

}  // namespace
}  // namespace mtc
