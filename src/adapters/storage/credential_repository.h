// Encrypted credentials in table credentials.
#pragma once

#include "domain/identity/repositories.h"
#include "infra/database/database.h"

namespace mtc::storage {

// The database outlives the repository.
class SqlCredentialRepository final : public identity::CredentialRepository {
 public:
  explicit SqlCredentialRepository(Database& database) : database_(database) {}

  Async<Result<void>> save(identity::SealedCredential credential) override;
  Async<Result<std::optional<identity::SealedCredential>>> find(
      identity::CredentialOwner owner) override;
  Async<Result<std::vector<identity::SealedCredential>>> all() override;
  Async<Result<bool>> remove(identity::CredentialOwner owner) override;
  Async<Result<bool>> reseal(identity::CredentialOwner owner, std::string before,
                             std::string sealed) override;

 private:
  Database& database_;
};

}  // namespace mtc::storage
