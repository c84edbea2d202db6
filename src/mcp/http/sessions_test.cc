#include "mcp/http/sessions.h"

#include <gtest/gtest.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <set>

#include "mcp/testing/test_tools.h"

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
  const auto session = sessions.use(id, me);
  sessions.close(*session);
  EXPECT_EQ(sessions.use(id, me), nullptr);
  sessions.close(*session);  // a second time
  EXPECT_EQ(sessions.size(), 0U);
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

TEST_F(SessionsTest, AreSweptAwayThoughNobodyComes) {
  open();
  const auto late = open();
  clock.time += Millis{800};
  EXPECT_NE(sessions.use(late, me), nullptr);
  clock.time += Millis{800};
  sessions.sweep();
  EXPECT_EQ(sessions.size(), 1U);
  EXPECT_NE(sessions.use(late, me), nullptr);
}

TEST_F(SessionsTest, IdleTimeBeginsWithTheEndOfTheLastUse) {
  const auto session = sessions.open(peer_of("me"), loop.get_executor());
  auto work = [](asio::steady_timer& end) -> Async<Answer> {
    co_await end.async_wait(asio::as_tuple(asio::use_awaitable));
    co_return Answer{};
  };
  asio::steady_timer end(loop, asio::steady_timer::time_point::max());
  asio::co_spawn(loop, session->peer().running->run("1", [] {}, work(end)), asio::detached);
  loop.poll();
  for (int i = 0; i < 5; ++i) {
    clock.time += Millis{900};
    sessions.sweep();
  }
  end.cancel();
  loop.restart();
  loop.poll();
  EXPECT_EQ(session->peer().running->size(), 0U);
  clock.time += Millis{900};
  sessions.sweep();
  EXPECT_NE(sessions.use(session->id(), me), nullptr);
}

TEST_F(SessionsTest, KeepsNoMoreThanItsShareOfOldAnswers) {
  const auto session = sessions.open(peer_of("me"), loop.get_executor());
  const auto answered = [&](std::size_t bytes) {
    const auto stream = session->open_stream();
    stream->push(std::string(bytes, 'x'));
    stream->close();
  };
  const auto waiting = session->open_stream();
  waiting->push(std::string(100, 'x'));
  for (int i = 0; i < 4; ++i) answered(Session::kMaxKept / 2);
  session->open_stream();
  EXPECT_NE(session->find_stream("1"), nullptr) << "its answer is still to come";
  EXPECT_EQ(session->find_stream("2"), nullptr);
  EXPECT_EQ(session->find_stream("3"), nullptr);
  EXPECT_NE(session->find_stream("5"), nullptr);
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
