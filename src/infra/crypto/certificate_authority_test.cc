// Judged by OpenSSL's own handshake, both sides in memory.
#include "infra/crypto/certificate_authority.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "infra/crypto/freed.h"

namespace mtc {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

using Context = std::unique_ptr<SSL_CTX, Freed<SSL_CTX_free>>;
using Session = std::unique_ptr<SSL, Freed<SSL_free>>;
using Bio = std::unique_ptr<BIO, Freed<BIO_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using PrivateKey = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;

Bio reader(const std::string& text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

Certificate read_certificate(const std::string& pem) {
  return Certificate(PEM_read_bio_X509(reader(pem).get(), nullptr, nullptr, nullptr));
}

void use(SSL_CTX* context, const KeyedCertificate& identity) {
  const auto certificate = read_certificate(identity.certificate);
  const PrivateKey key(
      PEM_read_bio_PrivateKey(reader(identity.key).get(), nullptr, nullptr, nullptr));
  ASSERT_EQ(SSL_CTX_use_certificate(context, certificate.get()), 1);
  ASSERT_EQ(SSL_CTX_use_PrivateKey(context, key.get()), 1);
}

void trust(SSL_CTX* context, const std::string& authority) {
  const auto certificate = read_certificate(authority);
  ASSERT_TRUE(certificate);
  ASSERT_EQ(X509_STORE_add_cert(SSL_CTX_get_cert_store(context), certificate.get()), 1);
}

// What each side thinks of the other's certificate (X509_V_OK: it may be trusted), and whether the
// handshake succeeds.
struct Outcome {
  bool done = false;
  long client = -1, server = -1;
};

Outcome shake_hands(const CertificateAuthority& trusted, const KeyedCertificate& server_identity,
                    const KeyedCertificate& client_identity, const std::string& server_name) {
  const Context server_context(SSL_CTX_new(TLS_server_method()));
  use(server_context.get(), server_identity);
  trust(server_context.get(), trusted.certificate());
  SSL_CTX_set_verify(server_context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
                     nullptr);
  const Context client_context(SSL_CTX_new(TLS_client_method()));
  use(client_context.get(), client_identity);
  trust(client_context.get(), trusted.certificate());
  SSL_CTX_set_verify(client_context.get(), SSL_VERIFY_PEER, nullptr);

  const Session server(SSL_new(server_context.get()));
  const Session client(SSL_new(client_context.get()));
  X509_VERIFY_PARAM* const wanted = SSL_get0_param(client.get());
  if (X509_VERIFY_PARAM_set1_ip_asc(wanted, server_name.c_str()) != 1) {
    SSL_set1_host(client.get(), server_name.c_str());
  }
  BIO* near = nullptr;
  BIO* far = nullptr;
  BIO_new_bio_pair(&near, 0, &far, 0);
  SSL_set_bio(server.get(), near, near);
  SSL_set_bio(client.get(), far, far);
  SSL_set_accept_state(server.get());
  SSL_set_connect_state(client.get());
  Outcome out;
  for (int i = 0; i < 20 && !out.done; ++i) {
    const int client_done = SSL_do_handshake(client.get());
    out.done = SSL_do_handshake(server.get()) == 1 && client_done == 1;
  }
  out.client = SSL_get_verify_result(client.get());
  out.server = SSL_get_verify_result(server.get());
  return out;
}

struct CertificateAuthorityTest : testing::Test {
  SystemClock clock;
  SeededRandom random{1};
  CertificateAuthority authority = CertificateAuthority::create("test", 1h, clock, random).value();
  KeyedCertificate server =
      authority.issue_server({"cluster.test", "127.0.0.1", "::1"}, 1h).value();
  KeyedCertificate client = authority.issue_client("ana", {"ops"}, 1h).value();
};

TEST_F(CertificateAuthorityTest, BothSidesTrustWhatItIssued) {
  for (const char* name : {"cluster.test", "127.0.0.1", "::1"}) {
    SCOPED_TRACE(name);
    const auto outcome = shake_hands(authority, server, client, name);
    EXPECT_TRUE(outcome.done);
    EXPECT_EQ(outcome.client, X509_V_OK);
    EXPECT_EQ(outcome.server, X509_V_OK);
  }
}

TEST_F(CertificateAuthorityTest, AnotherNameIsNotTrusted) {
  EXPECT_EQ(shake_hands(authority, server, client, "other.test").client,
            X509_V_ERR_HOSTNAME_MISMATCH);
  EXPECT_EQ(shake_hands(authority, server, client, "127.0.0.2").client,
            X509_V_ERR_IP_ADDRESS_MISMATCH);
}

TEST_F(CertificateAuthorityTest, WhatAnotherAuthorityIssuedIsNotTrusted) {
  auto other = CertificateAuthority::create("test", 1h, clock, random).value();
  const auto stranger = other.issue_client("ana", {"ops"}, 1h).value();
  const auto outcome = shake_hands(authority, server, stranger, "cluster.test");
  EXPECT_FALSE(outcome.done);
  EXPECT_NE(outcome.server, X509_V_OK);
}

TEST_F(CertificateAuthorityTest, ServersAndClientsAreNotExchangeable) {
  EXPECT_EQ(shake_hands(authority, client, client, "ana").client, X509_V_ERR_INVALID_PURPOSE);
  EXPECT_EQ(shake_hands(authority, server, server, "cluster.test").server,
            X509_V_ERR_INVALID_PURPOSE);
}

TEST_F(CertificateAuthorityTest, WhatHasEndedIsNotTrusted) {
  FakeClock past;
  past.time = clock.now() - 48h;
  auto old = CertificateAuthority::create("test", 240h, past, random).value();
  const auto ended = old.issue_server({"cluster.test"}, 1h).value();
  const auto valid = old.issue_client("ana", {}, 240h).value();
  EXPECT_EQ(shake_hands(old, ended, valid, "cluster.test").client, X509_V_ERR_CERT_HAS_EXPIRED);
}

TEST_F(CertificateAuthorityTest, ClientsCarryTheirNameAndGroups) {
  const auto issued =
      authority.issue_client("安娜", {"system:masters", "ops, and CN=more"}, 1h).value();
  const auto certificate = read_certificate(issued.certificate);
  X509_NAME* const subject = X509_get_subject_name(certificate.get());
  std::vector<std::string> seen;
  for (int i = 0; i < X509_NAME_entry_count(subject); ++i) {
    const auto* entry = X509_NAME_get_entry(subject, i);
    const ASN1_STRING* const value = X509_NAME_ENTRY_get_data(entry);
    seen.push_back(std::string(OBJ_nid2sn(OBJ_obj2nid(X509_NAME_ENTRY_get_object(entry)))) + "=" +
                   std::string(reinterpret_cast<const char*>(ASN1_STRING_get0_data(value)),
                               static_cast<std::size_t>(ASN1_STRING_length(value))));
  }
  EXPECT_THAT(seen, ElementsAre("O=system:masters", "O=ops, and CN=more", "CN=安娜"));
}

TEST_F(CertificateAuthorityTest, RefusesNamesThatNoCertificateMayHold) {
  for (const std::string& name : {std::string(), std::string("a\nb"), std::string("a\0b", 3),
                                  std::string(65, 'a'), std::string("\xff")}) {
    for (const auto& issued :
         {authority.issue_client(name, {}, 1h), authority.issue_client("ana", {name}, 1h),
          authority.issue_server({name}, 1h)}) {
      ASSERT_FALSE(issued);
      EXPECT_EQ(issued.error().code, Errc::invalid_argument);
    }
  }
  EXPECT_FALSE(authority.issue_server({}, 1h));
  EXPECT_FALSE(authority.issue_server({"1.2.3"}, 1h));
}

}  // namespace
}  // namespace mtc
