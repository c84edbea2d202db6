// Who has to do with which cloud account: from the stored users and keys.
#pragma once

#include "domain/identity/directory.h"
#include "domain/identity/vault.h"
#include "domain/rollback/ports.h"

namespace mtc::app {

class StoredPeople final : public rollback::People {
 public:
  StoredPeople(identity::Directory& directory, identity::UserRepository& users,
               identity::Vault& vault)
      : directory_(directory), users_(users), vault_(vault) {}

  Async<Result<std::vector<identity::User>>> of(alerts::Account account) override;
  Async<Result<identity::User>> find(identity::UserId id) override;
  Async<Result<std::vector<alerts::Account>>> accounts() override;
  Async<Result<alerts::Account>> account_of(identity::User user) override;

 private:
  Async<Result<std::set<identity::UserId>>> with_own_keys();

  identity::Directory& directory_;
  identity::UserRepository& users_;
  identity::Vault& vault_;
};

}  // namespace mtc::app
