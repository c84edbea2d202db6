#include "domain/logs/recent_lines.h"

#include <gtest/gtest.h>

namespace mtc::logs {
namespace {

using namespace std::chrono_literals;

class RecentLinesTest : public testing::Test {
 protected:
  static LogRecord line(const std::string& message) {
    return {.message = message, .package_id = "p", .package_log_id = message};
  }
  std::string which(std::string_view said, std::int64_t user = 1) {
    const auto found = lines.find(user, said, Language::zh);
    return found ? found->line.message : found.error().message;
  }

  FakeClock clock;
  RecentLines lines{clock};
};

TEST_F(RecentLinesTest, AreFoundByNumberAndByWords) {
  lines.keep(1, "ap-guangzhou", {line("disk full"), line("Connection refused"), line("timeout")});
  const struct {
    const char *said, *message;
  } cases[] = {{"", "disk full"},
               {"1", "disk full"},
               {"第二条", "Connection refused"},
               {"第三行", "timeout"},
               {"last", "timeout"},
               {"最后一条", "timeout"},
               {"the second one", "Connection refused"},
               {"line 3", "timeout"},
               {"倒数第二条", "Connection refused"},
               {"connection", "Connection refused"},
               {"这条", "disk full"},
               {"9", "line: 上次只查到三条"},
               {"nothing", "line: 上次查到的日志里没有这一句；说第几条也可以"}};
  for (const auto& c : cases) EXPECT_EQ(which(c.said), c.message) << c.said;
  EXPECT_EQ(lines.find(1, "1", Language::zh)->region, "ap-guangzhou");
}

TEST_F(RecentLinesTest, AreTheUsersOwnAndForgottenAfterAnHour) {
  lines.keep(1, "", {line("mine")});
  EXPECT_TRUE(which("1", 2).starts_with("还没有查过日志"));
  clock.time += 1h;
  EXPECT_EQ(which("1"), "mine");
  clock.time += 1ms;
  EXPECT_TRUE(which("1").starts_with("还没有查过日志"));
}

TEST_F(RecentLinesTest, AreBounded) {
  std::vector<LogRecord> many(150, line(std::string(2000, 'x')));
  lines.keep(1, "", many);
  EXPECT_LE(which("100").size(), RecentLines::kBytes);
  EXPECT_EQ(which("101"), "line: 上次只查到一百条");
  for (std::int64_t user = 2; user < 700; ++user) {
    clock.time += 1ms;
    lines.keep(user, "", {line("x")});
  }
  EXPECT_TRUE(which("1", 1).starts_with("还没有查过日志")) << "the oldest had to go";
  EXPECT_EQ(which("1", 699), "x");
}

}  // namespace
}  // namespace mtc::logs
