// A database file of its own for each test, with all tables in it.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>

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

}  // namespace mtc::storage
