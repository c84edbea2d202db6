// What the administration commands share: where the data is, opening it, and telling how it went.
#pragma once

#include <boost/asio/thread_pool.hpp>
#include <memory>
#include <string>
#include <string_view>

#include "adapters/storage/credential_repository.h"
#include "adapters/storage/identity_crypto.h"
#include "adapters/storage/token_repository.h"
#include "adapters/storage/user_repository.h"
#include "app/commands/options.h"
#include "app/exit_codes.h"
#include "base/json.h"
#include "base/result.h"
#include "domain/identity/directory.h"
#include "domain/identity/vault.h"
#include "infra/crypto/secret_box.h"
#include "infra/crypto/system_random.h"
#include "infra/database/database.h"

namespace CLI {
class App;
}

namespace mtc::app {

struct AdminOptions {
  ConfigOption config;
  std::string database;  // URL; empty: the settings file's, else data.db in the state directory
  std::string key_file;  // empty: likewise, secret.key
  bool json = false;
};

// --config, --database (environment MTC_DATABASE) and --json. The options outlive the parsing.
void add_admin_options(CLI::App& command, AdminOptions& options);
void add_key_option(CLI::App& command, AdminOptions& options);

// Empty members filled in.
Result<AdminOptions> complete(AdminOptions options);

// An open database with its use cases. For command lines: everything blocks.
class Admin {
 public:
  // Creates the database and its tables if they are missing.
  static Result<std::unique_ptr<Admin>> open(const AdminOptions& options);

  identity::Directory& directory() { return directory_; }
  Random& random() { return random_; }
  const Clock& clock() const { return clock_; }
  const std::string& key_file() const { return key_file_; }
  // Reads the key that protects credentials; creates it if there is none yet.
  Result<std::unique_ptr<identity::Vault>> open_vault();

 private:
  Admin(std::unique_ptr<Database> database, std::string key_file);

  SystemClock clock_;
  SystemRandom random_;
  std::string key_file_;
  std::unique_ptr<Database> database_;
  asio::thread_pool hashing_{1};
  storage::SqlUserRepository users_;
  storage::SqlTokenRepository tokens_;
  storage::SqlCredentialRepository credentials_;
  storage::Argon2Hasher hasher_{hashing_};
  storage::Sha256Fingerprint fingerprint_;
  identity::Directory directory_;
  std::unique_ptr<SecretBox> box_;
  std::unique_ptr<storage::SecretBoxCipher> cipher_;
};

// On stdout; kFailed if it cannot be written (a closed pipe, a full disk).
int print(std::string_view text);
int print_json(const Json& json);

// The first line of a file, or of standard input if `file` is empty; a terminal is asked with the
// prompt and shows nothing of what is typed. For secrets, which have no place on a command line.
// Errc::invalid_argument if it is empty.
Result<std::string> read_secret(const std::string& file, std::string_view prompt);

}  // namespace mtc::app
