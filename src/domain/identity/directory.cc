#include "domain/identity/directory.h"

#include <fmt/format.h>

#include "base/text.h"
#include "domain/identity/user_rules.h"

namespace mtc::identity {

namespace {

// Noting every use would be a disk write for every request.
constexpr std::chrono::minutes kUseResolution{10};
constexpr std::size_t kMaxLabel = 100;  // characters

std::unexpected<Error> refuse_token() {
  return fail(Errc::unauthenticated,
              "the access token is unknown, expired or revoked; make one with: mcp-tencent-cloud "
              "token create USER");
}

std::unexpected<Error> refuse_password() {
  return fail(Errc::unauthenticated, "the name or the password is wrong");
}

}  // namespace

Async<Result<Principal>> Directory::by_token(std::string bearer) {
  if (!looks_like_token(bearer)) co_return refuse_token();
  // Looking up a hash of 256 random bits reveals nothing by its duration: a guess cannot be
  // improved step by step.
  auto found = co_await ports_.tokens.find_by_hash(ports_.fingerprint.of(bearer));
  if (!found) co_return fail(std::move(found).error());
  const auto now = ports_.clock.now();
  if (!*found || !(*found)->token.live(now) || (*found)->user.disabled) co_return refuse_token();
  TokenOwner& owner = **found;
  // A database that cannot be written still lets people in.
  (void)co_await note_use(owner.token, now);
  co_return Principal{.user = std::move(owner.user),
                      .assurance = owner.token.assurance,
                      .scopes = std::move(owner.token.scopes)};
}

Async<Result<void>> Directory::note_use(ApiToken token, TimePoint now) {
  if (token.last_used && now - *token.last_used < kUseResolution) co_return Result<void>{};
  co_return co_await ports_.tokens.touch(token.id, now);
}

Async<Result<std::string>> Directory::spare_hash() {
  if (spare_hash_.empty()) {
    auto hash = co_await ports_.passwords.hash(random_token(ports_.random, 32));
    if (!hash) co_return fail(std::move(hash).error());
    spare_hash_ = std::move(*hash);
  }
  co_return spare_hash_;
}

Async<Result<Principal>> Directory::by_password(std::string username, std::string password) {
  std::optional<User> user;
  std::optional<std::string> hash;
  if (auto name = clean_username(username)) {
    auto found = co_await ports_.users.find_by_name(std::move(*name));
    if (!found) co_return fail(std::move(found).error());
    user = std::move(*found);
  }
  if (user) {
    auto stored = co_await ports_.users.password_hash(user->id);
    if (!stored) co_return fail(std::move(stored).error());
    hash = std::move(*stored);
  }
  auto spare = co_await spare_hash();
  if (!spare) co_return fail(std::move(spare).error());
  const bool right = co_await ports_.passwords.verify(hash.value_or(*spare), password);
  if (!right || !hash || user->disabled) co_return refuse_password();
  if (ports_.passwords.needs_rehash(*hash)) {
    // Best effort: the old hash stays good.
    if (auto fresh = co_await ports_.passwords.hash(std::move(password))) {
      (void)co_await ports_.users.set_password_hash(user->id, std::move(*fresh));
    }
  }
  co_return Principal{.user = std::move(*user),
                      .assurance = Assurance::strong,
                      .scopes = {Scope::read, Scope::operate}};
}

Async<Result<Principal>> Directory::by_name(std::string username, Assurance assurance,
                                            std::set<Scope> scopes) {
  auto user = co_await find_user(std::move(username));
  if (!user) co_return fail(std::move(user).error());
  if (user->disabled)
    co_return fail(Errc::denied, fmt::format("user {} is disabled", user->username));
  co_return Principal{
      .user = std::move(*user), .assurance = assurance, .scopes = std::move(scopes)};
}

Async<Result<User>> Directory::add_user(User user) {
  auto name = clean_username(user.username);
  if (!name) co_return fail(std::move(name).error());
  user.username = std::move(*name);
  if (user.display_name.empty()) user.display_name = user.username;
  if (auto ok = check_user(user); !ok) co_return fail(std::move(ok).error());
  co_return co_await ports_.users.add(std::move(user), ports_.clock.now());
}

Async<Result<User>> Directory::find_user(std::string username) {
  auto name = clean_username(username);
  if (!name) co_return fail(std::move(name).error());
  auto user = co_await ports_.users.find_by_name(*name);
  if (!user) co_return fail(std::move(user).error());
  if (!*user) {
    co_return fail(Errc::not_found,
                   fmt::format("there is no user {}; see: mcp-tencent-cloud user list", *name));
  }
  co_return std::move(**user);
}

Async<Result<std::vector<User>>> Directory::users() {
  co_return co_await ports_.users.all();
}

Async<Result<void>> Directory::update_user(User user) {
  if (auto ok = check_user(user); !ok) co_return ok;
  co_return co_await ports_.users.update(std::move(user));
}

Async<Result<User>> Directory::set_disabled(std::string username, bool disabled) {
  auto user = co_await find_user(std::move(username));
  if (!user) co_return user;
  user->disabled = disabled;
  if (auto done = co_await ports_.users.update(*user); !done)
    co_return fail(std::move(done).error());
  co_return user;
}

Async<Result<void>> Directory::set_password(std::string username, std::string password) {
  if (auto ok = check_password(password); !ok) co_return ok;
  auto user = co_await find_user(std::move(username));
  if (!user) co_return fail(std::move(user).error());
  auto hash = co_await ports_.passwords.hash(std::move(password));
  if (!hash) co_return fail(std::move(hash).error());
  co_return co_await ports_.users.set_password_hash(user->id, std::move(*hash));
}

Async<Result<IssuedToken>> Directory::create_token(std::string username, std::set<Scope> scopes,
                                                   std::optional<Millis> lifetime,
                                                   std::string label, Assurance assurance) {
  if (assurance == Assurance::none)
    co_return fail(Errc::invalid_argument, "trust: device, voice or strong");
  if (scopes.empty())
    co_return fail(Errc::invalid_argument, "scope: give at least one, for example ops.read");
  if (lifetime && *lifetime <= Millis{0})
    co_return fail(Errc::invalid_argument, "expires: must be in the future");
  auto user = co_await find_user(std::move(username));
  if (!user) co_return fail(std::move(user).error());
  if (user->disabled)
    co_return fail(Errc::denied, fmt::format("user {} is disabled", user->username));

  IssuedToken issued{.secret = make_token(ports_.random), .token = {}};
  const auto now = ports_.clock.now();
  issued.token = ApiToken{.user_id = user->id,
                          .hash = ports_.fingerprint.of(issued.secret),
                          .prefix = std::string(prefix_of_token(issued.secret)),
                          .label = shorten_characters(sanitize_utf8(label), kMaxLabel),
                          .scopes = std::move(scopes),
                          .assurance = assurance,
                          .created = now,
                          .expires = lifetime ? std::optional(now + *lifetime) : std::nullopt};
  auto stored = co_await ports_.tokens.add(issued.token);
  if (!stored) co_return fail(std::move(stored).error());
  issued.token = std::move(*stored);
  co_return issued;
}

Async<Result<std::vector<TokenOwner>>> Directory::tokens() {
  co_return co_await ports_.tokens.all();
}

Async<Result<ApiToken>> Directory::revoke_token(std::string prefix) {
  constexpr std::size_t kLeast = 4;  // characters after "mtc_"
  if (!prefix.starts_with("mtc_")) prefix.insert(0, "mtc_");
  // Who pastes the whole token means it; its end is never compared, stored or shown.
  prefix.resize(std::min(prefix.size(), prefix_of_token(prefix).size()));
  if (prefix.size() < 4 + kLeast) {
    co_return fail(Errc::invalid_argument, "give at least 4 characters of the token after mtc_");
  }
  auto all = co_await ports_.tokens.all();
  if (!all) co_return fail(std::move(all).error());
  std::vector<ApiToken> matching;
  for (auto& owner : *all) {
    if (!owner.token.revoked && owner.token.prefix.starts_with(prefix))
      matching.push_back(std::move(owner.token));
  }
  if (matching.empty()) {
    co_return fail(Errc::not_found, "no token begins like that; see: mcp-tencent-cloud token list");
  }
  if (matching.size() > 1) {
    co_return fail(Errc::conflict,
                   fmt::format("{} tokens begin like that; give more characters", matching.size()));
  }
  const auto now = ports_.clock.now();
  if (auto done = co_await ports_.tokens.revoke(matching.front().id, now); !done) {
    co_return fail(std::move(done).error());
  }
  matching.front().revoked = now;
  co_return std::move(matching.front());
}

}  // namespace mtc::identity
