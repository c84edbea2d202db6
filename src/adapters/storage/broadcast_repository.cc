#include "adapters/storage/broadcast_repository.h"

#include <fmt/format.h>

#include "adapters/storage/sql.h"
#include "base/zone.h"

namespace mtc::storage {

using broadcast::Day;
using broadcast::PreparedBroadcast;
using broadcast::QueueItem;
using identity::UserId;

namespace {

struct PreparedRow {
  static constexpr const char* kColumns =
      "user_id, day, digest_id, speech, from_model, audio_path, prepared";

  void bind(soci::statement& statement) {
    statement.exchange(soci::into(user_id));
    statement.exchange(soci::into(day));
    statement.exchange(soci::into(digest_id));
    statement.exchange(soci::into(speech));
    statement.exchange(soci::into(from_model));
    statement.exchange(soci::into(audio_path.value, audio_path.state));
    statement.exchange(soci::into(prepared));
  }

  Result<PreparedBroadcast> broadcast() const {
    const auto parsed = parse_day(day);
    if (!parsed) return fail_in("prepared broadcast", parsed.error());
    return PreparedBroadcast{.user_id = user_id,
                             .day = *parsed,
                             .digest_id = digest_id,
                             .speech = speech,
                             .from_model = from_model != 0,
                             .audio_path = audio_path.get().value_or(""),
                             .prepared = time_of(prepared)};
  }

  long long user_id = 0;
  std::string day;
  std::string digest_id;
  std::string speech;
  int from_model = 0;
  Nullable<std::string> audio_path;
  long long prepared = 0;
};

using MaybePrepared = std::optional<PreparedBroadcast>;

Result<MaybePrepared> read_prepared(PreparedRow& row, soci::statement& query,
                                    std::string_view rest) {
  start(query, fmt::format("SELECT {} FROM prepared_broadcasts {}", PreparedRow::kColumns, rest));
  if (!query.fetch()) return std::nullopt;
  auto broadcast = row.broadcast();
  if (!broadcast) return fail(std::move(broadcast).error());
  return std::move(*broadcast);
}

Result<std::optional<digest::Digest>> parse_document(const std::string& id,
                                                     const std::string& document) {
  auto json = parse_json(document);
  if (!json) return fail_in("stored digest " + id, std::move(json).error());
  auto digest = digest::digest_from_json(*json);
  if (!digest) return fail_in("stored digest " + id, std::move(digest).error());
  return std::move(*digest);
}

struct QueueRow {
  std::string id;
  std::string kind;
  std::string text;
  int priority = 0;
  long long created = 0;
};

std::vector<QueueItem> read_waiting(soci::session& session, UserId user, TimePoint now, int limit) {
  const long long key = user;
  QueueRow row;
  soci::statement query =
      (session.prepare << "SELECT id, kind, text, priority, created FROM broadcast_queue "
                          "WHERE user_id = :user AND spoken_at IS NULL "
                          "ORDER BY priority DESC, created, id LIMIT :limit",
       soci::into(row.id), soci::into(row.kind), soci::into(row.text), soci::into(row.priority),
       soci::into(row.created), soci::use(key), soci::use(limit));
  query.execute();
  std::vector<QueueItem> items;
  while (query.fetch()) {
    items.push_back({.id = row.id,
                     .user_id = user,
                     .kind = row.kind,
                     .text = row.text,
                     .priority = row.priority,
                     .created = time_of(row.created),
                     .spoken = now});
  }
  return items;
}

}  // namespace

Async<Result<bool>> SqlBroadcastStore::claim_day(UserId user, Day day) {
  return database_.run<bool>([user, day](soci::session& session) -> Result<bool> {
    const long long key = user;
    const auto text = format_day(day);
    // Looks before it writes: all later greetings of a day must not wait for the write lock.
    int free = 0;
    session << "SELECT count(*) FROM sys_user WHERE id = :id "
               "AND (last_log_trigger_date IS NULL OR last_log_trigger_date < :before)",
        soci::into(free), soci::use(key), soci::use(text);
    if (free == 0) return false;
    // One statement: the database decides who is first, also between processes and after a crash.
    soci::statement claim =
        (session.prepare
             << "UPDATE sys_user SET last_log_trigger_date = :day WHERE id = :id "
                "AND (last_log_trigger_date IS NULL OR last_log_trigger_date < :before)",
         soci::use(text), soci::use(key), soci::use(text));
    claim.execute(true);
    return claim.get_affected_rows() == 1;
  });
}

Async<Result<void>> SqlBroadcastStore::release_day(UserId user, Day day,
                                                   std::optional<Day> before) {
  return database_.run<void>([user, day, before](soci::session& session) -> Result<void> {
    const long long key = user;
    const auto text = format_day(day);
    Nullable<std::string> earlier(before ? std::optional(format_day(*before)) : std::nullopt);
    session << "UPDATE sys_user SET last_log_trigger_date = :before WHERE id = :id AND "
               "last_log_trigger_date = :day",
        soci::use(earlier.value, earlier.state), soci::use(key), soci::use(text);
    return {};
  });
}

Async<Result<std::optional<Day>>> SqlBroadcastStore::last_claimed_day(UserId user) {
  return database_.run<std::optional<Day>>(
      [user](soci::session& session) -> Result<std::optional<Day>> {
        const long long key = user;
        Nullable<std::string> text;
        session << "SELECT last_log_trigger_date FROM sys_user WHERE id = :id",
            soci::into(text.value, text.state), soci::use(key);
        if (!session.got_data() || !text.present()) return std::nullopt;
        auto day = parse_day(text.value);
        if (!day) return fail_in("last_log_trigger_date", std::move(day).error());
        return *day;
      });
}

Async<Result<void>> SqlBroadcastStore::save_prepared(PreparedBroadcast broadcast) {
  return database_.transaction<void>([broadcast = std::move(broadcast)](
                                         soci::session& session) -> Result<void> {
    const long long key = broadcast.user_id;
    const auto day = format_day(broadcast.day);
    const int from_model = broadcast.from_model ? 1 : 0;
    Nullable<std::string> audio(broadcast.audio_path.empty() ? std::nullopt
                                                             : std::optional(broadcast.audio_path));
    const long long prepared = millis_of(broadcast.prepared);
    session << "DELETE FROM prepared_broadcasts WHERE user_id = :user AND day = :day",
        soci::use(key), soci::use(day);
    session << "INSERT INTO prepared_broadcasts (user_id, day, digest_id, speech, from_model, "
               "audio_path, prepared) "
               "VALUES (:user, :day, :digest, :speech, :from_model, :audio, :prepared)",
        soci::use(key), soci::use(day), soci::use(broadcast.digest_id), soci::use(broadcast.speech),
        soci::use(from_model), soci::use(audio.value, audio.state), soci::use(prepared);
    return {};
  });
}

Async<Result<MaybePrepared>> SqlBroadcastStore::prepared(UserId user, Day day) {
  return database_.run<MaybePrepared>([user, day](soci::session& session) -> Result<MaybePrepared> {
    const long long key = user;
    const auto text = format_day(day);
    PreparedRow row;
    soci::statement query(session);
    row.bind(query);
    query.exchange(soci::use(key));
    query.exchange(soci::use(text));
    return read_prepared(row, query, "WHERE user_id = :user AND day = :day");
  });
}

Async<Result<MaybePrepared>> SqlBroadcastStore::newest_prepared(UserId user) {
  return database_.run<MaybePrepared>([user](soci::session& session) -> Result<MaybePrepared> {
    const long long key = user;
    PreparedRow row;
    soci::statement query(session);
    row.bind(query);
    query.exchange(soci::use(key));
    return read_prepared(row, query, "WHERE user_id = :user ORDER BY day DESC LIMIT 1");
  });
}

Async<Result<std::vector<PreparedBroadcast>>> SqlBroadcastStore::recent_prepared(UserId user,
                                                                                 int limit) {
  using Recent = std::vector<PreparedBroadcast>;
  return database_.run<Recent>([user, limit](soci::session& session) -> Result<Recent> {
    const long long key = user;
    PreparedRow row;
    soci::statement query(session);
    row.bind(query);
    query.exchange(soci::use(key));
    query.exchange(soci::use(limit));
    start(query, fmt::format("SELECT {} FROM prepared_broadcasts WHERE user_id = :user "
                             "ORDER BY day DESC LIMIT :limit",
                             PreparedRow::kColumns));
    Recent recent;
    while (query.fetch()) {
      auto broadcast = row.broadcast();
      if (!broadcast) return fail(std::move(broadcast).error());
      recent.push_back(std::move(*broadcast));
    }
    return recent;
  });
}

Async<Result<void>> SqlBroadcastStore::save_digest(digest::Digest digest) {
  auto zone = Zone::find(digest.zone);
  if (!zone) co_return fail_in("digest", std::move(zone).error());
  // The period's end is exclusive: a day that ends at midnight is that day, not the next.
  const auto day = format_day(zone->day_of(digest.period.to - Millis{1}));
  auto document = dump_json(digest::to_json(digest));
  co_return co_await database_.transaction<void>(
      [id = digest.id, scope = digest.scope, day, document = std::move(document),
       created = millis_of(digest.created)](soci::session& session) -> Result<void> {
        session << "DELETE FROM digests WHERE id = :id", soci::use(id);
        session << "INSERT INTO digests (id, scope, day, document, created) "
                   "VALUES (:id, :scope, :day, :document, :created)",
            soci::use(id), soci::use(scope), soci::use(day), soci::use(document),
            soci::use(created);
        return {};
      });
}

Async<Result<std::optional<digest::Digest>>> SqlBroadcastStore::find_digest(std::string digest_id) {
  using Found = std::optional<digest::Digest>;
  // Parsed on the pool thread as well: a digest may be large.
  return database_.run<Found>(
      [digest_id = std::move(digest_id)](soci::session& session) -> Result<Found> {
        std::string document;
        session << "SELECT document FROM digests WHERE id = :id", soci::into(document),
            soci::use(digest_id);
        if (!session.got_data()) return std::nullopt;
        return parse_document(digest_id, document);
      });
}

Async<Result<std::optional<digest::Digest>>> SqlBroadcastStore::find_digest_of(
    UserId user, std::string digest_id) {
  using Found = std::optional<digest::Digest>;
  return database_.run<Found>(
      [user, digest_id = std::move(digest_id)](soci::session& session) -> Result<Found> {
        const long long key = user;
        std::string document;
        session << "SELECT document FROM digests WHERE id = :id AND EXISTS (SELECT 1 FROM "
                   "prepared_broadcasts WHERE digest_id = digests.id AND user_id = :user)",
            soci::into(document), soci::use(digest_id), soci::use(key);
        if (!session.got_data()) return std::nullopt;
        return parse_document(digest_id, document);
      });
}

Async<Result<void>> SqlBroadcastStore::enqueue(QueueItem item) {
  return database_.run<void>([item = std::move(item)](soci::session& session) -> Result<void> {
    const long long key = item.user_id;
    const long long created = millis_of(item.created);
    auto spoken = nullable(item.spoken);
    session
        << "INSERT INTO broadcast_queue (id, user_id, kind, text, priority, created, spoken_at) "
           "VALUES (:id, :user, :kind, :text, :priority, :created, :spoken)",
        soci::use(item.id), soci::use(key), soci::use(item.kind), soci::use(item.text),
        soci::use(item.priority), soci::use(created), soci::use(spoken.value, spoken.state);
    return {};
  });
}

Async<Result<std::vector<QueueItem>>> SqlBroadcastStore::take_queue(UserId user, TimePoint now,
                                                                    int limit) {
  using Items = std::vector<QueueItem>;
  // A greeting with an empty queue, the usual one, must not wait for the write lock.
  auto waiting = co_await queue_length(user);
  if (!waiting) co_return fail(std::move(waiting).error());
  if (*waiting == 0 || limit <= 0) co_return Items{};
  co_return co_await database_.transaction<Items>(
      [user, now, limit](soci::session& session) -> Result<Items> {
        auto items = read_waiting(session, user, now, limit);
        const long long moment = millis_of(now);
        std::string id;
        soci::statement mark =
            (session.prepare << "UPDATE broadcast_queue SET spoken_at = :now WHERE id = :id",
             soci::use(moment), soci::use(id));
        for (const auto& item : items) {
          id = item.id;
          mark.execute(true);
        }
        return items;
      });
}

Async<Result<std::int64_t>> SqlBroadcastStore::queue_length(UserId user) {
  return database_.run<std::int64_t>([user](soci::session& session) -> Result<std::int64_t> {
    const long long key = user;
    long long count = 0;
    session << "SELECT count(*) FROM broadcast_queue WHERE user_id = :user AND spoken_at IS NULL",
        soci::into(count), soci::use(key);
    return count;
  });
}

Async<Result<bool>> SqlBroadcastStore::take_lease(std::string name, std::string holder,
                                                  TimePoint now, TimePoint expires) {
  return database_.run<bool>([name = std::move(name), holder = std::move(holder), now,
                              expires](soci::session& session) -> Result<bool> {
    const long long moment = millis_of(now);
    const long long end = millis_of(expires);
    soci::statement take =
        (session.prepare
             << "INSERT INTO leases (name, holder, expires) VALUES (:name, :holder, :expires) "
                "ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires = "
                "excluded.expires "
                "WHERE leases.holder = excluded.holder OR leases.expires <= :now",
         soci::use(name), soci::use(holder), soci::use(end), soci::use(moment));
    take.execute(true);
    return take.get_affected_rows() == 1;
  });
}

Async<Result<void>> SqlBroadcastStore::save_share(std::string token_hash, std::string digest_id,
                                                  TimePoint expires) {
  return database_.run<void>([token_hash = std::move(token_hash), digest_id = std::move(digest_id),
                              expires](soci::session& session) -> Result<void> {
    const long long end = millis_of(expires);
    session << "INSERT INTO share_links (token_hash, digest_id, expires) VALUES (:hash, :digest, "
               ":expires)",
        soci::use(token_hash), soci::use(digest_id), soci::use(end);
    return {};
  });
}

Async<Result<std::optional<std::string>>> SqlBroadcastStore::find_share(std::string token_hash,
                                                                        TimePoint now) {
  using Found = std::optional<std::string>;
  return database_.run<Found>(
      [token_hash = std::move(token_hash), now](soci::session& session) -> Result<Found> {
        const long long moment = millis_of(now);
        std::string digest_id;
        session << "SELECT digest_id FROM share_links WHERE token_hash = :hash AND expires > :now",
            soci::into(digest_id), soci::use(token_hash), soci::use(moment);
        if (!session.got_data()) return std::nullopt;
        return digest_id;
      });
}

Async<Result<void>> SqlBroadcastStore::forget(TimePoint now, TimePoint keep_from) {
  return database_.transaction<void>([now, keep_from](soci::session& session) -> Result<void> {
    const long long moment = millis_of(now);
    const long long oldest = millis_of(keep_from);
    session << "DELETE FROM share_links WHERE expires < :now", soci::use(moment);
    session << "DELETE FROM leases WHERE expires < :now", soci::use(moment);
    session << "DELETE FROM prepared_broadcasts WHERE prepared < :oldest", soci::use(oldest);
    session << "DELETE FROM digests WHERE created < :oldest", soci::use(oldest);
    session << "DELETE FROM broadcast_queue WHERE spoken_at < :oldest", soci::use(oldest);
    return {};
  });
}

}  // namespace mtc::storage
