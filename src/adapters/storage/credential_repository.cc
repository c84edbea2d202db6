#include "adapters/storage/credential_repository.h"

#include "adapters/storage/sql.h"

namespace mtc::storage {

using identity::CredentialOwner;
using identity::SealedCredential;

namespace {

long long key_of(CredentialOwner owner) {
  return owner.value_or(0);
}

struct CredentialRow {
  long long owner = 0;
  std::string hint;
  std::string region;
  std::string sealed;
  long long updated = 0;

  void bind(soci::statement& statement) {
    statement.exchange(soci::into(owner));
    statement.exchange(soci::into(hint));
    statement.exchange(soci::into(region));
    statement.exchange(soci::into(sealed));
    statement.exchange(soci::into(updated));
  }
  SealedCredential credential() const {
    return {.owner = owner == 0 ? CredentialOwner{} : CredentialOwner{owner},
            .hint = hint,
            .region = region,
            .sealed = sealed,
            .updated = time_of(updated)};
  }
};

}  // namespace

Async<Result<void>> SqlCredentialRepository::save(SealedCredential credential) {
  return database_.transaction<void>(
      [credential = std::move(credential)](soci::session& session) -> Result<void> {
        const long long key = key_of(credential.owner);
        const long long updated = millis_of(credential.updated);
        session << "DELETE FROM credentials WHERE owner_id = :owner", soci::use(key);
        session << "INSERT INTO credentials (owner_id, hint, region, sealed, updated) "
                   "VALUES (:owner, :hint, :region, :sealed, :updated)",
            soci::use(key), soci::use(credential.hint), soci::use(credential.region),
            soci::use(credential.sealed), soci::use(updated);
        return {};
      });
}

Async<Result<std::optional<SealedCredential>>> SqlCredentialRepository::find(
    CredentialOwner owner) {
  using Found = std::optional<SealedCredential>;
  return database_.run<Found>([owner](soci::session& session) -> Result<Found> {
    const long long key = key_of(owner);
    CredentialRow row;
    soci::statement query(session);
    row.bind(query);
    query.exchange(soci::use(key));
    start(
        query,
        "SELECT owner_id, hint, region, sealed, updated FROM credentials WHERE owner_id = :owner");
    if (!query.fetch()) return std::nullopt;
    return row.credential();
  });
}

Async<Result<std::vector<SealedCredential>>> SqlCredentialRepository::all() {
  using All = std::vector<SealedCredential>;
  return database_.run<All>([](soci::session& session) -> Result<All> {
    CredentialRow row;
    soci::statement query(session);
    row.bind(query);
    start(query,
          "SELECT owner_id, hint, region, sealed, updated FROM credentials ORDER BY owner_id");
    All credentials;
    while (query.fetch()) credentials.push_back(row.credential());
    return credentials;
  });
}

Async<Result<bool>> SqlCredentialRepository::remove(CredentialOwner owner) {
  return database_.run<bool>([owner](soci::session& session) -> Result<bool> {
    const long long key = key_of(owner);
    soci::statement remove =
        (session.prepare << "DELETE FROM credentials WHERE owner_id = :owner", soci::use(key));
    remove.execute(true);
    return remove.get_affected_rows() > 0;
  });
}

Async<Result<bool>> SqlCredentialRepository::reseal(CredentialOwner owner, std::string before,
                                                    std::string sealed) {
  return database_.run<bool>([owner, before = std::move(before),
                              sealed = std::move(sealed)](soci::session& session) -> Result<bool> {
    const long long key = key_of(owner);
    soci::statement update = (session.prepare << "UPDATE credentials SET sealed = :sealed WHERE "
                                                 "owner_id = :owner AND sealed = :before",
                              soci::use(sealed), soci::use(key), soci::use(before));
    update.execute(true);
    return update.get_affected_rows() > 0;
  });
}

}  // namespace mtc::storage
