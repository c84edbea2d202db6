#include "adapters/storage/good_state_repository.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "adapters/storage/sql.h"

namespace mtc::storage {

using clusters::GoodState;
using clusters::ReleaseName;
using identity::SecretCipher;
using identity::UserId;

namespace {

constexpr int kMaxDepth = 80;  // what came in through parse_json() lies a few levels deeper

std::string place_of(const GoodState& state) {
  return fmt::format("good_states/{}/{}/{}/{}/{}", state.account, state.release.cluster_id,
                     state.release.ns, state.release.name, state.fingerprint);
}

// The values that a release's rows are found by, to be bound.
struct ReleaseKey {
  ReleaseKey(UserId whose, ReleaseName name) : account(whose), release(std::move(name)) {}
  static constexpr const char* kCondition =
      "account = :account AND cluster_id = :cluster AND ns = :ns AND release_name = :release";
  void bind(soci::statement& statement) {
    give(statement, account);
    give(statement, release.cluster_id);
    give(statement, release.ns);
    give(statement, release.name);
  }
  long long account;
  ReleaseName release;
};

void remove(soci::session& session, ReleaseKey& key, const std::string& fingerprint) {
  soci::statement remove(session);
  key.bind(remove);
  give(remove, fingerprint);
  write(remove, fmt::format("DELETE FROM good_states WHERE {} AND fingerprint = :fingerprint",
                            ReleaseKey::kCondition));
}

void insert(soci::session& session, ReleaseKey& key, const GoodState& state,
            const std::string& sealed) {
  const long long since = millis_of(state.since);
  const long long seen = millis_of(state.seen);
  soci::statement insert(session);
  key.bind(insert);
  give(insert, state.fingerprint);
  give(insert, since);
  give(insert, seen);
  give(insert, sealed);
  write(insert,
        "INSERT INTO good_states (account, cluster_id, ns, release_name, fingerprint, well_since, "
        "seen, sealed) VALUES (:account, :cluster, :ns, :release, :fingerprint, :since, :seen, "
        ":sealed)");
}

// Newest first.
std::vector<std::string> fingerprints_of(soci::session& session, ReleaseKey& key) {
  std::string fingerprint;
  soci::statement query(session);
  take(query, fingerprint);
  key.bind(query);
  start(query, fmt::format("SELECT fingerprint FROM good_states WHERE {} "
                           "ORDER BY seen DESC, well_since DESC, fingerprint",
                           ReleaseKey::kCondition));
  std::vector<std::string> out;
  while (query.fetch()) out.push_back(fingerprint);
  return out;
}

Result<std::vector<Json>> unseal(const std::string& sealed, const std::string& place,
                                 const SecretCipher& cipher) {
  auto text = cipher.open(sealed, place);
  if (!text) return fail_in(place, std::move(text).error());
  auto json = parse_json(*text, kMaxDepth);
  if (!json || !json->is_array()) {
    return fail(Errc::internal, place + " was stored in a form this program does not know");
  }
  return json->get<std::vector<Json>>();
}

}  // namespace

Async<Result<>> SqlGoodStateStore::put(GoodState state, int keep) {
  auto sealed = cipher_.seal(dump_json(Json(state.objects)), place_of(state));
  return database_.transaction<void>([state = std::move(state), sealed = std::move(sealed),
                                      keep](soci::session& session) -> Result<> {
    ReleaseKey key(state.account, state.release);
    remove(session, key, state.fingerprint);
    insert(session, key, state, sealed);
    const auto all = fingerprints_of(session, key);
    for (auto i = static_cast<std::size_t>(std::max(keep, 0)); i < all.size(); ++i) {
      remove(session, key, all[i]);
    }
    return {};
  });
}

Async<Result<std::vector<GoodState>>> SqlGoodStateStore::list(UserId account, ReleaseName release) {
  using States = std::vector<GoodState>;
  return database_.run<States>([account, release = std::move(release),
                                cipher = &cipher_](soci::session& session) -> Result<States> {
    ReleaseKey key(account, release);
    std::string fingerprint;
    std::string sealed;
    long long since = 0;
    long long seen = 0;
    soci::statement query(session);
    take(query, fingerprint);
    take(query, since);
    take(query, seen);
    take(query, sealed);
    key.bind(query);
    start(query, fmt::format("SELECT fingerprint, well_since, seen, sealed FROM good_states "
                             "WHERE {} ORDER BY seen DESC, well_since DESC, fingerprint",
                             ReleaseKey::kCondition));
    States out;
    while (query.fetch()) {
      GoodState state{.account = account,
                      .release = release,
                      .fingerprint = fingerprint,
                      .since = time_of(since),
                      .seen = time_of(seen)};
      auto objects = unseal(sealed, place_of(state), *cipher);
      if (!objects) {  // it must not hide the others
        spdlog::error("{}", objects.error().message);
        continue;
      }
      state.objects = std::move(*objects);
      out.push_back(std::move(state));
    }
    return out;
  });
}

Async<Result<int>> SqlGoodStateStore::forget(TimePoint seen_before) {
  return database_.run<int>([seen_before](soci::session& session) -> Result<int> {
    const long long moment = millis_of(seen_before);
    soci::statement forget =
        (session.prepare << "DELETE FROM good_states WHERE seen < :before", soci::use(moment));
    forget.execute(true);
    return static_cast<int>(forget.get_affected_rows());
  });
}

}  // namespace mtc::storage
