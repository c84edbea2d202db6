#include "mcp/http/sessions.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <set>

#include "mcp/test_tools.h"

namespace mtc::mcp {
namespace {

class SessionsTest : public testing::Test {
 protected:
  static Peer peer_of(std::string subject) {
    return {.principal = {.subject = std::move(subject), .name = {}, .scopes = {}, .channel = {}}};
  }
  std::string open() { return sessions.open(peer_of("me"), loop.get_executor())->id(); }
  const Principal me{.subject = "me", .name = {}, .scopes = {}, .channel = {}};
  const Principal other{.subject = "other", .name = {}, .scopes = {}, .channel = {}};
  FakeClock clock;
  SeededRandom random{1};
  asio::io_context loop;
  World world;
  Sessions sessions{world.server, clock, random, {.count = 3, .idle = Millis{1000}}};
};

TEST_F(SessionsTest, IdsAreLongVisibleAndDifferent) {
  std::set<std::string> ids;
  for (int i = 0; i < 3; ++i) {
    const auto id = open();
    EXPECT_EQ(id.size(), 43U);
    for (const char c : id) EXPECT_TRUE(c >= 0x21 && c <= 0x7e);
    ids.insert(id);
  }
  EXPECT_EQ(ids.size(), 3U);
}

TEST_F(SessionsTest, BelongToWhoOpenedThem) {
  const auto id = open();
  EXPECT_NE(sessions.use(id, me), nullptr);
  EXPECT_EQ(sessions.use(id, other), nullptr);
  EXPECT_FALSE(sessions.close(id, other));
  EXPECT_TRUE(sessions.close(id, me));
  EXPECT_EQ(sessions.use(id, me), nullptr);
  EXPECT_FALSE(sessions.close(id, me));
}

TEST_F(SessionsTest, ExpireWhenUnused) {
  const auto used = open();
  const auto unused = open();
  for (int i = 0; i < 5; ++i) {
    clock.time += Millis{400};
    EXPECT_NE(sessions.use(used, me), nullptr);
  }
  EXPECT_EQ(sessions.use(unused, me), nullptr);
  clock.time += Millis{1001};
  EXPECT_EQ(sessions.use(used, me), nullptr);
  EXPECT_EQ(sessions.size(), 0U);
}

TEST_F(SessionsTest, TheOneUnusedForLongestMakesRoom) {
  const auto first = open();
  const auto second = open();
  open();
  EXPECT_NE(sessions.use(first, me), nullptr);
  open();
  EXPECT_EQ(sessions.size(), 3U);
  EXPECT_NE(sessions.use(first, me), nullptr);
  EXPECT_EQ(sessions.use(second, me), nullptr);
}

TEST_F(SessionsTest, WhoOpensTooManyLosesTheirOwn) {
  Sessions bounded{world.server, clock, random, {.count = 10, .per_principal = 2}};
  const auto open_for = [&](const char* subject) {
    return bounded.open(peer_of(subject), loop.get_executor())->id();
  };
  const auto theirs = open_for("other");
  const auto first = open_for("me");
  const auto second = open_for("me");
  const auto third = open_for("me");
  EXPECT_EQ(bounded.use(first, me), nullptr);
  EXPECT_NE(bounded.use(second, me), nullptr);
  EXPECT_NE(bounded.use(third, me), nullptr);
  EXPECT_NE(bounded.use(theirs, other), nullptr);
}

}  // namespace
}  // namespace mtc::mcp
