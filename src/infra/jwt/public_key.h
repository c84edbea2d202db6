// A public key that checks signatures, made from the numbers that a JSON Web Key carries.
#pragma once

#include <memory>
#include <string_view>

#include "base/result.h"
#include "infra/jwt/algorithm.h"

struct evp_pkey_st;  // OpenSSL's EVP_PKEY

namespace mtc {

// All numbers are raw bytes, big-endian; every failure is Errc::invalid_argument and says what is
// wrong with them. Copies share one key; safe from any thread.
class PublicKey {
 public:
  // Modulus of 2048 to 8192 bits, odd exponent of 3 to 64 bits.
  static Result<PublicKey> rsa(std::string_view modulus, std::string_view exponent);
  // KeyType::p256 or p384. Both coordinates have the full length of the field (32 or 48 bytes, RFC
  // 7518 §6.2.1.2) and the point is on the curve.
  static Result<PublicKey> elliptic(KeyType curve, std::string_view x, std::string_view y);
  // 32 bytes (RFC 8032).
  static Result<PublicKey> ed25519(std::string_view x);

  KeyType type() const { return type_; }
  // False also for an algorithm of another type of key and for a signature of a wrong length: those
  // of ES256 and ES384 are r and s, one after the other (RFC 7518 §3.4).
  bool verifies(SignatureAlgorithm algorithm, std::string_view message,
                std::string_view signature) const;

 private:
  PublicKey(KeyType type, std::shared_ptr<evp_pkey_st> key) : type_(type), key_(std::move(key)) {}

  KeyType type_;
  std::shared_ptr<evp_pkey_st> key_;
};

}  // namespace mtc
