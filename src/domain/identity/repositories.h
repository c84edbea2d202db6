// What identity needs from outside: storage and cryptography. adapters/storage implements these
// ports.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/async.h"
#include "base/result.h"
#include "domain/identity/credential.h"
#include "domain/identity/token.h"
#include "domain/identity/user.h"

namespace mtc::identity {

class UserRepository {
 public:
  virtual ~UserRepository() = default;
  // Gives the user an id. Errc::conflict if the username is taken.
  virtual Async<Result<User>> add(User user, TimePoint now) = 0;
  // All but id and username. Errc::not_found if there is no such id.
  virtual Async<Result<void>> update(User user) = 0;
  virtual Async<Result<std::optional<User>>> find(UserId id) = 0;
  virtual Async<Result<std::optional<User>>> find_by_name(std::string username) = 0;
  virtual Async<Result<std::vector<User>>> all() = 0;  // by username
  virtual Async<Result<std::optional<std::string>>> password_hash(UserId id) = 0;
  virtual Async<Result<void>> set_password_hash(UserId id, std::string hash) = 0;
};

struct TokenOwner {
  ApiToken token;
  User user;
};

class TokenRepository {
 public:
  virtual ~TokenRepository() = default;
  virtual Async<Result<ApiToken>> add(ApiToken token) = 0;  // gives it an id
  virtual Async<Result<std::optional<TokenOwner>>> find_by_hash(std::string hash) = 0;
  virtual Async<Result<std::vector<TokenOwner>>> all() = 0;  // oldest first, revoked ones too
  virtual Async<Result<void>> revoke(std::int64_t id, TimePoint now) = 0;
  virtual Async<Result<void>> touch(std::int64_t id, TimePoint now) = 0;  // notes that it was used
};

class CredentialRepository {
 public:
  virtual ~CredentialRepository() = default;
  // Replaces what the owner had.
  virtual Async<Result<void>> save(SealedCredential credential) = 0;
  virtual Async<Result<std::optional<SealedCredential>>> find(CredentialOwner owner) = 0;
  virtual Async<Result<std::vector<SealedCredential>>> all() = 0;
  virtual Async<Result<bool>> remove(CredentialOwner owner) = 0;  // false if there was none
  // Puts `sealed` in the place of `before`; false if it is no longer `before`: somebody saved
  // another one meanwhile.
  virtual Async<Result<bool>> reseal(CredentialOwner owner, std::string before,
                                     std::string sealed) = 0;
};

// Slow on purpose, so it awaits a thread of its own.
class PasswordHasher {
 public:
  virtual ~PasswordHasher() = default;
  virtual Async<Result<std::string>> hash(std::string password) = 0;
  virtual Async<bool> verify(std::string hash, std::string password) = 0;
  virtual bool needs_rehash(const std::string& hash) const = 0;
};

// A one-way fingerprint of a random token; equal tokens have equal ones. Hexadecimal SHA-256.
class TokenFingerprint {
 public:
  virtual ~TokenFingerprint() = default;
  virtual std::string of(std::string_view token) const = 0;
};

// Encrypts what is stored. `place` says which row it belongs to: elsewhere it does not open.
class SecretCipher {
 public:
  virtual ~SecretCipher() = default;
  virtual std::string seal(std::string_view secret, std::string_view place) const = 0;
  virtual Result<std::string> open(std::string_view sealed, std::string_view place) const = 0;
  virtual bool is_current(
      std::string_view sealed) const = 0;  // false: seal it again with the newest key
};

}  // namespace mtc::identity
