#include "adapters/storage/token_repository.h"

#include <fmt/format.h>

#include "adapters/storage/user_row.h"

namespace mtc::storage {

using identity::ApiToken;
using identity::TokenOwner;

namespace {

// Requests that come at once with one token must not each wait for the write lock and a commit.
constexpr long long kUseMillis = 1000;

struct TokenRow {
  static constexpr const char* kColumns =
      "t.id, t.user_id, t.token_hash, t.prefix, t.label, t.scopes, t.created, t.expires, "
      "t.last_used, t.revoked, t.assurance";

  void bind(soci::statement& statement) {
    statement.exchange(soci::into(id));
    statement.exchange(soci::into(user_id));
    statement.exchange(soci::into(hash));
    statement.exchange(soci::into(prefix));
    statement.exchange(soci::into(label));
    statement.exchange(soci::into(scopes));
    statement.exchange(soci::into(created));
    statement.exchange(soci::into(expires.value, expires.state));
    statement.exchange(soci::into(last_used.value, last_used.state));
    statement.exchange(soci::into(revoked.value, revoked.state));
    statement.exchange(soci::into(assurance));
  }

  ApiToken token() const {
    // A scope that this program does not know grants nothing.
    const auto known = identity::parse_scopes(scopes);
    return {.id = id,
            .user_id = user_id,
            .hash = hash,
            .prefix = prefix,
            .label = label,
            .scopes = known.value_or(std::set<identity::Scope>{}),
            .assurance = identity::parse_assurance(assurance).value_or(identity::Assurance::device),
            .created = time_of(created),
            .expires = time_of(expires),
            .last_used = time_of(last_used),
            .revoked = time_of(revoked)};
  }

  long long id = 0;
  long long user_id = 0;
  std::string hash;
  std::string prefix;
  std::string label;
  std::string scopes;
  long long created = 0;
  Nullable<long long> expires;
  Nullable<long long> last_used;
  Nullable<long long> revoked;
  std::string assurance;
};

std::string select_tokens(std::string_view rest) {
  return fmt::format("SELECT {}, {} FROM api_tokens t JOIN sys_user u ON u.id = t.user_id {}",
                     TokenRow::kColumns, UserRow::kColumns, rest);
}

}  // namespace

Async<Result<ApiToken>> SqlTokenRepository::add(ApiToken token) {
  return database_.transaction<ApiToken>(
      [token = std::move(token)](soci::session& session) -> Result<ApiToken> {
        const long long user = token.user_id;
        const auto scopes = identity::format_scopes(token.scopes);
        const long long created = millis_of(token.created);
        const std::string assurance(name_of(token.assurance));
        auto expires = nullable(token.expires);
        session << "INSERT INTO api_tokens (user_id, token_hash, prefix, label, scopes, assurance, "
                   "created, "
                   "expires) VALUES (:user, :hash, :prefix, :label, :scopes, :assurance, :created, "
                   ":expires)",
            soci::use(user), soci::use(token.hash), soci::use(token.prefix), soci::use(token.label),
            soci::use(scopes), soci::use(assurance), soci::use(created),
            soci::use(expires.value, expires.state);
        long long id = 0;
        session.get_last_insert_id("api_tokens", id);
        ApiToken out = token;
        out.id = id;
        return out;
      });
}

Async<Result<std::optional<TokenOwner>>> SqlTokenRepository::find_by_hash(std::string hash) {
  using Found = std::optional<TokenOwner>;
  return database_.run<Found>([hash = std::move(hash)](soci::session& session) -> Result<Found> {
    TokenRow token;
    UserRow user;
    soci::statement query(session);
    token.bind(query);
    user.bind(query);
    query.exchange(soci::use(hash));
    start(query, select_tokens("WHERE t.token_hash = :hash"));
    if (!query.fetch()) return std::nullopt;
    return TokenOwner{.token = token.token(), .user = user.user()};
  });
}

Async<Result<std::vector<TokenOwner>>> SqlTokenRepository::all() {
  using Owners = std::vector<TokenOwner>;
  return database_.run<Owners>([](soci::session& session) -> Result<Owners> {
    TokenRow token;
    UserRow user;
    soci::statement query(session);
    token.bind(query);
    user.bind(query);
    start(query, select_tokens("ORDER BY t.id"));
    Owners owners;
    while (query.fetch()) owners.push_back({.token = token.token(), .user = user.user()});
    return owners;
  });
}

Async<Result<void>> SqlTokenRepository::revoke(std::int64_t id, TimePoint now) {
  return database_.run<void>([id, now](soci::session& session) -> Result<void> {
    const long long key = id;
    const long long moment = millis_of(now);
    session << "UPDATE api_tokens SET revoked = :now WHERE id = :id AND revoked IS NULL",
        soci::use(moment), soci::use(key);
    return {};
  });
}

Async<Result<void>> SqlTokenRepository::touch(std::int64_t id, TimePoint now) {
  return database_.run<void>([id, now](soci::session& session) -> Result<void> {
    const long long key = id;
    const long long moment = millis_of(now);
    const long long recent = moment - kUseMillis;
    int stale = 0;
    session << "SELECT count(*) FROM api_tokens WHERE id = :id AND (last_used IS NULL OR last_used "
               "< :recent)",
        soci::into(stale), soci::use(key), soci::use(recent);
    if (stale == 0) return {};
    session << "UPDATE api_tokens SET last_used = :now WHERE id = :id AND (last_used IS NULL OR "
               "last_used < :recent)",
        soci::use(moment), soci::use(key), soci::use(recent);
    return {};
  });
}

}  // namespace mtc::storage
