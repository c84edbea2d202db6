// What the broadcast needs from outside: a store for what is prepared, spoken and waiting, and a
// source of digests.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/async.h"
#include "base/clock.h"
#include "base/result.h"
#include "domain/digest/digest.h"
#include "domain/identity/user.h"
#include "domain/logs/log_store.h"

namespace mtc::broadcast {

using Day = std::chrono::year_month_day;

// A morning's broadcast, made before anybody asks for it. One per user and day.
struct PreparedBroadcast {
  identity::UserId user_id = 0;
  Day day{};  // the user's local day on which it is spoken
  std::string digest_id;
  std::string speech;  // without the greeting, which depends on the moment
  bool from_model = false;
  std::string audio_path;  // a WAV file; empty if there is none
  TimePoint prepared{};
};

// Something that has to be told besides the digest.
struct QueueItem {
  std::string id;  // UUID
  identity::UserId user_id = 0;
  std::string kind;  // "alert", "rollback", "notice"
  std::string text;  // one spoken sentence in the user's language
  int priority = 0;  // higher is told first
  TimePoint created{};
  std::optional<TimePoint> spoken;
};

class BroadcastStore {
 public:
  virtual ~BroadcastStore() = default;

  // True for exactly one caller per user and day, whoever and in whichever process asks: decided by
  // one SQL statement on last_log_trigger_date. False also for a day before the one already
  // claimed, and for an unknown user.
  virtual Async<Result<bool>> claim_day(identity::UserId user, Day day) = 0;
  // Gives a claim back because nothing could be spoken: the date becomes `before` again, if it
  // still is `day`.
  virtual Async<Result<void>> release_day(identity::UserId user, Day day,
                                          std::optional<Day> before) = 0;
  virtual Async<Result<std::optional<Day>>> last_claimed_day(identity::UserId user) = 0;

  // Replaces what was prepared for that user and day.
  virtual Async<Result<void>> save_prepared(PreparedBroadcast broadcast) = 0;
  virtual Async<Result<std::optional<PreparedBroadcast>>> prepared(identity::UserId user,
                                                                   Day day) = 0;
  // The newest one of that user, whatever the day.
  virtual Async<Result<std::optional<PreparedBroadcast>>> newest_prepared(
      identity::UserId user) = 0;
  // That user's newest ones, at most `limit`, newest first.
  virtual Async<Result<std::vector<PreparedBroadcast>>> recent_prepared(identity::UserId user,
                                                                        int limit) = 0;

  virtual Async<Result<void>> save_digest(digest::Digest digest) = 0;
  virtual Async<Result<std::optional<digest::Digest>>> find_digest(std::string digest_id) = 0;
  // The same if one of that user's broadcasts tells it, else nullopt.
  virtual Async<Result<std::optional<digest::Digest>>> find_digest_of(identity::UserId user,
                                                                      std::string digest_id) = 0;

  virtual Async<Result<void>> enqueue(QueueItem item) = 0;
  // Up to `limit` items not spoken yet, highest priority first, then oldest; marks them spoken at
  // `now` in the same transaction, so that no two greetings tell the same one.
  virtual Async<Result<std::vector<QueueItem>>> take_queue(identity::UserId user, TimePoint now,
                                                           int limit) = 0;
  virtual Async<Result<std::int64_t>> queue_length(identity::UserId user) = 0;

  // Takes the named lease until `expires` if nobody else holds a live one (also renews one's own):
  // one statement.
  virtual Async<Result<bool>> take_lease(std::string name, std::string holder, TimePoint now,
                                         TimePoint expires) = 0;

  // An unguessable link to a digest: only the hash of the token is stored.
  virtual Async<Result<void>> save_share(std::string token_hash, std::string digest_id,
                                         TimePoint expires) = 0;
  // The digest's id, if the link exists and has not expired.
  virtual Async<Result<std::optional<std::string>>> find_share(std::string token_hash,
                                                               TimePoint now) = 0;

  // Deletes what nobody asks for any more: links and leases that ended before `now`; broadcasts,
  // their digests and what was spoken from the queue, if made before `keep_from`.
  virtual Async<Result<void>> forget(TimePoint now, TimePoint keep_from) = 0;
};

// Where a digest of a user's logs comes from: credentials, regions and topics are its business.
class DigestSource {
 public:
  virtual ~DigestSource() = default;
  virtual Async<Result<digest::Digest>> collect(identity::User user, logs::TimeRange period) = 0;
};

// Where the audio of a broadcast is kept.
class AudioStore {
 public:
  virtual ~AudioStore() = default;
  // Writes the WAV file whole or not at all; answers its path.
  virtual Async<Result<std::string>> save(std::string name, std::string wav) = 0;
};

}  // namespace mtc::broadcast
