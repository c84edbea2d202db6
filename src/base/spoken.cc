#include "base/spoken.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <string_view>

#include "base/characters.h"

namespace mtc {
namespace {

using namespace std::chrono;

constexpr std::array<std::string_view, 10> kDigits{"零", "一", "二", "三", "四",
                                                   "五", "六", "七", "八", "九"};

// Keeps the given number of leading decimal digits and rounds the rest.
std::uint64_t round_to_digits(std::uint64_t number, int digits) {
  std::uint64_t limit = 1;
  for (int i = 0; i < digits; ++i) limit *= 10;
  std::uint64_t unit = 1;
  while (number / unit >= limit) unit *= 10;
  if (unit == 1) return number;
  // Halves go up; written so that numbers near the top of the range do not overflow.
  return (number / unit + (number % unit >= unit - unit / 2 ? 1 : 0)) * unit;
}

std::uint64_t for_the_ear(std::uint64_t number) {
  return number < 1000 ? number : round_to_digits(number, 3);
}

std::uint64_t magnitude(std::int64_t number) {
  return number < 0 ? std::uint64_t{0} - static_cast<std::uint64_t>(number)
                    : static_cast<std::uint64_t>(number);
}

// 1–9999 inside a larger number or alone. 两 before 百 and 千 where it leads, 二 elsewhere
// (一千二百, 两千两百).
std::string chinese_group(unsigned number, bool leading) {
  static constexpr std::array<std::string_view, 4> kUnits{"", "十", "百", "千"};
  std::string out;
  bool gap = false;
  for (int place = 3; place >= 0; --place) {
    unsigned unit = 1;
    for (int i = 0; i < place; ++i) unit *= 10;
    const unsigned digit = number / unit % 10;
    if (digit == 0) {
      gap = !out.empty();
      continue;
    }
    if (gap) out += kDigits[0];
    gap = false;
    const bool plain_ten = place == 1 && digit == 1 && out.empty() && leading;
    const bool two = digit == 2 && (place == 3 || (place == 2 && number < 1000) ||
                                    (place == 2 && number / 1000 == 2));
    if (!plain_ten) out += two ? std::string_view("两") : kDigits[digit];
    out += kUnits[static_cast<std::size_t>(place)];
  }
  return out;
}

std::string chinese_number(std::uint64_t number) {
  if (number == 0) return std::string(kDigits[0]);
  static constexpr std::array<std::string_view, 5> kUnits{"", "万", "亿", "万亿", "亿亿"};
  std::array<unsigned, 5> groups{};
  for (auto& group : groups) {
    group = static_cast<unsigned>(number % 10'000);
    number /= 10'000;
  }
  std::string out;
  bool gap = false;
  for (std::size_t i = groups.size(); i-- > 0;) {
    if (groups[i] == 0) {
      gap = !out.empty();
      continue;
    }
    if (!out.empty() && (gap || groups[i] < 1000)) out += kDigits[0];
    gap = false;
    out += groups[i] == 2 && i > 0 ? "两" : chinese_group(groups[i], out.empty());
    // 一万五千亿: the two groups above 亿 share its name.
    out += i == 3 && groups[2] != 0 ? std::string_view("万") : kUnits[i];
  }
  return out;
}

std::string english_small(unsigned number) {  // below 100, in words
  static constexpr std::array<std::string_view, 20> kWords{
      "zero",     "one",     "two",     "three",     "four",     "five",    "six",
      "seven",    "eight",   "nine",    "ten",       "eleven",   "twelve",  "thirteen",
      "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"};
  static constexpr std::array<std::string_view, 10> kTens{
      "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"};
  if (number < 20) return std::string(kWords[number]);
  std::string out(kTens[number / 10]);
  if (number % 10 != 0) out.append("-").append(kWords[number % 10]);
  return out;
}

// "4.21 million": up to two decimals, none that are zero.
std::string english_scaled(std::uint64_t number, std::uint64_t unit, std::string_view word) {
  std::string text = fmt::format("{:.2f}", static_cast<double>(number) / static_cast<double>(unit));
  while (text.ends_with('0')) text.pop_back();
  if (text.ends_with('.')) text.pop_back();
  return fmt::format("{} {}", text, word);
}

std::string english_number(std::uint64_t number) {
  if (number <= 12 || (number < 100 && number % 10 == 0)) {
    return english_small(static_cast<unsigned>(number));
  }
  if (number < 10'000) return std::to_string(number);
  if (number < 1'000'000) return english_scaled(number, 1000, "thousand");
  if (number < 1'000'000'000) return english_scaled(number, 1'000'000, "million");
  if (number < 1'000'000'000'000) return english_scaled(number, 1'000'000'000, "billion");
  return english_scaled(number, 1'000'000'000'000, "trillion");
}

// 零点三, 一点五: one decimal.
std::string chinese_tenths(unsigned tenths) {
  std::string out = chinese_number(tenths / 10);
  if (tenths % 10 != 0) out.append("点").append(kDigits[tenths % 10]);
  return out;
}

struct Clock12 {
  int hour;  // 1–12, 0 only for midnight in Chinese
  int minute;
};

std::string_view chinese_part_of_day(int hour) {
  if (hour < 5) return "凌晨";
  if (hour < 9) return "早上";
  if (hour < 12) return "上午";
  if (hour < 13) return "中午";
  if (hour < 18) return "下午";
  return "晚上";
}

std::string chinese_hour_and_minute(Clock12 clock) {
  std::string out = (clock.hour == 2 ? "两" : chinese_number(static_cast<unsigned>(clock.hour)));
  out += "点";
  if (clock.minute == 0) return out;
  if (clock.minute == 30) return out + "半";
  if (clock.minute < 10) out += kDigits[0];
  return out + chinese_number(static_cast<unsigned>(clock.minute)) + "分";
}

std::string chinese_clock(const CivilTime& civil) {
  const int hour = civil.hour > 12 ? civil.hour - 12 : civil.hour;
  return std::string(chinese_part_of_day(civil.hour)) +
         chinese_hour_and_minute({.hour = hour, .minute = civil.minute});
}

std::string english_clock(const CivilTime& civil) {
  const int hour = civil.hour % 12 == 0 ? 12 : civil.hour % 12;
  const std::string_view half = civil.hour < 12 ? "am" : "pm";
  if (civil.minute == 0) {
    if (civil.hour == 0) return "midnight";
    if (civil.hour == 12) return "noon";
    return fmt::format("{} {}", hour, half);
  }
  return fmt::format("{}:{:02} {}", hour, civil.minute, half);
}

constexpr std::array<std::string_view, 12> kMonths{"January",   "February", "March",    "April",
                                                   "May",       "June",     "July",     "August",
                                                   "September", "October",  "November", "December"};

std::string calendar_day(year_month_day day, year_month_day today, Language language) {
  const unsigned month = static_cast<unsigned>(day.month());
  const unsigned date = static_cast<unsigned>(day.day());
  if (!day.ok()) return {};
  const bool other_year = day.year() != today.year();
  if (language == Language::en) {
    std::string out = fmt::format("{} {}", kMonths[month - 1], date);
    if (other_year) out += fmt::format(", {}", static_cast<int>(day.year()));
    return out;
  }
  std::string out;
  if (other_year) {
    out = say_digits(std::to_string(static_cast<int>(day.year())), language) + "年";
  }
  return out + chinese_number(month) + "月" + chinese_number(date) + "号";
}

std::string english_unit(std::int64_t number, std::string_view unit) {
  return fmt::format("{} {}{}", say_number(number, Language::en), unit, number == 1 ? "" : "s");
}

std::string hours_in_words(std::int64_t minutes_in_all, Language language) {
  const std::int64_t halves = (minutes_in_all + 15) / 30;  // half hours
  const std::int64_t whole = halves / 2;
  const bool half = halves % 2 != 0;
  if (language == Language::zh) {
    if (whole == 0) return "半个小时";
    return say_count(whole, language) + (half ? "个半小时" : "个小时");
  }
  if (whole == 0) return "half an hour";
  if (!half) return english_unit(whole, "hour");
  return whole == 1 ? "an hour and a half" : say_number(whole, language) + " and a half hours";
}

}  // namespace

std::string close_gaps(std::string_view sentence) {
  std::string out;
  for (std::size_t i = 0; i < sentence.size(); ++i) {
    const bool between_chinese = sentence[i] == ' ' && !out.empty() && !is_ascii(out.back()) &&
                                 i + 1 < sentence.size() && !is_ascii(sentence[i + 1]);
    if (!between_chinese) out += sentence[i];
  }
  return out;
}

std::string say_number(std::int64_t number, Language language) {
  const std::uint64_t rounded = for_the_ear(magnitude(number));
  const std::string_view sign = number >= 0 ? "" : language == Language::zh ? "负" : "minus ";
  return std::string(sign) +
         (language == Language::zh ? chinese_number(rounded) : english_number(rounded));
}

std::string say_count(std::int64_t number, Language language) {
  if (language == Language::zh && number == 2) return "两";
  return say_number(number, language);
}

std::string say_digits(std::string_view digits, Language language) {
  std::string out;
  for (const char c : digits) {
    if (c < '0' || c > '9') continue;
    if (language == Language::zh) {
      out += kDigits[static_cast<std::size_t>(c - '0')];
    } else {
      if (!out.empty()) out += ' ';
      out += c;
    }
  }
  return out;
}

std::string say_percent(double ratio, Language language) {
  const bool zh = language == Language::zh;
  const double percent = std::isfinite(ratio) ? std::min(std::fabs(ratio) * 100, 1e12) : 0;
  const std::string_view sign = ratio >= 0 ? "" : zh ? "负" : "minus ";
  if (percent > 0 && percent < 0.1) return zh ? "不到百分之零点一" : "less than 0.1 percent";
  if (percent >= 0.95 || percent == 0) {
    const auto whole = static_cast<std::int64_t>(std::llround(percent));
    if (zh && whole == 100) return fmt::format("{}百分之百", sign);
    if (zh) return fmt::format("{}百分之{}", sign, say_number(whole, language));
    return fmt::format("{}{} percent", sign,
                       whole < 10'000 ? std::to_string(whole) : say_number(whole, language));
  }
  const auto tenths = static_cast<unsigned>(std::lround(percent * 10));
  if (zh) return fmt::format("{}百分之{}", sign, chinese_tenths(tenths));
  return fmt::format("{}0.{} percent", sign, tenths);
}

std::string say_times(double ratio, Language language) {
  const bool zh = language == Language::zh;
  if (!std::isfinite(ratio) || ratio < 0) ratio = 0;
  ratio = std::min(ratio, 1e15);
  if (ratio < 10) {
    const auto tenths = static_cast<unsigned>(std::lround(ratio * 10));
    const unsigned whole = tenths / 10;
    if (tenths % 10 == 0) {
      return zh           ? (whole == 2 ? "两" : chinese_number(whole)) + "倍"
             : whole == 1 ? "once"
             : whole == 2 ? "twice"
                          : english_small(whole) + " times";
    }
    if (tenths % 10 == 5 && whole > 0) {
      if (zh) return (whole == 2 ? "两" : chinese_number(whole)) + "倍半";
      return english_small(whole) + " and a half times";
    }
    return zh ? chinese_tenths(tenths) + "倍" : fmt::format("{}.{} times", whole, tenths % 10);
  }
  const std::uint64_t rounded = round_to_digits(static_cast<std::uint64_t>(std::llround(ratio)), 2);
  if (zh) return chinese_number(rounded) + "倍";
  return (rounded < 100 ? english_small(static_cast<unsigned>(rounded)) : english_number(rounded)) +
         " times";
}

std::string say_clock(TimePoint time, const Zone& zone, Language language) {
  const CivilTime civil = zone.civil(time);
  return language == Language::zh ? chinese_clock(civil) : english_clock(civil);
}

std::string say_clock_again(TimePoint time, const Zone& zone, Language language) {
  const CivilTime civil = zone.civil(time);
  const int hour = civil.hour % 12 == 0 ? 12 : civil.hour % 12;
  if (language == Language::zh) {
    return chinese_hour_and_minute({.hour = hour, .minute = civil.minute});
  }
  return fmt::format("{}:{:02}", hour, civil.minute);
}

std::string say_day(year_month_day day, year_month_day today, Language language) {
  const bool zh = language == Language::zh;
  const auto ago = (sys_days(today) - sys_days(day)).count();
  if (ago == 0) return zh ? "今天" : "today";
  if (ago == 1) return zh ? "昨天" : "yesterday";
  if (ago == 2 && zh) return "前天";
  if (ago == -1) return zh ? "明天" : "tomorrow";
  return calendar_day(day, today, language);
}

std::string say_moment(TimePoint time, TimePoint now, const Zone& zone, Language language) {
  const auto day = zone.day_of(time);
  const auto today = zone.day_of(now);
  const CivilTime civil = zone.civil(time);
  const auto ago = (sys_days(today) - sys_days(day)).count();
  if (language == Language::en) {
    const std::string clock = "at " + english_clock(civil);
    return ago == 0                ? clock
           : ago == 1 || ago == -1 ? say_day(day, today, language) + " " + clock
                                   : "on " + say_day(day, today, language) + " " + clock;
  }
  // The night belongs to the evening it began in, as long as that evening is the last one: told at
  // breakfast, two o'clock is 昨晚; told at two o'clock itself, it is 凌晨.
  const bool after_sleep = zone.civil(now).hour >= 5 && zone.civil(now).hour < 18;
  const bool small_hours = ago == 0 && civil.hour < 5 && time <= now;
  const bool evening = ago == 1 && civil.hour >= 18;
  if (evening || (small_hours && after_sleep)) {
    const int hour = civil.hour == 0 ? 12 : civil.hour > 12 ? civil.hour - 12 : civil.hour;
    return "昨晚" + chinese_hour_and_minute({.hour = hour, .minute = civil.minute});
  }
  if (ago == 0) return chinese_clock(civil);
  return say_day(day, today, language) + chinese_clock(civil);
}

std::string say_duration(Millis duration, Language language) {
  const bool zh = language == Language::zh;
  const std::int64_t total = std::max<std::int64_t>(0, duration.count());
  const std::int64_t in_seconds = (total + 500) / 1000;
  if (in_seconds < 60) {
    if (in_seconds == 0) return zh ? "不到一秒" : "less than a second";
    return zh ? say_count(in_seconds, language) + "秒" : english_unit(in_seconds, "second");
  }
  const std::int64_t in_minutes = (total + 30'000) / 60'000;
  if (in_minutes < 60) {
    if (in_minutes == 30) return zh ? "半个小时" : "half an hour";
    return zh ? say_count(in_minutes, language) + "分钟" : english_unit(in_minutes, "minute");
  }
  if (in_minutes < 24 * 60 - 15) return hours_in_words(in_minutes, language);
  constexpr std::int64_t kDay = 1440;  // minutes
  const std::int64_t in_days = (in_minutes + kDay / 2) / kDay;
  return zh ? say_count(in_days, language) + "天" : english_unit(in_days, "day");
}

}  // namespace mtc
