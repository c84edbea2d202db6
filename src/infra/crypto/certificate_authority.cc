#include "infra/crypto/certificate_authority.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <cstddef>

#include "base/text.h"
#include "infra/crypto/freed.h"

namespace mtc {
namespace {

using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using PrivateKey = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Bio = std::unique_ptr<BIO, Freed<BIO_free>>;
using Name = std::unique_ptr<X509_NAME, Freed<X509_NAME_free>>;
using Number = std::unique_ptr<BIGNUM, Freed<BN_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>>;
using GeneralNames = std::unique_ptr<GENERAL_NAMES, Freed<GENERAL_NAMES_free>>;

constexpr std::chrono::seconds kBackdated{300};  // for a peer whose clock is a little behind
constexpr std::size_t kMaxNameBytes = 64;        // of X.509's ub-common-name

std::unexpected<Error> refused(std::string_view what) {
  const char* const reason = ERR_reason_error_string(ERR_peek_last_error());
  auto message = fmt::format("OpenSSL cannot {}: {}", what, reason == nullptr ? "unknown" : reason);
  ERR_clear_error();
  return fail(Errc::internal, std::move(message));
}

std::string text_of(const Bio& bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string pem_of(X509* certificate) {
  const Bio bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(bio.get(), certificate);
  return text_of(bio);
}

std::string pem_of(EVP_PKEY* key) {
  const Bio bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
  return text_of(bio);
}

Result<> check_name(std::string_view name) {
  const bool printable =
      std::ranges::all_of(name, [](unsigned char c) { return c >= 0x20 && c != 0x7f; });
  if (!name.empty() && name.size() <= kMaxNameBytes && printable && is_valid_utf8(name)) return {};
  return fail(Errc::invalid_argument,
              fmt::format("a name in a certificate has 1 to {} bytes without control characters",
                          kMaxNameBytes));
}

bool add(X509_NAME* subject, const char* field, const std::string& value) {
  return X509_NAME_add_entry_by_txt(subject, field, MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(value.data()),
                                    static_cast<int>(value.size()), -1, 0) == 1;
}

Result<Name> make_subject(const std::string& name, const std::vector<std::string>& groups) {
  Name subject(X509_NAME_new());
  for (const auto& group : groups) {
    if (auto ok = check_name(group); !ok) return fail(std::move(ok).error());
    if (!add(subject.get(), "O", group)) return refused("take a group");
  }
  if (auto ok = check_name(name); !ok) return fail(std::move(ok).error());
  if (!add(subject.get(), "CN", name)) return refused("take a name");
  return subject;
}

// Not through OpenSSL's configuration texts: a comma in a name would begin another one.
Result<GeneralNames> make_names(const std::vector<std::string>& names) {
  GeneralNames out(GENERAL_NAMES_new());
  for (const auto& name : names) {
    if (auto ok = check_name(name); !ok) return fail(std::move(ok).error());
    const bool address =
        name.find(':') != std::string::npos ||
        std::ranges::all_of(name, [](char c) { return c == '.' || (c >= '0' && c <= '9'); });
    GENERAL_NAME* const entry =
        a2i_GENERAL_NAME(nullptr, nullptr, nullptr, address ? GEN_IPADD : GEN_DNS, name.c_str(), 0);
    if (entry == nullptr) {
      ERR_clear_error();
      return fail(Errc::invalid_argument,
                  fmt::format("\"{}\" is neither an IP address nor a host name", name));
    }
    sk_GENERAL_NAME_push(out.get(), entry);
  }
  return out;
}

bool add_extension(X509* certificate, int id, const char* value) {
  const Extension extension(X509V3_EXT_conf_nid(nullptr, nullptr, id, value));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool set_serial(X509* certificate, Random& random) {
  std::array<std::byte, 16> bytes{};
  random.fill(bytes);
  bytes[0] = (bytes[0] & std::byte{0x7f}) | std::byte{0x01};  // positive
  const Number number(BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()),
                                static_cast<int>(bytes.size()), nullptr));
  return number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

// What all have in common; without issuer and signature.
Result<Certificate> make_certificate(X509_NAME* subject, EVP_PKEY* key,
                                     std::chrono::seconds lifetime, TimePoint now, Random& random) {
  Certificate certificate(X509_new());
  X509* const it = certificate.get();
  const auto from = std::chrono::floor<std::chrono::seconds>(now) - kBackdated;
  const auto until = from + kBackdated + lifetime;
  const bool made =
      X509_set_version(it, X509_VERSION_3) == 1 && set_serial(it, random) &&
      ASN1_TIME_set(X509_getm_notBefore(it), from.time_since_epoch().count()) != nullptr &&
      ASN1_TIME_set(X509_getm_notAfter(it), until.time_since_epoch().count()) != nullptr &&
      X509_set_subject_name(it, subject) == 1 && X509_set_pubkey(it, key) == 1;
  if (!made) return refused("make a certificate");
  return certificate;
}

}  // namespace

struct CertificateAuthority::Holder {
  PrivateKey key;
  Certificate certificate;

  Result<KeyedCertificate> sign(X509* certificate_to_sign, EVP_PKEY* its_key) const {
    if (X509_set_issuer_name(certificate_to_sign, X509_get_subject_name(certificate.get())) != 1 ||
        X509_sign(certificate_to_sign, key.get(), EVP_sha256()) == 0) {
      return refused("sign a certificate");
    }
    return KeyedCertificate{.certificate = pem_of(certificate_to_sign), .key = pem_of(its_key)};
  }
};

CertificateAuthority::CertificateAuthority(std::unique_ptr<Holder> holder, std::string certificate,
                                           const Clock& clock, Random& random)
    : holder_(std::move(holder)),
      certificate_(std::move(certificate)),
      clock_(clock),
      random_(random) {}
CertificateAuthority::CertificateAuthority(CertificateAuthority&&) noexcept = default;
CertificateAuthority::~CertificateAuthority() = default;

Result<CertificateAuthority> CertificateAuthority::create(const std::string& name,
                                                          std::chrono::seconds lifetime,
                                                          const Clock& clock, Random& random) {
  auto holder = std::make_unique<Holder>();
  holder->key.reset(EVP_EC_gen("P-256"));
  if (!holder->key) return refused("make a key");
  const auto subject = make_subject(name, {});
  if (!subject) return fail(subject.error());
  auto certificate =
      make_certificate(subject->get(), holder->key.get(), lifetime, clock.now(), random);
  if (!certificate) return fail(std::move(certificate).error());
  holder->certificate = std::move(*certificate);
  X509* const it = holder->certificate.get();
  if (!add_extension(it, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") ||
      !add_extension(it, NID_key_usage, "critical,keyCertSign,cRLSign")) {
    return refused("make an authority");
  }
  auto own = holder->sign(it, holder->key.get());
  if (!own) return fail(std::move(own).error());
  return CertificateAuthority(std::move(holder), std::move(own->certificate), clock, random);
}

Result<KeyedCertificate> CertificateAuthority::issue_server(const std::vector<std::string>& names,
                                                            std::chrono::seconds lifetime) {
  if (names.empty()) return fail(Errc::invalid_argument, "a server's certificate needs a name");
  const auto alternatives = make_names(names);
  if (!alternatives) return fail(alternatives.error());
  const auto subject = make_subject(names.front(), {});
  if (!subject) return fail(subject.error());
  const PrivateKey key(EVP_EC_gen("P-256"));
  if (!key) return refused("make a key");
  const auto certificate =
      make_certificate(subject->get(), key.get(), lifetime, clock_.now(), random_);
  if (!certificate) return fail(certificate.error());
  X509* const it = certificate->get();
  if (!add_extension(it, NID_basic_constraints, "critical,CA:FALSE") ||
      !add_extension(it, NID_ext_key_usage, "serverAuth") ||
      X509_add1_ext_i2d(it, NID_subject_alt_name, alternatives->get(), 0, X509V3_ADD_DEFAULT) !=
          1) {
    return refused("make a server's certificate");
  }
  return holder_->sign(it, key.get());
}

Result<KeyedCertificate> CertificateAuthority::issue_client(const std::string& name,
                                                            const std::vector<std::string>& groups,
                                                            std::chrono::seconds lifetime) {
  const auto subject = make_subject(name, groups);
  if (!subject) return fail(subject.error());
  const PrivateKey key(EVP_EC_gen("P-256"));
  if (!key) return refused("make a key");
  const auto certificate =
      make_certificate(subject->get(), key.get(), lifetime, clock_.now(), random_);
  if (!certificate) return fail(certificate.error());
  if (!add_extension(certificate->get(), NID_basic_constraints, "critical,CA:FALSE") ||
      !add_extension(certificate->get(), NID_ext_key_usage, "clientAuth")) {
    return refused("make a client's certificate");
  }
  return holder_->sign(certificate->get(), key.get());
}

}  // namespace mtc
