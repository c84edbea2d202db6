// How releases were when they last were well, in table good_states, their objects encrypted.
#pragma once

#include "domain/clusters/good_state.h"
#include "domain/identity/repositories.h"
#include "infra/database/database.h"

namespace mtc::storage {

// Database and cipher outlive it.
class SqlGoodStateStore final : public clusters::GoodStateStore {
 public:
  SqlGoodStateStore(Database& database, const identity::SecretCipher& cipher)
      : database_(database), cipher_(cipher) {}

  Async<Result<>> put(clusters::GoodState state, int keep) override;
  Async<Result<std::vector<clusters::GoodState>>> list(identity::UserId account,
                                                       clusters::ReleaseName release) override;
  Async<Result<int>> forget(TimePoint seen_before) override;

 private:
  Database& database_;
  const identity::SecretCipher& cipher_;
};

}  // namespace mtc::storage
