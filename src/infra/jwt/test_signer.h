// An issuer's private key for tests: signs tokens, well-formed or not, and publishes its public
// half.
#pragma once

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/encoding.h"
#include "base/json.h"
#include "infra/crypto/freed.h"
#include "infra/jwt/algorithm.h"

namespace mtc {

class TestSigner {
 public:
  // A fresh key. RSA ones take a moment to find: keep them.
  explicit TestSigner(KeyType type, unsigned rsa_bits = 2048)
      : type_(type), key_(generate(type, rsa_bits)) {}

  Json jwk(const std::string& id) const {
    Json jwk{{"kid", id}, {"use", "sig"}};
    switch (type_) {
      case KeyType::rsa:
        jwk.update({{"kty", "RSA"},
                    {"n", to_base64url(number(OSSL_PKEY_PARAM_RSA_N))},
                    {"e", to_base64url(number(OSSL_PKEY_PARAM_RSA_E))}});
        break;
      case KeyType::p256:
      case KeyType::p384:
        jwk.update({{"kty", "EC"},
                    {"crv", type_ == KeyType::p256 ? "P-256" : "P-384"},
                    {"x", to_base64url(number(OSSL_PKEY_PARAM_EC_PUB_X, field_bytes()))},
                    {"y", to_base64url(number(OSSL_PKEY_PARAM_EC_PUB_Y, field_bytes()))}});
        break;
      case KeyType::ed25519:
        jwk.update({{"kty", "OKP"}, {"crv", "Ed25519"}, {"x", to_base64url(raw_public_key())}});
        break;
    }
    return jwk;
  }

  // A compact JWS. The header is taken as it is: its `alg` need not be what signs.
  std::string sign(SignatureAlgorithm algorithm, const Json& header, const Json& claims) const {
    return sign_text(algorithm, header.dump(), claims.dump());
  }
  std::string sign_text(SignatureAlgorithm algorithm, std::string_view header,
                        std::string_view payload) const {
    const std::string text = to_base64url(header) + '.' + to_base64url(payload);
    return text + '.' + to_base64url(signature(algorithm, text));
  }

  std::string signature(SignatureAlgorithm algorithm, const std::string& text) const {
    using enum SignatureAlgorithm;
    const std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>> context(EVP_MD_CTX_new());
    EVP_PKEY_CTX* options = nullptr;
    EVP_DigestSignInit(context.get(), &options, digest_of(algorithm), nullptr, key_.get());
    if (algorithm == ps256 || algorithm == ps384 || algorithm == ps512) {
      EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING);
      EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST);
    }
    std::size_t size = 2048;
    std::string bytes(size, '\0');
    EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(bytes.data()), &size,
                   reinterpret_cast<const unsigned char*>(text.data()), text.size());
    bytes.resize(size);
    return type_ == KeyType::p256 || type_ == KeyType::p384 ? r_and_s(bytes) : bytes;
  }

 private:
  static EVP_PKEY* generate(KeyType type, unsigned rsa_bits) {
    switch (type) {
      case KeyType::rsa:
        return EVP_RSA_gen(rsa_bits);
      case KeyType::p256:
        return EVP_EC_gen("P-256");
      case KeyType::p384:
        return EVP_EC_gen("P-384");
      case KeyType::ed25519:
        return EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
    }
    return nullptr;
  }
  static const EVP_MD* digest_of(SignatureAlgorithm algorithm) {
    using enum SignatureAlgorithm;
    if (algorithm == eddsa) return nullptr;
    if (algorithm == rs512 || algorithm == ps512) return EVP_sha512();
    const bool middle = algorithm == rs384 || algorithm == ps384 || algorithm == es384;
    return middle ? EVP_sha384() : EVP_sha256();
  }
  std::size_t field_bytes() const { return type_ == KeyType::p256 ? 32 : 48; }

  // Big-endian, with zeros in front up to that size.
  static std::string bytes_of(const BIGNUM* value, std::size_t size) {
    std::string bytes(std::max(size, static_cast<std::size_t>(BN_num_bytes(value))), '\0');
    BN_bn2binpad(value, reinterpret_cast<unsigned char*>(bytes.data()),
                 static_cast<int>(bytes.size()));
    return bytes;
  }
  std::string number(const char* parameter, std::size_t size = 0) const {
    BIGNUM* value = nullptr;
    EVP_PKEY_get_bn_param(key_.get(), parameter, &value);
    const std::unique_ptr<BIGNUM, Freed<BN_free>> owner(value);
    return bytes_of(value, size);
  }
  std::string raw_public_key() const {
    std::size_t size = 32;
    std::string bytes(size, '\0');
    EVP_PKEY_get_raw_public_key(key_.get(), reinterpret_cast<unsigned char*>(bytes.data()), &size);
    return bytes;
  }
  std::string r_and_s(const std::string& der) const {
    const auto* at = reinterpret_cast<const unsigned char*>(der.data());
    const std::unique_ptr<ECDSA_SIG, Freed<ECDSA_SIG_free>> pair(
        d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
    return bytes_of(ECDSA_SIG_get0_r(pair.get()), field_bytes()) +
           bytes_of(ECDSA_SIG_get0_s(pair.get()), field_bytes());
  }

  KeyType type_;
  std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>> key_;
};

inline Json jwks_of(std::vector<Json> keys) {
  return Json{{"keys", std::move(keys)}};
}

}  // namespace mtc
