// The cryptography that identity and the audit log ask for, by infra/crypto.
#pragma once

#include <boost/asio/thread_pool.hpp>

#include "domain/audit/hasher.h"
#include "domain/identity/repositories.h"
#include "infra/crypto/password_hash.h"
#include "infra/crypto/secret_box.h"

namespace mtc::storage {

// Argon2id. A pool of one thread keeps the memory of several sign-ins at once to that of one (64
// MiB).
class Argon2Hasher final : public identity::PasswordHasher {
 public:
  // The pool outlives the hasher.
  explicit Argon2Hasher(asio::thread_pool& pool, Argon2Cost cost = {}) : pool_(pool), cost_(cost) {}

  Async<Result<std::string>> hash(std::string password) override;
  Async<bool> verify(std::string hash, std::string password) override;
  bool needs_rehash(const std::string& hash) const override;

 private:
  asio::thread_pool& pool_;
  Argon2Cost cost_;
};

class Sha256Fingerprint final : public identity::TokenFingerprint, public audit::Hasher {
 public:
  std::string of(std::string_view bytes) const override;
};

// The box outlives the cipher.
class SecretBoxCipher final : public identity::SecretCipher {
 public:
  explicit SecretBoxCipher(const SecretBox& box) : box_(box) {}

  std::string seal(std::string_view secret, std::string_view place) const override;
  Result<std::string> open(std::string_view sealed, std::string_view place) const override;
  bool is_current(std::string_view sealed) const override;

 private:
  const SecretBox& box_;
};

}  // namespace mtc::storage
