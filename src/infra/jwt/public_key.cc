#include "infra/jwt/public_key.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include <new>
#include <optional>
#include <string>
#include <utility>

#include "infra/crypto/freed.h"

namespace mtc {
namespace {

constexpr int kLeastRsaBits = 2048;
// The work grows with the square: nobody may make us check signatures of a megabyte.
constexpr int kMostRsaBits = 8192;
constexpr int kMostExponentBits = 64;  // what OpenSSL takes for the longer keys
constexpr std::size_t kEd25519Bytes = 32;

using Number = std::unique_ptr<BIGNUM, Freed<BN_free>>;
using ParameterBuilder = std::unique_ptr<OSSL_PARAM_BLD, Freed<OSSL_PARAM_BLD_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, Freed<OSSL_PARAM_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using EcdsaSignature = std::unique_ptr<ECDSA_SIG, Freed<ECDSA_SIG_free>>;

// What fails for want of memory only.
template <class Pointer>
Pointer present(Pointer pointer) {
  if (!pointer) throw std::bad_alloc();
  return pointer;
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

Number number_of(std::string_view bytes) {
  return present(Number(BN_bin2bn(bytes_of(bytes), static_cast<int>(bytes.size()), nullptr)));
}

// OpenSSL queues the reason of each refusal for the thread; the next user of the queue (TLS) must
// not take ours for its own.
struct ErrorsForgotten {
  ~ErrorsForgotten() { ERR_clear_error(); }
};

std::shared_ptr<EVP_PKEY> shared(EVP_PKEY* key) {
  return {key, EVP_PKEY_free};
}

// Null if OpenSSL finds the parameters wrong.
std::shared_ptr<EVP_PKEY> key_from(const char* type, OSSL_PARAM_BLD* builder) {
  const auto parameters = present(Parameters(OSSL_PARAM_BLD_to_param(builder)));
  const auto context = present(KeyContext(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr)));
  EVP_PKEY* key = nullptr;
  if (EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) {
    return nullptr;
  }
  return shared(key);
}

bool is_sound(EVP_PKEY* key) {
  const auto context = present(KeyContext(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr)));
  return EVP_PKEY_public_check(context.get()) == 1;
}

std::size_t field_bytes(KeyType curve) {
  return curve == KeyType::p256 ? 32 : 48;
}

const EVP_MD* digest_of(SignatureAlgorithm algorithm) {
  switch (algorithm) {
    case SignatureAlgorithm::rs256:
    case SignatureAlgorithm::ps256:
    case SignatureAlgorithm::es256:
      return EVP_sha256();
    case SignatureAlgorithm::rs384:
    case SignatureAlgorithm::ps384:
    case SignatureAlgorithm::es384:
      return EVP_sha384();
    case SignatureAlgorithm::rs512:
    case SignatureAlgorithm::ps512:
      return EVP_sha512();
    case SignatureAlgorithm::eddsa:
      return nullptr;  // hashes by itself
  }
  std::unreachable();
}

bool is_pss(SignatureAlgorithm algorithm) {
  using enum SignatureAlgorithm;
  return algorithm == ps256 || algorithm == ps384 || algorithm == ps512;
}

// r and s as OpenSSL wants them: a DER sequence of two numbers.
std::optional<std::string> der_of(std::string_view r_and_s, std::size_t number_bytes) {
  if (r_and_s.size() != 2 * number_bytes) return std::nullopt;
  const auto signature = present(EcdsaSignature(ECDSA_SIG_new()));
  ECDSA_SIG_set0(signature.get(), number_of(r_and_s.substr(0, number_bytes)).release(),
                 number_of(r_and_s.substr(number_bytes)).release());
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(signature.get(), &der);
  if (size <= 0) return std::nullopt;
  std::string text(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return text;
}

bool check(EVP_PKEY* key, SignatureAlgorithm algorithm, std::string_view message,
           std::string_view signature) {
  const auto context = present(DigestContext(EVP_MD_CTX_new()));
  EVP_PKEY_CTX* options = nullptr;  // owned by the context
  const EVP_MD* const digest = digest_of(algorithm);
  if (EVP_DigestVerifyInit(context.get(), &options, digest, nullptr, key) != 1) return false;
  if (is_pss(algorithm)) {  // MGF1 with the same digest, a salt as long as it (RFC 7518 §3.5)
    if (EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) != 1 ||
        EVP_PKEY_CTX_set_rsa_mgf1_md(options, digest) != 1 ||
        EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) != 1) {
      return false;
    }
  }
  return EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(message),
                          message.size()) == 1;
}

}  // namespace

Result<PublicKey> PublicKey::rsa(std::string_view modulus, std::string_view exponent) {
  const ErrorsForgotten at_the_end;
  // Lengths before numbers: whoever sends a megabyte need not be read to its end.
  if (modulus.size() > kMostRsaBits / 8 + 1)
    return fail(Errc::invalid_argument, "an RSA key of more than 8192 bits");
  if (exponent.size() > kMostExponentBits / 8)
    return fail(Errc::invalid_argument, "an RSA exponent of more than 64 bits");
  const auto n = number_of(modulus);
  const auto e = number_of(exponent);
  if (BN_num_bits(n.get()) < kLeastRsaBits)
    return fail(Errc::invalid_argument, "an RSA key of less than 2048 bits");
  if (BN_num_bits(n.get()) > kMostRsaBits)
    return fail(Errc::invalid_argument, "an RSA key of more than 8192 bits");
  if (BN_is_odd(n.get()) == 0) return fail(Errc::invalid_argument, "an RSA modulus that is even");
  if (BN_is_odd(e.get()) == 0 || BN_is_one(e.get()) != 0)
    return fail(Errc::invalid_argument, "an RSA exponent that is even or less than 3");
  const auto builder = present(ParameterBuilder(OSSL_PARAM_BLD_new()));
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get());
  auto key = key_from("RSA", builder.get());
  if (!key) return fail(Errc::invalid_argument, "an RSA key that is broken");
  return PublicKey(KeyType::rsa, std::move(key));
}

Result<PublicKey> PublicKey::elliptic(KeyType curve, std::string_view x, std::string_view y) {
  const ErrorsForgotten at_the_end;
  const std::size_t size = field_bytes(curve);
  if (x.size() != size || y.size() != size)
    return fail(Errc::invalid_argument, "a coordinate of another length than its curve's");
  // 4: both coordinates follow (SEC 1 §2.3.3).
  const std::string point = '\x04' + std::string(x) + std::string(y);
  const auto builder = present(ParameterBuilder(OSSL_PARAM_BLD_new()));
  OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME,
                                  curve == KeyType::p256 ? "P-256" : "P-384", 0);
  OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                   point.size());
  auto key = key_from("EC", builder.get());
  if (!key || !is_sound(key.get()))
    return fail(Errc::invalid_argument, "a point that is not on its curve");
  return PublicKey(curve, std::move(key));
}

Result<PublicKey> PublicKey::ed25519(std::string_view x) {
  const ErrorsForgotten at_the_end;
  if (x.size() != kEd25519Bytes)
    return fail(Errc::invalid_argument, "an Ed25519 key of other than 32 bytes");
  auto key = shared(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(x), x.size()));
  if (!key) return fail(Errc::invalid_argument, "an Ed25519 key that is broken");
  return PublicKey(KeyType::ed25519, std::move(key));
}

bool PublicKey::verifies(SignatureAlgorithm algorithm, std::string_view message,
                         std::string_view signature) const {
  const ErrorsForgotten at_the_end;
  if (key_type_of(algorithm) != type_) return false;
  if (type_ != KeyType::p256 && type_ != KeyType::p384)
    return check(key_.get(), algorithm, message, signature);
  const auto der = der_of(signature, field_bytes(type_));
  return der && check(key_.get(), algorithm, message, *der);
}

}  // namespace mtc
