#include "base/spoken.h"

#include <gtest/gtest.h>

#include <limits>

namespace mtc {
namespace {

using namespace std::chrono;

constexpr auto kZh = Language::zh;
constexpr auto kEn = Language::en;

TEST(Spoken, NumbersSoundAsPeopleSayThem) {
  const struct {
    std::int64_t number;
    const char *chinese, *english;
  } cases[] = {
      {0, "零", "zero"},
      {1, "一", "one"},
      {2, "二", "two"},
      {10, "十", "ten"},
      {12, "十二", "twelve"},
      {13, "十三", "13"},
      {20, "二十", "twenty"},
      {22, "二十二", "22"},
      {37, "三十七", "37"},
      {100, "一百", "100"},
      {102, "一百零二", "102"},
      {110, "一百一十", "110"},
      {111, "一百一十一", "111"},
      {200, "两百", "200"},
      {222, "两百二十二", "222"},
      {999, "九百九十九", "999"},
      {1000, "一千", "1000"},
      {1010, "一千零一十", "1010"},
      {1200, "一千二百", "1200"},
      {1204, "一千二百", "1200"},
      {2100, "两千一百", "2100"},
      {2200, "两千两百", "2200"},
      {9999, "一万", "10 thousand"},
      {12'000, "一万两千", "12 thousand"},
      {20'000, "两万", "20 thousand"},
      {22'000, "两万两千", "22 thousand"},
      {100'500, "十万一千", "101 thousand"},
      {120'000, "十二万", "120 thousand"},
      {100'000'000, "一亿", "100 million"},
      {4'213'377, "四百二十一万", "4.21 million"},
      {4'200'000, "四百二十万", "4.2 million"},
      {2'000'000, "两百万", "2 million"},
      {200'000'000, "两亿", "200 million"},
      {1'020'000'000, "十亿两千万", "1.02 billion"},
      {1'500'000'000'000, "一万五千亿", "1.5 trillion"},
      {-37, "负三十七", "minus 37"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.number);
    EXPECT_EQ(say_number(c.number, kZh), c.chinese);
    EXPECT_EQ(say_number(c.number, kEn), c.english);
  }
}

TEST(Spoken, BlanksBetweenChineseCharactersAreNotHeard) {
  EXPECT_EQ(close_gaps("告警 错误太多 已经关掉。"), "告警错误太多已经关掉。");
  EXPECT_EQ(close_gaps("告警 DBA 值班 已经关掉"), "告警 DBA 值班已经关掉");
  EXPECT_EQ(close_gaps(" 看板 "), " 看板 ") << "what stands at an end is somebody else's";
}

TEST(Spoken, TheLargestNumbersDoNotOverflow) {
  EXPECT_FALSE(say_number(std::numeric_limits<std::int64_t>::max(), kZh).empty());
  EXPECT_TRUE(say_number(std::numeric_limits<std::int64_t>::min(), kZh).starts_with("负"));
}

TEST(Spoken, TwoBeforeAMeasureWordIsLiang) {
  EXPECT_EQ(say_count(2, kZh), "两");
  EXPECT_EQ(say_count(12, kZh), "十二");
  EXPECT_EQ(say_count(2, kEn), "two");
}

TEST(Spoken, CodesAreReadDigitByDigit) {
  EXPECT_EQ(say_digits("7315", kZh), "七三一五");
  EXPECT_EQ(say_digits("73-15", kEn), "7 3 1 5");
}

TEST(Spoken, PercentagesAreWholeUnlessSmall) {
  const struct {
    double ratio;
    const char *chinese, *english;
  } cases[] = {
      {0, "百分之零", "0 percent"},
      {0.12, "百分之十二", "12 percent"},
      {0.034, "百分之三", "3 percent"},
      {0.003, "百分之零点三", "0.3 percent"},
      {0.0004, "不到百分之零点一", "less than 0.1 percent"},
      {0.0096, "百分之一", "1 percent"},
      {1, "百分之百", "100 percent"},
      {-0.05, "负百分之五", "minus 5 percent"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.ratio);
    EXPECT_EQ(say_percent(c.ratio, kZh), c.chinese);
    EXPECT_EQ(say_percent(c.ratio, kEn), c.english);
  }
}

TEST(Spoken, RatiosBecomeTimes) {
  const struct {
    double ratio;
    const char *chinese, *english;
  } cases[] = {
      {40.2, "四十倍", "forty times"},
      {43, "四十三倍", "forty-three times"},
      {2, "两倍", "twice"},
      {2.5, "两倍半", "two and a half times"},
      {3, "三倍", "three times"},
      {1.3, "一点三倍", "1.3 times"},
      {437, "四百四十倍", "440 times"},
      {9.96, "十倍", "ten times"},
      {12, "十二倍", "twelve times"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.ratio);
    EXPECT_EQ(say_times(c.ratio, kZh), c.chinese);
    EXPECT_EQ(say_times(c.ratio, kEn), c.english);
  }
}

TimePoint at(year_month_day day, int hour, int minute) {
  return Zone::shanghai().at(day, hours(hour) + minutes(minute));
}

TEST(Spoken, TheClockHasItsPartOfTheDay) {
  const year_month_day day = 2026y / November / 22;
  const struct {
    int hour, minute;
    const char *chinese, *english;
  } cases[] = {
      {0, 0, "凌晨零点", "midnight"},
      {0, 8, "凌晨零点零八分", "12:08 am"},
      {2, 8, "凌晨两点零八分", "2:08 am"},
      {5, 12, "早上五点十二分", "5:12 am"},
      {9, 0, "上午九点", "9 am"},
      {12, 0, "中午十二点", "noon"},
      {12, 45, "中午十二点四十五分", "12:45 pm"},
      {14, 2, "下午两点零二分", "2:02 pm"},
      {15, 30, "下午三点半", "3:30 pm"},
      {20, 20, "晚上八点二十分", "8:20 pm"},
      {23, 59, "晚上十一点五十九分", "11:59 pm"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.chinese);
    EXPECT_EQ(say_clock(at(day, c.hour, c.minute), Zone::shanghai(), kZh), c.chinese);
    EXPECT_EQ(say_clock(at(day, c.hour, c.minute), Zone::shanghai(), kEn), c.english);
  }
}

TEST(Spoken, ASecondMomentNeedsNoPartOfTheDay) {
  const TimePoint time = at(2026y / November / 22, 2, 14);
  EXPECT_EQ(say_clock_again(time, Zone::shanghai(), kZh), "两点十四分");
  EXPECT_EQ(say_clock_again(time, Zone::shanghai(), kEn), "2:14");
  EXPECT_EQ(say_clock_again(at(2026y / November / 22, 0, 30), Zone::shanghai(), kZh), "十二点半");
}

TEST(Spoken, DaysAreNamedFromToday) {
  const year_month_day today = 2026y / November / 22;
  const struct {
    year_month_day day;
    const char *chinese, *english;
  } cases[] = {
      {today, "今天", "today"},
      {2026y / November / 21, "昨天", "yesterday"},
      {2026y / November / 20, "前天", "November 20"},
      {2026y / November / 23, "明天", "tomorrow"},
      {2026y / October / 2, "十月二号", "October 2"},
      {2005y / June / 3, "二零零五年六月三号", "June 3, 2005"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(say_day(c.day, today, kZh), c.chinese);
    EXPECT_EQ(say_day(c.day, today, kEn), c.english);
  }
}

TEST(Spoken, TheNightBelongsToTheEveningBefore) {
  const year_month_day today = 2026y / November / 22;
  const year_month_day yesterday = 2026y / November / 21;
  const TimePoint morning = at(today, 7, 30);
  const struct {
    TimePoint time;
    const char *chinese, *english;
  } cases[] = {
      {at(today, 2, 8), "昨晚两点零八分", "at 2:08 am"},
      {at(today, 0, 8), "昨晚十二点零八分", "at 12:08 am"},
      {at(yesterday, 23, 30), "昨晚十一点半", "yesterday at 11:30 pm"},
      {at(today, 5, 12), "早上五点十二分", "at 5:12 am"},
      {at(yesterday, 15, 0), "昨天下午三点", "yesterday at 3 pm"},
      {at(yesterday, 2, 8), "昨天凌晨两点零八分", "yesterday at 2:08 am"},
      {at(2026y / November / 3, 10, 32), "十一月三号上午十点三十二分", "on November 3 at 10:32 am"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.chinese);
    EXPECT_EQ(say_moment(c.time, morning, Zone::shanghai(), kZh), c.chinese);
    EXPECT_EQ(say_moment(c.time, morning, Zone::shanghai(), kEn), c.english);
  }
  EXPECT_EQ(say_moment(at(today, 2, 8), at(today, 3, 0), Zone::shanghai(), kZh), "凌晨两点零八分");
  EXPECT_EQ(say_moment(at(today, 2, 8), at(today, 21, 0), Zone::shanghai(), kZh), "凌晨两点零八分");
}

TEST(Spoken, DurationsAreRoundedToWhatIsWorthSaying) {
  const struct {
    Millis duration;
    const char *chinese, *english;
  } cases[] = {
      {200ms, "不到一秒", "less than a second"},
      {40s, "四十秒", "forty seconds"},
      {1s, "一秒", "one second"},
      {2min, "两分钟", "two minutes"},
      {6min, "六分钟", "six minutes"},
      {30min, "半个小时", "half an hour"},
      {2h, "两个小时", "two hours"},
      {90min, "一个半小时", "an hour and a half"},
      {150min, "两个半小时", "two and a half hours"},
      {72h, "三天", "three days"},
      {-5s, "不到一秒", "less than a second"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.chinese);
    EXPECT_EQ(say_duration(c.duration, kZh), c.chinese);
    EXPECT_EQ(say_duration(c.duration, kEn), c.english);
  }
}

}  // namespace
}  // namespace mtc
