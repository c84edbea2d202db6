// A database file of its own for each test, with all tables in it; and calls that run at once.
#pragma once

#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "adapters/storage/identity_crypto.h"
#include "adapters/storage/schema.h"
#include "adapters/storage/user_repository.h"
#include "infra/crypto/system_random.h"
#include "infra/database/database.h"
#include "infra/database/migrations.h"
#include "infra/loop/run.h"

namespace mtc::storage {

class StorageTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "mtc-storage-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    clock_.time = TimePoint(std::chrono::hours{24 * 20'000});
    database_ = open();
    ASSERT_NE(database_, nullptr);
    const auto applied = migrate(*database_, storage_migrations(), clock_);
    ASSERT_TRUE(applied) << applied.error().message;
  }
  void TearDown() override {
    database_.reset();
    std::filesystem::remove_all(folder_);
  }

  std::string url() const { return "sqlite://" + (folder_ / "data.db").string(); }
  std::unique_ptr<Database> open() const {
    auto database = Database::open({.url = url()});
    EXPECT_TRUE(database) << database.error().message;
    return database ? std::move(*database) : nullptr;
  }
  identity::User add_user(const std::string& username) {
    SqlUserRepository users(*database_);
    identity::User user;
    user.username = username;
    user.display_name = username;
    auto added = run(users.add(user, clock_.now()));
    EXPECT_TRUE(added) << added.error().message;
    return added.value_or(identity::User{});
  }

  std::filesystem::path folder_;
  FakeClock clock_{};
  SystemRandom random_;
  std::unique_ptr<Database> database_;
};

// With two users, and a cipher for what is sealed.
class SealedStorageTest : public StorageTest {
 protected:
  void SetUp() override {
    StorageTest::SetUp();
    alice_ = add_user("alice").id;
    bob_ = add_user("bob").id;
  }

  SecretBox box_{KeyRing::generate(random_), random_};
  SecretBoxCipher cipher_{box_};
  identity::UserId alice_ = 0;
  identity::UserId bob_ = 0;
};

// Runs them all at once; the answers in the order in which they came.
template <class Value>
std::vector<Value> run_at_once(std::vector<Async<Value>> calls) {
  asio::io_context loop(1);
  std::vector<Value> answers;
  for (auto& call : calls) {
    asio::co_spawn(loop, std::move(call), [&](const std::exception_ptr& error, Value answer) {
      if (error) std::rethrow_exception(error);
      answers.push_back(std::move(answer));
    });
  }
  loop.run();
  return answers;
}

}  // namespace mtc::storage
