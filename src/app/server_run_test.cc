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

}  // namespace
}  // namespace mtc::app
