#include "adapters/storage/identity_crypto.h"

#include "base/encoding.h"
#include "infra/crypto/sha256.h"
#include "infra/loop/off_loop.h"

namespace mtc::storage {

Async<Result<std::string>> Argon2Hasher::hash(std::string password) {
  return off_loop<Result<std::string>>(pool_,
                                       [password = std::move(password), cost = cost_]() mutable {
                                         auto hash = hash_password(password, cost);
                                         wipe(password);
                                         return hash;
                                       });
}

Async<bool> Argon2Hasher::verify(std::string hash, std::string password) {
  return off_loop<bool>(pool_, [hash = std::move(hash), password = std::move(password)]() mutable {
    const bool right = verify_password(hash, password);
    wipe(password);
    return right;
  });
}

bool Argon2Hasher::needs_rehash(const std::string& hash) const {
  return password_needs_rehash(hash, cost_);
}

std::string Sha256Fingerprint::of(std::string_view bytes) const {
  return to_hex(sha256(bytes));
}

std::string SecretBoxCipher::seal(std::string_view secret, std::string_view place) const {
  return box_.seal(secret, place);
}

Result<std::string> SecretBoxCipher::open(std::string_view sealed, std::string_view place) const {
  return box_.open(sealed, place);
}

bool SecretBoxCipher::is_current(std::string_view sealed) const {
  return box_.is_current(sealed);
}

}  // namespace mtc::storage
