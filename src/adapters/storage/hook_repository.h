// Keys of the addresses to which the cloud sends alarms, in table hook_keys.
#pragma once

#include "domain/identity/hook.h"
#include "infra/database/database.h"

namespace mtc::storage {

// The database outlives it.
class SqlHookRepository final : public identity::HookRepository {
 public:
  explicit SqlHookRepository(Database& database) : database_(database) {}

  Async<Result<identity::HookKey>> add(identity::HookKey key) override;
  Async<Result<std::optional<identity::HookKey>>> find_by_hash(std::string hash) override;
  Async<Result<std::vector<identity::HookKey>>> all() override;
  Async<Result<bool>> revoke(std::int64_t id, TimePoint now) override;
  Async<Result<>> touch(std::int64_t id, TimePoint now) override;

 private:
  Database& database_;
};

}  // namespace mtc::storage
