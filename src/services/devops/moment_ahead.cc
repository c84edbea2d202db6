#include "services/devops/moment_ahead.h"

#include <array>
#include <string>

#include "base/characters.h"
#include "base/small_number.h"
#include "base/text.h"
#include "domain/logs/time_range.h"

namespace mtc::services {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::sys_days;

constexpr minutes kMorning = hours(9);
constexpr minutes kEvening = hours(20);

struct DayWord {
  std::string_view word;
  int ahead;
  minutes time;  // where no other is said
};
// Longer ones stand before what they begin with.
constexpr auto kDays = std::to_array<DayWord>({{"明天早上", 1, kMorning},
                                               {"明天", 1, kMorning},
                                               {"明早", 1, kMorning},
                                               {"明晚", 1, kEvening},
                                               {"后天", 2, kMorning},
                                               {"今天", 0, hours(18)},
                                               {"今晚", 0, kEvening},
                                               {"tomorrow morning", 1, kMorning},
                                               {"tomorrow", 1, kMorning},
                                               {"tonight", 0, kEvening},
                                               {"today", 0, hours(18)}});
constexpr auto kAfternoon = std::to_array<std::string_view>({"下午", "晚上", "傍晚", "pm"});
constexpr auto kForenoon =
    std::to_array<std::string_view>({"早上", "上午", "凌晨", "中午", "am", "at "});
constexpr auto kWeekdays =
    std::to_array<std::array<std::string_view, 3>>({{"sunday", "周日", "星期天"},
                                                    {"monday", "周一", "星期一"},
                                                    {"tuesday", "周二", "星期二"},
                                                    {"wednesday", "周三", "星期三"},
                                                    {"thursday", "周四", "星期四"},
                                                    {"friday", "周五", "星期五"},
                                                    {"saturday", "周六", "星期六"}});

bool take(std::string& text, std::string_view word) {
  if (!text.starts_with(word)) return false;
  text.erase(0, word.size());
  while (text.starts_with(' ')) text.erase(0, 1);
  return true;
}

// "15:00", "9", 三点, 三点半, 三点二十; with 下午 before it.
std::optional<minutes> time_of_day(std::string text) {
  bool late = false;
  for (const auto word : kAfternoon) late = take(text, word) || late;
  for (const auto word : kForenoon) take(text, word);
  if (text.ends_with("pm")) late = true;
  for (const std::string_view end : {"pm", "am", " "}) {
    if (text.ends_with(end)) text.resize(text.size() - end.size());
  }
  std::optional<minutes> time;
  if (const auto written = parse_time_of_day(text)) {
    time = *written;
  } else if (const auto mark = text.find("点"); mark != std::string::npos) {
    const auto hour = parse_small_number(text.substr(0, mark));
    std::string rest = text.substr(mark + std::string_view("点").size());
    rest = replace_all(replace_all(std::move(rest), "分", ""), "钟", "");
    const auto minute = rest.empty()   ? std::optional(0)
                        : rest == "半" ? std::optional(30)
                                       : parse_small_number(rest);
    if (hour && minute && *hour <= 24 && *minute < 60) time = hours(*hour) + minutes(*minute);
  } else if (const auto hour = parse_small_number(text); hour && *hour <= 24) {
    time = hours(*hour);
  }
  if (time && late && *time < hours(12)) *time += hours(12);
  return time;
}

std::unexpected<Error> not_understood(std::string_view what, std::string_view text,
                                      Language language) {
  const std::string said = shorten_characters(sanitize_utf8(text), 30);
  if (language == Language::zh) {
    return fail(Errc::invalid_argument, std::string(what) + "没听懂：" + said +
                                            "。可以说两小时、明天早上九点，或者 15:00。");
  }
  return fail(Errc::invalid_argument, "I did not understand the time " + said +
                                          "; say two hours, tomorrow at 9:00, or 15:00.");
}

}  // namespace

Result<Millis> parse_duration(std::string_view text, Language language) {
  const std::string said(trim(text));
  const TimePoint now = Zone::utc().at(std::chrono::year(2026) / 1 / 1, hours(12));
  for (const std::string& tried : {"last_" + said, "最近" + said}) {
    const auto range = logs::parse_time_range(tried, now, Zone::utc(), language);
    if (range && range->to == now) return range->to - range->from;
  }
  return not_understood("时间长短", text, language);
}

Result<TimePoint> parse_moment_ahead(std::string_view given, TimePoint now, const Zone& zone,
                                     Language language) {
  if (const auto instant = logs::parse_instant(given, zone)) return *instant;
  std::string text = to_lower_ascii(trim(given));
  const sys_days today(zone.day_of(now));
  const auto at = [&zone](sys_days day, minutes time) {
    return zone.at(std::chrono::year_month_day(day), time);
  };
  for (const auto& day : kDays) {
    if (!take(text, day.word)) continue;
    const bool evening = day.time >= kEvening;  // 今晚十点 is ten at night
    const auto time =
        text.empty() ? std::optional(day.time) : time_of_day((evening ? "晚上" : "") + text);
    if (!time) return not_understood("时间", given, language);
    return at(today + days(day.ahead), *time);
  }
  const bool next_week = (!text.starts_with("下午") && take(text, "下")) || take(text, "next ");
  for (std::size_t i = 0; i < kWeekdays.size(); ++i) {
    for (const auto word : kWeekdays[i]) {
      if (!take(text, word)) continue;
      const auto time = text.empty() ? std::optional(kMorning) : time_of_day(text);
      if (!time) return not_understood("时间", given, language);
      const auto current = std::chrono::weekday(today).c_encoding();
      const auto ahead = (static_cast<int>(i) - static_cast<int>(current) + 7) % 7;
      return at(today + days(ahead == 0 || (next_week && ahead < 1) ? 7 : ahead), *time);
    }
  }
  if (const auto time = time_of_day(text)) {
    const TimePoint moment = at(today, *time);
    return moment > now ? moment : at(today + days(1), *time);
  }
  return not_understood("时间", given, language);
}

Result<DailyWindow> parse_daily(std::string_view text, Language language) {
  const std::string said = to_lower_ascii(trim(text));
  for (const std::string_view separator : {"-", "~", " to ", "到", "至"}) {
    const auto mark = said.find(separator);
    if (mark == std::string::npos) continue;
    const auto from = time_of_day(std::string(trim(said.substr(0, mark))));
    const auto to = time_of_day(std::string(trim(said.substr(mark + separator.size()))));
    if (from && to && *from != *to) return DailyWindow{.from = *from, .to = *to};
  }
  return not_understood("每天的时间", text, language);
}

}  // namespace mtc::services
