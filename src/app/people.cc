#include "app/people.h"

namespace mtc::app {
namespace {

alerts::Account account_among(const std::set<identity::UserId>& own, const identity::User& user) {
  return own.contains(user.id) ? user.id : 0;
}

}  // namespace

Async<Result<std::set<identity::UserId>>> StoredPeople::with_own_keys() {
  const auto credentials = co_await vault_.list();
  if (!credentials) co_return fail(credentials.error());
  std::set<identity::UserId> out;
  for (const auto& one : *credentials) {
    if (one.owner) out.insert(*one.owner);
  }
  co_return out;
}

Async<Result<std::vector<identity::User>>> StoredPeople::of(alerts::Account account) {
  const auto own = co_await with_own_keys();
  if (!own) co_return fail(own.error());
  auto users = co_await directory_.users();
  if (!users) co_return fail(std::move(users).error());
  std::erase_if(*users, [&](const identity::User& user) {
    return user.disabled || account_among(*own, user) != account;
  });
  co_return std::move(*users);
}

Async<Result<identity::User>> StoredPeople::find(identity::UserId id) {
  auto user = co_await users_.find(id);
  if (!user) co_return fail(std::move(user).error());
  if (!*user) co_return fail(Errc::not_found, "that user is no longer there");
  co_return std::move(**user);
}

Async<Result<std::vector<alerts::Account>>> StoredPeople::accounts() {
  const auto own = co_await with_own_keys();
  if (!own) co_return fail(own.error());
  const auto users = co_await directory_.users();
  if (!users) co_return fail(users.error());
  std::set<alerts::Account> out;
  for (const auto& user : *users) {
    if (!user.disabled) out.insert(account_among(*own, user));
  }
  co_return std::vector(out.begin(), out.end());
}

Async<Result<alerts::Account>> StoredPeople::account_of(identity::User user) {
  const auto own = co_await with_own_keys();
  if (!own) co_return fail(own.error());
  co_return account_among(*own, user);
}

}  // namespace mtc::app
