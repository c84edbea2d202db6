#include "domain/broadcast/schedule.h"

#include <gtest/gtest.h>

namespace mtc::broadcast {
namespace {

using namespace std::chrono_literals;

TimePoint shanghai(Day day, Millis time) {
  return Zone::shanghai().at(day, time);
}

TEST(DayDue, IsTheLocalDayInsideTheWindow) {
  identity::User user;  // 06:00 to 10:00, Asia/Shanghai
  const Day day = 2026y / 11 / 22;
  const struct {
    const char* name;
    Millis time;
    bool due;
  } cases[] = {{"just before", 5h + 59min + 59s, false},
               {"first moment", 6h, true},
               {"last moment", 9h + 59min + 59s + 999ms, true},
               {"just after", 10h, false}};
  for (const auto& c : cases) {
    EXPECT_EQ(day_due(user, shanghai(day, c.time)), c.due ? std::optional(day) : std::nullopt)
        << c.name;
  }
}

TEST(DayDue, AWindowPastMidnightBelongsToTheDayItBegan) {
  identity::User user;
  user.window_start = 22h;
  user.window_end = 2h;
  EXPECT_EQ(day_due(user, shanghai(2026y / 11 / 22, 23h)), 2026y / 11 / 22);
  EXPECT_EQ(day_due(user, shanghai(2026y / 11 / 23, 1h)), 2026y / 11 / 22);
  EXPECT_EQ(day_due(user, shanghai(2026y / 11 / 23, 2h)), std::nullopt);
}

TEST(DayDue, FollowsTheUsersZone) {
  identity::User user;
  user.zone = "America/New_York";
  const TimePoint seven_there = std::chrono::sys_days(2026y / 11 / 22) + 12h;  // EST is UTC-5
  EXPECT_EQ(day_due(user, seven_there), 2026y / 11 / 22);
  EXPECT_EQ(day_due(user, seven_there + 4h), std::nullopt);
}

TEST(DayToPrepare, BeginsBeforeTheWindowAndEndsWithIt) {
  identity::User user;
  const Day day = 2026y / 11 / 22;
  EXPECT_EQ(day_to_prepare(user, {}, shanghai(day, 4h + 59min)), std::nullopt);
  EXPECT_EQ(day_to_prepare(user, {}, shanghai(day, 5h)), day);
  EXPECT_EQ(day_to_prepare(user, {}, shanghai(day, 9h)), day);
  EXPECT_EQ(day_to_prepare(user, {}, shanghai(day, 10h)), std::nullopt);
}

TEST(LatestClosedDay, IsYesterdayUntilTheNightIsOver) {
  EXPECT_EQ(latest_closed_day({}, {}, shanghai(2026y / 11 / 22, 4h)), 2026y / 11 / 21);
  EXPECT_EQ(latest_closed_day({}, {}, shanghai(2026y / 11 / 22, 5h)), 2026y / 11 / 22);
}

TEST(PeriodOf, HoldsTheNightBeforeTheMorning) {
  const auto period = period_of(2026y / 11 / 22, {}, {});
  EXPECT_EQ(format_civil(period.from, Zone::shanghai()), "2026-11-21 05:00:00");
  EXPECT_EQ(format_civil(period.to, Zone::shanghai()), "2026-11-22 05:00:00");
}

TEST(PeriodOf, IsAnHourShorterWhenTheClocksGoForward) {
  identity::User user;
  user.zone = "Europe/Berlin";
  EXPECT_EQ(period_of(2026y / 3 / 29, user, {}).length(), 23h);
}

}  // namespace
}  // namespace mtc::broadcast
