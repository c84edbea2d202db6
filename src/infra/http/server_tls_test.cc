// The server over TLS: what it promises without holds with it, and certificates can be replaced.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <filesystem>
#include <fstream>
#include <string>

#include "infra/http/client.h"
#include "infra/http/server.h"
#include "infra/http/test_certificate.h"
#include "infra/http/test_server.h"
#include "infra/loop/run.h"

namespace mtc {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// A folder with a certificate and its key, as an operator would lay them there.
class CertificateFolder {
 public:
  CertificateFolder() {
    std::string path = (std::filesystem::temp_directory_path() / "mtc-tls-XXXXXX").string();
    if (::mkdtemp(path.data()) == nullptr) throw std::runtime_error("mkdtemp");
    path_ = path;
  }
  CertificateFolder(const CertificateFolder&) = delete;
  CertificateFolder& operator=(const CertificateFolder&) = delete;
  ~CertificateFolder() { std::filesystem::remove_all(path_); }

  TlsFiles files() const { return {.certificate = path("cert.pem"), .key = path("key.pem")}; }
  void put(const TestCertificate& it) const {
    put("cert.pem", it.certificate);
    put("key.pem", it.key);
  }
  void put(const std::string& name, const std::string& text, ::mode_t mode = 0600) const {
    std::ofstream(path(name)) << text;
    ::chmod(path(name).c_str(), mode);
  }
  std::string path(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

struct TlsWorld : World {
  using World::World;
  TestCertificate certificate = make_test_certificate("IP:127.0.0.1");
  CertificateFolder folder;
};

// Trusts just this certificate.
asio::ssl::context trust(const TestCertificate& certificate) {
  asio::ssl::context context(asio::ssl::context::tls_client);
  context.add_certificate_authority(asio::buffer(certificate.certificate));
  context.set_verify_mode(asio::ssl::verify_peer);
  return context;
}

class TlsClient : public RawClient<asio::ssl::stream<tcp::socket>> {
 public:
  TlsClient(const asio::any_io_executor& executor, const TestCertificate& trusted)
      : TlsClient(executor, trust(trusted)) {}
  TlsClient(const asio::any_io_executor& executor, asio::ssl::context context)
      : RawClient(executor, context) {}

  // Empty, or why not.
  Async<std::string> shake_hands(const HttpServer& server) {
    co_await connect(server);
    co_return co_await shake_hands();
  }
  Async<std::string> shake_hands() {
    const auto [ec] = co_await stream_.async_handshake(asio::ssl::stream_base::client, kUseTuple);
    co_return ec ? ec.message() : "";
  }
  // TLS's goodbye, and the server's.
  Async<> say_goodbye() { co_await stream_.async_shutdown(kUseTuple); }
  SSL* native() { return stream_.native_handle(); }
};

using Scenario = Async<> (*)(HttpServer&, TlsWorld&);

Async<> play_tls(HttpServerOptions options, Scenario scenario) {
  TlsWorld world(co_await asio::this_coro::executor);
  world.folder.put(world.certificate);
  const auto interval = options.tls ? options.tls->check_interval : Millis{0};
  options.tls = world.folder.files();
  options.tls->check_interval = interval;
  co_await play(std::move(options), world, scenario);
}

void play(Scenario scenario, HttpServerOptions options = {}) {
  run(play_tls(std::move(options), scenario));
}

Async<std::string> ask(const HttpServer& server, const TestCertificate& trusted, std::string text) {
  TlsClient client(co_await asio::this_coro::executor, trusted);
  if (auto trouble = co_await client.shake_hands(server); !trouble.empty()) co_return trouble;
  co_await client.send(std::move(text));
  co_return co_await client.read_all();
}

const std::string simple = "GET /x HTTP/1.1\r\n" + close_after;
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

TEST(HttpsServer, AnswersPipelinedRequestsInOrder) {
  play([](HttpServer& server, TlsWorld& world) -> Async<> {
    const auto text = co_await ask(server, world.certificate,
                                   "POST /1 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"
                                   "GET /pause HTTP/1.1\r\nHost: h\r\n\r\n" +
                                       simple);
    const auto first = text.find("POST /1? [] abc");
    const auto second = text.find("rested");
    const auto third = text.find("GET /x?");
    EXPECT_NE(third, std::string::npos) << text;
    EXPECT_LT(first, second);
    EXPECT_LT(second, third);
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

TEST(HttpsServer, NoticesNewFilesByItself) {
  play(
      [](HttpServer& server, TlsWorld& world) -> Async<> {
        const auto renewed = make_test_certificate("IP:127.0.0.1");
        world.folder.put(renewed);
        const auto later = std::filesystem::file_time_type::clock::now() + 1min;
        std::filesystem::last_write_time(world.folder.files().certificate, later);
        std::string text;
        for (int i = 0; i < 100 && !text.starts_with("HTTP/1.1 200"); ++i) {
          text = co_await ask(server, renewed, simple);
        }
        EXPECT_THAT(text, StartsWith("HTTP/1.1 200"));
      },
      {.tls = TlsFiles{.check_interval = Millis{1}}});
}

TEST(HttpsServer, ReloadWithoutTlsDoesNothing) {
  asio::io_context loop(1);
  const auto server = start_http_server(loop.get_executor(), {}, {});
  ASSERT_TRUE(server);
  EXPECT_TRUE((*server)->reload_certificate());
}

Result<> start_with(const TlsFiles& files) {
  asio::io_context loop(1);
  const auto server = start_http_server(loop.get_executor(), {.tls = files}, {});
  if (!server) return fail(server.error());
  return {};
}

std::string encrypt(const TestCertificate& it) {
  BIO* const in = BIO_new_mem_buf(it.key.data(), static_cast<int>(it.key.size()));
  EVP_PKEY* const key = PEM_read_bio_PrivateKey(in, nullptr, nullptr, nullptr);
  BIO_free(in);
  BIO* const out = BIO_new(BIO_s_mem());
  std::string passphrase = "secret";
  PEM_write_bio_PrivateKey(out, key, EVP_aes_128_cbc(),
                           reinterpret_cast<unsigned char*>(passphrase.data()),
                           static_cast<int>(passphrase.size()), nullptr, nullptr);
  EVP_PKEY_free(key);
  return take_text(out);
}

TEST(HttpsServer, SaysWhatIsWrongWithItsFiles) {
  const auto good = make_test_certificate("IP:127.0.0.1");
  const auto other = make_test_certificate("IP:127.0.0.1");
  const auto expired = make_test_certificate("IP:127.0.0.1", {.from = -7200, .until = -3600});
  const auto early = make_test_certificate("IP:127.0.0.1", {.from = 3600, .until = 7200});
  const auto weak = make_test_certificate("IP:127.0.0.1", {.rsa_bits = 1024});
  const struct {
    const char* name;
    std::string certificate, key;
    ::mode_t mode;
    Errc code;
    const char *file, *why;
  } cases[] = {
      {"no certificate", "hello", good.key, 0600, Errc::invalid_argument, "cert.pem",
       "holds no certificate in PEM form"},
      {"files swapped", good.key, good.certificate, 0600, Errc::invalid_argument, "cert.pem",
       "holds no certificate in PEM form"},
      {"broken chain", good.certificate + good.certificate.substr(0, 200), good.key, 0600,
       Errc::invalid_argument, "cert.pem", "certificate 2 of the chain is broken"},
      {"no key", good.certificate, good.certificate, 0600, Errc::invalid_argument, "key.pem",
       "holds no private key in PEM form"},
      {"passphrase", good.certificate, encrypt(good), 0600, Errc::invalid_argument, "key.pem",
       "asks for a passphrase"},
      {"others may read", good.certificate, good.key, 0604, Errc::denied, "key.pem",
       "may be used by others (mode 604); run: chmod 600"},
      {"the group may write", good.certificate, good.key, 0620, Errc::denied, "key.pem",
       "may be used by others (mode 620); run: chmod 600"},
      {"mismatch", good.certificate, other.key, 0600, Errc::invalid_argument, "key.pem",
       "does not belong to the certificate in"},
      {"expired", expired.certificate, expired.key, 0600, Errc::invalid_argument, "cert.pem",
       "expired on 20"},
      {"early", early.certificate, early.key, 0600, Errc::invalid_argument, "cert.pem",
       "is valid only from 20"},
      {"weak", weak.certificate, weak.key, 0600, Errc::invalid_argument, "cert.pem",
       "key too small"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const CertificateFolder folder;
    folder.put("cert.pem", c.certificate);
    folder.put("key.pem", c.key, c.mode);
    const auto started = start_with(folder.files());
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().code, c.code);
    EXPECT_THAT(started.error().message, HasSubstr(folder.path(c.file)));
    EXPECT_THAT(started.error().message, HasSubstr(c.why));
  }
}

TEST(HttpsServer, SaysWhichFileIsMissing) {
  const auto good = make_test_certificate("IP:127.0.0.1");
  for (const char* name : {"cert.pem", "key.pem"}) {
    const CertificateFolder folder;
    folder.put(good);
    std::filesystem::remove(folder.path(name));
    const auto missing = start_with(folder.files());
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, Errc::not_found);
    EXPECT_THAT(missing.error().message, HasSubstr(folder.path(name) + ": cannot open it: "));
    std::filesystem::create_directory(folder.path(name));
    const auto directory = start_with(folder.files());
    ASSERT_FALSE(directory);
    EXPECT_THAT(directory.error().message, HasSubstr(folder.path(name) + " is not a file"));
  }
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

TEST(HttpsServer, RequestThatTricklesInIsCutOff) {
  play(
      [](HttpServer& server, TlsWorld& world) -> Async<> {
        const auto text = co_await ask(server, world.certificate, "GET / HT");
        EXPECT_EQ(status_line(text), "HTTP/1.1 408 Request Timeout");
        EXPECT_EQ(co_await ask(server, world.certificate, ""), "");
      },
      {.read_timeout = Millis{60}});
}

TEST(HttpsServer, PeerThatDoesNotReadIsCutOff) {
  play(
      [](HttpServer& server, TlsWorld& world) -> Async<> {
        TlsClient client(co_await asio::this_coro::executor, world.certificate);
        EXPECT_EQ(co_await client.shake_hands(server), "");
        co_await client.send("GET /flood HTTP/1.1\r\nHost: h\r\n\r\n");
        asio::steady_timer later(co_await asio::this_coro::executor, 400ms);
        co_await later.async_wait(asio::use_awaitable);
        const int written = world.started;
        EXPECT_GT(written, 0);
        EXPECT_LT(written, 100);
        later.expires_after(50ms);
        co_await later.async_wait(asio::use_awaitable);
        EXPECT_EQ(world.started, written);
      },
      {.read_timeout = Millis{100}});
}

TEST(HttpsServer, PeerThatReadsLateStillGetsItsWholeAnswerAndTheGoodbye) {
  play([](HttpServer& server, TlsWorld& world) -> Async<> {
    TlsClient client(co_await asio::this_coro::executor, world.certificate);
    EXPECT_EQ(co_await client.shake_hands(server), "");
    co_await client.send("GET /large HTTP/1.1\r\n" + close_after);
    client.say_no_more();
    asio::steady_timer later(co_await asio::this_coro::executor, 300ms);
    co_await later.async_wait(asio::use_awaitable);  // until the server waits for us to read
    EXPECT_EQ(body_of(co_await client.read_all()).size(), 32U << 20U);
  });
}

TEST(HttpsServer, SendsASharedBodyWhole) {
  play([](HttpServer& server, TlsWorld& world) -> Async<> {
    const auto text =
        co_await ask(server, world.certificate, "GET /shared HTTP/1.1\r\n" + close_after);
    EXPECT_EQ(body_of(text), "before " + std::string(8U << 20U, 'x') + " after ");
  });
}

TEST(HttpsServer, HandlerLearnsThatThePeerHasGone) {
  play([](HttpServer& server, TlsWorld& world) -> Async<> {
    for (const bool politely : {true, false}) {
      world.started = world.cancelled = 0;
      TlsClient client(co_await asio::this_coro::executor, world.certificate);
      EXPECT_EQ(co_await client.shake_hands(server), "");
      co_await client.send("GET /wait HTTP/1.1\r\nHost: h\r\n\r\nGET /never HTTP/1.1\r\n");
      while (world.started == 0) co_await world.happened.async_wait(kUseTuple);
      if (politely) co_await client.say_goodbye();
      client.close();
      while (world.cancelled == 0) co_await world.happened.async_wait(kUseTuple);
      EXPECT_TRUE(world.saw_gone);
    }
    EXPECT_EQ(world.seen.size(), 2U);
  });
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

TEST(HttpsServer, StopLetsRequestsFinishAndEndsTheRestWithAGoodbye) {
  play([](HttpServer& server, TlsWorld& world) -> Async<> {
    const auto executor = co_await asio::this_coro::executor;
    Client silent(executor);
    co_await silent.connect(server);
    TlsClient idle(executor, world.certificate);
    EXPECT_EQ(co_await idle.shake_hands(server), "");
    TlsClient busy(executor, world.certificate);
    EXPECT_EQ(co_await busy.shake_hands(server), "");
    co_await busy.send("GET /pause HTTP/1.1\r\nHost: h\r\n\r\n");
    while (world.started == 0) co_await world.happened.async_wait(kUseTuple);
    co_await server.stop(Millis{5000});
    EXPECT_EQ(co_await silent.read_all(), "");
    EXPECT_EQ(co_await idle.read_all(), "");
    EXPECT_EQ(body_of(co_await busy.read_all()), "rested");
  });
}

TEST(HttpsServer, StopCancelsWhatTakesTooLong) {
  play([](HttpServer& server, TlsWorld& world) -> Async<> {
    TlsClient client(co_await asio::this_coro::executor, world.certificate);
    EXPECT_EQ(co_await client.shake_hands(server), "");
    co_await client.send("GET /wait HTTP/1.1\r\nHost: h\r\n\r\n");
    while (world.started == 0) co_await world.happened.async_wait(kUseTuple);
    co_await server.stop(Millis{20});
    EXPECT_EQ(world.cancelled, 1);
    EXPECT_FALSE(world.saw_gone);
  });
}

}  // namespace
}  // namespace mtc
