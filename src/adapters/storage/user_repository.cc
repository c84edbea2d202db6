#include "adapters/storage/user_repository.h"

#include <fmt/format.h>

#include "adapters/storage/user_row.h"

namespace mtc::storage {

using identity::User;
using identity::UserId;

namespace {

std::unexpected<Error> no_such_user(UserId id) {
  return fail(Errc::not_found, fmt::format("there is no user with id {}", id));
}

}  // namespace

UserRow::UserRow(const User& user)
    : id(user.id),
      username(user.username),
      display_name(user.display_name),
      language(name_of(user.language)),
      zone(user.zone),
      window_start(static_cast<int>(user.window_start.count())),
      window_end(static_cast<int>(user.window_end.count())),
      assistant_name(user.assistant_name),
      rollback_permission(user.rollback_permission ? 1 : 0),
      disabled(user.disabled ? 1 : 0),
      broadcast_content(name_of(user.broadcast_content)),
      watched_dashboard(user.watched_dashboard) {}

void UserRow::bind(soci::statement& statement) {
  statement.exchange(soci::into(id));
  statement.exchange(soci::into(username));
  statement.exchange(soci::into(display_name));
  statement.exchange(soci::into(language));
  statement.exchange(soci::into(zone));
  statement.exchange(soci::into(window_start));
  statement.exchange(soci::into(window_end));
  statement.exchange(soci::into(assistant_name));
  statement.exchange(soci::into(rollback_permission));
  statement.exchange(soci::into(disabled));
  statement.exchange(soci::into(broadcast_content));
  statement.exchange(soci::into(watched_dashboard));
}

User UserRow::user() const {
  return {.id = id,
          .username = username,
          .display_name = display_name,
          .language = parse_language(language).value_or(Language::zh),
          .zone = zone,
          .window_start = std::chrono::minutes(window_start),
          .window_end = std::chrono::minutes(window_end),
          .assistant_name = assistant_name,
          .broadcast_content = identity::parse_broadcast_content(broadcast_content)
                                   .value_or(identity::BroadcastContent::both),
          .watched_dashboard = watched_dashboard,
          .rollback_permission = rollback_permission != 0,
          .disabled = disabled != 0};
}

Async<Result<User>> SqlUserRepository::add(User user, TimePoint now) {
  auto added =
      co_await database_.transaction<User>([user, now](soci::session& session) -> Result<User> {
        const UserRow row(user);
        const long long created = millis_of(now);
        session << "INSERT INTO sys_user (username, display_name, language, zone, window_start, "
                   "window_end, "
                   "assistant_name, rollback_permission, disabled, broadcast_content, "
                   "watched_dashboard, created) VALUES (:username, :display_name, :language, "
                   ":zone, :window_start, :window_end, :assistant_name, :rollback_permission, "
                   ":disabled, :broadcast_content, :watched_dashboard, :created)",
            soci::use(row.username), soci::use(row.display_name), soci::use(row.language),
            soci::use(row.zone), soci::use(row.window_start), soci::use(row.window_end),
            soci::use(row.assistant_name), soci::use(row.rollback_permission),
            soci::use(row.disabled), soci::use(row.broadcast_content),
            soci::use(row.watched_dashboard), soci::use(created);
        long long id = 0;
        session.get_last_insert_id("sys_user", id);
        User out = user;
        out.id = id;
        return out;
      });
  if (!added && added.error().code == Errc::conflict) {
    co_return fail(Errc::conflict, fmt::format("the username {} is taken", user.username));
  }
  co_return added;
}

Async<Result<void>> SqlUserRepository::update(User user) {
  return database_.run<void>([user = std::move(user)](soci::session& session) -> Result<void> {
    const UserRow row(user);
    soci::statement update =
        (session.prepare
             << "UPDATE sys_user SET display_name = :display_name, language = :language, zone = "
                ":zone, "
                "window_start = :window_start, window_end = :window_end, "
                "assistant_name = :assistant_name, rollback_permission = :rollback_permission, "
                "disabled = :disabled, broadcast_content = :broadcast_content, "
                "watched_dashboard = :watched_dashboard WHERE id = :id",
         soci::use(row.display_name), soci::use(row.language), soci::use(row.zone),
         soci::use(row.window_start), soci::use(row.window_end), soci::use(row.assistant_name),
         soci::use(row.rollback_permission), soci::use(row.disabled),
         soci::use(row.broadcast_content), soci::use(row.watched_dashboard), soci::use(row.id));
    update.execute(true);
    if (update.get_affected_rows() == 0) return no_such_user(user.id);
    return {};
  });
}

Async<Result<std::optional<User>>> SqlUserRepository::find(UserId id) {
  return database_.run<std::optional<User>>(
      [id](soci::session& session) -> Result<std::optional<User>> {
        UserRow row;
        const long long key = id;
        soci::statement query(session);
        row.bind(query);
        query.exchange(soci::use(key));
        start(query, fmt::format("SELECT {} FROM sys_user u WHERE u.id = :id", UserRow::kColumns));
        if (!query.fetch()) return std::nullopt;
        return row.user();
      });
}

Async<Result<std::optional<User>>> SqlUserRepository::find_by_name(std::string username) {
  return database_.run<std::optional<User>>(
      [username = std::move(username)](soci::session& session) -> Result<std::optional<User>> {
        UserRow row;
        soci::statement query(session);
        row.bind(query);
        query.exchange(soci::use(username));
        start(query, fmt::format("SELECT {} FROM sys_user u WHERE u.username = :username",
                                 UserRow::kColumns));
        if (!query.fetch()) return std::nullopt;
        return row.user();
      });
}

Async<Result<std::vector<User>>> SqlUserRepository::all() {
  return database_.run<std::vector<User>>([](soci::session& session) -> Result<std::vector<User>> {
    UserRow row;
    soci::statement query(session);
    row.bind(query);
    start(query, fmt::format("SELECT {} FROM sys_user u ORDER BY u.username", UserRow::kColumns));
    std::vector<User> users;
    while (query.fetch()) users.push_back(row.user());
    return users;
  });
}

Async<Result<std::optional<std::string>>> SqlUserRepository::password_hash(UserId id) {
  using Hash = std::optional<std::string>;
  return database_.run<Hash>([id](soci::session& session) -> Result<Hash> {
    const long long key = id;
    Nullable<std::string> hash;
    session << "SELECT password_hash FROM sys_user WHERE id = :id",
        soci::into(hash.value, hash.state), soci::use(key);
    if (!session.got_data()) return no_such_user(id);
    return hash.get();
  });
}

Async<Result<void>> SqlUserRepository::set_password_hash(UserId id, std::string hash) {
  return database_.run<void>([id, hash = std::move(hash)](soci::session& session) -> Result<void> {
    const long long key = id;
    soci::statement update =
        (session.prepare << "UPDATE sys_user SET password_hash = :hash WHERE id = :id",
         soci::use(hash), soci::use(key));
    update.execute(true);
    if (update.get_affected_rows() == 0) return no_such_user(id);
    return {};
  });
}

}  // namespace mtc::storage
