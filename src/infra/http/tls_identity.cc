#include "infra/http/tls_identity.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <string>
#include <string_view>

#include "infra/crypto/freed.h"
#include "infra/files/descriptor.h"

namespace mtc {
namespace {

using Bio = std::unique_ptr<BIO, Freed<BIO_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using PrivateKey = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;

void free_chain(STACK_OF(X509) * chain) {
  sk_X509_pop_free(chain, X509_free);
}

struct Chain {
  Certificate certificate;
  std::unique_ptr<STACK_OF(X509), Freed<free_chain>> authorities{sk_X509_new_null()};
};

std::unexpected<Error> fail_file(std::string_view kind, const std::string& path,
                                 std::string_view what, int error) {
  const Errc code = error == EACCES || error == EPERM ? Errc::denied
                    : error == ENOENT                 ? Errc::not_found
                                                      : Errc::unavailable;
  return fail(code, fmt::format("{} {}: cannot {}: {}", kind, path, what, std::strerror(error)));
}

struct OpenFile {
  Descriptor descriptor;
  struct stat info{};
};

Result<OpenFile> open_file(std::string_view kind, const std::string& path) {
  // Without waiting, in case it is a pipe.
  OpenFile file{.descriptor = Descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK))};
  if (!file.descriptor.valid()) return fail_file(kind, path, "open it", errno);
  if (::fstat(file.descriptor.get(), &file.info) != 0) {
    return fail_file(kind, path, "examine it", errno);
  }
  if (!S_ISREG(file.info.st_mode)) {
    return fail(Errc::invalid_argument, fmt::format("{} {} is not a file", kind, path));
  }
  return file;
}

// A key of root may be read by a group: so Debian keeps keys (ssl-cert), so Kubernetes mounts them.
bool is_private(const struct stat& info) {
  const mode_t forbidden = info.st_uid == 0 ? 037 : 077;
  return (info.st_mode & forbidden) == 0;
}

// OpenSSL would ask for it on the terminal.
int no_passphrase(char*, int, int, void* asked) {
  *static_cast<bool*>(asked) = true;
  return -1;
}

Result<PrivateKey> read_key(const std::string& path) {
  const auto file = open_file("key file", path);
  if (!file) return fail(file.error());
  if (!is_private(file->info)) {
    return fail(Errc::denied,
                fmt::format("key file {} may be used by others (mode {:o}); run: chmod 600 {}",
                            path, file->info.st_mode & 0777, path));
  }
  bool asked = false;
  const Bio bio(BIO_new_fd(file->descriptor.get(), BIO_NOCLOSE));
  PrivateKey key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, &asked));
  if (key) return key;
  if (asked) {
    return fail(Errc::invalid_argument,
                fmt::format("key file {} asks for a passphrase, which nobody is there to type; "
                            "store the key without one: openssl pkey -in {} -out NEW_FILE",
                            path, path));
  }
  return fail(Errc::invalid_argument,
              fmt::format("key file {} holds no private key in PEM form (-----BEGIN PRIVATE "
                          "KEY-----); give the file made with the certificate",
                          path));
}

Result<Chain> read_chain(const std::string& path) {
  const auto file = open_file("certificate file", path);
  if (!file) return fail(file.error());
  const Bio bio(BIO_new_fd(file->descriptor.get(), BIO_NOCLOSE));
  Chain chain{.certificate = Certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr))};
  if (!chain.certificate) {
    return fail(Errc::invalid_argument,
                fmt::format("certificate file {} holds no certificate in PEM form (-----BEGIN "
                            "CERTIFICATE-----); give the full chain, the server's own first",
                            path));
  }
  while (X509* next = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) {
    sk_X509_push(chain.authorities.get(), next);
  }
  if (ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE) {
    return fail(Errc::invalid_argument,
                fmt::format("certificate file {}: certificate {} of the chain is broken; copy the "
                            "file again",
                            path, sk_X509_num(chain.authorities.get()) + 2));
  }
  return chain;
}

// Whom the peer may be vouched for by, and that it is to be asked.
Result<> ask_for_certificate(SSL_CTX* context, const std::string& path) {
  const auto file = open_file("client CA file", path);
  if (!file) return fail(file.error());
  const Bio bio(BIO_new_fd(file->descriptor.get(), BIO_NOCLOSE));
  int count = 0;
  while (const Certificate next{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)}) {
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context), next.get());
    SSL_CTX_add_client_CA(context, next.get());
    ++count;
  }
  if (count == 0 || ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE) {
    return fail(Errc::invalid_argument,
                fmt::format("client CA file {}: certificate {} is not in PEM form (-----BEGIN "
                            "CERTIFICATE-----); give the certificates of the authorities whose "
                            "clients may come",
                            path, count + 1));
  }
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  return {};
}

std::string show(const ASN1_TIME* time) {
  std::tm utc{};
  ASN1_TIME_to_tm(time, &utc);
  return fmt::format("{:%Y-%m-%d %H:%M} UTC", utc);
}

Result<> check_dates(const X509* certificate, const std::string& path) {
  const ASN1_TIME* const from = X509_get0_notBefore(certificate);
  const ASN1_TIME* const until = X509_get0_notAfter(certificate);
  if (X509_cmp_current_time(until) < 0) {
    return fail(Errc::invalid_argument,
                fmt::format("the certificate in {} expired on {}; renew it", path, show(until)));
  }
  if (X509_cmp_current_time(from) > 0) {
    return fail(Errc::invalid_argument,
                fmt::format("the certificate in {} is valid only from {}; look whether this "
                            "machine's clock is right",
                            path, show(from)));
  }
  return {};
}

int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* size,
                    const unsigned char* offered, unsigned offered_size, void*) {
  static constexpr unsigned char kHttp11[] = "\x08http/1.1";
  unsigned char* match = nullptr;
  const int found =
      SSL_select_next_proto(&match, size, kHttp11, sizeof kHttp11 - 1, offered, offered_size);
  *chosen = match;
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

SslContext make_context() {
  SslContext context(SSL_CTX_new(TLS_server_method()));
  SSL_CTX* const it = context.get();
  SSL_CTX_set_min_proto_version(it, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(it, "ECDHE+AESGCM:ECDHE+CHACHA20");  // of TLS 1.2; 1.3 has only good ones
  SSL_CTX_set1_groups_list(it, "X25519:P-256:P-384");  // not the large ones, slow at our expense
  // A peer that ends TCP without TLS's goodbye has ended; where a request ends HTTP says itself.
  SSL_CTX_set_options(it, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                              SSL_OP_IGNORE_UNEXPECTED_EOF | SSL_OP_NO_TICKET);
  // Nothing is resumed: the key of the tickets would live as long as the process, and whoever stole
  // it could read what was recorded before.
  SSL_CTX_set_num_tickets(it, 0);
  SSL_CTX_set_session_cache_mode(it, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_read_ahead(it, 1);  // one call to the kernel for a record, not two
  SSL_CTX_set_mode(it, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_alpn_select_cb(it, choose_protocol, nullptr);
  return context;
}

std::string_view latest_reason() {
  const char* const reason = ERR_reason_error_string(ERR_peek_last_error());
  return reason == nullptr ? "no reason given" : reason;
}

Result<SslContext> read_context(const TlsFiles& files) {
  ERR_clear_error();
  const auto chain = read_chain(files.certificate);
  if (!chain) return fail(chain.error());
  const auto key = read_key(files.key);
  if (!key) return fail(key.error());
  if (auto dates = check_dates(chain->certificate.get(), files.certificate); !dates) {
    return fail(std::move(dates).error());
  }
  if (X509_check_private_key(chain->certificate.get(), key->get()) != 1) {
    return fail(Errc::invalid_argument,
                fmt::format("the key in {} does not belong to the certificate in {}; give the two "
                            "that were made together",
                            files.key, files.certificate));
  }
  auto context = make_context();
  if (SSL_CTX_use_cert_and_key(context.get(), chain->certificate.get(), key->get(),
                               chain->authorities.get(), 1) != 1) {
    return fail(Errc::invalid_argument,
                fmt::format("the certificate in {} cannot be used: {}; make one with an RSA key of "
                            "2048 bits or an EC key (P-256)",
                            files.certificate, latest_reason()));
  }
  if (!files.client_ca.empty()) {
    if (auto done = ask_for_certificate(context.get(), files.client_ca); !done) {
      return fail(std::move(done).error());
    }
  }
  return context;
}

}  // namespace

Result<std::unique_ptr<TlsIdentity>> TlsIdentity::load(TlsFiles files) {
  std::unique_ptr<TlsIdentity> identity(new TlsIdentity(std::move(files)));
  if (auto done = identity->reload(); !done) return fail(std::move(done).error());
  return identity;
}

Result<> TlsIdentity::reload() {
  stamp_ = stamp();  // first: what changes while we read is read once more
  auto context = read_context(files_);
  ERR_clear_error();
  if (!context) return fail(std::move(context).error());
  context_ = std::move(*context);
  return {};
}

void TlsIdentity::reload_if_changed(SteadyTime now) {
  if (files_.check_interval == Millis{0} || now < next_look_) return;
  next_look_ = now + files_.check_interval;
  if (stamp() == stamp_) return;
  if (const auto done = reload(); done) {
    spdlog::info("http: the certificate in {} is in use now", files_.certificate);
  } else {
    spdlog::error("http: the old certificate stays in use: {}", done.error().message);
  }
}

TlsIdentity::Stamp TlsIdentity::stamp() const {
  std::error_code gone;  // then it reads as the earliest time, and differs
  return {.certificate = std::filesystem::last_write_time(files_.certificate, gone),
          .key = std::filesystem::last_write_time(files_.key, gone),
          .client_ca = std::filesystem::last_write_time(files_.client_ca, gone)};
}

}  // namespace mtc
