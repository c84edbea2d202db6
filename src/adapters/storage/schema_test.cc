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

TEST(Schema, TokensFromBeforeTheirTrustWasKeptAreDevices) {
  const auto database = Database::open({.url = "sqlite::memory:"}).value();
  const FakeClock clock;
  auto migrations = storage_migrations();
  migrations.resize(2);
  ASSERT_TRUE(migrate(*database, migrations, clock));
  SqlUserRepository users(*database);
  identity::User alice;
  alice.username = "alice";
  ASSERT_TRUE(run(users.add(alice, clock.now())));
  ASSERT_TRUE(database->run_now<void>([](soci::session& session) -> Result<> {
    session << "INSERT INTO api_tokens (user_id, token_hash, prefix, label, scopes, created) "
               "SELECT id, 'hash', 'mtc_', '', 'ops.operate', 0 FROM sys_user";
    return {};
  }));

  EXPECT_EQ(migrate(*database, storage_migrations(), clock), std::vector{3});
  SqlTokenRepository tokens(*database);
  const auto found = run(tokens.find_by_hash("hash")).value();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->token.assurance, identity::Assurance::device);
  EXPECT_EQ(found->token.scopes, std::set{identity::Scope::operate});
}

}  // namespace
}  // namespace mtc::storage
