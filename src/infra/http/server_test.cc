// The server against raw sockets: what a well-behaved client never sends is what these tests send.
#include "infra/http/server.h"

#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <sstream>
#include <string>

#include "infra/http/request_parser.h"
#include "infra/loop/run.h"

namespace mtc {
namespace {

using asio::ip::tcp;
using namespace std::chrono_literals;
constexpr auto kUseTuple = asio::as_tuple(asio::use_awaitable);

// What the handlers below note for the tests.
struct World {
  explicit World(const asio::any_io_executor& executor)
      : happened(executor, asio::steady_timer::time_point::max()) {}
  asio::steady_timer happened;
  int started = 0;
  int cancelled = 0;
  bool saw_gone = false;
  std::vector<std::string> seen;
};

Async<> until_cancelled(HttpExchange& exchange, World& world) {
  asio::steady_timer forever(co_await asio::this_coro::executor,
                             asio::steady_timer::time_point::max());
  ++world.started;
  world.happened.cancel();
  co_await forever.async_wait(kUseTuple);
  ++world.cancelled;
  world.saw_gone = exchange.gone();
  world.happened.cancel();
}

Async<> answer(HttpExchange& exchange, World& world) {
  const auto& request = exchange.request();
  world.seen.push_back(request.method + " " + request.path);
  if (request.path == "/wait") {
    co_await until_cancelled(exchange, world);
  } else if (request.path.starts_with("/throw")) {
    throw std::runtime_error("broken");
  } else if (request.path == "/nothing") {
  } else if (request.path == "/pause") {
    asio::steady_timer pause(co_await asio::this_coro::executor, 150ms);
    ++world.started;
    world.happened.cancel();
    co_await pause.async_wait(asio::use_awaitable);
    co_await exchange.respond({.body = "rested"});
  } else if (request.path == "/stream" || request.path == "/torn") {
    co_await exchange.begin_stream(200, {{"Content-Type", "text/plain"}});
    co_await exchange.write("one ");
    co_await exchange.write("");
    co_await exchange.write("two");
    if (request.path == "/stream") co_await exchange.finish();
  } else if (request.path == "/flood") {
    co_await exchange.begin_stream(200, {});
    while (!exchange.gone()) {
      co_await exchange.write(std::string(256U << 10U, 'x'));
      ++world.started;
    }
  } else if (request.path == "/large") {
    co_await exchange.respond({.body = std::string(32U << 20U, 'x')});
  } else if (request.path == "/inject") {
    co_await exchange.respond({.headers = {{"X-Good", "yes"}, {"X-Bad", "a\r\nSet-Cookie: b"}}});
  } else if (request.path == "/peer") {
    co_await exchange.respond({.body = request.peer_address});
  } else if (request.path == "/empty") {
    co_await exchange.respond({.status = 204});
  } else {
    co_await exchange.respond({.headers = {{"Content-Type", "text/plain"}},
                               .body = request.method + " " + request.path + "?" + request.query +
                                       " [" + std::string(request.header("x-test")) + "] " +
                                       request.body});
  }
}

class Client {
 public:
  explicit Client(const asio::any_io_executor& executor) : socket_(executor) {}
  Async<> connect(const HttpServer& server, std::string address = "127.0.0.1") {
    co_await socket_.async_connect({asio::ip::make_address(address), server.port()},
                                   asio::use_awaitable);
  }
  Async<> send(std::string text) {
    co_await asio::async_write(socket_, asio::buffer(text), asio::use_awaitable);
  }
  // All until the server closes (or resets: then with a mark).
  Async<std::string> read_all() {
    std::string text;
    const auto [ec, size] =
        co_await asio::async_read(socket_, asio::dynamic_buffer(text), kUseTuple);
    if (ec != asio::error::eof) text += "<" + ec.message() + ">";
    co_return text;
  }
  Async<std::string> read_until(std::string end) {
    while (true) {
      if (const auto at = pending_.find(end); at != std::string::npos) {
        auto out = pending_.substr(0, at + end.size());
        pending_.erase(0, at + end.size());
        co_return out;
      }
      std::array<char, 4096> some{};
      const auto [ec, size] = co_await socket_.async_read_some(asio::buffer(some), kUseTuple);
      if (ec) co_return pending_ + "<" + ec.message() + ">";
      pending_.append(some.data(), size);
    }
  }
  void say_no_more() { socket_.shutdown(tcp::socket::shutdown_send); }
  void close() { socket_.close(); }

 private:
  tcp::socket socket_;
  std::string pending_;
};

using Scenario = Async<> (*)(HttpServer&, World&);

Async<> play(HttpServerOptions options, Scenario scenario) {
  const auto executor = co_await asio::this_coro::executor;
  World world(executor);
  auto server = start_http_server(executor, std::move(options), [&world](HttpExchange& exchange) {
    return answer(exchange, world);
  });
  if (!server) {
    ADD_FAILURE() << server.error().message;
    co_return;
  }
  co_await scenario(**server, world);
  co_await (*server)->stop(Millis{0});
}

void play(Scenario scenario, HttpServerOptions options = {}) {
  run(play(std::move(options), scenario));
}

Async<std::string> ask(const HttpServer& server, std::string text) {
  Client client(co_await asio::this_coro::executor);
  co_await client.connect(server);
  co_await client.send(std::move(text));
  co_return co_await client.read_all();
}

const std::string close_after = "Host: h\r\nConnection: close\r\n\r\n";

std::string status_line(const std::string& answer) {
  return answer.substr(0, answer.find("\r\n"));
}
std::string body_of(const std::string& answer) {
  const auto at = answer.find("\r\n\r\n");
  return at == std::string::npos ? "" : answer.substr(at + 4);
}
bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
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

TEST(HttpServer, AnswersPipelinedRequestsInOrder) {
  play([](HttpServer& server, World&) -> Async<> {
    const auto text = co_await ask(server,
                                   "POST /1 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"
                                   "\r\nGET /pause HTTP/1.1\r\nHost: h\r\n\r\nGET /3 HTTP/1.1\r\n" +
                                       close_after);
    const auto first = text.find("POST /1? [] abc");
    const auto second = text.find("rested");
    const auto third = text.find("GET /3?");
    EXPECT_NE(third, std::string::npos) << text;
    EXPECT_LT(first, second);
    EXPECT_LT(second, third);
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
    RequestParser parser(request, spare, {});
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

TEST(HttpServer, RequestThatTricklesInIsCutOff) {
  play(
      [](HttpServer& server, World&) -> Async<> {
        Client client(co_await asio::this_coro::executor);
        co_await client.connect(server);
        co_await client.send("GET / HT");
        const auto text = co_await client.read_all();
        EXPECT_EQ(status_line(text), "HTTP/1.1 408 Request Timeout");
        Client body(co_await asio::this_coro::executor);
        co_await body.connect(server);
        co_await body.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc");
        EXPECT_EQ(status_line(co_await body.read_all()), "HTTP/1.1 408 Request Timeout");
      },
      {.read_timeout = Millis{60}});
}

TEST(HttpServer, IdleConnectionIsClosedWithoutAWord) {
  play(
      [](HttpServer& server, World&) -> Async<> {
        Client client(co_await asio::this_coro::executor);
        co_await client.connect(server);
        EXPECT_EQ(co_await client.read_all(), "");
        Client kept(co_await asio::this_coro::executor);
        co_await kept.connect(server);
        co_await kept.send("GET /empty HTTP/1.1\r\nHost: h\r\n\r\n");
        const auto text = co_await kept.read_all();
        EXPECT_EQ(status_line(text), "HTTP/1.1 204 No Content");
        EXPECT_FALSE(has(text, "408")) << text;
        EXPECT_FALSE(has(text, "Content-Length")) << text;
      },
      {.read_timeout = Millis{60}});
}

TEST(HttpServer, PeerThatDoesNotReadIsCutOff) {
  play(
      [](HttpServer& server, World& world) -> Async<> {
        Client client(co_await asio::this_coro::executor);
        co_await client.connect(server);
        co_await client.send("GET /flood HTTP/1.1\r\nHost: h\r\n\r\n");
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

TEST(HttpServer, PeerThatHasSaidAllStillGetsItsWholeAnswer) {
  play([](HttpServer& server, World&) -> Async<> {
    Client client(co_await asio::this_coro::executor);
    co_await client.connect(server);
    co_await client.send("GET /large HTTP/1.1\r\nHost: h\r\n\r\n");
    client.say_no_more();
    asio::steady_timer later(co_await asio::this_coro::executor, 300ms);
    co_await later.async_wait(asio::use_awaitable);  // until the server waits for us to read
    EXPECT_EQ(body_of(co_await client.read_all()).size(), 32U << 20U);
  });
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

TEST(HttpServer, HandlerLearnsThatThePeerHasGone) {
  play([](HttpServer& server, World& world) -> Async<> {
    Client client(co_await asio::this_coro::executor);
    co_await client.connect(server);
    co_await client.send("GET /wait HTTP/1.1\r\nHost: h\r\n\r\nGET /never HTTP/1.1\r\n");
    while (world.started == 0) co_await world.happened.async_wait(kUseTuple);
    client.close();
    while (world.cancelled == 0) co_await world.happened.async_wait(kUseTuple);
    EXPECT_TRUE(world.saw_gone);
    EXPECT_EQ(world.seen.size(), 1U);
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

TEST(HttpServer, StopLetsRequestsFinish) {
  play([](HttpServer& server, World& world) -> Async<> {
    const auto executor = co_await asio::this_coro::executor;
    Client idle(executor);
    co_await idle.connect(server);
    Client busy(executor);
    co_await busy.connect(server);
    co_await busy.send("GET /pause HTTP/1.1\r\nHost: h\r\n\r\n");
    while (world.started == 0) co_await world.happened.async_wait(kUseTuple);
    co_await server.stop(Millis{5000});
    EXPECT_EQ(co_await idle.read_all(), "");
    const auto text = co_await busy.read_all();
    EXPECT_TRUE(has(text, "Connection: close")) << text;
    EXPECT_EQ(body_of(text), "rested");
    Client late(executor);
    EXPECT_THROW(co_await late.connect(server), boost::system::system_error);
  });
}

TEST(HttpServer, StopCancelsWhatTakesTooLong) {
  play([](HttpServer& server, World& world) -> Async<> {
    Client client(co_await asio::this_coro::executor);
    co_await client.connect(server);
    co_await client.send("GET /wait HTTP/1.1\r\nHost: h\r\n\r\n");
    while (world.started == 0) co_await world.happened.async_wait(kUseTuple);
    co_await server.stop(Millis{20});
    EXPECT_EQ(world.cancelled, 1);
    EXPECT_FALSE(world.saw_gone);
  });
}

}  // namespace
}  // namespace mtc
