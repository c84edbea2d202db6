#include "adapters/storage/checkpoint_repository.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "adapters/storage/sql.h"

namespace mtc::storage {

using clusters::Alias;
using clusters::Checkpoint;
using clusters::CheckpointObject;
using identity::SecretCipher;

namespace {

constexpr int kMaxDepth = 80;      // what came in through parse_json() lies a few levels deeper
constexpr int kMostAttempts = 20;  // at a number that somebody else takes first

std::string place_of(const std::string& id) {
  return "checkpoints/" + id;
}

std::string seal(const Checkpoint& checkpoint, const SecretCipher& cipher) {
  Json objects = Json::array();
  for (const auto& one : checkpoint.objects) {
    Json object{{"api_version", one.object.api_version},
                {"kind", one.object.kind},
                {"ns", one.object.ns},
                {"name", one.object.name},
                {"after", one.after}};
    if (one.before) object["before"] = *one.before;
    objects.push_back(std::move(object));
  }
  return cipher.seal(dump_json(objects), place_of(checkpoint.id));
}

Result<std::vector<CheckpointObject>> unseal(const std::string& sealed, const std::string& id,
                                             const SecretCipher& cipher) {
  auto text = cipher.open(sealed, place_of(id));
  if (!text) return fail_in("checkpoint " + id, std::move(text).error());
  auto json = parse_json(*text, kMaxDepth);
  if (!json || !json->is_array()) {
    return fail(Errc::internal,
                fmt::format("checkpoint {} was stored in a form this program does not know", id));
  }
  std::vector<CheckpointObject> out;
  for (auto& one : *json) {
    CheckpointObject object{.object = {.api_version = string_or(one, "api_version"),
                                       .kind = string_or(one, "kind"),
                                       .ns = string_or(one, "ns"),
                                       .name = string_or(one, "name")},
                            .before = std::nullopt,
                            .after = string_or(one, "after")};
    if (one.contains("before")) object.before = std::move(one["before"]);
    out.push_back(std::move(object));
  }
  return out;
}

struct CheckpointRow {
  static constexpr const char* kColumns =
      "id, user_id, number, region, cluster_id, cluster_name, action, summary, sealed, created, "
      "restored";

  void bind(soci::statement& statement) {
    statement.exchange(soci::into(id));
    statement.exchange(soci::into(user));
    statement.exchange(soci::into(number));
    statement.exchange(soci::into(region));
    statement.exchange(soci::into(cluster_id));
    statement.exchange(soci::into(cluster_name));
    statement.exchange(soci::into(action));
    statement.exchange(soci::into(summary));
    statement.exchange(soci::into(sealed));
    statement.exchange(soci::into(created));
    statement.exchange(soci::into(restored.value, restored.state));
  }

  Result<Checkpoint> checkpoint(const SecretCipher& cipher) const {
    auto objects = unseal(sealed, id, cipher);
    if (!objects) return fail(std::move(objects).error());
    return Checkpoint{.id = id,
                      .number = number,
                      .user = user,
                      .region = region,
                      .cluster_id = cluster_id,
                      .cluster_name = cluster_name,
                      .action = action,
                      .summary = summary,
                      .objects = std::move(*objects),
                      .created = time_of(created),
                      .restored = time_of(restored)};
  }

  std::string id;
  long long user = 0;
  long long number = 0;
  std::string region;
  std::string cluster_id;
  std::string cluster_name;
  std::string action;
  std::string summary;
  std::string sealed;
  long long created = 0;
  Nullable<long long> restored;
};

void insert(soci::session& session, const Checkpoint& checkpoint, const std::string& sealed) {
  const long long user = checkpoint.user;
  const long long number = checkpoint.number;
  const long long created = millis_of(checkpoint.created);
  auto restored = nullable(checkpoint.restored);
  session << fmt::format(
      "INSERT INTO checkpoints ({}) VALUES (:id, :user, :number, :region, :cluster, :name, "
      ":action, :summary, :sealed, :created, :restored)",
      CheckpointRow::kColumns),
      soci::use(checkpoint.id), soci::use(user), soci::use(number), soci::use(checkpoint.region),
      soci::use(checkpoint.cluster_id), soci::use(checkpoint.cluster_name),
      soci::use(checkpoint.action), soci::use(checkpoint.summary), soci::use(sealed),
      soci::use(created), soci::use(restored.value, restored.state);
}

bool is_there(soci::session& session, const std::string& id) {
  int found = 0;
  session << "SELECT count(*) FROM checkpoints WHERE id = :id", soci::into(found), soci::use(id);
  return found != 0;
}

long long next_number(soci::session& session, identity::UserId user) {
  const long long whose = user;
  long long highest = 0;
  session << "SELECT coalesce(max(number), 0) FROM checkpoints WHERE user_id = :user",
      soci::into(highest), soci::use(whose);
  return highest + 1;
}

}  // namespace

Async<Result<Checkpoint>> SqlCheckpointStore::add(Checkpoint checkpoint) {
  using Added = std::optional<Checkpoint>;  // nullopt: there is such an id
  const std::string sealed = seal(checkpoint, cipher_);
  for (int attempt = 1;; ++attempt) {
    auto added = co_await database_.transaction<Added>(
        [checkpoint, sealed](soci::session& session) -> Result<Added> {
          if (is_there(session, checkpoint.id)) return std::nullopt;
          Checkpoint numbered = checkpoint;
          numbered.number = next_number(session, checkpoint.user);
          insert(session, numbered, sealed);
          return numbered;
        });
    if (added && *added) co_return std::move(**added);
    if (added) co_return fail(Errc::conflict, "there is such a checkpoint already");
    const bool again = added.error().code == Errc::conflict && attempt < kMostAttempts;
    if (!again) co_return fail(std::move(added).error());
  }
}

Async<Result<>> SqlCheckpointStore::update(Checkpoint checkpoint) {
  const std::string sealed = seal(checkpoint, cipher_);
  return database_.run<void>([id = std::move(checkpoint.id), restored = checkpoint.restored,
                              sealed](soci::session& session) -> Result<> {
    auto moment = nullable(restored);
    soci::statement update =
        (session.prepare << "UPDATE checkpoints SET sealed = :sealed, restored = :restored "
                            "WHERE id = :id",
         soci::use(sealed), soci::use(moment.value, moment.state), soci::use(id));
    update.execute(true);
    if (update.get_affected_rows() == 1) return {};
    return fail(Errc::not_found, "there is no such checkpoint");
  });
}

Async<Result<std::optional<Checkpoint>>> SqlCheckpointStore::find(std::string id) {
  using Found = std::optional<Checkpoint>;
  return database_.run<Found>([id = std::move(id),
                               cipher = &cipher_](soci::session& session) -> Result<Found> {
    CheckpointRow row;
    soci::statement query(session);
    row.bind(query);
    query.exchange(soci::use(id));
    start(query, fmt::format("SELECT {} FROM checkpoints WHERE id = :id", CheckpointRow::kColumns));
    if (!query.fetch()) return std::nullopt;
    auto checkpoint = row.checkpoint(*cipher);
    if (!checkpoint) return fail(std::move(checkpoint).error());
    return std::move(*checkpoint);
  });
}

Async<Result<std::vector<Checkpoint>>> SqlCheckpointStore::list(identity::UserId user,
                                                                std::int64_t limit) {
  using Checkpoints = std::vector<Checkpoint>;
  return database_.run<Checkpoints>(
      [user, limit, cipher = &cipher_](soci::session& session) -> Result<Checkpoints> {
        const long long whose = user;
        const long long most = limit;
        CheckpointRow row;
        soci::statement query(session);
        row.bind(query);
        query.exchange(soci::use(whose));
        query.exchange(soci::use(most));
        start(query, fmt::format("SELECT {} FROM checkpoints WHERE user_id = :user "
                                 "ORDER BY number DESC LIMIT :most",
                                 CheckpointRow::kColumns));
        Checkpoints out;
        while (query.fetch()) {
          auto checkpoint = row.checkpoint(*cipher);
          if (!checkpoint) {  // it must not hide the others
            spdlog::error("{}", checkpoint.error().message);
            continue;
          }
          for (auto& object : checkpoint->objects) {
            if (object.before) object.before = Json::object();
          }
          out.push_back(std::move(*checkpoint));
        }
        return out;
      });
}

Async<Result<int>> SqlCheckpointStore::forget(TimePoint created_before) {
  return database_.run<int>([created_before](soci::session& session) -> Result<int> {
    const long long moment = millis_of(created_before);
    soci::statement forget =
        (session.prepare << "DELETE FROM checkpoints WHERE created < :before", soci::use(moment));
    forget.execute(true);
    return static_cast<int>(forget.get_affected_rows());
  });
}

Async<Result<std::vector<Alias>>> SqlAliasStore::list(identity::UserId user) {
  using Aliases = std::vector<Alias>;
  return database_.run<Aliases>([user](soci::session& session) -> Result<Aliases> {
    const long long whose = user;
    Alias alias;
    soci::statement query(session);
    query.exchange(soci::into(alias.spoken));
    query.exchange(soci::into(alias.cluster_id));
    query.exchange(soci::into(alias.ns));
    query.exchange(soci::into(alias.name));
    query.exchange(soci::use(whose));
    start(query,
          "SELECT spoken, cluster_id, ns, name FROM aliases WHERE user_id = :user ORDER BY spoken");
    Aliases out;
    while (query.fetch()) out.push_back(alias);
    return out;
  });
}

Async<Result<>> SqlAliasStore::put(identity::UserId user, Alias alias) {
  return database_.transaction<void>(
      [user, alias = std::move(alias)](soci::session& session) -> Result<> {
        const long long whose = user;
        session << "DELETE FROM aliases WHERE user_id = :user AND spoken = :spoken",
            soci::use(whose), soci::use(alias.spoken);
        session << "INSERT INTO aliases (user_id, spoken, cluster_id, ns, name) "
                   "VALUES (:user, :spoken, :cluster, :ns, :name)",
            soci::use(whose), soci::use(alias.spoken), soci::use(alias.cluster_id),
            soci::use(alias.ns), soci::use(alias.name);
        return {};
      });
}

Async<Result<bool>> SqlAliasStore::remove(identity::UserId user, std::string spoken) {
  return database_.run<bool>(
      [user, spoken = std::move(spoken)](soci::session& session) -> Result<bool> {
        const long long whose = user;
        soci::statement remove =
            (session.prepare << "DELETE FROM aliases WHERE user_id = :user AND spoken = :spoken",
             soci::use(whose), soci::use(spoken));
        remove.execute(true);
        return remove.get_affected_rows() > 0;
      });
}

}  // namespace mtc::storage
