#include "infra/crypto/sha256.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <stdexcept>

namespace mtc {

namespace {

using Block = std::array<unsigned char, EVP_MAX_MD_SIZE>;

std::string as_text(const Block& block, unsigned int size) {
  return {reinterpret_cast<const char*>(block.data()), size};
}

// Fails only when memory is out or the OpenSSL installation forbids the algorithm: nobody nearby
// can answer that.
[[noreturn]] void refuse(const EVP_MD* algorithm) {
  throw std::runtime_error(std::string("OpenSSL cannot compute ") + EVP_MD_get0_name(algorithm));
}

std::string digest(const EVP_MD* algorithm, std::string_view message) {
  Block block{};
  unsigned int size = 0;
  if (EVP_Digest(message.data(), message.size(), block.data(), &size, algorithm, nullptr) != 1) {
    refuse(algorithm);
  }
  return as_text(block, size);
}

std::string hmac(const EVP_MD* algorithm, std::string_view key, std::string_view message) {
  Block block{};
  unsigned int size = 0;
  // A null key means "the key of last time" to OpenSSL; an empty view may well be null.
  const char* const key_bytes = key.empty() ? "" : key.data();
  if (HMAC(algorithm, key_bytes, static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(message.data()), message.size(), block.data(),
           &size) == nullptr) {
    refuse(algorithm);
  }
  return as_text(block, size);
}

}  // namespace

std::string sha256(std::string_view message) {
  return digest(EVP_sha256(), message);
}
std::string sha1(std::string_view message) {
  return digest(EVP_sha1(), message);
}
std::string md5(std::string_view message) {
  return digest(EVP_md5(), message);
}

std::string hmac_sha256(std::string_view key, std::string_view message) {
  return hmac(EVP_sha256(), key, message);
}
std::string hmac_sha1(std::string_view key, std::string_view message) {
  return hmac(EVP_sha1(), key, message);
}

bool equal_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && (a.empty() || CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0);
}

}  // namespace mtc
