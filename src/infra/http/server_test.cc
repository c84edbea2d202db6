// The server against raw sockets: what a well-behaved client never sends is what these tests send.
// What holds over TLS, too, is in server_either_test.cc.
#include "infra/http/server.h"

#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <sstream>
#include <string>

#include "infra/http/request_parser.h"
#include "infra/http/test_server.h"
#include "infra/loop/run.h"

namespace mtc {
namespace {

using Scenario = Async<> (*)(HttpServer&, World&);

Async<> play_plain(HttpServerOptions options, Scenario scenario) {
  World world(co_await asio::this_coro::executor);
  co_await play(std::move(options), world, scenario);
}

void play(Scenario scenario, HttpServerOptions options = {}) {
  run(play_plain(std::move(options), scenario));
}

Async<std::string> ask(const HttpServer& server, std::string text) {
  Client client(co_await asio::this_coro::executor);
  co_await client.connect(server);
  co_await client.send(std::move(text));
  co_return co_await client.read_all();
}

TEST(HttpServer, AnswersARequest) {
  play([](HttpServer& server, World&) -> Async<> {
    const auto text =
        co_await ask(server, "GET /a%20b?x=1 HTTP/1.1\r\nX-Test: v\r\n" + close_after);
    EXPECT_EQ(status_line(text), "HTTP/1.1 200 OK");
    EXPECT_TRUE(has(text, "\r\nDate: ")) << text;
    EXPECT_TRUE(has(text, " GMT\r\n")) << text;
    EXPECT_TRUE(has(text, "\r\nContent-Length: 19\r\n")) << text;
    EXPECT_TRUE(has(text, "\r\nConnection: close\r\n")) << text;
    EXPECT_EQ(body_of(text), "GET /a%20b?x=1 [v] ");
  });
}

TEST(HttpServer, KeepsTheConnectionAndForgetsTheHeadersOfTheRequestBefore) {
  play([](HttpServer& server, World&) -> Async<> {
    Client client(co_await asio::this_coro::executor);
    co_await client.connect(server);
    co_await client.send("GET /1 HTTP/1.1\r\nHost: h\r\nX-Test: first\r\n\r\n");
    EXPECT_TRUE(has(co_await client.read_until("[first] "), "200 OK"));
    co_await client.send("GET /2 HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_TRUE(has(co_await client.read_until("/2? [] "), "200 OK"));
  });
}

TEST(HttpServer, ReadsChunkedBodies) {
  play([](HttpServer& server, World&) -> Async<> {
    const auto text =
        co_await ask(server, "POST /c HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + close_after +
                                 "3;ext=1\r\nabc\r\n2\r\nde\r\n0\r\nX-Test: trailer\r\n\r\n");
    EXPECT_EQ(body_of(text), "POST /c? [] abcde");
  });
}

TEST(HttpServer, RefusesWhatIsNotWellFormed) {
  play([](HttpServer& server, World& world) -> Async<> {
    const struct {
      const char* name;
      std::string request;
      const char* status;
    } cases[] = {
        {"no HTTP", "hello\r\n\r\n", "HTTP/1.1 400 Bad Request"},
        {"TLS", std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11) + "\r\n\r\n",
         "HTTP/1.1 400 Bad Request"},
        {"no host", "GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400 Bad Request"},
        {"two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "HTTP/1.1 400 Bad Request"},
        {"bad header", "GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n", "HTTP/1.1 400 Bad Request"},
        {"space in name", "GET / HTTP/1.1\r\nHost : a\r\n\r\n", "HTTP/1.1 400 Bad Request"},
        {"bad length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
         "HTTP/1.1 400 Bad Request"},
        {"two lengths",
         "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
         "HTTP/1.1 400 Bad Request"},
        {"length and chunked",
         "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: "
         "chunked\r\n\r\n0\r\n\r\n",
         "HTTP/1.1 400 Bad Request"},
        {"unknown coding", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n",
         "HTTP/1.1 400 Bad Request"},
        {"a coding below chunked",
         "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
         "HTTP/1.1 400 Bad Request"},
        {"two codings",
         "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\nTransfer-Encoding: "
         "chunked\r\n\r\n0\r\n\r\n",
         "HTTP/1.1 400 Bad Request"},
        {"bad chunk", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
         "HTTP/1.1 400 Bad Request"},
        {"target", "GET nowhere HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 400 Bad Request"},
        {"version", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", "HTTP/1.1 505 HTTP Version Not Supported"},
    };
    for (const auto& c : cases) {
      SCOPED_TRACE(c.name);
      EXPECT_EQ(status_line(co_await ask(server, c.request)), c.status);
    }
    EXPECT_TRUE(world.seen.empty()) << world.seen.front();
  });
}

TEST(RequestParser, KeepsOnlyALittleBetweenRequests) {
  HttpRequest request;
  HttpHeaders spare;
  std::string text = "GET / HTTP/1.1\r\nHost: h\r\nX-Large: " + std::string(5000, 'x') + "\r\n";
  for (int i = 0; i < 500; ++i) text += "X: y\r\n";
  text += "\r\n";
  for (int round = 0; round < 2; ++round) {
    RequestParser parser(request, spare, {.max_headers = 1000});
    boost::beast::error_code ec;
    parser.put(asio::buffer(text), ec);
    EXPECT_TRUE(parser.is_done()) << ec.message();
    EXPECT_EQ(request.headers.size(), 502U);
  }
  const RequestParser next(request, spare, {});
  EXPECT_LE(spare.size(), 64U);
  for (const auto& [name, value] : spare) EXPECT_LE(value.capacity(), 1024U);
}

TEST(HttpServer, RefusesALargeHeader) {
  play(
      [](HttpServer& server, World&) -> Async<> {
        const auto one = co_await ask(
            server, "GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(3000, 'a') + "\r\n\r\n");
        EXPECT_TRUE(has(one, "HTTP/1.1 431 ")) << one;
        const auto endless = co_await ask(server, "GET /" + std::string(100'000, 'a'));
        EXPECT_TRUE(has(endless, "HTTP/1.1 431 ")) << endless;
      },
      {.max_header_bytes = 2048});
}

TEST(HttpServer, RefusesAChunksHeaderOrATrailerThatDoesNotEnd) {
  play(
      [](HttpServer& server, World& world) -> Async<> {
        const std::string head = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
        const std::string much(100'000, 'a');
        for (const std::string begun :
             {"1;", "1\r\nx\r\n1;", "0;", "0\r\n", "0\r\nX: ", "1\r\nx\r\n0\r\nX: y\r\nX: "}) {
          SCOPED_TRACE(begun);
          const auto text = co_await ask(server, head + begun + much);
          EXPECT_TRUE(has(text, "HTTP/1.1 431 ")) << text;
          EXPECT_TRUE(has(text, "\r\nConnection: close\r\n")) << text;
          EXPECT_EQ(body_of(text), "A chunk's header or the trailer is too large.\n");
        }
        EXPECT_TRUE(world.seen.empty());
      },
      {.max_header_bytes = 2048});
}

TEST(HttpServer, TakesALargeBodyInChunksOfAnySize) {
  play(
      [](HttpServer& server, World&) -> Async<> {
        const std::string body(1'000'000, 'b');
        for (const std::size_t size : {body.size(), std::size_t{30'000}, std::size_t{100}}) {
          SCOPED_TRACE(size);
          std::string chunks;
          for (std::size_t at = 0; at < body.size(); at += size) {
            const auto chunk = body.substr(at, size);
            chunks += fmt::format("{:x};extension=1\r\n{}\r\n", chunk.size(), chunk);
          }
          const auto text =
              co_await ask(server, "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" +
                                       close_after + chunks + "0\r\nX: trailer\r\n\r\n");
          EXPECT_EQ(body_of(text), "POST /? [] " + body);
        }
      },
      {.max_header_bytes = 2048});
}

TEST(HttpServer, TakesNoRequestForTheTrailerOfTheOneBefore) {
  play(
      [](HttpServer& server, World&) -> Async<> {
        const std::string body(10'000, 'b');
        const auto text = co_await ask(
            server,
            "POST /1 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n"
            "POST /2 HTTP/1.1\r\nContent-Length: 10000\r\n" +
                close_after + body);
        EXPECT_TRUE(has(text, "POST /1? [] a")) << text;
        EXPECT_TRUE(text.ends_with("POST /2? [] " + body)) << text;
      },
      {.max_header_bytes = 2048});
}

TEST(HttpServer, RefusesTooManyHeaders) {
  play(
      [](HttpServer& server, World&) -> Async<> {
        const std::string two = "GET / HTTP/1.1\r\nX: y\r\n";
        const auto fits = co_await ask(server, two + "X: y\r\n" + close_after);
        EXPECT_EQ(status_line(fits), "HTTP/1.1 200 OK");
        const auto many = co_await ask(server, two + "X: y\r\nX: y\r\n" + close_after);
        EXPECT_TRUE(has(many, "HTTP/1.1 431 ")) << many;
      },
      {.max_headers = 4});
}

TEST(HttpServer, RefusesALargeBodyWhetherAnnouncedOrNot) {
  play(
      [](HttpServer& server, World& world) -> Async<> {
        const auto announced =
            co_await ask(server, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000001\r\n\r\n" +
                                     std::string(1'000'001, 'a'));
        EXPECT_EQ(status_line(announced), "HTTP/1.1 413 Payload Too Large");
        const auto chunked = co_await ask(
            server, "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n7d1\r\n" +
                        std::string(2001, 'a') + "\r\n0\r\n\r\n");
        EXPECT_EQ(status_line(chunked), "HTTP/1.1 413 Payload Too Large");
        EXPECT_TRUE(world.seen.empty());
        const auto fits = co_await ask(server, "POST / HTTP/1.1\r\nContent-Length: 1000\r\n" +
                                                   close_after + std::string(1000, 'a'));
        EXPECT_EQ(status_line(fits), "HTTP/1.1 200 OK");
      },
      {.max_body_bytes = 1000});
}

TEST(HttpServer, SurplusConnectionsAreTold) {
  play(
      [](HttpServer& server, World&) -> Async<> {
        const auto executor = co_await asio::this_coro::executor;
        Client one(executor);
        co_await one.connect(server);
        Client two(executor);
        co_await two.connect(server);
        Client three(executor);
        co_await three.connect(server);
        const auto refused = co_await three.read_all();
        EXPECT_EQ(status_line(refused), "HTTP/1.1 503 Service Unavailable");
        co_await one.send("GET / HTTP/1.1\r\n" + close_after);
        EXPECT_EQ(status_line(co_await one.read_all()), "HTTP/1.1 200 OK");
        one.close();
        // A place has become free.
        std::string text;
        for (int i = 0; i < 100 && !text.starts_with("HTTP/1.1 200"); ++i) {
          text = co_await ask(server, "GET / HTTP/1.1\r\n" + close_after);
        }
        EXPECT_EQ(status_line(text), "HTTP/1.1 200 OK");
      },
      {.max_connections = 2});
}

TEST(HttpServer, SurplusConnectionsThatAreResetDoNoHarm) {
  play(
      [](HttpServer& server, World&) -> Async<> {
        const auto executor = co_await asio::this_coro::executor;
        Client one(executor);
        co_await one.connect(server);
        for (int i = 0; i < 20; ++i) {
          tcp::socket rude(executor);
          rude.connect({asio::ip::address_v4::loopback(), server.port()});
          rude.set_option(asio::socket_base::linger(true, 0));
          rude.close();
        }
        co_await one.send("GET / HTTP/1.1\r\n" + close_after);
        EXPECT_EQ(status_line(co_await one.read_all()), "HTTP/1.1 200 OK");
      },
      {.max_connections = 1});
}

TEST(HttpServer, OneAddressCannotTakeAllConnections) {
  play(
      [](HttpServer& server, World&) -> Async<> {
        const auto executor = co_await asio::this_coro::executor;
        Client one(executor);
        co_await one.connect(server);
        EXPECT_EQ(status_line(co_await ask(server, "")), "HTTP/1.1 503 Service Unavailable");
        Client neighbour(executor);
        co_await neighbour.connect_from("127.0.0.2", server);
        co_await neighbour.send("GET / HTTP/1.1\r\n" + close_after);
        EXPECT_EQ(status_line(co_await neighbour.read_all()), "HTTP/1.1 200 OK");
        co_await one.send("GET / HTTP/1.1\r\n" + close_after);
        EXPECT_EQ(status_line(co_await one.read_all()), "HTTP/1.1 200 OK");
        one.close();
        // Its place has become free.
        std::string text;
        for (int i = 0; i < 100 && !text.starts_with("HTTP/1.1 200"); ++i) {
          text = co_await ask(server, "GET / HTTP/1.1\r\n" + close_after);
        }
        EXPECT_EQ(status_line(text), "HTTP/1.1 200 OK");
      },
      {.max_connections_per_address = 1});
}

TEST(HttpServer, HandlerCanBeCancelledAndItsConnectionLivesOn) {
  play([](HttpServer& server, World& world) -> Async<> {
    const auto text = co_await ask(server,
                                   "GET /cancelled HTTP/1.1\r\nHost: h\r\n\r\n"
                                   "GET /pause HTTP/1.1\r\nHost: h\r\n\r\n"
                                   "GET /cancelled HTTP/1.1\r\n" +
                                       close_after);
    const auto first = text.find("Operation canceled.");
    const auto second = text.find("rested");
    const auto third = text.find("Operation canceled.", first + 1);
    EXPECT_NE(third, std::string::npos) << text;
    EXPECT_LT(first, second) << text;
    EXPECT_LT(second, third) << text;
    EXPECT_EQ(world.seen.size(), 3U);
  });
}

TEST(HttpServer, StreamsInChunks) {
  play([](HttpServer& server, World&) -> Async<> {
    const auto text = co_await ask(server, "GET /stream HTTP/1.1\r\n" + close_after);
    EXPECT_TRUE(has(text, "\r\nTransfer-Encoding: chunked\r\n")) << text;
    EXPECT_EQ(body_of(text), "4\r\none \r\n3\r\ntwo\r\n0\r\n\r\n");
    const auto torn = co_await ask(server, "GET /torn HTTP/1.1\r\n" + close_after);
    EXPECT_FALSE(has(torn, "0\r\n\r\n")) << torn;
  });
}

TEST(HttpServer, SpeaksToHttp10) {
  play([](HttpServer& server, World&) -> Async<> {
    const auto plain = co_await ask(server, "GET /x HTTP/1.0\r\n\r\n");
    EXPECT_EQ(body_of(plain), "GET /x? [] ");
    const auto stream =
        co_await ask(server, "GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_FALSE(has(stream, "chunked")) << stream;
    EXPECT_EQ(body_of(stream), "one two");
  });
}

TEST(HttpServer, AnswersHeadWithoutABody) {
  play([](HttpServer& server, World&) -> Async<> {
    const auto text = co_await ask(server, "HEAD /x HTTP/1.1\r\n" + close_after);
    EXPECT_TRUE(has(text, "\r\nContent-Length: 12\r\n")) << text;
    EXPECT_EQ(body_of(text), "");
    EXPECT_EQ(body_of(co_await ask(server, "HEAD /stream HTTP/1.1\r\n" + close_after)), "");
  });
}

TEST(HttpServer, InvitesTheBodyThatWaitsForIt) {
  play([](HttpServer& server, World&) -> Async<> {
    Client client(co_await asio::this_coro::executor);
    co_await client.connect(server);
    co_await client.send(
        "POST /e HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(co_await client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    co_await client.send("ok");
    EXPECT_TRUE(has(co_await client.read_until("ok"), "POST /e? [] ok"));
  });
}

TEST(HttpServer, DoesNotInviteABodyItWouldRefuse) {
  play(
      [](HttpServer& server, World&) -> Async<> {
        const auto text = co_await ask(
            server,
            "POST /e HTTP/1.1\r\nHost: h\r\nContent-Length: 20\r\nExpect: 100-continue\r\n\r\n");
        EXPECT_EQ(status_line(text), "HTTP/1.1 413 Payload Too Large");
      },
      {.max_body_bytes = 10});
}

TEST(HttpServer, BrokenHandlerBecomes500AndTheConnectionLives) {
  play([](HttpServer& server, World&) -> Async<> {
    for (const std::string path : {"/throw", "/nothing"}) {
      Client client(co_await asio::this_coro::executor);
      co_await client.connect(server);
      co_await client.send("GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n");
      const auto text = co_await client.read_until("why.\n");
      EXPECT_EQ(status_line(text), "HTTP/1.1 500 Internal Server Error");
      EXPECT_FALSE(has(text, "broken")) << text;
      co_await client.send("GET /next HTTP/1.1\r\n" + close_after);
      EXPECT_TRUE(has(co_await client.read_all(), "GET /next"));
    }
  });
}

TEST(HttpServer, TheLogShowsNoSecretOfALink) {
  std::ostringstream log;
  const auto usual = spdlog::default_logger();
  spdlog::set_default_logger(
      std::make_shared<spdlog::logger>("", std::make_shared<spdlog::sinks::ostream_sink_st>(log)));
  play([](HttpServer& server, World&) -> Async<> {
    co_await ask(server, "GET /throw/topsecret?token=topsecret HTTP/1.1\r\n" + close_after);
  });
  spdlog::set_default_logger(usual);
  EXPECT_TRUE(has(log.str(), "GET /throw/…: broken")) << log.str();
  EXPECT_FALSE(has(log.str(), "topsecret")) << log.str();
}

TEST(HttpServer, HeaderWithALineBreakIsLeftOut) {
  play([](HttpServer& server, World&) -> Async<> {
    const auto text = co_await ask(server, "GET /inject HTTP/1.1\r\n" + close_after);
    EXPECT_TRUE(has(text, "X-Good: yes\r\n")) << text;
    EXPECT_FALSE(has(text, "Set-Cookie")) << text;
  });
}

TEST(HttpServer, ListensOnIpv6) {
  play(
      [](HttpServer& server, World&) -> Async<> {
        Client client(co_await asio::this_coro::executor);
        co_await client.connect(server, "::1");
        co_await client.send("GET /peer HTTP/1.1\r\n" + close_after);
        EXPECT_EQ(body_of(co_await client.read_all()), "::1");
      },
      {.address = "::1"});
}

TEST(HttpServer, SaysWhyItCannotListen) {
  play([](HttpServer& server, World&) -> Async<> {
    const auto executor = co_await asio::this_coro::executor;
    const auto taken = start_http_server(executor, {.port = server.port()}, {});
    EXPECT_FALSE(taken);
    if (taken) co_return;
    EXPECT_EQ(taken.error().code, Errc::unavailable);
    EXPECT_EQ(taken.error().message,
              fmt::format("cannot listen on 127.0.0.1:{}: Address already in use; choose another "
                          "port or stop the program that holds it",
                          server.port()));
    const auto nonsense = start_http_server(executor, {.address = "nowhere"}, {});
    EXPECT_FALSE(nonsense);
    EXPECT_TRUE(has(nonsense.error().message, "\"nowhere\" is not an IP address"));
  });
}

}  // namespace
}  // namespace mtc
