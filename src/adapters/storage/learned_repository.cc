#include "adapters/storage/learned_repository.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "adapters/storage/sql.h"

namespace mtc::storage {

using alerts::Account;
using alerts::Learned;

namespace {

Result<Learned> read(long long version, const std::string& document) {
  const auto place = fmt::format("learned version {}", version);
  const auto json = parse_json(document);
  if (!json) return fail_in(place, json.error());
  auto learned = alerts::learned_from_json(*json);
  if (!learned) return fail_in(place, std::move(learned).error());
  learned->version = version;
  return learned;
}

// Newest first.
template <class Row>
void each_row(soci::session& session, Account account, long long limit, Row row) {
  const long long whose = account;
  long long version = 0;
  std::string document;
  soci::statement query =
      (session.prepare << "SELECT version, document FROM score_weights WHERE account = :account "
                          "ORDER BY version DESC LIMIT :most",
       soci::into(version), soci::into(document), soci::use(whose), soci::use(limit));
  query.execute();
  while (query.fetch()) row(version, document);
}

}  // namespace

Async<Result<std::optional<Learned>>> SqlLearnedStore::newest(Account account) {
  using Found = std::optional<Learned>;
  return database_.run<Found>([account](soci::session& session) -> Result<Found> {
    Result<Found> out;
    each_row(session, account, 1,
             [&](long long version, const std::string& text) { out = read(version, text); });
    return out;
  });
}

Async<Result<std::vector<Learned>>> SqlLearnedStore::list(Account account, std::int64_t limit) {
  using Versions = std::vector<Learned>;
  return database_.run<Versions>([account, limit](soci::session& session) -> Result<Versions> {
    Versions out;
    each_row(session, account, limit, [&](long long version, const std::string& text) {
      auto learned = read(version, text);
      if (learned) {
        out.push_back(std::move(*learned));
      } else {  // it must not hide the others
        spdlog::error("{}", learned.error().message);
      }
    });
    return out;
  });
}

Async<Result<Learned>> SqlLearnedStore::add(Account account, Learned learned) {
  ++learned.version;
  const auto document = dump_json(to_json(learned));
  auto added = co_await database_.run<void>(
      [account, version = learned.version, document](soci::session& session) -> Result<> {
        const long long whose = account;
        const long long number = version;
        session << "INSERT INTO score_weights (account, version, document) "
                   "VALUES (:account, :version, :document)",
            soci::use(whose), soci::use(number), soci::use(document);
        return {};
      });
  if (added) co_return learned;
  if (added.error().code != Errc::conflict) co_return fail(std::move(added).error());
  co_return fail(Errc::conflict,
                 fmt::format("version {} was learned meanwhile; begin with that", learned.version));
}

}  // namespace mtc::storage
