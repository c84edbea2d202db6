#include "domain/logs/time_range.h"

#include <gtest/gtest.h>

namespace mtc::logs {
namespace {

using namespace std::chrono_literals;

// A Sunday, 22 November 2026, 15:30 in Shanghai.
const TimePoint afternoon = Zone::shanghai().at(2026y / 11 / 22, 15h + 30min);

std::string shown(std::string_view text) {
  const auto range = parse_time_range(text, afternoon, Zone::shanghai());
  if (!range) return range.error().message;
  return format_civil(range->from, Zone::shanghai()).substr(0, 16) + " to " +
         format_civil(range->to, Zone::shanghai()).substr(0, 16);
}

TEST(TimeRange, UnderstandsWhatPeopleSay) {
  const struct {
    const char *text, *range;
  } cases[] = {
      {"last_30m", "2026-11-22 15:00 to 2026-11-22 15:30"},
      {"last 2 hours", "2026-11-22 13:30 to 2026-11-22 15:30"},
      {"past an hour", "2026-11-22 14:30 to 2026-11-22 15:30"},
      {"30m", "2026-11-22 15:00 to 2026-11-22 15:30"},
      {"最近一小时", "2026-11-22 14:30 to 2026-11-22 15:30"},
      {"近二十分钟", "2026-11-22 15:10 to 2026-11-22 15:30"},
      {"过去三天", "2026-11-19 15:30 to 2026-11-22 15:30"},
      {"半小时", "2026-11-22 15:00 to 2026-11-22 15:30"},
      {"一刻钟", "2026-11-22 15:15 to 2026-11-22 15:30"},
      {"最近两个小时", "2026-11-22 13:30 to 2026-11-22 15:30"},
      {"last_7d", "2026-11-15 15:30 to 2026-11-22 15:30"},
      {"today", "2026-11-22 00:00 to 2026-11-22 15:30"},
      {"昨天", "2026-11-21 00:00 to 2026-11-22 00:00"},
      {"前天", "2026-11-20 00:00 to 2026-11-21 00:00"},
      {"昨晚", "2026-11-21 18:00 to 2026-11-22 06:00"},
      {"last night", "2026-11-21 18:00 to 2026-11-22 06:00"},
      {"yesterday_evening", "2026-11-21 18:00 to 2026-11-22 00:00"},
      {"昨天下午", "2026-11-21 12:00 to 2026-11-21 18:00"},
      {"今早", "2026-11-22 06:00 to 2026-11-22 12:00"},
      {"today 13:00-14:00", "2026-11-22 13:00 to 2026-11-22 14:00"},
      {"today 13:00 - 14:00", "2026-11-22 13:00 to 2026-11-22 14:00"},
      {"today 13:00 to 14:00", "2026-11-22 13:00 to 2026-11-22 14:00"},
      {"昨天 13:00到14:00", "2026-11-21 13:00 to 2026-11-21 14:00"},
      {"今天13:00至现在", "2026-11-22 13:00 to 2026-11-22 15:30"},
      {"today 13:00-now", "2026-11-22 13:00 to 2026-11-22 15:30"},
      {"yesterday 23:00-01:00", "2026-11-21 23:00 to 2026-11-22 01:00"},
      {"monday", "2026-11-16 00:00 to 2026-11-17 00:00"},
      {"周一", "2026-11-16 00:00 to 2026-11-17 00:00"},
      {"上周五", "2026-11-13 00:00 to 2026-11-14 00:00"},
      {"last_friday", "2026-11-13 00:00 to 2026-11-14 00:00"},
      {"11-11", "2026-11-11 00:00 to 2026-11-12 00:00"},
      {"12-31", "2025-12-31 00:00 to 2026-01-01 00:00"},
      {"十一月十一号", "2026-11-11 00:00 to 2026-11-12 00:00"},
      {"2026-11-20", "2026-11-20 00:00 to 2026-11-21 00:00"},
      {"2026-11-20 02:00-03:30", "2026-11-20 02:00 to 2026-11-20 03:30"},
      {"this_week", "2026-11-16 00:00 to 2026-11-22 15:30"},
      {"上周", "2026-11-09 00:00 to 2026-11-16 00:00"},
      {"上个礼拜", "2026-11-09 00:00 to 2026-11-16 00:00"},
      {"昨儿个", "2026-11-21 00:00 to 2026-11-22 00:00"},
      {"半年以内", "2026-05-26 15:30 to 2026-11-22 15:30"},
      {"last_weekend", "2026-11-14 00:00 to 2026-11-16 00:00"},
      {"last_month", "2026-10-01 00:00 to 2026-11-01 00:00"},
      {"this_quarter", "2026-10-01 00:00 to 2026-11-22 15:30"},
      {"last_quarter", "2026-07-01 00:00 to 2026-10-01 00:00"},
      {"2026-11-22T02:00:00Z..2026-11-22T03:00:00Z", "2026-11-22 10:00 to 2026-11-22 11:00"},
      {"2026-11-22 02:00:00 - 2026-11-22 03:00:00", "2026-11-22 02:00 to 2026-11-22 03:00"},
      {"2026-11-22T02:00:00.5+09:00/2026-11-22T03:00", "2026-11-22 01:00 to 2026-11-22 03:00"},
  };
  for (const auto& c : cases) EXPECT_EQ(shown(c.text), c.range) << c.text;
}

TEST(TimeRange, PartsOfADayAreOfTheClockAlsoWhenItIsMoved) {
  const Zone berlin = *Zone::find("Europe/Berlin");  // 29 March 2026, 02:00 → 03:00
  const TimePoint now = berlin.at(2026y / 3 / 29, 12h);
  const auto night = parse_time_range("last_night", now, berlin);
  ASSERT_TRUE(night);
  EXPECT_EQ(format_civil(night->from, berlin), "2026-03-28 18:00:00");
  EXPECT_EQ(format_civil(night->to, berlin), "2026-03-29 06:00:00");
}

TEST(TimeRange, RefusesWhatMakesNoSense) {
  for (const auto* bad :
       {"", "soon", "last_0m", "last_99999d", "yesterday 25:00-26:00", "2026-13-01", "last_500d",
        "2030-01-01", "2026-11-22T05:00..2026-11-22T04:00", "today 23:00-23:30",
        "1970-01-01..now"}) {
    EXPECT_FALSE(parse_time_range(bad, afternoon, Zone::shanghai())) << bad;
  }
  EXPECT_EQ(shown("2030-01-01"), "\"2030-01-01\" lies in the future");
}

}  // namespace
}  // namespace mtc::logs
