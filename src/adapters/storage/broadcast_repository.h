// What is prepared, spoken and waiting: digests, broadcasts, the queue, leases and share links in
// SQL.
#pragma once

#include "domain/broadcast/ports.h"
#include "infra/database/database.h"

namespace mtc::storage {

// The database outlives the repository.
class SqlBroadcastStore final : public broadcast::BroadcastStore {
 public:
  explicit SqlBroadcastStore(Database& database) : database_(database) {}

  Async<Result<bool>> claim_day(identity::UserId user, broadcast::Day day) override;
  Async<Result<void>> release_day(identity::UserId user, broadcast::Day day,
                                  std::optional<broadcast::Day> before) override;
  Async<Result<std::optional<broadcast::Day>>> last_claimed_day(identity::UserId user) override;

  Async<Result<void>> save_prepared(broadcast::PreparedBroadcast broadcast) override;
  Async<Result<std::optional<broadcast::PreparedBroadcast>>> prepared(identity::UserId user,
                                                                      broadcast::Day day) override;
  Async<Result<std::optional<broadcast::PreparedBroadcast>>> newest_prepared(
      identity::UserId user) override;
  Async<Result<std::vector<broadcast::PreparedBroadcast>>> recent_prepared(identity::UserId user,
                                                                           int limit) override;

  Async<Result<void>> save_digest(digest::Digest digest) override;
  Async<Result<std::optional<digest::Digest>>> find_digest(std::string digest_id) override;
  Async<Result<std::optional<digest::Digest>>> find_digest_of(identity::UserId user,
                                                              std::string digest_id) override;

  Async<Result<void>> enqueue(broadcast::QueueItem item) override;
  Async<Result<std::vector<broadcast::QueueItem>>> take_queue(identity::UserId user, TimePoint now,
                                                              int limit) override;
  Async<Result<std::int64_t>> queue_length(identity::UserId user) override;

  Async<Result<bool>> take_lease(std::string name, std::string holder, TimePoint now,
                                 TimePoint expires) override;

  Async<Result<void>> save_share(std::string token_hash, std::string digest_id,
                                 TimePoint expires) override;
  Async<Result<std::optional<std::string>>> find_share(std::string token_hash,
                                                       TimePoint now) override;
  Async<Result<void>> forget(TimePoint now, TimePoint keep_from) override;

 private:
  Database& database_;
};

}  // namespace mtc::storage
