#include "adapters/storage/hook_repository.h"

#include <fmt/format.h>

#include "adapters/storage/sql.h"

namespace mtc::storage {

using identity::HookKey;

namespace {

// A storm of callbacks must not wait for the write lock and a commit each.
constexpr long long kUseMillis = 1000;

struct HookRow {
  static constexpr const char* kColumns =
      "id, account, label, key_hash, prefix, created, last_used, revoked";

  void bind(soci::statement& query) {
    take(query, id);
    take(query, account);
    take(query, label);
    take(query, hash);
    take(query, prefix);
    take(query, created);
    take(query, last_used);
    take(query, revoked);
  }

  HookKey key() const {
    return {.id = id,
            .account = account,
            .label = label,
            .hash = hash,
            .prefix = prefix,
            .created = time_of(created),
            .last_used = time_of(last_used),
            .revoked = time_of(revoked)};
  }

  long long id = 0;
  long long account = 0;
  std::string label;
  std::string hash;
  std::string prefix;
  long long created = 0;
  Nullable<long long> last_used;
  Nullable<long long> revoked;
};

}  // namespace

Async<Result<HookKey>> SqlHookRepository::add(HookKey key) {
  return database_.transaction<HookKey>(
      [key = std::move(key)](soci::session& session) -> Result<HookKey> {
        const long long account = key.account;
        const long long created = millis_of(key.created);
        auto last_used = nullable(key.last_used);
        auto revoked = nullable(key.revoked);
        session << "INSERT INTO hook_keys (account, label, key_hash, prefix, created, last_used, "
                   "revoked) VALUES (:account, :label, :hash, :prefix, :created, :last_used, "
                   ":revoked)",
            soci::use(account), soci::use(key.label), soci::use(key.hash), soci::use(key.prefix),
            soci::use(created), soci::use(last_used.value, last_used.state),
            soci::use(revoked.value, revoked.state);
        long long id = 0;
        session.get_last_insert_id("hook_keys", id);
        HookKey out = key;
        out.id = id;
        return out;
      });
}

Async<Result<std::optional<HookKey>>> SqlHookRepository::find_by_hash(std::string hash) {
  using Found = std::optional<HookKey>;
  return database_.run<Found>([hash = std::move(hash)](soci::session& session) -> Result<Found> {
    HookRow row;
    soci::statement query(session);
    row.bind(query);
    give(query, hash);
    start(query, fmt::format("SELECT {} FROM hook_keys WHERE key_hash = :hash AND revoked IS NULL",
                             HookRow::kColumns));
    if (!query.fetch()) return std::nullopt;
    return row.key();
  });
}

Async<Result<std::vector<HookKey>>> SqlHookRepository::all() {
  using Keys = std::vector<HookKey>;
  return database_.run<Keys>([](soci::session& session) -> Result<Keys> {
    HookRow row;
    soci::statement query(session);
    row.bind(query);
    start(query, fmt::format("SELECT {} FROM hook_keys ORDER BY id", HookRow::kColumns));
    Keys out;
    while (query.fetch()) out.push_back(row.key());
    return out;
  });
}

Async<Result<bool>> SqlHookRepository::revoke(std::int64_t id, TimePoint now) {
  return database_.run<bool>([id, now](soci::session& session) -> Result<bool> {
    const long long key = id;
    const long long moment = millis_of(now);
    soci::statement revoke =
        (session.prepare << "UPDATE hook_keys SET revoked = :now WHERE id = :id AND "
                            "revoked IS NULL",
         soci::use(moment), soci::use(key));
    revoke.execute(true);
    return revoke.get_affected_rows() == 1;
  });
}

Async<Result<>> SqlHookRepository::touch(std::int64_t id, TimePoint now) {
  return database_.run<void>([id, now](soci::session& session) -> Result<> {
    const long long key = id;
    const long long moment = millis_of(now);
    const long long recent = moment - kUseMillis;
    int stale = 0;
    session << "SELECT count(*) FROM hook_keys WHERE id = :id AND (last_used IS NULL OR last_used "
               "< :recent)",
        soci::into(stale), soci::use(key), soci::use(recent);
    if (stale == 0) return {};
    session << "UPDATE hook_keys SET last_used = :now WHERE id = :id AND (last_used IS NULL OR "
               "last_used < :recent)",
        soci::use(moment), soci::use(key), soci::use(recent);
    return {};
  });
}

}  // namespace mtc::storage
