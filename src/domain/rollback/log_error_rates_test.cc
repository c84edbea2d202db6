#include "domain/rollback/log_error_rates.h"

#include <gtest/gtest.h>

#include <set>

#include "infra/loop/run.h"

namespace mtc::rollback {
namespace {

using namespace std::chrono_literals;

// Answers counts by service and level, for whatever is asked.
struct CountingStore final : logs::LogStore {
  std::vector<logs::Topic> listed{{.id = "t1", .name = "app", .indexed = true},
                                  {.id = "t2", .name = "raw", .indexed = false}};
  logs::TopicFields index{.keys = {{.name = "level", .type = "text", .in_sql = true},
                                   {.name = "service", .type = "text", .in_sql = true}}};
  std::function<logs::Table(logs::TimeRange)> rows;
  std::vector<logs::TimeRange> asked;
  std::vector<std::string> searched;
  bool away = false;

  Async<Result<std::vector<logs::Topic>>> topics() override { co_return listed; }
  Async<Result<std::vector<logs::Logset>>> logsets() override {
    co_return std::vector<logs::Logset>{};
  }
  Async<Result<logs::TopicFields>> fields(std::string) override { co_return index; }
  Async<Result<logs::SearchResult>> search(logs::Search search) override {
    searched.push_back(search.condition);
    logs::SearchResult out;
    out.lines.push_back({.message = "connection refused\x01 by db"});
    co_return out;
  }
  Async<Result<logs::Table>> analyze(std::string, logs::TimeRange range, std::string,
                                     std::string) override {
    asked.push_back(range);
    if (away) co_return fail(Errc::unavailable, "the log service is away");
    co_return rows(range);
  }
  Async<Result<logs::Histogram>> histogram(std::string, logs::TimeRange, std::string,
                                           Millis) override {
    co_return logs::Histogram{};
  }
  Async<Result<std::vector<logs::LogRecord>>> context(logs::LogRecord, int, int) override {
    co_return std::vector<logs::LogRecord>{};
  }
};

struct World {
  FakeClock clock;
  CountingStore store;
  LogErrorRates rates{[this](const identity::User&) -> logs::LogStore& { return store; }, clock,
                      LogErrorOptions{}};
  World() {
    clock.time = TimePoint(Millis(1'800'000'000'000));
    store.rows = [this](logs::TimeRange range) {
      const bool now = range.to == clock.time;
      logs::Table out{.columns = {"service", "level", "n"}, .rows = {}};
      out.rows.push_back({"payment", "ERROR", now ? 40 : 3});
      out.rows.push_back({"payment", "fatal", now ? "10" : "0"});
      out.rows.push_back({"payment", "INFO", now ? 50 : 297});
      out.rows.push_back({"order", "INFO", 70});
      return out;
    };
  }
  Result<ErrorRate> of(std::string name) {
    return run(
        rates.of({.id = 7}, {.object = {.name = std::move(name)}}, clock.time - 5min, clock.time));
  }
};

TEST(LogErrorRates, ComparesTheLastSecondsWithTheHourBeforeTheTrouble) {
  World world;
  const auto rate = world.of("payment");
  ASSERT_TRUE(rate) << rate.error().message;
  EXPECT_DOUBLE_EQ(rate->now, 0.5);
  ASSERT_TRUE(rate->usual);
  EXPECT_DOUBLE_EQ(*rate->usual, 0.01);
  ASSERT_EQ(world.store.asked.size(), 2U);
  EXPECT_EQ(world.store.asked[0].length(), 20s);
  EXPECT_EQ(world.store.asked[1].length(), 1h);
  EXPECT_LE(world.store.asked[1].to, world.clock.time - 15min);
}

TEST(LogErrorRates, ShowsTheNewestErrorsOfWhoHasAny) {
  World world;
  const auto rate = world.of("payment");
  ASSERT_TRUE(rate);
  ASSERT_EQ(rate->examples.size(), 1U);
  EXPECT_EQ(rate->examples[0].find('\x01'), std::string::npos);
  EXPECT_NE(world.store.searched.at(0).find("payment"), std::string::npos);
  EXPECT_TRUE(world.of("order")->examples.empty());
}

TEST(LogErrorRates, AsksOnceForAllWhoLookAtTheSameTime) {
  World world;
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(world.of(i % 2 == 0 ? "payment" : "order"));
  EXPECT_EQ(world.store.asked.size(), 2U);
  world.clock.time += 4s;
  ASSERT_TRUE(world.of("payment"));
  EXPECT_EQ(world.store.asked.size(), 3U);  // only what is now is asked anew
}

TEST(LogErrorRates, LooksFurtherBackWhereHardlyAnythingWasWritten) {
  World world;
  world.store.rows = [](logs::TimeRange range) {
    logs::Table out{.columns = {"service", "level", "n"}, .rows = {}};
    out.rows.push_back({"payment", "ERROR", range.length() > 30s ? 6 : 1});
    out.rows.push_back({"payment", "INFO", range.length() > 30s ? 6 : 0});
    return out;
  };
  const auto rate = world.of("payment");
  ASSERT_TRUE(rate);
  EXPECT_DOUBLE_EQ(rate->now, 0.5);
}

TEST(LogErrorRates, KnowsNothingOfWhoWritesNothing) {
  World world;
  const auto rate = world.of("gateway");
  ASSERT_FALSE(rate);
  EXPECT_EQ(rate.error().code, Errc::not_found);
}

TEST(LogErrorRates, KnowsNothingWhileTheLogServiceIsAway) {
  World world;
  world.store.away = true;
  ASSERT_FALSE(world.of("payment"));
}

TEST(LogErrorRates, LeavesOutTopicsThatCannotTellTheService) {
  World world;
  world.store.index.keys.pop_back();
  const auto rate = world.of("payment");
  ASSERT_FALSE(rate);
  EXPECT_TRUE(world.store.asked.empty());
}

}  // namespace
}  // namespace mtc::rollback
