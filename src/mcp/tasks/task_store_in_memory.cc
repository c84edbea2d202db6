#include "mcp/tasks/task_store_in_memory.h"

#include <algorithm>

namespace mtc::mcp {
namespace {

bool is_open(const Task& task, TimePoint now) {
  return !is_final(task.status) && expiry_of(task) > now;
}

}  // namespace

Async<Result<Task>> TaskStoreInMemory::create(Task task, TaskLease lease, int max_open) {
  int open = 0;
  task.number = 1;
  for (const auto& [id, kept] : tasks_) {
    if (kept.task.principal.subject != task.principal.subject) continue;
    if (is_open(kept.task, task.created)) ++open;
    task.number = std::max(task.number, kept.task.number + 1);
  }
  if (open >= max_open) co_return fail(too_many_tasks(open));
  task.version = 1;
  const auto [place, added] = tasks_.try_emplace(task.id, StoredTask{task, std::move(lease)});
  if (!added) co_return fail(Errc::conflict, "there is a task with that id");
  co_return task;
}

Async<Result<StoredTask>> TaskStoreInMemory::find(std::string id) {
  const auto it = tasks_.find(id);
  if (it == tasks_.end()) co_return fail(no_such_task());
  co_return it->second;
}

Async<Result<Task>> TaskStoreInMemory::replace(Task task, TaskLease lease) {
  const auto it = tasks_.find(task.id);
  if (it == tasks_.end()) co_return fail(no_such_task());
  if (it->second.task.version != task.version) co_return fail(task_has_changed());
  ++task.version;
  it->second = {.task = task, .lease = std::move(lease)};
  co_return task;
}

Async<Result<std::vector<StoredTask>>> TaskStoreInMemory::list(std::string subject, int limit) {
  std::vector<StoredTask> found;
  for (const auto& [id, kept] : tasks_) {
    if (kept.task.principal.subject == subject) found.push_back(kept);
  }
  std::ranges::sort(found, std::ranges::greater{},
                    [](const StoredTask& one) { return one.task.number; });
  if (found.size() > static_cast<std::size_t>(std::max(limit, 0))) {
    found.resize(static_cast<std::size_t>(std::max(limit, 0)));
  }
  co_return found;
}

Async<Result<std::optional<Task>>> TaskStoreInMemory::take_over(TaskLease lease, TimePoint now) {
  StoredTask* longest = nullptr;
  for (auto& [id, kept] : tasks_) {
    if (kept.task.status != TaskStatus::working || !is_open(kept.task, now)) continue;
    if (!kept.lease.holder.empty() && kept.lease.until > now) continue;
    if (longest == nullptr || kept.lease.until < longest->lease.until) longest = &kept;
  }
  if (longest == nullptr) co_return std::nullopt;
  ++longest->task.version;
  longest->lease = std::move(lease);
  co_return longest->task;
}

Async<Result<bool>> TaskStoreInMemory::renew(std::string id, TaskLease lease) {
  const auto it = tasks_.find(id);
  if (it == tasks_.end()) co_return false;
  auto& [task, held] = it->second;
  if (task.status != TaskStatus::working || held.holder != lease.holder) co_return false;
  held = std::move(lease);
  co_return true;
}

Async<Result<>> TaskStoreInMemory::forget_expired(TimePoint now) {
  std::erase_if(tasks_, [now](const auto& one) { return expiry_of(one.second.task) <= now; });
  co_return Result<>{};
}

}  // namespace mtc::mcp
