#include "domain/digest/collector.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/digest/fake_log_store.h"
#include "domain/digest/slices.h"
#include "domain/digest/topic_query.h"
#include "infra/loop/run.h"

namespace mtc::digest {
namespace {

using namespace std::chrono;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr year_month_day kDay = 2026y / November / 21;
TimePoint at(int hour, int minute = 0, int second = 0) {
  return Zone::shanghai().at(kDay, hours(hour) + minutes(minute) + seconds(second));
}

class CollectorTest : public ::testing::Test {
 protected:
  CollectorTest() { clock.time = at(29); }

  CollectRequest request(const std::vector<std::string>& topics = {"t1"}) {
    CollectRequest out{.id = "d", .scope = "线上日志", .period = {.from = at(0), .to = at(24)}};
    for (const auto& topic : topics) {
      out.sources.push_back({.store = &store, .topic = {.id = topic, .name = topic + "-name"}});
    }
    return out;
  }
  Digest collect(CollectRequest request) {
    auto collected = run(Collector(clock).collect(std::move(request)));
    EXPECT_TRUE(collected) << collected.error().message;
    return collected ? collected->digest : Digest{};
  }
  // One line every two seconds, every 20th an error; in time order.
  void add_day(const std::string& topic, TimePoint begin, int lines) {
    for (int i = 0; i < lines; ++i) {
      const TimePoint time = begin + Millis(std::int64_t{86'400'000} * i / lines);
      if (i % 20 == 0) {
        store.add(topic, time, "ERROR", "payment",
                  fmt::format("connection to 10.0.0.{} refused", i % 250));
      } else {
        store.add(topic, time, "INFO", "order", fmt::format("order {} accepted", i));
      }
    }
  }

  FakeClock clock;
  FakeLogStore store;
};

TEST_F(CollectorTest, CountsAllReadsTheErrorsAndSamplesTheRest) {
  add_day("t1", at(0), 60'000);
  auto asked = request();
  asked.other_lines = 5'000;
  const Digest digest = collect(std::move(asked));
  EXPECT_EQ(digest.lines(), 60'000);
  EXPECT_EQ(digest.errors(), 3'000);
  ASSERT_EQ(digest.top_errors.size(), 1U);
  EXPECT_EQ(digest.top_errors[0].count, 3'000);
  EXPECT_TRUE(digest.coverage.errors_complete);
  EXPECT_TRUE(digest.coverage.totals_exact);
  EXPECT_FALSE(digest.coverage.complete());
  EXPECT_EQ(digest.coverage.lines_read, 8'000);
  EXPECT_THAT(digest.coverage.missing, IsEmpty());
  EXPECT_FALSE(digest.coverage.data_until);
  ASSERT_EQ(digest.services.size(), 2U);
  EXPECT_EQ(digest.services[0].service, "payment");
  EXPECT_EQ(digest.services[1].lines, 57'000);
  EXPECT_LE(store.most_under_way, 8);
  EXPECT_GT(store.most_under_way, 1);
  for (const auto& search : store.searches) EXPECT_LE(search.limit, FakeLogStore::kMost);
}

TEST_F(CollectorTest, ASliceWithMoreLinesThanTheServiceHandsOutIsAskedAgain) {
  // 25,000 errors within one minute: no histogram bucket can be that narrow.
  for (int i = 0; i < 25'000; ++i) {
    store.add("t1", at(2) + Millis(i * 2), "ERROR", "payment", "refused");
  }
  const Digest digest = collect(request());
  EXPECT_EQ(digest.top_errors.at(0).count, 25'000);
  EXPECT_TRUE(digest.coverage.errors_complete);
  ASSERT_EQ(digest.spikes.size(), 1U);
  EXPECT_EQ(digest.spikes[0].count, 25'000);
}

TEST_F(CollectorTest, MoreLinesInOneMillisecondThanCanBeReadAreAdmitted) {
  for (int i = 0; i < 12'000; ++i) store.add("t1", at(2), "ERROR", "payment", "refused");
  store.add("t1", at(2) + Millis(5), "ERROR", "payment", "refused");
  const Digest digest = collect(request());
  EXPECT_EQ(digest.errors(), 12'001);
  EXPECT_EQ(digest.top_errors.at(0).count, 10'001);
  EXPECT_FALSE(digest.coverage.errors_complete);
}

TEST_F(CollectorTest, MoreErrorsThanTheBudgetAreSampledAndTheirMinutesCounted) {
  for (int i = 0; i < 8'640; ++i) store.add("t1", at(0, 0, i * 10), "ERROR", "payment", "refused");
  auto asked = request();
  asked.error_lines = 2'000;
  const Digest digest = collect(std::move(asked));
  EXPECT_EQ(digest.errors(), 8'640);
  EXPECT_FALSE(digest.coverage.errors_complete);
  EXPECT_EQ(digest.coverage.lines_read, 2'000);
  std::int64_t in_hours = 0;
  for (const auto& hour : digest.hours) in_hours += hour.errors;
  EXPECT_EQ(in_hours, 8'640);
}

TEST_F(CollectorTest, EarlierDaysAreCountedWhenNothingIsRemembered) {
  for (const int ago : {28, 21, 14, 7, 1, 0})
    add_day("t1", at(0) - hours(24 * ago), ago == 1 ? 1000 : 2000);
  const Digest digest = collect(request());
  ASSERT_TRUE(digest.previous_day);
  EXPECT_EQ(digest.previous_day->lines, 1000);
  EXPECT_EQ(digest.previous_day->errors, 50);
  ASSERT_TRUE(digest.usual_weekday);
  EXPECT_EQ(digest.usual_weekday->periods, 4);
  EXPECT_EQ(digest.usual_weekday->lines, 2000);
}

TEST_F(CollectorTest, RememberedDaysAreNotCountedAgain) {
  add_day("t1", at(0), 1000);
  auto asked = request();
  asked.history.previous_day = Reference{.lines = 7, .errors = 3};
  const Digest digest = collect(std::move(asked));
  EXPECT_EQ(digest.previous_day->lines, 7);
  EXPECT_FALSE(digest.usual_weekday);
}

TEST_F(CollectorTest, ATopicThatCannotBeReadIsNamedAndTheOthersAreDigested) {
  add_day("t1", at(0), 1000);
  store.broken_topics.insert("t2");
  const Digest digest = collect(request({"t1", "t2"}));
  EXPECT_EQ(digest.lines(), 1000);
  EXPECT_THAT(digest.coverage.missing, ElementsAre("t2-name: no permission to read this topic"));
  EXPECT_FALSE(digest.previous_day);
}

TEST_F(CollectorTest, NothingReadableAtAllIsAFailure) {
  store.broken_topics.insert("t1");
  const auto collected = run(Collector(clock).collect(request()));
  ASSERT_FALSE(collected);
  EXPECT_EQ(collected.error().code, Errc::denied);
  EXPECT_FALSE(run(Collector(clock).collect(request({}))));
  auto absurd = request();
  absurd.period.to = TimePoint(Millis(std::numeric_limits<std::int64_t>::max()));
  EXPECT_EQ(run(Collector(clock).collect(absurd)).error().code, Errc::invalid_argument);
}

TEST_F(CollectorTest, AFailedSearchLeavesTheTotalsAndIsAdmitted) {
  add_day("t1", at(0), 10'000);
  store.fail_search = [](const logs::Search& search) {
    return !search.condition.starts_with("NOT");
  };
  const Digest digest = collect(request());
  EXPECT_EQ(digest.errors(), 500);
  EXPECT_THAT(digest.top_errors, IsEmpty());
  EXPECT_FALSE(digest.coverage.errors_complete);
  ASSERT_EQ(digest.coverage.missing.size(), 1U);
  EXPECT_THAT(digest.coverage.missing[0], HasSubstr("the search took too long"));
}

TEST_F(CollectorTest, AfterTheDeadlineNoSearchIsBegun) {
  add_day("t1", at(0), 10'000);
  auto asked = request();
  asked.deadline = Millis{0};
  const Digest digest = collect(std::move(asked));
  EXPECT_EQ(digest.lines(), 10'000);
  EXPECT_THAT(store.searches, IsEmpty());
  EXPECT_FALSE(digest.coverage.errors_complete);
  ASSERT_FALSE(digest.coverage.missing.empty());
}

TEST_F(CollectorTest, WithoutSqlTheTotalsComeFromHistograms) {
  add_day("t1", at(0), 10'000);
  store.refuse_sql = true;
  const Digest digest = collect(request());
  EXPECT_EQ(digest.lines(), 10'000);
  EXPECT_EQ(digest.errors(), 500);
  EXPECT_EQ(digest.top_errors.at(0).count, 500);
}

TEST_F(CollectorTest, ASqlThatSeesNothingIsNotBelieved) {
  add_day("t1", at(0), 10'000);
  store.sql_sees_nothing = true;
  const Digest digest = collect(request());
  EXPECT_EQ(digest.lines(), 10'000);
  EXPECT_EQ(digest.errors(), 500);
}

TEST_F(CollectorTest, MoreSpellingsOfErrorThanCanBeAskedForAreAdmitted) {
  for (int i = 0; i < 32; ++i) {
    std::string level = "error";
    for (int bit = 0; bit < 5; ++bit) {
      if ((i >> bit & 1) != 0) level[static_cast<std::size_t>(bit)] -= 32;
    }
    store.add("t1", at(0, i), level, "payment", "refused");
  }
  const Digest digest = collect(request());
  EXPECT_EQ(digest.errors(), 32);
  EXPECT_FALSE(digest.coverage.errors_complete);
}

TEST_F(CollectorTest, TopicsWithoutALevelAreReadWhole) {
  store.index.keys.clear();
  for (int i = 0; i < 12'000; ++i) {
    const bool bad = i % 100 == 0;
    store.add("t1", at(0, 0, i), "", "",
              bad ? "2026-11-21 02:00:00 ERROR payment - connection refused"
                  : "2026-11-21 02:00:00 INFO order - accepted");
  }
  const Digest digest = collect(request());
  EXPECT_EQ(digest.lines(), 12'000);
  EXPECT_TRUE(digest.coverage.complete());
  EXPECT_TRUE(digest.coverage.totals_exact);
  EXPECT_EQ(digest.errors(), 120);
}

TEST_F(CollectorTest, TooManyLinesWithoutALevelAreSampledAndSaidToBe) {
  store.index.keys.clear();
  for (int i = 0; i < 8'640; ++i) store.add("t1", at(0, 0, i * 10), "", "", "INFO order accepted");
  auto asked = request();
  asked.plain_lines = 2'000;
  const Digest digest = collect(std::move(asked));
  EXPECT_EQ(digest.lines(), 8'640);
  EXPECT_EQ(digest.coverage.lines_read, 2'000);
  EXPECT_FALSE(digest.coverage.totals_exact);
  EXPECT_FALSE(digest.coverage.errors_complete);
}

TEST_F(CollectorTest, DataThatStopsEarlyIsSaidToReachOnlySoFar) {
  for (int i = 0; i < 4 * 3600; ++i) store.add("t1", at(0, 0, i), "INFO", "order", "accepted");
  const Digest digest = collect(request());
  ASSERT_TRUE(digest.coverage.data_until);
  EXPECT_EQ(*digest.coverage.data_until, at(4));
}

TEST_F(CollectorTest, APeriodThatIsNotOverReachesToNow) {
  add_day("t1", at(0), 1000);
  clock.time = at(12);
  EXPECT_EQ(collect(request()).coverage.data_until, at(12));
}

TEST(TopicQuery, FindsLevelAndServiceByTheirUsualNames) {
  const struct {
    std::vector<std::string> names;
    const char *level, *service;
  } cases[] = {
      {{"service", "level"}, "level", "service"},
      {{"Severity", "__TAG__.container_name"}, "Severity", "__TAG__.container_name"},
      {{"msg", "app", "container"}, "", "app"},
  };
  for (const auto& c : cases) {
    logs::TopicFields fields;
    for (const auto& name : c.names)
      fields.keys.push_back({.name = name, .type = "text", .in_sql = true});
    const TopicKeys keys = find_keys(fields);
    EXPECT_EQ(keys.level ? keys.level->name : "", c.level);
    EXPECT_EQ(keys.service ? keys.service->name : "", c.service);
  }
}

TEST(TopicQuery, OddNamesAreQuotedInSql) {
  const TopicKeys keys{
      .level = logs::TopicFields::Key{.name = "level", .type = "text", .in_sql = true},
      .service = logs::TopicFields::Key{.name = "__TAG__.app", .type = "text", .in_sql = true}};
  EXPECT_EQ(totals_sql(keys),
            "select level, \"__TAG__.app\", count(*) as n group by level, \"__TAG__.app\" order by "
            "n desc limit 10000");
}

TEST(Slices, EvenPiecesCoverTheRange) {
  const logs::TimeRange range{.from = at(0), .to = at(0) + Millis(10)};
  const auto pieces = cut_evenly(range, 3);
  ASSERT_EQ(pieces.size(), 3U);
  EXPECT_EQ(pieces.front().from, range.from);
  EXPECT_EQ(pieces[0].to, pieces[1].from);
  EXPECT_EQ(pieces.back().to, range.to);
  EXPECT_EQ(cut_evenly(range, 1000).size(), 10U);
}

TEST(Slices, PiecesByLinesLeaveOutWhatIsEmptyAndCutWhatIsFull) {
  logs::Histogram histogram{.interval = hours(1)};
  for (int hour = 0; hour < 24; ++hour) {
    histogram.buckets.push_back({.begin = at(hour),
                                 .count = hour == 2  ? 9'500
                                          : hour < 6 ? 1'000
                                                     : 0});
  }
  const auto pieces = cut_by_lines({.from = at(0), .to = at(24)}, histogram, 5'000);
  EXPECT_THAT(pieces,
              ElementsAre(logs::TimeRange{at(0), at(2)}, logs::TimeRange{at(2), at(2, 30)},
                          logs::TimeRange{at(2, 30), at(3)}, logs::TimeRange{at(3), at(24)}));
}

TEST(Slices, ThereAreNeverMoreBucketsThanTheServiceAllows) {
  for (const Millis length :
       {Millis(1), Millis(60'000), Millis(86'400'000), Millis(std::int64_t{86'400'000} * 400)}) {
    const logs::TimeRange range{.from = at(0), .to = at(0) + length};
    EXPECT_LE(length / bucket_width(range, 200, Millis(1)), 200);
  }
}

}  // namespace
}  // namespace mtc::digest
