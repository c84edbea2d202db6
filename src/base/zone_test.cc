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

TEST(Iso, IsReadInTheFormsThatCloudsWrite) {
  const TimePoint five{1795323600000ms};  // 2026-11-22T05:00Z
  const struct {
    const char* text;
    std::optional<TimePoint> time;
  } cases[] = {
      {"2026-11-22T05:00:00.000Z", five},
      {"2026-11-22T05:00:00Z", five},
      {"2026-11-22T13:00:00+08:00", five},
      {"2026-11-22T00:30:00-04:30", five},
      {"2026-11-22T05:00:00.5Z", five + 500ms},
      {"2026-11-22T05:00:00.123456Z", five + 123ms},
      {"2026-11-22T05:00:00", std::nullopt},
      {"2026-11-22 05:00:00Z", std::nullopt},
      {"2026-02-30T05:00:00Z", std::nullopt},
      {"2026-11-22T24:00:00Z", std::nullopt},
      {"2026-11-22T05:00:00.Z", std::nullopt},
      {"2026-11-22T05:00:00+8:00", std::nullopt},
      {"", std::nullopt},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    const auto time = parse_iso(c.text);
    EXPECT_EQ(time ? std::optional(*time) : std::nullopt, c.time);
  }
}

}  // namespace
}  // namespace mtc
