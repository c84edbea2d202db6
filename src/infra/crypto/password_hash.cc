#include "infra/crypto/password_hash.h"

#include <sodium.h>

#include <array>
#include <stdexcept>

namespace mtc {

namespace {

constexpr std::size_t kMaxPassword = 1024;

void start_sodium() {
  if (sodium_init() < 0) throw std::runtime_error("libsodium finds no source of randomness");
}

}  // namespace

Result<std::string> hash_password(std::string_view password, const Argon2Cost& cost) {
  start_sodium();
  if (password.size() > kMaxPassword) {
    return fail(Errc::invalid_argument, "the password is too long: at most 1024 bytes");
  }
  std::array<char, crypto_pwhash_argon2id_STRBYTES> hash{};
  if (crypto_pwhash_argon2id_str(hash.data(), password.data(), password.size(), cost.passes,
                                 cost.memory_bytes) != 0) {
    return fail(Errc::resource_exhausted, "not enough memory to hash the password");
  }
  return std::string(hash.data());
}

bool verify_password(std::string_view hash, std::string_view password) {
  start_sodium();
  if (password.size() > kMaxPassword || hash.size() >= crypto_pwhash_argon2id_STRBYTES)
    return false;
  return crypto_pwhash_argon2id_str_verify(std::string(hash).c_str(), password.data(),
                                           password.size()) == 0;
}

bool password_needs_rehash(std::string_view hash, const Argon2Cost& cost) {
  start_sodium();
  if (hash.size() >= crypto_pwhash_argon2id_STRBYTES) return true;
  return crypto_pwhash_argon2id_str_needs_rehash(std::string(hash).c_str(), cost.passes,
                                                 cost.memory_bytes) != 0;
}

}  // namespace mtc
