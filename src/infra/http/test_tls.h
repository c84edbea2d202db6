// A server over TLS to test against, and clients that trust its certificate.
#pragma once

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <utility>

#include "infra/http/server.h"
#include "infra/http/test_certificate.h"
#include "infra/http/test_server.h"
#include "infra/loop/run.h"

namespace mtc {

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

  // Lays the files, and has the server use them.
  void prepare(HttpServerOptions& options) const {
    folder.put(certificate);
    const auto interval = options.tls ? options.tls->check_interval : Millis{0};
    options.tls = folder.files();
    options.tls->check_interval = interval;
  }
};

// Trusts just this certificate.
inline asio::ssl::context trust(const TestCertificate& certificate) {
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

using TlsScenario = Async<> (*)(HttpServer&, TlsWorld&);

inline Async<> play_tls(HttpServerOptions options, TlsScenario scenario) {
  TlsWorld world(co_await asio::this_coro::executor);
  world.prepare(options);
  co_await play(std::move(options), world, scenario);
}

inline void play(TlsScenario scenario, HttpServerOptions options = {}) {
  run(play_tls(std::move(options), scenario));
}

inline Async<std::string> ask(const HttpServer& server, const TestCertificate& trusted,
                              std::string text) {
  TlsClient client(co_await asio::this_coro::executor, trusted);
  if (auto trouble = co_await client.shake_hands(server); !trouble.empty()) co_return trouble;
  co_await client.send(std::move(text));
  co_return co_await client.read_all();
}

inline const std::string simple = "GET /x HTTP/1.1\r\n" + close_after;

}  // namespace mtc
