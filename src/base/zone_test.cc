#include "base/zone.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace mtc {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint kNoon = std::chrono::sys_days(2026y / 11 / 22) + 12h;

TEST(Zone, TellsCivilTimeInShanghai) {
  const CivilTime c = Zone::shanghai().civil(kNoon);
  EXPECT_EQ(c.hour, 20);
  EXPECT_EQ(c.weekday, 0U);
  EXPECT_EQ(format_civil(kNoon + 5h, Zone::shanghai()), "2026-11-23 01:00:00");
}

TEST(Zone, DaysBeginAtTheZonesMidnight) {
  const auto berlin = Zone::find("Europe/Berlin");
  ASSERT_TRUE(berlin);
  EXPECT_EQ(berlin->at(2026y / 7 / 1), TimePoint(std::chrono::sys_days(2026y / 6 / 30) + 22h));
  // 2026-03-29 02:30 does not exist there; the next moment that does is 03:00 summer time.
  EXPECT_EQ(berlin->at(2026y / 3 / 29, 2h + 30min),
            TimePoint(std::chrono::sys_days(2026y / 3 / 29) + 1h));
}

TEST(Zone, AnUnknownNameIsRefusedWithAnExample) {
  const auto zone = Zone::find("Mars/Olympus");
  ASSERT_FALSE(zone);
  EXPECT_EQ(zone.error().message,
            "unknown time zone \"Mars/Olympus\"; use an IANA name such as Asia/Shanghai");
}

TEST(Zone, ComplaintsQuoteLittleAndOnlyWholeCharacters) {
  const std::string text = std::string(39, 'a') + "日志" + std::string(5000, 'x') + "\xff";
  for (const auto& message : {Zone::find(text).error().message, parse_day(text).error().message,
                              parse_time_of_day(text).error().message}) {
    EXPECT_TRUE(is_valid_utf8(message)) << message;
    EXPECT_LT(message.size(), 200U);
  }
}

TEST(Days, OnlyRealDatesParse) {
  EXPECT_EQ(format_day(*parse_day("2028-02-29")), "2028-02-29");
  for (const auto* bad :
       {"2026-02-29", "2026-13-01", "26-01-01", "2026/01/01", "2026-1-01", "-026-01-01", ""}) {
    EXPECT_FALSE(parse_day(bad)) << bad;
  }
}

TEST(TimeOfDay, AcceptsMidnightAsAnEnd) {
  EXPECT_EQ(*parse_time_of_day("24:00"), 1440min);
  EXPECT_EQ(*parse_time_of_day("6:05"), 365min);
  for (const auto* bad : {"24:01", "12:60", "noon", "12", "1:2", ":30", ""}) {
    EXPECT_FALSE(parse_time_of_day(bad)) << bad;
  }
}

}  // namespace
}  // namespace mtc
