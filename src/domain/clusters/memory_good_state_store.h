// Good states that are forgotten with the process: for tests that want to see what was noted.
#pragma once

#include <vector>

#include "domain/clusters/good_state.h"

namespace mtc::clusters {

class MemoryGoodStateStore final : public GoodStateStore {
 public:
  Async<Result<>> put(GoodState state, int keep) override;
  Async<Result<std::vector<GoodState>>> list(identity::UserId account,
                                             ReleaseName release) override;
  Async<Result<int>> forget(TimePoint seen_before) override;

  std::vector<GoodState> states;  // newest last
};

}  // namespace mtc::clusters
