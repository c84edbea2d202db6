// Databases of earlier versions.
#include "adapters/storage/schema.h"

#include <gtest/gtest.h>
#include <soci/soci.h>

#include "adapters/storage/token_repository.h"
#include "adapters/storage/user_repository.h"
#include "infra/database/migrations.h"
#include "infra/loop/run.h"

namespace mtc::storage {
namespace {

// Everything up to that version, with one user in it.
std::unique_ptr<Database> database_of_version(std::size_t version, const Clock& clock) {
  auto database = Database::open({.url = "sqlite::memory:"}).value();
  auto migrations = storage_migrations();
  migrations.resize(version);
  EXPECT_TRUE(migrate(*database, migrations, clock));
  EXPECT_TRUE(database->run_now<void>([](soci::session& session) -> Result<> {
    session << "INSERT INTO sys_user (username, display_name, language, zone, window_start, "
               "window_end, assistant_name, created) "
               "VALUES ('alice', 'Alice', 'en', 'Europe/Berlin', 300, 600, 'Jeeves', 0)";
    return {};
  }));
  return database;
}

TEST(Schema, TokensFromBeforeTheirTrustWasKeptAreDevices) {
  const FakeClock clock;
  const auto database = database_of_version(2, clock);
  ASSERT_TRUE(database->run_now<void>([](soci::session& session) -> Result<> {
    session << "INSERT INTO api_tokens (user_id, token_hash, prefix, label, scopes, created) "
               "SELECT id, 'hash', 'mtc_', '', 'ops.operate', 0 FROM sys_user";
    return {};
  }));

  EXPECT_EQ(migrate(*database, storage_migrations(), clock), (std::vector{3, 4}));
  SqlTokenRepository tokens(*database);
  const auto found = run(tokens.find_by_hash("hash")).value();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->token.assurance, identity::Assurance::device);
  EXPECT_EQ(found->token.scopes, std::set{identity::Scope::operate});
}

TEST(Schema, UsersFromBeforeAlertsKeepWhatTheyHaveAndHearOfBoth) {
  const FakeClock clock;
  const auto database = database_of_version(3, clock);
  ASSERT_TRUE(database->run_now<void>([](soci::session& session) -> Result<> {
    session << "INSERT INTO checkpoints (id, user_id, number, region, cluster_id, cluster_name, "
               "action, summary, sealed, created) "
               "SELECT 'c1', id, 1, '', 'cls-1', '', 'scale_workload', '', 'x', 0 FROM sys_user";
    return {};
  }));

  EXPECT_EQ(migrate(*database, storage_migrations(), clock), std::vector{4});
  SqlUserRepository users(*database);
  auto alice = run(users.find_by_name("alice")).value().value();
  EXPECT_EQ(alice.display_name, "Alice");
  EXPECT_EQ(alice.language, Language::en);
  EXPECT_EQ(alice.window_end, std::chrono::hours(10));
  EXPECT_EQ(alice.assistant_name, "Jeeves");
  EXPECT_EQ(alice.broadcast_content, identity::BroadcastContent::both);
  EXPECT_EQ(alice.watched_dashboard, "");
  int checkpoints = 0;
  ASSERT_TRUE(database->run_now<void>([&](soci::session& session) -> Result<> {
    session << "SELECT count(*) FROM checkpoints WHERE id = 'c1'", soci::into(checkpoints);
    return {};
  }));
  EXPECT_EQ(checkpoints, 1);

  alice.broadcast_content = identity::BroadcastContent::alerts;
  alice.watched_dashboard = "支付";
  ASSERT_TRUE(run(users.update(alice)));
  const auto back = run(users.find(alice.id)).value().value();
  EXPECT_EQ(back.broadcast_content, identity::BroadcastContent::alerts);
  EXPECT_EQ(back.watched_dashboard, "支付");
}

}  // namespace
}  // namespace mtc::storage
