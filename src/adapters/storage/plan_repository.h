// Plans in table plans: what they would do is encrypted.
#pragma once

#include "domain/approval/approver.h"
#include "domain/identity/repositories.h"
#include "infra/database/database.h"

namespace mtc::storage {

// Database and cipher outlive it.
class SqlPlanStore final : public approval::PlanStore {
 public:
  SqlPlanStore(Database& database, const identity::SecretCipher& cipher)
      : database_(database), cipher_(cipher) {}

  Async<Result<>> add(approval::Plan plan) override;
  Async<Result<std::optional<approval::Plan>>> find(std::string id) override;
  Async<Result<std::vector<approval::Plan>>> waiting(identity::UserId user, TimePoint now) override;
  Async<Result<std::vector<approval::Plan>>> recent(identity::UserId user,
                                                    TimePoint since) override;
  Async<Result<std::vector<approval::Plan>>> executing(TimePoint changed_before) override;
  Async<Result<bool>> move(std::string id, approval::PlanState from, approval::PlanState to,
                           std::string outcome, TimePoint now) override;
  Async<Result<int>> note_wrong_code(std::string id) override;
  Async<Result<int>> forget(TimePoint changed_before) override;

 private:
  Database& database_;
  const identity::SecretCipher& cipher_;
};

}  // namespace mtc::storage
