// Numbers and times as people say them, for text that is heard: 四百二十一万, 昨晚两点零八分; "4.21
// million", "2:08 am". Nothing here ever prints 1,200 or 1.2e3.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/language.h"
#include "base/zone.h"

namespace mtc {

// A Chinese sentence without the blanks that names put between two Chinese characters:
// "告警 错误太多 已经关掉" → "告警错误太多已经关掉". Those beside Latin letters stay.
std::string close_gaps(std::string_view sentence);

// A bare number. From 1000 on only three digits count (4213377 → 四百二十一万, "4.21 million"):
// more cannot be heard. English: words up to twelve and for round tens below a hundred, digits
// without commas below ten thousand.
std::string say_number(std::int64_t number, Language language);

// A number before a measure word or noun: two is 两 here (两次), else as say_number.
std::string say_count(std::int64_t number, Language language);

// Digit by digit, for codes and years: "7315" → 七三一五, "7 3 1 5". Other characters are left out.
std::string say_digits(std::string_view digits, Language language);

// 0.12 → 百分之十二, "12 percent". Whole percents; below one percent one decimal; below a
// thousandth "不到百分之零点一".
std::string say_percent(double ratio, Language language);

// 40.2 → 四十倍, "forty times"; 2.5 → 两倍半, "two and a half times"; two digits count.
std::string say_times(double ratio, Language language);

// The time of day: 凌晨两点零八分, 早上五点十二分, 下午三点半; "2:08 am".
std::string say_clock(TimePoint time, const Zone& zone, Language language);

// The same without the part of the day, for a second moment soon after the first: 两点十四分;
// "2:14".
std::string say_clock_again(TimePoint time, const Zone& zone, Language language);

// 今天, 昨天, 前天, 十一月二十号, 二零二五年六月三号; "today", "yesterday", "November 20", "June 3,
// 2025".
std::string say_day(std::chrono::year_month_day day, std::chrono::year_month_day today,
                    Language language);

// A moment as somebody says it at `now`. The night before is 昨晚 until the evening
// ("昨晚两点零八分"), the same day needs no day. English: "at 2:08 am", "yesterday at 3:15 pm", "on
// November 20 at 3:15 pm".
std::string say_moment(TimePoint time, TimePoint now, const Zone& zone, Language language);

// 四十秒, 六分钟, 一个半小时, 三天; "40 seconds", "six minutes", "an hour and a half". Rounded to
// what is worth saying.
std::string say_duration(Millis duration, Language language);

}  // namespace mtc
