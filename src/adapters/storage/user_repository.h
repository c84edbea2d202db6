// Users in table sys_user.
#pragma once

#include "domain/identity/repositories.h"
#include "infra/database/database.h"

namespace mtc::storage {

// The database outlives the repository.
class SqlUserRepository final : public identity::UserRepository {
 public:
  explicit SqlUserRepository(Database& database) : database_(database) {}

  Async<Result<identity::User>> add(identity::User user, TimePoint now) override;
  Async<Result<void>> update(identity::User user) override;
  Async<Result<std::optional<identity::User>>> find(identity::UserId id) override;
  Async<Result<std::optional<identity::User>>> find_by_name(std::string username) override;
  Async<Result<std::vector<identity::User>>> all() override;
  Async<Result<std::optional<std::string>>> password_hash(identity::UserId id) override;
  Async<Result<void>> set_password_hash(identity::UserId id, std::string hash) override;

 private:
  Database& database_;
};

}  // namespace mtc::storage
