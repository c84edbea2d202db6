#include "domain/clusters/memory_checkpoint_store.h"

#include <algorithm>

namespace mtc::clusters {

Async<Result<Checkpoint>> MemoryCheckpointStore::add(Checkpoint checkpoint) {
  if (std::ranges::find(checkpoints, checkpoint.id, &Checkpoint::id) != checkpoints.end()) {
    co_return fail(Errc::conflict, "there is such a checkpoint already");
  }
  checkpoint.number = ++last_numbers_[checkpoint.user];
  checkpoints.push_back(checkpoint);
  co_return checkpoint;
}

Async<Result<>> MemoryCheckpointStore::update(Checkpoint checkpoint) {
  const auto it = std::ranges::find(checkpoints, checkpoint.id, &Checkpoint::id);
  if (it == checkpoints.end()) co_return fail(Errc::not_found, "there is no such checkpoint");
  it->objects = std::move(checkpoint.objects);
  it->restored = checkpoint.restored;
  co_return Result<>{};
}

Async<Result<std::optional<Checkpoint>>> MemoryCheckpointStore::find(std::string id) {
  const auto it = std::ranges::find(checkpoints, id, &Checkpoint::id);
  co_return it == checkpoints.end() ? std::nullopt : std::optional(*it);
}

Async<Result<std::vector<Checkpoint>>> MemoryCheckpointStore::list(identity::UserId user,
                                                                   std::int64_t limit) {
  std::vector<Checkpoint> out;
  for (auto it = checkpoints.rbegin(); it != checkpoints.rend() && std::ssize(out) < limit; ++it) {
    if (it->user != user) continue;
    out.push_back(*it);
    for (auto& object : out.back().objects) {
      if (object.before) object.before = Json::object();
    }
  }
  co_return out;
}

Async<Result<int>> MemoryCheckpointStore::forget(TimePoint created_before) {
  co_return static_cast<int>(std::erase_if(
      checkpoints, [&](const Checkpoint& one) { return one.created < created_before; }));
}

Async<Result<std::vector<Alias>>> MemoryAliasStore::list(identity::UserId user) {
  std::vector<Alias> out;
  for (const auto& [spoken, alias] : aliases[user]) out.push_back(alias);
  co_return out;
}

Async<Result<>> MemoryAliasStore::put(identity::UserId user, Alias alias) {
  aliases[user].insert_or_assign(alias.spoken, alias);
  co_return Result<>{};
}

Async<Result<bool>> MemoryAliasStore::remove(identity::UserId user, std::string spoken) {
  co_return aliases[user].erase(spoken) > 0;
}

}  // namespace mtc::clusters
