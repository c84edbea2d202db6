#include "domain/clusters/memory_good_state_store.h"

#include <algorithm>

namespace mtc::clusters {

Async<Result<>> MemoryGoodStateStore::put(GoodState state, int keep) {
  const auto of_release = [&state](const GoodState& one) {
    return one.account == state.account && one.release == state.release;
  };
  const auto same = std::ranges::find_if(states, [&](const GoodState& one) {
    return of_release(one) && one.fingerprint == state.fingerprint;
  });
  if (same != states.end()) {
    *same = std::move(state);
    co_return Result<>{};
  }
  while (std::ranges::count_if(states, of_release) >= std::max(1, keep)) {
    states.erase(std::ranges::find_if(states, of_release));
  }
  states.push_back(std::move(state));
  co_return Result<>{};
}

Async<Result<std::vector<GoodState>>> MemoryGoodStateStore::list(identity::UserId account,
                                                                 ReleaseName release) {
  std::vector<GoodState> out;
  for (auto it = states.rbegin(); it != states.rend(); ++it) {
    if (it->account == account && it->release == release) out.push_back(*it);
  }
  co_return out;
}

Async<Result<int>> MemoryGoodStateStore::forget(TimePoint seen_before) {
  co_return static_cast<int>(
      std::erase_if(states, [&](const GoodState& one) { return one.seen < seen_before; }));
}

}  // namespace mtc::clusters
