// What every command stands on: the database, its tables, and the people and tokens in it.
#pragma once

#include <boost/asio/thread_pool.hpp>
#include <memory>

#include "adapters/storage/credential_repository.h"
#include "adapters/storage/identity_crypto.h"
#include "adapters/storage/token_repository.h"
#include "adapters/storage/user_repository.h"
#include "app/settings.h"
#include "domain/identity/directory.h"
#include "domain/identity/vault.h"
#include "infra/crypto/secret_box.h"
#include "infra/crypto/system_random.h"
#include "infra/database/database.h"

namespace mtc::app {

struct Foundation {
  // Creates the database if it is missing and brings its tables up to date. The settings are
  // complete (with_defaults); the clock outlives the result.
  static Result<std::unique_ptr<Foundation>> open(Settings settings, const Clock& clock);

  Settings settings;
  const Clock& clock;
  std::unique_ptr<Database> database;
  SystemRandom random;
  asio::thread_pool hashing{1};  // one password at a time
  storage::SqlUserRepository users{*database};
  storage::SqlTokenRepository tokens{*database};
  storage::SqlCredentialRepository credentials{*database};
  storage::Argon2Hasher passwords{hashing};
  storage::Sha256Fingerprint fingerprint;  // of tokens, audit rows and codes
  identity::Directory directory;

 private:
  Foundation(Settings settings, const Clock& clock, std::unique_ptr<Database> database);
};

// The stored credentials with the keys that protect them; the foundation outlives it.
class StoredSecrets {
 public:
  // Reads the keys, and makes the first one where there is none yet.
  static Result<std::unique_ptr<StoredSecrets>> open(Foundation& foundation);

  identity::Vault& vault() { return vault_; }
  const SecretBox& box() const { return *box_; }
  const identity::SecretCipher& cipher() const { return cipher_; }

 private:
  StoredSecrets(std::unique_ptr<SecretBox> box, Foundation& foundation);

  std::unique_ptr<SecretBox> box_;
  storage::SecretBoxCipher cipher_{*box_};
  identity::Vault vault_;
};

}  // namespace mtc::app
