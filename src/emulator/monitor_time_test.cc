#include "emulator/monitor_time.h"

#include <gtest/gtest.h>

#include "base/zone.h"
#include "emulator/emulator_test_world.h"

namespace mtc::emulator {
namespace {

std::string next(const Json& monitor_time, std::int64_t seconds = 0) {
  const auto time = next_run(monitor_time, TimePoint(Millis(kTestTime + seconds * 1000)));
  return time ? format_civil(*time, Zone::shanghai()) : "never";
}

TEST(MonitorTime, IsDueAsItSays) {  // kTestTime: Thursday 2026-01-01 08:00
  EXPECT_EQ(next({{"Type", "Period"}, {"Time", 1}}), "2026-01-01 08:01:00");
  EXPECT_EQ(next({{"Type", "Period"}, {"Time", 15}}, 61), "2026-01-01 08:15:00");
  EXPECT_EQ(next({{"Type", "Period"}, {"Time", 1440}}), "2026-01-02 00:00:00");
  EXPECT_EQ(next({{"Type", "Fixed"}, {"Time", 600}}), "2026-01-01 10:00:00");
  EXPECT_EQ(next({{"Type", "Fixed"}, {"Time", 480}}), "2026-01-02 08:00:00");
  const auto cron = [](const char* text) {
    return next({{"Type", "Cron"}, {"CronExpression", text}});
  };
  EXPECT_EQ(cron("*/5 * * * *"), "2026-01-01 08:05:00");
  EXPECT_EQ(cron("30 2 * * *"), "2026-01-02 02:30:00");
  EXPECT_EQ(cron("0 9 * * 1-5"), "2026-01-01 09:00:00");
  EXPECT_EQ(cron("0 9 * * 7"), "2026-01-04 09:00:00");
  EXPECT_EQ(cron("0 0 1 3 *"), "2026-03-01 00:00:00");
  EXPECT_EQ(cron("0,10 8,20 * * *"), "2026-01-01 08:10:00");
  EXPECT_EQ(cron("0 0 30 2 *"), "never");
}

TEST(MonitorTime, RefusesWhatCannotBe) {
  EXPECT_TRUE(check_monitor_time({{"Type", "Period"}, {"Time", 1440}}));
  EXPECT_FALSE(check_monitor_time({{"Type", "Period"}, {"Time", 0}}));
  EXPECT_FALSE(check_monitor_time({{"Type", "Sometimes"}, {"Time", 1}}));
  for (const auto* bad : {"", "* * * *", "* * * * * *", "60 * * * *", "5-1 * * * *", "a * * * *",
                          "*/0 * * * *", "1-59/2147483647 * * * *", "1,, * * * *", "* * 0 * *"})
    EXPECT_FALSE(check_monitor_time({{"Type", "Cron"}, {"CronExpression", bad}})) << bad;
}

}  // namespace
}  // namespace mtc::emulator
