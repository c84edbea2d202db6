// A key and a certificate that vouches for itself, made anew for each test of TLS.
#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/context.hpp>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>

#include "base/async.h"
#include "infra/crypto/freed.h"

namespace mtc {

struct TestCertificate {
  std::string key;  // PEM, like the certificate
  std::string certificate;

  asio::ssl::context server_context() const {
    asio::ssl::context context(asio::ssl::context::tls_server);
    context.use_certificate_chain(asio::buffer(certificate));
    context.use_private_key(asio::buffer(key), asio::ssl::context::pem);
    return context;
  }
};

using TestBio = std::unique_ptr<BIO, Freed<BIO_free>>;
using TestKey = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;

inline std::string text_of(const TestBio& bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

struct TestCertificateOptions {
  long from = -3600;  // seconds from now
  long until = 3600;
  unsigned rsa_bits = 0;  // 0: an elliptic curve
};

// `names`: "IP:127.0.0.1" or "DNS:localhost".
inline TestCertificate make_test_certificate(const char* names,
                                             TestCertificateOptions options = {}) {
  const TestKey key(options.rsa_bits > 0 ? EVP_RSA_gen(options.rsa_bits) : EVP_EC_gen("P-256"));
  const std::unique_ptr<X509, Freed<X509_free>> x509(X509_new());
  X509_set_version(x509.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(x509.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(x509.get()), options.from);
  X509_gmtime_adj(X509_getm_notAfter(x509.get()), options.until);
  X509_set_pubkey(x509.get(), key.get());
  X509_NAME* name = X509_get_subject_name(x509.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("test"), -1, -1, 0);
  X509_set_issuer_name(x509.get(), name);
  for (const auto& [id, value] :
       {std::pair{NID_subject_alt_name, names}, {NID_basic_constraints, "CA:TRUE"}}) {
    const std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>> extension(
        X509V3_EXT_conf_nid(nullptr, nullptr, id, value));
    X509_add_ext(x509.get(), extension.get(), -1);
  }
  X509_sign(x509.get(), key.get(), EVP_sha256());

  const TestBio key_text(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  const TestBio certificate_text(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(certificate_text.get(), x509.get());
  return {.key = text_of(key_text), .certificate = text_of(certificate_text)};
}

// The certificate as a file of authorities, while this lives.
class CertificateFile {
 public:
  explicit CertificateFile(const TestCertificate& certificate)
      : path_(std::filesystem::temp_directory_path() /
              ("mtc-ca-" + std::to_string(::getpid()) + ".pem")) {
    std::ofstream(path_) << certificate.certificate;
  }
  CertificateFile(const CertificateFile&) = delete;
  CertificateFile& operator=(const CertificateFile&) = delete;
  ~CertificateFile() { std::filesystem::remove(path_); }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace mtc
