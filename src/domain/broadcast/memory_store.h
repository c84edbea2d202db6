// A BroadcastStore that forgets with the process: for tests that want to see what was stored.
#pragma once

#include <algorithm>
#include <map>
#include <utility>

#include "domain/broadcast/ports.h"

namespace mtc::broadcast {

struct MemoryStore : BroadcastStore {
  std::map<identity::UserId, Day> claimed;
  std::map<std::pair<identity::UserId, Day>, PreparedBroadcast> broadcasts;
  std::map<std::string, digest::Digest> digests;
  std::vector<QueueItem> queue;
  std::map<std::string, std::pair<std::string, TimePoint>> leases;
  std::map<std::string, std::pair<std::string, TimePoint>> shares;

  Async<Result<bool>> claim_day(identity::UserId user, Day day) override {
    const auto it = claimed.find(user);
    if (it != claimed.end() && it->second >= day) co_return false;
    claimed[user] = day;
    co_return true;
  }
  Async<Result<void>> release_day(identity::UserId user, Day day,
                                  std::optional<Day> before) override {
    if (claimed[user] == day) {
      claimed.erase(user);
      if (before) claimed[user] = *before;
    }
    co_return Result<void>{};
  }
  Async<Result<std::optional<Day>>> last_claimed_day(identity::UserId user) override {
    const auto it = claimed.find(user);
    co_return it == claimed.end() ? std::nullopt : std::optional(it->second);
  }
  Async<Result<void>> save_prepared(PreparedBroadcast broadcast) override {
    const auto key = std::pair(broadcast.user_id, broadcast.day);
    broadcasts.insert_or_assign(key, std::move(broadcast));
    co_return Result<void>{};
  }
  Async<Result<std::optional<PreparedBroadcast>>> prepared(identity::UserId user,
                                                           Day day) override {
    const auto it = broadcasts.find({user, day});
    co_return it == broadcasts.end() ? std::nullopt : std::optional(it->second);
  }
  Async<Result<std::optional<PreparedBroadcast>>> newest_prepared(identity::UserId user) override {
    std::optional<PreparedBroadcast> newest;
    for (const auto& [key, broadcast] : broadcasts) {
      if (key.first == user) newest = broadcast;
    }
    co_return newest;
  }
  Async<Result<std::vector<PreparedBroadcast>>> recent_prepared(identity::UserId user,
                                                                int limit) override {
    std::vector<PreparedBroadcast> recent;
    for (auto it = broadcasts.rbegin(); it != broadcasts.rend(); ++it) {
      if (it->first.first == user && std::cmp_less(recent.size(), limit))
        recent.push_back(it->second);
    }
    co_return recent;
  }
  Async<Result<void>> save_digest(digest::Digest digest) override {
    digests.insert_or_assign(digest.id, digest);
    co_return Result<void>{};
  }
  Async<Result<std::optional<digest::Digest>>> find_digest(std::string id) override {
    const auto it = digests.find(id);
    co_return it == digests.end() ? std::nullopt : std::optional(it->second);
  }
  Async<Result<std::optional<digest::Digest>>> find_digest_of(identity::UserId user,
                                                              std::string id) override {
    const bool own = std::ranges::any_of(broadcasts, [&](const auto& one) {
      return one.first.first == user && one.second.digest_id == id;
    });
    if (!own) co_return std::nullopt;
    co_return co_await find_digest(std::move(id));
  }
  Async<Result<void>> enqueue(QueueItem item) override {
    queue.push_back(std::move(item));
    co_return Result<void>{};
  }
  Async<Result<std::vector<QueueItem>>> take_queue(identity::UserId user, TimePoint now,
                                                   int limit) override {
    std::ranges::sort(queue, [](const QueueItem& a, const QueueItem& b) {
      if (a.priority != b.priority) return a.priority > b.priority;
      return a.created != b.created ? a.created < b.created : a.id < b.id;
    });
    std::vector<QueueItem> taken;
    for (auto& item : queue) {
      if (item.user_id != user || item.spoken || std::cmp_greater_equal(taken.size(), limit))
        continue;
      item.spoken = now;
      taken.push_back(item);
    }
    co_return taken;
  }
  Async<Result<std::int64_t>> queue_length(identity::UserId user) override {
    co_return std::ranges::count_if(
        queue, [&](const QueueItem& item) { return item.user_id == user && !item.spoken; });
  }
  Async<Result<bool>> take_lease(std::string name, std::string holder, TimePoint now,
                                 TimePoint expires) override {
    const auto it = leases.find(name);
    if (it != leases.end() && it->second.first != holder && it->second.second > now)
      co_return false;
    leases[name] = {holder, expires};
    co_return true;
  }
  Async<Result<void>> save_share(std::string token_hash, std::string digest_id,
                                 TimePoint expires) override {
    shares[token_hash] = {std::move(digest_id), expires};
    co_return Result<void>{};
  }
  Async<Result<std::optional<std::string>>> find_share(std::string token_hash,
                                                       TimePoint now) override {
    const auto it = shares.find(token_hash);
    if (it == shares.end() || it->second.second <= now) co_return std::nullopt;
    co_return it->second.first;
  }
  Async<Result<void>> forget(TimePoint now, TimePoint keep_from) override {
    std::erase_if(shares, [&](const auto& one) { return one.second.second < now; });
    std::erase_if(leases, [&](const auto& one) { return one.second.second < now; });
    std::erase_if(broadcasts, [&](const auto& one) { return one.second.prepared < keep_from; });
    std::erase_if(digests, [&](const auto& one) { return one.second.created < keep_from; });
    std::erase_if(queue,
                  [&](const QueueItem& item) { return item.spoken && *item.spoken < keep_from; });
    co_return Result<void>{};
  }
};

}  // namespace mtc::broadcast
