#include "domain/rollback/memory_operation_store.h"

#include <algorithm>

namespace mtc::rollback {
namespace {

bool runs(const Operation& operation) {
  return operation.state == OperationState::running;
}

// How it stands, in a word: the state and the step that is at work or was last.
std::string shape_of(const Operation& operation) {
  std::string out(name_of(operation.state));
  for (const Step& step : operation.steps) {
    if (step.state == StepState::waiting) continue;
    out += " " + std::string(name_of(step.rung)) + ":" + std::string(name_of(step.state));
  }
  return out;
}

bool fits(const Operation& operation, const OperationFilter& filter) {
  const auto is = [](const std::string& wanted, const std::string& text) {
    return wanted.empty() || wanted == text;
  };
  return (!filter.state || operation.state == *filter.state) &&
         is(filter.cluster_id, operation.target.cluster_id) &&
         is(filter.ns, operation.target.object.ns) &&
         is(filter.name, operation.target.object.name) &&
         (!filter.since || operation.started >= *filter.since) &&
         (!filter.until || operation.started < *filter.until);
}

}  // namespace

MemoryOperationStore::Kept* MemoryOperationStore::find_kept(const std::string& id) {
  const auto it =
      std::ranges::find_if(kept, [&](const Kept& one) { return one.operation.id == id; });
  return it == kept.end() ? nullptr : &*it;
}

Async<Result<std::optional<Operation>>> MemoryOperationStore::begin(Operation operation,
                                                                    std::string holder,
                                                                    TimePoint until) {
  const std::string target = target_name(operation.target);
  const bool by_person = operation.trigger == Trigger::person;
  for (const Kept& other : kept) {
    if (runs(other.operation) && target_name(other.operation.target) == target) {
      co_return std::nullopt;
    }
    if (other.operation.incident != operation.incident) continue;
    if (!by_person || runs(other.operation)) co_return std::nullopt;
  }
  operation.number = ++last_numbers_[operation.account];
  operation.revision = 1;
  operation.state = OperationState::running;
  transitions.push_back(shape_of(operation));
  kept.push_back({.operation = operation, .holder = std::move(holder), .until = until});
  co_return operation;
}

Async<Result<Operation>> MemoryOperationStore::save(Operation operation, std::string holder,
                                                    TimePoint until) {
  Kept* known = find_kept(operation.id);
  if (known == nullptr) co_return fail(Errc::not_found, "there is no such operation");
  if (known->holder != holder || known->operation.revision != operation.revision) {
    co_return fail(Errc::conflict, "somebody else goes on with this operation");
  }
  operation.cancel_asked = known->operation.cancel_asked;
  operation.cancel_by = known->operation.cancel_by;
  ++operation.revision;
  if (shape_of(operation) != transitions.back()) transitions.push_back(shape_of(operation));
  known->operation = operation;
  known->until = until;
  co_return operation;
}

Async<Result<std::vector<Operation>>> MemoryOperationStore::adopt(std::string holder, TimePoint now,
                                                                  TimePoint until) {
  std::vector<Operation> out;
  for (Kept& one : kept) {
    if (!runs(one.operation) || one.until > now) continue;
    one.holder = holder;
    one.until = until;
    ++one.operation.revision;  // what its holder before still wants to save comes too late
    out.push_back(one.operation);
  }
  co_return out;
}

Async<Result<std::optional<Operation>>> MemoryOperationStore::find(std::string id) {
  const Kept* known = find_kept(id);
  co_return known == nullptr ? std::nullopt : std::optional(known->operation);
}

Async<Result<std::optional<Operation>>> MemoryOperationStore::find_number(alerts::Account account,
                                                                          std::int64_t number) {
  for (const Kept& one : kept) {
    if (one.operation.account == account && one.operation.number == number) {
      co_return one.operation;
    }
  }
  co_return std::nullopt;
}

Async<Result<std::vector<Operation>>> MemoryOperationStore::list(alerts::Account account,
                                                                 OperationFilter filter) {
  std::vector<Operation> out;
  for (auto it = kept.rbegin(); it != kept.rend() && std::ssize(out) < filter.limit; ++it) {
    if (it->operation.account == account && fits(it->operation, filter)) {
      out.push_back(it->operation);
    }
  }
  co_return out;
}

Async<Result<bool>> MemoryOperationStore::ask_cancel(std::string id, std::string by) {
  Kept* known = find_kept(id);
  if (known == nullptr || !runs(known->operation)) co_return false;
  known->operation.cancel_asked = true;
  known->operation.cancel_by = std::move(by);
  co_return true;
}

Async<Result<std::int64_t>> MemoryOperationStore::count(alerts::Account account, std::string target,
                                                        TimePoint since) {
  co_return std::ranges::count_if(kept, [&](const Kept& one) {
    return one.operation.account == account && one.operation.started >= since &&
           (target.empty() || target_name(one.operation.target) == target);
  });
}

Async<Result<int>> MemoryOperationStore::forget(TimePoint ended_before) {
  co_return static_cast<int>(std::erase_if(kept, [&](const Kept& one) {
    return !runs(one.operation) && one.operation.ended && *one.operation.ended < ended_before;
  }));
}

}  // namespace mtc::rollback
