#include "app/server_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "infra/loop/run.h"

namespace mtc::app {
namespace {

using testing::HasSubstr;

class ServerRunTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NE(::mkdtemp(folder_.data()), nullptr);
    Settings settings;
    settings.state_dir = folder_;
    settings.server.listen = "127.0.0.1:0";
    settings_ = with_defaults(std::move(settings));
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string folder_ = (std::filesystem::temp_directory_path() / "mtc-run-XXXXXX").string();
  Settings settings_;
  SystemClock clock_;
};

TEST_F(ServerRunTest, WhatCannotStartTouchesNoTask) {
  auto foundation = Foundation::open(settings_, clock_);
  ASSERT_TRUE(foundation) << foundation.error().message;
  storage::SqlTaskStore store(*(*foundation)->database);
  mcp::Task left;
  left.id = "t1";
  left.tool = "search_logs";
  left.principal.subject = "zhangsan";
  left.created = clock_.now();
  left.ttl = std::chrono::hours(24);
  ASSERT_TRUE(run(store.create(left, {}, 16)));

  settings_.xiaozhi.endpoints = {{.user = "zhangsan", .url_env = "MTC_TEST_NOT_SET"}};
  const auto refused = run(ServerRun::start(settings_, clock_));
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("MTC_TEST_NOT_SET is not set"));
  const auto found = run(store.find("t1"));
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->lease, mcp::TaskLease{});
  EXPECT_EQ(found->task.version, 1);
}

Async<Result<>> keep_checkpoint(Settings settings, const Clock& clock, std::string id, Millis age) {
  auto product = Product::open(co_await asio::this_coro::executor, settings, clock, "");
  if (!product) co_return fail(std::move(product).error());
  auto& directory = (*product)->foundation().directory;
  auto user = co_await directory.find_user("zhangsan");
  if (!user) user = co_await directory.add_user({.username = "zhangsan", .display_name = "张三"});
  if (!user) co_return fail(std::move(user).error());
  clusters::Checkpoint checkpoint{.id = std::move(id), .user = user->id};
  checkpoint.created = clock.now() - age;
  auto kept = co_await (*product)->checkpoints().add(std::move(checkpoint));
  if (!kept) co_return fail(std::move(kept).error());
  co_return Result<>{};
}

// Each look goes through the database's threads, as the forgetting does.
Async<bool> is_forgotten(clusters::CheckpointStore& store, std::string id) {
  for (int i = 0; i < 2000; ++i) {
    const auto found = co_await store.find(id);
    if (found && !*found) co_return true;
  }
  co_return false;
}

Async<> expect_only_the_young(Settings settings, const Clock& clock) {
  auto server = co_await ServerRun::start(settings, clock);
  EXPECT_TRUE(server) << server.error().message;
  if (!server) co_return;
  auto& store = (*server)->product().checkpoints();
  EXPECT_TRUE(co_await is_forgotten(store, "old"));
  const auto young = co_await store.find("young");
  EXPECT_TRUE(young && *young);
  co_await (*server)->stop();
}

TEST_F(ServerRunTest, ForgetsOldCheckpointsForTheyMayHoldSecrets) {
  for (const auto& [id, days] : {std::pair{"old", 31}, {"young", 29}}) {
    const auto kept = run(keep_checkpoint(settings_, clock_, id, std::chrono::days(days)));
    ASSERT_TRUE(kept) << kept.error().message;
  }
  run(expect_only_the_young(settings_, clock_));
}

}  // namespace
}  // namespace mtc::app
