// Checkpoints in table checkpoints, their objects encrypted; and the names that people gave to
// workloads in table aliases.
#pragma once

#include "domain/clusters/checkpoint.h"
#include "domain/identity/repositories.h"
#include "infra/database/database.h"

namespace mtc::storage {

// Database and cipher outlive it.
class SqlCheckpointStore final : public clusters::CheckpointStore {
 public:
  SqlCheckpointStore(Database& database, const identity::SecretCipher& cipher)
      : database_(database), cipher_(cipher) {}

  Async<Result<clusters::Checkpoint>> add(clusters::Checkpoint checkpoint) override;
  Async<Result<>> update(clusters::Checkpoint checkpoint) override;
  Async<Result<std::optional<clusters::Checkpoint>>> find(std::string id) override;
  Async<Result<std::vector<clusters::Checkpoint>>> list(identity::UserId user,
                                                        std::int64_t limit) override;
  Async<Result<int>> forget(TimePoint created_before) override;

 private:
  Database& database_;
  const identity::SecretCipher& cipher_;
};

// The database outlives it.
class SqlAliasStore final : public clusters::AliasStore {
 public:
  explicit SqlAliasStore(Database& database) : database_(database) {}

  Async<Result<std::vector<clusters::Alias>>> list(identity::UserId user) override;
  Async<Result<>> put(identity::UserId user, clusters::Alias alias) override;
  Async<Result<bool>> remove(identity::UserId user, std::string spoken) override;

 private:
  Database& database_;
};

}  // namespace mtc::storage
