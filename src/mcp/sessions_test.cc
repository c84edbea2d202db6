#include "mcp/sessions.h"

#include <gtest/gtest.h>

#include <set>

namespace mtc::mcp {
namespace {

class SessionsTest : public testing::Test {
 protected:
  static ConnectionContext peer_of(std::string subject) {
    return {.principal = {.subject = std::move(subject), .name = {}, .scopes = {}, .channel = {}}};
  }
  const Principal me{.subject = "me", .name = {}, .scopes = {}, .channel = {}};
  const Principal other{.subject = "other", .name = {}, .scopes = {}, .channel = {}};
  FakeClock clock;
  SeededRandom random{1};
  Sessions sessions{clock, random, {.count = 3, .idle = Millis{1000}}};
};

TEST_F(SessionsTest, IdsAreLongVisibleAndDifferent) {
  std::set<std::string> ids;
  for (int i = 0; i < 3; ++i) {
    const auto id = sessions.open(peer_of("me"));
    EXPECT_EQ(id.size(), 43U);
    for (const char c : id) EXPECT_TRUE(c >= 0x21 && c <= 0x7e);
    ids.insert(id);
  }
  EXPECT_EQ(ids.size(), 3U);
}

TEST_F(SessionsTest, BelongToWhoOpenedThem) {
  const auto id = sessions.open(peer_of("me"));
  EXPECT_NE(sessions.use(id, me), nullptr);
  EXPECT_EQ(sessions.use(id, other), nullptr);
  EXPECT_FALSE(sessions.close(id, other));
  EXPECT_TRUE(sessions.close(id, me));
  EXPECT_EQ(sessions.use(id, me), nullptr);
  EXPECT_FALSE(sessions.close(id, me));
}

TEST_F(SessionsTest, ExpireWhenUnused) {
  const auto used = sessions.open(peer_of("me"));
  const auto unused = sessions.open(peer_of("me"));
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
  const auto first = sessions.open(peer_of("me"));
  const auto second = sessions.open(peer_of("me"));
  sessions.open(peer_of("me"));
  EXPECT_NE(sessions.use(first, me), nullptr);
  sessions.open(peer_of("me"));
  EXPECT_EQ(sessions.size(), 3U);
  EXPECT_NE(sessions.use(first, me), nullptr);
  EXPECT_EQ(sessions.use(second, me), nullptr);
}

}  // namespace
}  // namespace mtc::mcp
