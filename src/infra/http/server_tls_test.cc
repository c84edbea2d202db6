// The server over TLS: what it adds, and that certificates can be replaced. What holds without it,
// too, is in server_either_test.cc.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <string>

#include "base/text.h"
#include "infra/crypto/certificate_authority.h"
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

// A server that asks for certificates of its authority's clients and says who came.
struct ClientCertificates : testing::Test {
  SystemClock clock;
  SeededRandom random{1};
  CertificateAuthority authority = CertificateAuthority::create("test", 1h, clock, random).value();
  CertificateFolder folder;

  HttpServerOptions options() {
    const auto own = authority.issue_server({"127.0.0.1"}, 1h).value();
    folder.put("cert.pem", own.certificate);
    folder.put("key.pem", own.key);
    folder.put("clients.pem", authority.certificate());
    HttpServerOptions out{.tls = folder.files()};
    out.tls->client_ca = folder.path("clients.pem");
    return out;
  }
  ClientTls as(const KeyedCertificate& who) const {
    return {.ca = authority.certificate(), .certificate = who.certificate, .key = who.key};
  }
  Result<OutboundResponse> ask(HttpServerOptions server_options, ClientTls tls) {
    return run(ask_twice(std::move(server_options), std::move(tls)));
  }

  static Async<> say_who(HttpExchange& exchange) {
    const auto& request = exchange.request();
    co_await exchange.respond(
        {.body = request.client_name + "|" + join(request.client_groups, "|")});
  }
  // Twice, for the second request comes over the connection of the first.
  static Async<Result<OutboundResponse>> ask_twice(HttpServerOptions server_options,
                                                   ClientTls tls) {
    auto server =
        start_http_server(co_await asio::this_coro::executor, std::move(server_options), say_who);
    if (!server) co_return fail(server.error());
    CurlTransport transport;
    const OutboundRequest request{.url = fmt::format("https://127.0.0.1:{}/", (*server)->port()),
                                  .tls = std::make_shared<const ClientTls>(std::move(tls))};
    auto first = co_await transport.send(request);
    auto second = co_await transport.send(request);
    co_await (*server)->stop(Millis{0});
    if (first && second) EXPECT_EQ(first->body, second->body);
    co_return second;
  }
};

TEST_F(ClientCertificates, NameTheClientAndItsGroups) {
  const auto ana = authority.issue_client("安娜", {"ops", "system:masters"}, 1h).value();
  const auto response = ask(options(), as(ana));
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, "安娜|ops|system:masters");
}

TEST_F(ClientCertificates, AreNotRequired) {
  const auto response = ask(options(), {.ca = authority.certificate()});
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, "|");
}

TEST_F(ClientCertificates, OfAnotherAuthorityEndTheHandshake) {
  auto other = CertificateAuthority::create("other", 1h, clock, random).value();
  const auto response = ask(options(), as(other.issue_client("ana", {"ops"}, 1h).value()));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, Errc::unavailable);
  EXPECT_THAT(response.error().message, HasSubstr("ended TLS: alert unknown ca"));
}

TEST_F(ClientCertificates, ThatAreOutOfDateEndTheHandshake) {
  FakeClock past;
  past.time = clock.now() - 48h;
  auto old = CertificateAuthority::create("old", 240h, past, random).value();
  const auto ended = old.issue_client("ana", {}, 1h).value();
  auto with_old = options();
  folder.put("clients.pem", authority.certificate() + old.certificate());
  const auto response = ask(with_old, as(ended));
  ASSERT_FALSE(response);
  EXPECT_THAT(response.error().message, HasSubstr("ended TLS: alert certificate expired"));
}

TEST_F(ClientCertificates, AreIgnoredByAServerThatDoesNotAsk) {
  auto without = options();
  without.tls->client_ca.clear();
  const auto response = ask(without, as(authority.issue_client("ana", {"ops"}, 1h).value()));
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, "|");
}

TEST_F(ClientCertificates, AFileWithoutAuthoritiesIsRefused) {
  for (const std::string& text :
       {std::string("hello"), std::string(),
        authority.certificate() + authority.certificate().substr(0, 200)}) {
    const auto with_bad = options();
    folder.put("clients.pem", text);
    const auto response = ask(with_bad, {});
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, Errc::invalid_argument);
    EXPECT_THAT(response.error().message, HasSubstr(folder.path("clients.pem")));
  }
  const auto missing = options();
  std::filesystem::remove(folder.path("clients.pem"));
  EXPECT_EQ(ask(missing, {}).error().code, Errc::not_found);
}

}  // namespace
}  // namespace mtc
