// The server over TLS: what it adds, and that certificates can be replaced. What holds without it,
// too, is in server_either_test.cc.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <string>

#include "infra/http/client.h"
#include "infra/http/server.h"
#include "infra/http/test_tls.h"

namespace mtc {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* kUntrusted = "certificate verify failed";

TEST(HttpsServer, AnswersAnOrdinaryClient) {
  play([](HttpServer& server, TlsWorld& world) -> Async<> {
    CurlTransport transport({.ca_file = world.folder.files().certificate});
    const auto url = fmt::format("https://127.0.0.1:{}", server.port());
    for (const std::string& path : {"/one", "/two"}) {
      const auto response = co_await transport.send(
          {.method = "POST", .url = url + path, .body = std::string(200'000, 'b')});
      EXPECT_TRUE(response) << response.error().message;
      if (response) EXPECT_EQ(response->body, "POST " + path + "? [] " + std::string(200'000, 'b'));
    }
    const auto stream = co_await transport.send({.url = url + "/stream"});
    EXPECT_TRUE(stream) << stream.error().message;
    if (stream) EXPECT_EQ(stream->body, "one two");
  });
}

TEST(HttpsServer, EndsWithAGoodbye) {
  play([](HttpServer& server, TlsWorld& world) -> Async<> {
    // Without it read_all() would end with a mark.
    EXPECT_EQ(body_of(co_await ask(server, world.certificate, simple)), "GET /x? [] ");
  });
}

TEST(HttpsServer, ReadsTheRestOfARecordThatItHasAlready) {
  play([](HttpServer& server, TlsWorld& world) -> Async<> {
    const std::string value(10'000, 'v');
    const auto text = co_await ask(server, world.certificate,
                                   "GET /x HTTP/1.1\r\nX-Test: " + value + "\r\n" + close_after);
    EXPECT_EQ(body_of(text), "GET /x? [" + value + "] ");
  });
}

TEST(HttpsServer, SpeaksHttp11InTls12AndLaterOnly) {
  play([](HttpServer& server, TlsWorld& world) -> Async<> {
    const struct {
      const char* name;
      int version;
      std::string offered;  // ALPN
      const char *trouble, *chosen;
    } cases[] = {
        {"TLS 1.1", TLS1_1_VERSION, "", "alert protocol version", ""},
        {"TLS 1.2", TLS1_2_VERSION, "", "", ""},
        {"TLS 1.3", TLS1_3_VERSION, "\x02h2\x08http/1.1", "", "http/1.1"},
        {"only HTTP/2", TLS1_3_VERSION, "\x02h2", "alert no application protocol", ""},
    };
    for (const auto& c : cases) {
      SCOPED_TRACE(c.name);
      auto context = trust(world.certificate);
      SSL_CTX_set_security_level(context.native_handle(), 0);  // else it would not even try 1.1
      SSL_CTX_set_min_proto_version(context.native_handle(), c.version);
      SSL_CTX_set_max_proto_version(context.native_handle(), c.version);
      TlsClient client(co_await asio::this_coro::executor, std::move(context));
      SSL_set_alpn_protos(client.native(), reinterpret_cast<const unsigned char*>(c.offered.data()),
                          static_cast<unsigned>(c.offered.size()));
      EXPECT_THAT(co_await client.shake_hands(server), HasSubstr(c.trouble));
      const unsigned char* chosen = nullptr;
      unsigned size = 0;
      SSL_get0_alpn_selected(client.native(), &chosen, &size);
      EXPECT_EQ(std::string(reinterpret_cast<const char*>(chosen), size), c.chosen);
    }
  });
}

TEST(HttpsServer, ReloadedCertificateIsForNewConnections) {
  play([](HttpServer& server, TlsWorld& world) -> Async<> {
    const auto renewed = make_test_certificate("IP:127.0.0.1");
    TlsClient old(co_await asio::this_coro::executor, world.certificate);
    EXPECT_EQ(co_await old.shake_hands(server), "");
    TlsClient slow(co_await asio::this_coro::executor, renewed);
    co_await slow.connect(server);
    EXPECT_THAT(co_await ask(server, renewed, simple), HasSubstr(kUntrusted));
    world.folder.put(renewed);
    EXPECT_TRUE(server.reload_certificate());
    EXPECT_THAT(co_await ask(server, renewed, simple), StartsWith("HTTP/1.1 200"));
    EXPECT_THAT(co_await ask(server, world.certificate, simple), HasSubstr(kUntrusted));
    EXPECT_EQ(co_await slow.shake_hands(), "");
    co_await old.send(simple);
    EXPECT_THAT(co_await old.read_all(), StartsWith("HTTP/1.1 200"));
  });
}

TEST(HttpsServer, AfterAReloadThatFailsTheOldCertificateStays) {
  play([](HttpServer& server, TlsWorld& world) -> Async<> {
    world.folder.put("cert.pem", "");
    const auto done = server.reload_certificate();
    EXPECT_FALSE(done);
    if (!done) EXPECT_THAT(done.error().message, HasSubstr(world.folder.files().certificate));
    EXPECT_THAT(co_await ask(server, world.certificate, simple), StartsWith("HTTP/1.1 200"));
  });
}

TEST(HttpsServer, ReloadWithoutTlsDoesNothing) {
  asio::io_context loop(1);
  const auto server = start_http_server(loop.get_executor(), {}, {});
  ASSERT_TRUE(server);
  EXPECT_TRUE((*server)->reload_certificate());
}

TEST(HttpsServer, TellsAPlainClientToSpeakHttps) {
  play([](HttpServer& server, TlsWorld& world) -> Async<> {
    Client client(co_await asio::this_coro::executor);
    co_await client.connect(server);
    co_await client.send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
    const auto text = co_await client.read_all();
    EXPECT_EQ(status_line(text), "HTTP/1.1 400 Bad Request");
    EXPECT_THAT(text, HasSubstr("This port speaks HTTPS"));
    EXPECT_THAT(text, HasSubstr("\r\nConnection: close\r\n"));
    EXPECT_TRUE(world.seen.empty());
  });
}

TEST(HttpsServer, HandshakeThatIsNotFinishedIsCutOff) {
  play(
      [](HttpServer& server, TlsWorld&) -> Async<> {
        for (const std::string& begun : {std::string(), std::string("\x16\x03\x01\x02", 4)}) {
          Client client(co_await asio::this_coro::executor);
          co_await client.connect(server);
          co_await client.send(begun);
          EXPECT_EQ(co_await client.read_all(), "");
        }
      },
      {.read_timeout = Millis{60}});
}

TEST(HttpsServer, HandshakesCountAsConnections) {
  play(
      [](HttpServer& server, TlsWorld& world) -> Async<> {
        Client silent(co_await asio::this_coro::executor);
        co_await silent.connect(server);
        EXPECT_THAT(co_await ask(server, world.certificate, ""),
                    StartsWith("HTTP/1.1 503 Service Unavailable"));
      },
      {.max_connections = 1});
}

TEST(HttpsServer, OutlivesAPeerThatDoesNotWaitForItsAnswers) {
  play([](HttpServer& server, TlsWorld& world) -> Async<> {
    TlsClient client(co_await asio::this_coro::executor, world.certificate);
    EXPECT_EQ(co_await client.shake_hands(server), "");
    std::string requests;
    for (int i = 0; i < 20; ++i) requests += "GET /x HTTP/1.1\r\nHost: h\r\n\r\n";
    co_await client.send(requests);
    client.close();
    // The first answer finds nobody; a second would raise SIGPIPE.
    EXPECT_THAT(co_await ask(server, world.certificate, simple), StartsWith("HTTP/1.1 200"));
  });
}

}  // namespace
}  // namespace mtc
