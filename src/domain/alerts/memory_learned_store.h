// What was learned, forgotten with the process: for tests that want to see what was stored.
#pragma once

#include <map>
#include <vector>

#include "domain/alerts/weights.h"

namespace mtc::alerts {

class MemoryLearnedStore final : public LearnedStore {
 public:
  Async<Result<std::optional<Learned>>> newest(Account account) override;
  Async<Result<std::vector<Learned>>> list(Account account, std::int64_t limit) override;
  Async<Result<Learned>> add(Account account, Learned learned) override;

  std::map<Account, std::vector<Learned>> versions;  // oldest first
};

}  // namespace mtc::alerts
