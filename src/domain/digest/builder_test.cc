#include "domain/digest/builder.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/digest/spikes.h"

namespace mtc::digest {
namespace {

using namespace std::chrono;
using logs::Level;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr year_month_day kDay = 2026y / November / 21;
TimePoint at(int hour, int minute, int second = 0) {
  return Zone::shanghai().at(kDay, hours(hour) + minutes(minute) + seconds(second));
}
logs::TimeRange whole_day() {
  return {.from = at(0, 0), .to = at(24, 0)};
}

void add(DigestBuilder& builder, TimePoint time, Level level, std::string_view service,
         std::string_view message) {
  builder.add({.time = time, .level = level, .service = service, .message = message});
}

// A day of a quiet shop: one line a second spread over three services, one gateway error a minute.
void add_ordinary_day(DigestBuilder& builder) {
  for (int second = 0; second < 24 * 3600; second += 10) {
    const std::string message =
        fmt::format("order {} accepted in {} ms", second * 7919, second % 97);
    add(builder, at(0, 0, second), Level::info, second % 3 == 0 ? "order" : "payment", message);
    if (second % 60 == 0) {
      add(builder, at(0, 0, second), Level::error, "gateway",
          fmt::format("upstream 10.0.0.{} timed out", second % 250));
    }
  }
}

TEST(DigestBuilder, CountsLevelsAndServices) {
  DigestBuilder builder({.scope = "shop", .period = whole_day()});
  add(builder, at(1, 0), Level::info, "order", "started");
  add(builder, at(1, 1), Level::error, "payment", "connection refused");
  add(builder, at(1, 2), Level::fatal, "payment", "out of memory");
  add(builder, at(1, 3), Level::warn, "order", "slow query");
  const Digest digest = builder.finish();
  EXPECT_EQ(digest.lines(), 4);
  EXPECT_EQ(digest.errors(), 2);
  EXPECT_EQ(digest.warnings(), 1);
  ASSERT_EQ(digest.services.size(), 2U);
  EXPECT_EQ(digest.services[0].service, "payment");
  EXPECT_EQ(digest.services[0].errors, 2);
  EXPECT_EQ(digest.services[1].warnings, 1);
  EXPECT_TRUE(digest.coverage.complete());
  EXPECT_EQ(digest.period, whole_day());
}

TEST(DigestBuilder, ErrorTemplatesCarryCountTimesAndOneExample) {
  DigestBuilder builder({.period = whole_day()});
  for (int i = 0; i < 5; ++i) {
    const std::string message = fmt::format("connection to 10.0.0.{} refused", i);
    add(builder, at(3, i), Level::error, "payment", message);
  }
  add(builder, at(3, 30), Level::info, "payment", "all good");
  const Digest digest = builder.finish();
  ASSERT_EQ(digest.top_errors.size(), 1U);
  const auto& top = digest.top_errors[0];
  EXPECT_EQ(top.count, 5);
  EXPECT_EQ(top.first, at(3, 0));
  EXPECT_EQ(top.last, at(3, 4));
  EXPECT_EQ(top.example, "connection to 10.0.0.0 refused");
  EXPECT_THAT(top.text, HasSubstr("<*>"));
  EXPECT_EQ(top.id, template_id("payment", top.text));
  ASSERT_EQ(digest.frequent.size(), 1U);
  EXPECT_EQ(digest.frequent[0].text, "all good");
}

TEST(DigestBuilder, ASurgeOfOneServiceIsASpikeWithItsOwnFigures) {
  DigestBuilder builder({.period = whole_day()});
  add_ordinary_day(builder);
  for (int minute = 8; minute < 14; ++minute) {
    for (int i = 0; i < 40 + (minute == 10 ? 20 : 0); ++i) {
      add(builder, at(2, minute, i), Level::error, "payment", "connect to database timed out");
    }
  }
  const Digest digest = builder.finish();
  ASSERT_EQ(digest.spikes.size(), 1U);
  const auto& spike = digest.spikes[0];
  EXPECT_EQ(spike.minute, at(2, 10));
  EXPECT_EQ(spike.from, at(2, 8));
  EXPECT_EQ(spike.to, at(2, 14));
  EXPECT_EQ(spike.service, "payment");
  EXPECT_TRUE(spike.of_service);
  EXPECT_EQ(spike.count, 60);
  EXPECT_EQ(spike.total, 260);
  EXPECT_EQ(spike.template_id, template_id("payment", "connect to database timed out"));
  EXPECT_THAT(digest.questions, IsEmpty());
}

TEST(DigestBuilder, ASmallServiceDoesNotDrownInTheErrorsOfALargeOne) {
  DigestBuilder builder({.period = whole_day()});
  for (int minute = 0; minute < 1440; ++minute) {
    for (int i = 0; i < 20 + minute % 7; ++i) {
      add(builder, at(0, minute), Level::error, "gateway", "upstream timed out");
    }
  }
  for (int i = 0; i < 25; ++i) {
    add(builder, at(4, 30, i), Level::error, "ledger", "balance does not add up");
  }
  const Digest digest = builder.finish();
  ASSERT_EQ(digest.spikes.size(), 1U);
  EXPECT_EQ(digest.spikes[0].service, "ledger");
  EXPECT_TRUE(digest.spikes[0].of_service);
  EXPECT_EQ(digest.spikes[0].count, 25);
}

TEST(DigestBuilder, AnOrdinaryDayHasNoSpike) {
  DigestBuilder builder({.period = whole_day()});
  add_ordinary_day(builder);
  EXPECT_THAT(builder.finish().spikes, IsEmpty());
}

TEST(DigestBuilder, OnlyTemplatesNeverSeenBeforeAreNew) {
  History history;
  history.known_templates = {
      {.id = template_id("payment", "connection to <*> refused"),
       .service = "payment",
       .text = "connection to <*> refused"},
      {.id = template_id("order", "started"), .service = "order", .text = "started"}};
  DigestBuilder builder({.period = whole_day(), .history = history});
  // Read on its own this is a template without a variable part; it is kin of the known one.
  add(builder, at(1, 0), Level::error, "payment", "connection to ledger refused");
  add(builder, at(1, 0), Level::info, "order", "started");
  add(builder, at(1, 0), Level::info, "order", "cache warmed");
  add(builder, at(2, 0), Level::error, "payment", "certificate has expired");
  const Digest digest = builder.finish();
  EXPECT_TRUE(digest.has_history);
  EXPECT_THAT(digest.new_templates,
              ElementsAre(Field(&TemplateTotal::text, "certificate has expired"),
                          Field(&TemplateTotal::text, "cache warmed")));
  ASSERT_EQ(digest.questions.size(), 1U);
  EXPECT_EQ(digest.questions[0].kind, OpenQuestion::Kind::new_error);
}

TEST(DigestBuilder, WithoutHistoryNothingIsCalledNew) {
  DigestBuilder builder({.period = whole_day()});
  add(builder, at(2, 0), Level::error, "payment", "certificate has expired");
  const Digest digest = builder.finish();
  EXPECT_FALSE(digest.has_history);
  EXPECT_THAT(digest.new_templates, IsEmpty());
  EXPECT_THAT(digest.questions, IsEmpty());
}

TEST(DigestBuilder, WhatItRemembersMakesTheNextDayFamiliar) {
  DigestBuilder first({.period = whole_day()});
  add(first, at(2, 0), Level::error, "payment", "certificate has expired");
  (void)first.finish();
  const Remembered remembered = first.remembered();
  EXPECT_EQ(remembered.totals.day, kDay);
  EXPECT_EQ(remembered.totals.errors, 1);
  DigestBuilder second(
      {.period = whole_day(), .history = {.known_templates = remembered.templates}});
  add(second, at(2, 0), Level::error, "payment", "certificate has expired");
  EXPECT_THAT(second.finish().new_templates, IsEmpty());
}

TEST(DigestBuilder, ErrorsThatGoOnAtTheEndAreAnOpenQuestion) {
  DigestBuilder builder({.period = whole_day()});
  add_ordinary_day(builder);
  for (int minute = 50; minute < 60; ++minute) {
    for (int i = 0; i < 50; ++i) {
      add(builder, at(23, minute, i), Level::error, "payment", "disk full");
    }
  }
  const Digest digest = builder.finish();
  ASSERT_EQ(digest.questions.size(), 1U);
  EXPECT_EQ(digest.questions[0].kind, OpenQuestion::Kind::still_failing);
  EXPECT_EQ(digest.questions[0].service, "payment");
}

TEST(DigestBuilder, SilenceAndVolumeAreAskedAboutOnlyWhenAllWasRead) {
  History history;
  history.usual_services = {{.service = "ledger", .lines = 5000}, {.service = "order", .lines = 2}};
  history.previous_day = Reference{.lines = 100'000};
  for (const bool missing : {false, true}) {
    DigestBuilder builder({.period = whole_day(), .history = history});
    for (int i = 0; i < 2000; ++i) add(builder, at(1, 0, i), Level::info, "payment", "paid");
    if (missing) builder.note_missing("ap-shanghai: timed out");
    std::vector<OpenQuestion::Kind> kinds;
    for (const auto& question : builder.finish().questions) kinds.push_back(question.kind);
    if (missing) {
      EXPECT_THAT(kinds, ElementsAre(OpenQuestion::Kind::incomplete_data));
    } else {
      EXPECT_THAT(kinds, ElementsAre(OpenQuestion::Kind::silent_service,
                                     OpenQuestion::Kind::volume_change));
    }
  }
}

TEST(DigestBuilder, TotalsFromTheLogServiceCountLinesThatWereNotRead) {
  DigestBuilder builder({.period = whole_day()});
  builder.add_totals("payment", Level::info, 1'000'000);
  builder.add_totals("payment", Level::error, 2);
  for (int i = 0; i < 2; ++i) {
    builder.add_uncounted(
        {.time = at(1, i), .level = Level::error, .service = "payment", .message = "refused"});
  }
  const Digest digest = builder.finish();
  EXPECT_EQ(digest.lines(), 1'000'002);
  EXPECT_EQ(digest.errors(), 2);
  EXPECT_EQ(digest.coverage.lines_read, 2);
  EXPECT_FALSE(digest.coverage.complete());
  EXPECT_TRUE(digest.coverage.totals_exact);
  ASSERT_EQ(digest.top_errors.size(), 1U);
  EXPECT_EQ(digest.top_errors[0].count, 2);
}

TEST(DigestBuilder, MinutesCountedElsewhereDecideTheCourse) {
  DigestBuilder builder({.period = whole_day()});
  builder.note_errors_incomplete();
  for (int minute = 0; minute < 1440; ++minute) {
    builder.add_minute_errors(at(0, minute), minute == 128 ? 900 : 3);
  }
  builder.add_uncounted(
      {.time = at(2, 8), .level = Level::error, .service = "payment", .message = "refused"});
  const Digest digest = builder.finish();
  ASSERT_EQ(digest.spikes.size(), 1U);
  EXPECT_EQ(digest.spikes[0].minute, at(2, 8));
  EXPECT_EQ(digest.spikes[0].count, 900);
  EXPECT_FALSE(digest.spikes[0].of_service);
  EXPECT_FALSE(digest.coverage.errors_complete);
}

TEST(DigestBuilder, HoursCoverTheWholePeriodOfTheUsersClock) {
  DigestBuilder builder({.period = whole_day()});
  add(builder, at(2, 59), Level::error, "payment", "refused");
  add(builder, at(3, 0), Level::error, "payment", "refused");
  const Digest digest = builder.finish();
  ASSERT_EQ(digest.hours.size(), 24U);
  EXPECT_EQ(digest.hours_each, 1);
  EXPECT_EQ(digest.hours[0].begin, at(0, 0));
  EXPECT_EQ(digest.hours[2].errors, 1);
  EXPECT_EQ(digest.hours[3].errors, 1);
}

TEST(DigestBuilder, LinesWithoutTimeAreCountedAllTheSame) {
  DigestBuilder builder({});
  add(builder, TimePoint{}, Level::error, "", "no time at all");
  const Digest digest = builder.finish();
  EXPECT_EQ(digest.errors(), 1);
  EXPECT_EQ(digest.top_errors.at(0).count, 1);
  EXPECT_THAT(digest.hours, IsEmpty());
  EXPECT_THAT(digest.spikes, IsEmpty());
}

TEST(DigestBuilder, LinesOutOfOrderAndOverYearsStayInBoundedPieces) {
  DigestBuilder builder({});
  const TimePoint begin = Zone::utc().at(2005y / June / 3);
  for (int i = 0; i < 30'000; ++i) {
    const TimePoint time = begin + hours((i * 7919LL) % 30'000);
    add(builder, time, i % 2 == 0 ? Level::error : Level::info, "R02-M1", "ciod error on node");
  }
  add(builder, TimePoint(Millis(std::numeric_limits<std::int64_t>::max())), Level::error, "x",
      "far");
  add(builder, TimePoint(Millis(std::numeric_limits<std::int64_t>::min())), Level::error, "x",
      "far");
  const Digest digest = builder.finish();
  EXPECT_EQ(digest.errors(), 15'002);
  EXPECT_LE(digest.hours.size(), 96U);
}

TEST(DigestBuilder, AYearIsShownInPiecesThatFitOnePicture) {
  DigestBuilder builder({});
  const TimePoint begin = Zone::utc().at(2005y / June / 3);
  for (int day = 0; day < 210; ++day) {
    add(builder, begin + days(day), Level::error, "R02-M1", "ciod error on node");
  }
  const Digest digest = builder.finish();
  EXPECT_EQ(digest.hours_each, 24 * 7);
  std::int64_t errors = 0;
  for (const auto& hour : digest.hours) errors += hour.errors;
  EXPECT_EQ(errors, 210);
}

TEST(DigestBuilder, MoreServicesThanItKeepsAreCountedTogether) {
  DigestBuilder builder({.max_services = 3});
  for (int i = 0; i < 100; ++i) add(builder, at(1, 0), Level::info, fmt::format("s{}", i), "hello");
  const Digest digest = builder.finish();
  EXPECT_EQ(digest.services.size(), 4U);
  EXPECT_THAT(digest.services,
              Contains(Field(&ServiceTotal::service, std::string(kOtherServices))));
  EXPECT_EQ(digest.lines(), 100);
}

TEST(DigestBuilder, BrokenTextFromOutsideBecomesValid) {
  DigestBuilder builder({.period = whole_day()});
  add(builder, at(1, 0), Level::error, "pay\xff",
      std::string("bad \xc3\x28 bytes ") + std::string(5000, 'x'));
  const Digest digest = builder.finish();
  ASSERT_EQ(digest.top_errors.size(), 1U);
  EXPECT_LE(digest.top_errors[0].example.size(), 500U);
  EXPECT_NO_THROW((void)to_json(digest).dump());
}

TEST(Spikes, ASteadyNoiseHasNone) {
  std::vector<Timeline::Point> points;
  points.reserve(600);
  for (int i = 0; i < 600; ++i) points.push_back({.begin = at(0, i), .count = 40 + (i * 37) % 21});
  EXPECT_THAT(find_spikes(points, minutes(1)), IsEmpty());
}

TEST(Spikes, MinutesWithoutLinesCountAsQuiet) {
  // Thirty noisy minutes in a day of which nothing else was written.
  std::vector<Timeline::Point> points;
  points.push_back({.begin = at(0, 0), .count = 1});
  for (int i = 0; i < 30; ++i) points.push_back({.begin = at(4, i), .count = 50});
  points.push_back({.begin = at(8, 0), .count = 1});
  const auto runs = find_spikes(points, minutes(1));
  ASSERT_EQ(runs.size(), 1U);
  EXPECT_EQ(runs[0].to - runs[0].from, minutes(30));
  EXPECT_EQ(runs[0].total, 1500);
}

TEST(Spikes, AShortLullDoesNotSplitARun) {
  std::vector<Timeline::Point> points;
  points.reserve(300);
  for (int i = 0; i < 300; ++i) {
    const bool raised = i >= 100 && i < 110 && i != 104;
    points.push_back({.begin = at(0, i), .count = raised ? 80 : 1});
  }
  EXPECT_EQ(find_spikes(points, minutes(1)).size(), 1U);
}

TEST(Timeline, CoarseningKeepsEveryError) {
  Timeline timeline({.buckets = 50, .cells = 100});
  for (int i = 0; i < 1000; ++i) timeline.add_error(at(0, i), static_cast<std::uint32_t>(i % 5));
  EXPECT_GT(timeline.width(), minutes(1));
  std::int64_t errors = 0;
  for (const auto& point : timeline.errors()) errors += point.count;
  EXPECT_EQ(errors, 1000);
  std::int64_t in_cells = 0;
  timeline.each_cell([&](TimePoint, std::uint32_t, std::uint32_t count) { in_cells += count; });
  EXPECT_EQ(in_cells, 1000);
}

}  // namespace
}  // namespace mtc::digest
