// The files of a certificate and its key: what a server says of them, and when it reads them again.
#include "infra/http/tls_identity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <string>

#include "infra/http/test_tls.h"

namespace mtc {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(TlsIdentity, NoticesNewFilesByItself) {
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

Result<> start_with(const TlsFiles& files) {
  asio::io_context loop(1);
  const auto server = start_http_server(loop.get_executor(), {.tls = files}, {});
  if (!server) return fail(server.error());
  return {};
}

std::string encrypt(const TestCertificate& it) {
  const TestBio in(BIO_new_mem_buf(it.key.data(), static_cast<int>(it.key.size())));
  const TestKey key(PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr));
  const TestBio out(BIO_new(BIO_s_mem()));
  std::string passphrase = "secret";
  PEM_write_bio_PrivateKey(out.get(), key.get(), EVP_aes_128_cbc(),
                           reinterpret_cast<unsigned char*>(passphrase.data()),
                           static_cast<int>(passphrase.size()), nullptr, nullptr);
  return text_of(out);
}

TEST(TlsIdentity, SaysWhatIsWrongWithItsFiles) {
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

TEST(TlsIdentity, SaysWhichFileIsMissing) {
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

}  // namespace
}  // namespace mtc
