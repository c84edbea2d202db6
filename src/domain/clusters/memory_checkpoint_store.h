// Checkpoints and aliases that are forgotten with the process: for tests that want to see what was
// stored.
#pragma once

#include <map>
#include <vector>

#include "domain/clusters/checkpoint.h"

namespace mtc::clusters {

class MemoryCheckpointStore final : public CheckpointStore {
 public:
  Async<Result<Checkpoint>> add(Checkpoint checkpoint) override;
  Async<Result<>> update(Checkpoint checkpoint) override;
  Async<Result<std::optional<Checkpoint>>> find(std::string id) override;
  Async<Result<std::vector<Checkpoint>>> list(identity::UserId user, std::int64_t limit) override;
  Async<Result<int>> forget(TimePoint created_before) override;

  std::vector<Checkpoint> checkpoints;  // oldest first

 private:
  std::map<identity::UserId, std::int64_t> last_numbers_;
};

class MemoryAliasStore final : public AliasStore {
 public:
  Async<Result<std::vector<Alias>>> list(identity::UserId user) override;
  Async<Result<>> put(identity::UserId user, Alias alias) override;
  Async<Result<bool>> remove(identity::UserId user, std::string spoken) override;

  std::map<identity::UserId, std::map<std::string, Alias>> aliases;  // by what is said
};

}  // namespace mtc::clusters
