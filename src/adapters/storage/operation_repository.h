// Rollbacks in table rollback_operations, their steps in rollback_steps; what a step needs to be
// done is encrypted.
#pragma once

#include "domain/identity/repositories.h"
#include "domain/rollback/operation.h"
#include "infra/database/database.h"

namespace mtc::storage {

// Database and cipher outlive it.
class SqlOperationStore final : public rollback::OperationStore {
 public:
  SqlOperationStore(Database& database, const identity::SecretCipher& cipher)
      : database_(database), cipher_(cipher) {}

  Async<Result<std::optional<rollback::Operation>>> begin(rollback::Operation operation,
                                                          std::string holder,
                                                          TimePoint until) override;
  Async<Result<rollback::Operation>> save(rollback::Operation operation, std::string holder,
                                          TimePoint until) override;
  Async<Result<std::vector<rollback::Operation>>> adopt(std::string holder, TimePoint now,
                                                        TimePoint until) override;
  Async<Result<std::optional<rollback::Operation>>> find(std::string id) override;
  Async<Result<std::optional<rollback::Operation>>> find_number(alerts::Account account,
                                                                std::int64_t number) override;
  Async<Result<std::vector<rollback::Operation>>> list(alerts::Account account,
                                                       rollback::OperationFilter filter) override;
  Async<Result<bool>> ask_cancel(std::string id, std::string by) override;
  Async<Result<std::int64_t>> count(alerts::Account account, std::string target,
                                    TimePoint since) override;
  Async<Result<int>> forget(TimePoint ended_before) override;

 private:
  Database& database_;
  const identity::SecretCipher& cipher_;
};

}  // namespace mtc::storage
