#include "services/devops/moment_ahead.h"

#include <gtest/gtest.h>

namespace mtc::services {
namespace {

using namespace std::chrono_literals;

// A Monday, three in the afternoon.
const Zone& zone() {
  return Zone::shanghai();
}
TimePoint at(int day, Millis time) {
  return zone().at(2026y / 11 / day, time);
}

TEST(MomentAhead, UnderstandsWhatPeopleSay) {
  const struct {
    const char* said;
    TimePoint moment;
  } cases[] = {
      {"16:30", at(23, 16h + 30min)},
      {"9:00", at(24, 9h)},
      {"下午五点", at(23, 17h)},
      {"五点半", at(24, 5h + 30min)},
      {"明天", at(24, 9h)},
      {"明天早上九点", at(24, 9h)},
      {"明天下午三点二十", at(24, 15h + 20min)},
      {"明早八点", at(24, 8h)},
      {"今晚十点", at(23, 22h)},
      {"周三", at(25, 9h)},
      {"下周一", at(30, 9h)},
      {"tomorrow at 10:00", at(24, 10h)},
      {"tonight", at(23, 20h)},
      {"friday 5pm", at(27, 17h)},
      {"2026-11-25T09:00", at(25, 9h)},
  };
  for (const auto& c : cases) {
    const auto moment = parse_moment_ahead(c.said, at(23, 15h), zone(), Language::zh);
    ASSERT_TRUE(moment) << c.said << ": " << moment.error().message;
    EXPECT_EQ(format_civil(*moment, zone()), format_civil(c.moment, zone())) << c.said;
  }
}

TEST(MomentAhead, SaysWhatItDoesNotUnderstand) {
  for (const char* said : {"", "猴年马月", "25:00", "明天二十六点"}) {
    const auto moment = parse_moment_ahead(said, at(23, 15h), zone(), Language::en);
    ASSERT_FALSE(moment) << said;
    EXPECT_EQ(moment.error().code, Errc::invalid_argument);
  }
}

TEST(Duration, UnderstandsWhatPeopleSay) {
  const struct {
    const char* said;
    Millis length;
  } cases[] = {{"2h", 2h},    {"30m", 30min},  {"两小时", 2h},    {"半小时", 30min},
               {"一天", 24h}, {"3 days", 72h}, {"一刻钟", 15min}, {"半天", 12h}};
  for (const auto& c : cases) {
    const auto length = parse_duration(c.said, Language::zh);
    ASSERT_TRUE(length) << c.said;
    EXPECT_EQ(*length, c.length) << c.said;
  }
  EXPECT_FALSE(parse_duration("很久", Language::zh));
  EXPECT_FALSE(parse_duration("", Language::zh));
}

TEST(DailyWindow, UnderstandsWhatPeopleSay) {
  for (const char* said : {"02:00-04:00", "凌晨两点到四点", "2:00 to 4:00"}) {
    const auto window = parse_daily(said, Language::zh);
    ASSERT_TRUE(window) << said;
    EXPECT_EQ(window->from, 2h);
    EXPECT_EQ(window->to, 4h);
  }
  EXPECT_EQ(parse_daily("晚上十点到六点", Language::zh)->from, 22h);  // it passes midnight
  EXPECT_FALSE(parse_daily("两点", Language::zh));
  EXPECT_FALSE(parse_daily("02:00-02:00", Language::zh));
}

}  // namespace
}  // namespace mtc::services
