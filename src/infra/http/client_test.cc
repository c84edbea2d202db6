#include "infra/http/client.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>
#include <filesystem>
#include <mutex>
#include <semaphore>
#include <thread>

#include "base/encoding.h"
#include "base/random.h"
#include "infra/crypto/certificate_authority.h"
#include "infra/http/test_certificate.h"
#include "infra/loop/run.h"

namespace mtc {
namespace {

using asio::ip::tcp;
using namespace std::chrono_literals;

// Accepts on a free loopback port and lets `handler` talk to each peer, blocking, on a thread of
// its own.
class LoopbackServer {
 public:
  using Handler = std::function<void(tcp::socket&)>;

  explicit LoopbackServer(Handler handler)
      : handler_(std::move(handler)), acceptor_(context_, {asio::ip::address_v4::loopback(), 0}) {
    port_ = acceptor_.local_endpoint().port();
    accepting_ = std::thread([this] { accept(); });
  }
  ~LoopbackServer() {
    stopping_ = true;
    boost::system::error_code ignored;
    tcp::socket wake(context_);
    wake.connect({asio::ip::address_v4::loopback(), port_}, ignored);
    accepting_.join();
    {
      const std::lock_guard lock(mutex_);
      for (auto& socket : sockets_) socket->shutdown(tcp::socket::shutdown_both, ignored);
    }
    for (auto& thread : threads_) thread.join();
  }

  std::string url(std::string_view path = "/") const {
    return "http://127.0.0.1:" + std::to_string(port_) + std::string(path);
  }
  std::uint16_t port() const { return port_; }
  int accepted() const { return accepted_; }

 private:
  void accept() {
    for (;;) {
      auto socket = std::make_shared<tcp::socket>(context_);
      boost::system::error_code error;
      acceptor_.accept(*socket, error);
      if (error || stopping_) return;
      ++accepted_;
      const std::lock_guard lock(mutex_);
      sockets_.push_back(socket);
      threads_.emplace_back([this, socket] {
        handler_(*socket);
        boost::system::error_code ignored;
        const std::lock_guard close_lock(mutex_);
        socket->shutdown(tcp::socket::shutdown_both, ignored);
      });
    }
  }

  Handler handler_;
  asio::io_context context_;
  tcp::acceptor acceptor_;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_ = false;
  std::atomic<int> accepted_ = 0;
  std::mutex mutex_;
  std::vector<std::shared_ptr<tcp::socket>> sockets_;
  std::vector<std::thread> threads_;
  std::thread accepting_;
};

// The next request's head and body as text; empty when the peer has gone.
template <class Stream>
std::string read_request(Stream& stream) {
  boost::system::error_code error;
  std::string text;
  const auto head = asio::read_until(stream, asio::dynamic_buffer(text), "\r\n\r\n", error);
  if (error) return {};
  const auto at = text.find("Content-Length: ");
  const std::size_t body = at == std::string::npos ? 0 : std::stoul(text.substr(at + 16));
  while (text.size() < head + body && !error) {
    char chunk[4096];
    text.append(chunk, stream.read_some(asio::buffer(chunk), error));
  }
  return text;
}

template <class Stream>
bool write_text(Stream& stream, std::string_view text) {
  boost::system::error_code error;
  asio::write(stream, asio::buffer(text), error);
  return !error;
}

std::string answer(std::string_view body, std::string_view more_headers = {}) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         std::string(more_headers) + "\r\n" + std::string(body);
}

// Answers every request on the connection with the same bytes.
LoopbackServer::Handler always(std::string bytes) {
  return [bytes = std::move(bytes)](tcp::socket& socket) {
    while (!read_request(socket).empty() && write_text(socket, bytes)) {
    }
  };
}

// Answers once and closes, as a broken or hurried server does.
LoopbackServer::Handler once(std::string bytes) {
  return [bytes = std::move(bytes)](tcp::socket& socket) {
    read_request(socket);
    write_text(socket, bytes);
  };
}

void wait_for_peer_to_leave(tcp::socket& socket) {
  boost::system::error_code error;
  char byte;
  while (!error) socket.read_some(asio::buffer(&byte, 1), error);
}

Result<OutboundResponse> get(CurlTransport& transport, std::string url) {
  return run(transport.send({.url = std::move(url)}));
}

TEST(CurlTransport, ReturnsStatusHeadersAndBody) {
  LoopbackServer server(
      always("HTTP/1.1 404 Not Found\r\nX-Reason: none here\r\nContent-Length: 4\r\n\r\nlost"));
  CurlTransport transport;
  const auto response = get(transport, server.url("/path"));
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 404);
  EXPECT_EQ(find_header(response->headers, "x-reason"), "none here");
  EXPECT_EQ(response->body, "lost");
}

TEST(CurlTransport, SendsMethodHeadersAndBodyAsGiven) {
  std::string seen;
  LoopbackServer server([&seen](tcp::socket& socket) {
    seen = read_request(socket);
    write_text(socket, answer("ok"));
  });
  CurlTransport transport;
  const auto response = run(transport.send(
      {.method = "POST",
       .url = server.url(),
       .headers = {{"Content-Type", "application/json"}, {"X-Empty", ""}, {"X-One", "1"}},
       .body = std::string("a\0b", 3)}));
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_TRUE(seen.starts_with("POST / HTTP/1.1\r\n")) << seen;
  EXPECT_NE(seen.find("Content-Type: application/json\r\n"), std::string::npos) << seen;
  EXPECT_NE(seen.find("X-Empty:\r\n"), std::string::npos) << seen;
  EXPECT_NE(seen.find("X-One: 1\r\n"), std::string::npos) << seen;
  EXPECT_NE(seen.find("User-Agent: mcp-tencent-cloud/"), std::string::npos) << seen;
  EXPECT_EQ(seen.find("Expect"), std::string::npos) << seen;
  EXPECT_TRUE(seen.ends_with(std::string("\r\n\r\na\0b", 7)));
}

TEST(CurlTransport, SendsOtherMethodsWithAndWithoutBody) {
  std::vector<std::string> seen;
  LoopbackServer server([&seen](tcp::socket& socket) {
    for (;;) {
      auto request = read_request(socket);
      if (request.empty()) return;
      seen.push_back(std::move(request));
      write_text(socket, answer(""));
    }
  });
  CurlTransport transport;
  ASSERT_TRUE(run(transport.send({.method = "DELETE", .url = server.url()})));
  ASSERT_TRUE(run(transport.send({.method = "PUT", .url = server.url(), .body = "new"})));
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_TRUE(seen[0].starts_with("DELETE / "));
  EXPECT_TRUE(seen[1].starts_with("PUT / "));
  EXPECT_TRUE(seen[1].ends_with("\r\n\r\nnew"));
}

TEST(CurlTransport, KeepsConnectionsForTheNextRequest) {
  LoopbackServer server(always(answer("ok")));
  CurlTransport transport;
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(get(transport, server.url()));
  EXPECT_EQ(server.accepted(), 1);
}

TEST(CurlTransport, UnpacksGzip) {
  const auto packed =
      *from_hex("1f8b08000000000002032bc9485548cc2b2e4f2dd25128484cce4e4d01000829328212000000");
  LoopbackServer server(always(answer(packed, "Content-Encoding: gzip\r\n")));
  CurlTransport transport;
  const auto response = get(transport, server.url());
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, "the answer, packed");
}

TEST(CurlTransport, BoundsTheUnpackedSize) {
  // 100,000 zero bytes in 132.
  const auto packed = *from_hex(
      "1f8b0800000000000203edc13101000000c2a0f54f6d0d0fa0000000000000000000000000000000000000000000"
      "0000"
      "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
      "0000"
      "000000000000000000000000000000000000000000000000008057037d9511d4a0860100");
  LoopbackServer server(always(answer(packed, "Content-Encoding: gzip\r\n")));
  CurlTransport transport;
  const auto response = run(transport.send({.url = server.url(), .max_response_bytes = 50'000}));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, Errc::resource_exhausted);
}

TEST(CurlTransport, RefusesWhatIsNotAnAnswer) {
  const struct {
    const char* name;
    std::string bytes;
  } cases[] = {
      {"broken gzip", answer("not gzip at all", "Content-Encoding: gzip\r\n")},
      {"another protocol", "SSH-2.0-OpenSSH_9.2p1\r\n"},
      {"binary", std::string("\0\xff\x16\x03", 4)},
      {"nothing", ""},
      {"cut off in the body", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this"},
      {"cut off in the headers", "HTTP/1.1 200 OK\r\nContent-Le"},
      {"cut off in a chunk",
       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nonly this"},
      {"broken chunk size", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    LoopbackServer server(once(c.bytes));
    CurlTransport transport;
    const auto response = get(transport, server.url());
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, Errc::unavailable) << response.error().message;
    EXPECT_NE(response.error().message.find("GET 127.0.0.1: "), std::string::npos)
        << response.error().message;
  }
}

TEST(CurlTransport, StopsReadingAnEndlessBody) {
  LoopbackServer server([](tcp::socket& socket) {
    read_request(socket);
    write_text(socket, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    const std::string chunk = "1000\r\n" + std::string(0x1000, 'x') + "\r\n";
    while (write_text(socket, chunk)) {
    }
  });
  CurlTransport transport;
  const auto response = run(transport.send({.url = server.url(), .max_response_bytes = 1U << 20U}));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, Errc::resource_exhausted);
}

TEST(CurlTransport, StopsReadingEndlessHeaders) {
  LoopbackServer server([](tcp::socket& socket) {
    read_request(socket);
    write_text(socket, "HTTP/1.1 200 OK\r\n");
    while (write_text(socket, "X-More: and more and more and more\r\n")) {
    }
  });
  CurlTransport transport;
  const auto response = get(transport, server.url());
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, Errc::unavailable);
}

TEST(CurlTransport, GivesUpAfterTheRequestsTimeout) {
  std::binary_semaphore peer_left(0);
  LoopbackServer server([&peer_left](tcp::socket& socket) {
    read_request(socket);
    write_text(socket, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nslow");
    wait_for_peer_to_leave(socket);
    peer_left.release();
  });
  CurlTransport transport;
  const auto response = run(transport.send({.url = server.url(), .timeout = 50ms}));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, Errc::timed_out);
  EXPECT_TRUE(peer_left.try_acquire_for(10s)) << "the connection should be closed";
}

TEST(CurlTransport, SaysWhenNobodyListens) {
  std::uint16_t port = 0;
  {
    asio::io_context context;
    tcp::acceptor acceptor(context, {asio::ip::address_v4::loopback(), 0});
    port = acceptor.local_endpoint().port();
  }
  CurlTransport transport;
  const auto response =
      get(transport, "http://user:password@127.0.0.1:" + std::to_string(port) + "/?token=secret");
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, Errc::unavailable);
  EXPECT_NE(response.error().message.find("could not connect"), std::string::npos)
      << response.error().message;
  EXPECT_EQ(response.error().message.find("password"), std::string::npos);
  EXPECT_EQ(response.error().message.find("secret"), std::string::npos);
}

TEST(CurlTransport, DoesNotFollowRedirects) {
  LoopbackServer server(
      always("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"));
  CurlTransport transport;
  const auto response = get(transport, server.url());
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 302);
  EXPECT_EQ(find_header(response->headers, "Location"), "/elsewhere");
}

TEST(CurlTransport, RefusesOtherSchemesAndBrokenRequests) {
  const OutboundRequest cases[] = {
      {.url = "file:///etc/passwd"},
      {.url = "ftp://127.0.0.1/"},
      {.url = "127.0.0.1/"},
      {.url = "http:///nohost"},
      {.url = ""},
      {.url = "http://127.0.0.1/a b"},
      {.url = "http://127.0.0.1:port/"},
      {.url = "http://127.0.0.1/\r\nX: y"},
      {.method = "GET\r\n", .url = "http://127.0.0.1/"},
      {.url = "http://127.0.0.1/", .headers = {{"X-Split", "a\r\nEvil: yes"}}},
      {.url = "http://127.0.0.1/", .headers = {{"", "a"}}},
  };
  CurlTransport transport;
  for (const auto& request : cases) {
    SCOPED_TRACE(request.url);
    const auto response = run(transport.send(request));
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, Errc::invalid_argument) << response.error().message;
  }
}

TEST(CurlTransport, CancellingTheCoroutineEndsTheTransfer) {
  std::binary_semaphore peer_left(0);
  asio::io_context loop;
  asio::cancellation_signal cancel;
  LoopbackServer server([&](tcp::socket& socket) {
    read_request(socket);
    asio::post(loop, [&] { cancel.emit(asio::cancellation_type::all); });
    wait_for_peer_to_leave(socket);
    peer_left.release();
  });
  std::optional<Result<OutboundResponse>> response;
  CurlTransport transport;
  asio::co_spawn(loop, transport.send({.url = server.url()}),
                 asio::bind_cancellation_slot(cancel.slot(),
                                              [&](const std::exception_ptr& error, auto result) {
                                                EXPECT_FALSE(error);
                                                response = std::move(result);
                                              }));
  loop.run();
  ASSERT_TRUE(response);
  ASSERT_FALSE(*response);
  EXPECT_EQ(response->error().code, Errc::cancelled);
  EXPECT_TRUE(peer_left.try_acquire_for(10s)) << "the connection should be closed";
}

TEST(CurlTransport, EndsRequestsUnderWayWhenDestroyed) {
  std::counting_semaphore<> arrived(0);
  LoopbackServer server([&arrived](tcp::socket& socket) {
    read_request(socket);
    arrived.release();
    wait_for_peer_to_leave(socket);
  });
  asio::io_context loop;
  auto transport = std::make_unique<CurlTransport>();
  int cancelled = 0;
  for (int i = 0; i < 3; ++i) {
    asio::co_spawn(loop, transport->send({.url = server.url()}),
                   [&](const std::exception_ptr&, auto result) {
                     ASSERT_FALSE(result);
                     cancelled += result.error().code == Errc::cancelled ? 1 : 0;
                   });
  }
  loop.poll();
  for (int i = 0; i < 3; ++i) arrived.acquire();
  transport.reset();
  loop.run();
  EXPECT_EQ(cancelled, 3);
}

TEST(CurlTransport, SharesFewConnectionsAmongManyRequests) {
  std::atomic<int> now = 0;
  std::atomic<int> peak = 0;
  LoopbackServer server([&](tcp::socket& socket) {
    const int count = ++now;
    for (int seen = peak; seen < count && !peak.compare_exchange_weak(seen, count);) {
    }
    while (!read_request(socket).empty() && write_text(socket, answer("ok"))) {
    }
    --now;
  });
  asio::io_context loop;
  CurlTransport transport({.max_connections_per_host = 4});
  int good = 0;
  for (int i = 0; i < 100; ++i) {
    asio::co_spawn(loop, transport.send({.url = server.url()}),
                   [&](const std::exception_ptr&, auto result) {
                     good += result && result->body == "ok" ? 1 : 0;
                   });
  }
  loop.run();
  EXPECT_EQ(good, 100);
  EXPECT_LE(peak, 4);
}

TEST(CurlTransport, WaitingForAFreeConnectionCountsAgainstTheTimeout) {
  LoopbackServer server([](tcp::socket& socket) {
    read_request(socket);
    wait_for_peer_to_leave(socket);
  });
  asio::io_context loop;
  CurlTransport transport({.max_connections_per_host = 1});
  int timed_out = 0;
  for (int i = 0; i < 3; ++i) {
    asio::co_spawn(loop, transport.send({.url = server.url(), .timeout = 50ms}),
                   [&](const std::exception_ptr&, auto result) {
                     timed_out += !result && result.error().code == Errc::timed_out ? 1 : 0;
                   });
  }
  loop.run();
  EXPECT_EQ(timed_out, 3);
}

std::size_t count_threads() {
  const std::filesystem::directory_iterator tasks("/proc/self/task");
  return static_cast<std::size_t>(std::distance(begin(tasks), end(tasks)));
}

TEST(CurlTransport, StartsItsThreadWithTheFirstRequest) {
  const auto before = count_threads();
  CurlTransport transport;
  EXPECT_EQ(count_threads(), before);
  ASSERT_FALSE(get(transport, "http://127.0.0.1:1/"));
  EXPECT_EQ(count_threads(), before + 1);
}

TEST(CurlTransport, TrustsOnlyCertificatesOfKnownAuthorities) {
  const auto certificate = make_test_certificate("IP:127.0.0.1");
  auto tls = certificate.server_context();
  LoopbackServer server([&tls](tcp::socket& socket) {
    asio::ssl::stream<tcp::socket&> stream(socket, tls);
    boost::system::error_code error;
    stream.handshake(asio::ssl::stream_base::server, error);
    if (error || read_request(stream).empty()) return;
    write_text(stream, answer("secret"));
  });
  const std::string url = "https://127.0.0.1:" + std::to_string(server.port()) + "/";
  {
    CurlTransport transport;
    const auto response = get(transport, url);
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, Errc::unavailable);
    EXPECT_NE(response.error().message.find("cannot be trusted"), std::string::npos)
        << response.error().message;
  }
  const CertificateFile authority(certificate);
  CurlTransport transport({.ca_file = authority.path()});
  const auto response = get(transport, url);
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, "secret");
}

// Speaks TLS with whoever has a certificate of `authority`, and answers with its common name.
class IdentityServer {
 public:
  explicit IdentityServer(CertificateAuthority& authority, const std::string& own_name)
      : tls_(asio::ssl::context::tls_server), server_([this](tcp::socket& socket) {
          asio::ssl::stream<tcp::socket&> stream(socket, tls_);
          boost::system::error_code error;
          stream.handshake(asio::ssl::stream_base::server, error);
          while (!error && !read_request(stream).empty()) {
            char name[64] = "nobody";
            if (const X509* peer = SSL_get0_peer_certificate(stream.native_handle())) {
              X509_NAME_get_text_by_NID(X509_get_subject_name(peer), NID_commonName, name, 64);
            }
            write_text(stream, answer(name));
          }
        }) {
    const auto own = authority.issue_server({own_name}, 1h).value();
    tls_.use_certificate_chain(asio::buffer(own.certificate));
    tls_.use_private_key(asio::buffer(own.key), asio::ssl::context::pem);
    tls_.add_certificate_authority(asio::buffer(authority.certificate()));
    tls_.set_verify_mode(asio::ssl::verify_peer);
    SSL_CTX_set_session_id_context(tls_.native_handle(),
                                   reinterpret_cast<const unsigned char*>("test"), 4);
  }
  std::string url() const { return "https://127.0.0.1:" + std::to_string(server_.port()) + "/"; }
  int accepted() const { return server_.accepted(); }

 private:
  asio::ssl::context tls_;
  LoopbackServer server_;
};

struct CurlTransportTls : testing::Test {
  SystemClock clock;
  SeededRandom random{1};
  CertificateAuthority authority = CertificateAuthority::create("test", 1h, clock, random).value();
  KeyedCertificate ana = authority.issue_client("ana", {}, 1h).value();
  KeyedCertificate ben = authority.issue_client("ben", {}, 1h).value();
  CurlTransport transport;

  Result<OutboundResponse> ask(const std::string& url, ClientTls tls) {
    return run(
        transport.send({.url = url, .tls = std::make_shared<const ClientTls>(std::move(tls))}));
  }
  ClientTls as(const KeyedCertificate& who) const {
    return {.ca = authority.certificate(), .certificate = who.certificate, .key = who.key};
  }
};

TEST_F(CurlTransportTls, ShowsItsOwnCertificateAndKeepsIdentitiesApart) {
  IdentityServer server(authority, "127.0.0.1");
  for (int i = 0; i < 2; ++i) {
    for (const auto& [tls, name] : {std::pair{as(ana), "ana"},
                                    {as(ben), "ben"},
                                    {ClientTls{.ca = authority.certificate()}, "nobody"}}) {
      const auto response = ask(server.url(), tls);
      ASSERT_TRUE(response) << response.error().message;
      EXPECT_EQ(response->body, name);
    }
  }
  EXPECT_EQ(server.accepted(), 3) << "each identity has one connection, and keeps it";
}

TEST_F(CurlTransportTls, ACertificateWithoutItsKeyUsesNoConnectionOfItsOwner) {
  IdentityServer server(authority, "127.0.0.1");
  ASSERT_TRUE(ask(server.url(), as(ana)));
  auto thief = as(ana);
  thief.key = ben.key;
  const auto response = ask(server.url(), thief);
  ASSERT_FALSE(response) << response->body;
  EXPECT_EQ(response.error().code, Errc::unavailable);
  EXPECT_EQ(response.error().vendor_code, kNotSent);
  EXPECT_NE(response.error().message.find("our own certificate or its key"), std::string::npos)
      << response.error().message;
  EXPECT_EQ(response.error().message.find("PRIVATE KEY"), std::string::npos);
}

TEST_F(CurlTransportTls, TrustsTheGivenAuthorityOnly) {
  auto other = CertificateAuthority::create("other", 1h, clock, random).value();
  IdentityServer server(authority, "127.0.0.1");
  ASSERT_TRUE(ask(server.url(), as(ana)));
  for (const std::string& ca : {std::string(), other.certificate()}) {
    auto tls = as(ana);
    tls.ca = ca;
    const auto response = ask(server.url(), tls);
    ASSERT_FALSE(response);
    EXPECT_NE(response.error().message.find("cannot be trusted"), std::string::npos)
        << response.error().message;
    EXPECT_EQ(response.error().vendor_code, kNotSent);
  }
}

TEST_F(CurlTransportTls, CanExpectAnotherNameThanTheAddress) {
  IdentityServer server(authority, "cluster.test");
  auto tls = as(ana);
  EXPECT_FALSE(ask(server.url(), tls));
  tls.server_name = "cluster.test";
  const auto response = ask(server.url(), tls);
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, "ana");
  tls.server_name = "other.test";
  EXPECT_FALSE(ask(server.url(), tls));
  tls.server_name = "a b";
  EXPECT_EQ(ask(server.url(), tls).error().code, Errc::invalid_argument);
}

TEST_F(CurlTransportTls, KeepsTheHostOfTheAddressInTheRequest) {
  std::string seen;
  auto tls = std::make_shared<ClientTls>();
  tls->server_name = "cluster.test";
  LoopbackServer server([&seen](tcp::socket& socket) {
    seen = read_request(socket);
    write_text(socket, answer("ok"));
  });
  ASSERT_TRUE(run(transport.send({.url = server.url(), .tls = tls})));
  EXPECT_NE(seen.find(fmt::format("Host: 127.0.0.1:{}\r\n", server.port())), std::string::npos)
      << seen;
}

}  // namespace
}  // namespace mtc
