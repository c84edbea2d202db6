// API tokens in table api_tokens: hashes only.
#pragma once

#include "domain/identity/repositories.h"
#include "infra/database/database.h"

namespace mtc::storage {

// The database outlives the repository.
class SqlTokenRepository final : public identity::TokenRepository {
 public:
  explicit SqlTokenRepository(Database& database) : database_(database) {}

  Async<Result<identity::ApiToken>> add(identity::ApiToken token) override;
  Async<Result<std::optional<identity::TokenOwner>>> find_by_hash(std::string hash) override;
  Async<Result<std::vector<identity::TokenOwner>>> all() override;
  Async<Result<void>> revoke(std::int64_t id, TimePoint now) override;
  Async<Result<void>> touch(std::int64_t id, TimePoint now) override;

 private:
  Database& database_;
};

}  // namespace mtc::storage
