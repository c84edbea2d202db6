#include "domain/alerts/memory_learned_store.h"

namespace mtc::alerts {

Async<Result<std::optional<Learned>>> MemoryLearnedStore::newest(Account account) {
  const auto& all = versions[account];
  co_return all.empty() ? std::nullopt : std::optional(all.back());
}

// Newest first.
Async<Result<std::vector<Learned>>> MemoryLearnedStore::list(Account account, std::int64_t limit) {
  std::vector<Learned> out;
  const auto& all = versions[account];
  for (auto it = all.rbegin(); it != all.rend() && std::ssize(out) < limit; ++it) {
    out.push_back(*it);
  }
  co_return out;
}

Async<Result<Learned>> MemoryLearnedStore::add(Account account, Learned learned) {
  auto& all = versions[account];
  const std::int64_t newest = all.empty() ? 0 : all.back().version;
  if (learned.version != newest) {
    co_return fail(Errc::conflict,
                   "something newer was learned meanwhile; read it and learn again");
  }
  ++learned.version;
  all.push_back(learned);
  co_return learned;
}

}  // namespace mtc::alerts
