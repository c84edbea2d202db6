#include "domain/digest/period.h"

#include <fmt/format.h>

#include "base/spoken.h"

namespace mtc::digest {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::sys_days;
using std::chrono::year_month_day;

// "二零零八年十一月九号", "二零零八年十一月十一号": the year need not be said twice.
void share_year(std::string& begin, std::string& end, Language language) {
  if (language == Language::zh) {
    constexpr std::string_view kYear = "年";
    const auto at = end.find(kYear);
    if (at != std::string::npos && begin.find(kYear) != std::string::npos)
      end = end.substr(at + kYear.size());
  } else if (end.find(", ") != std::string::npos) {
    begin = begin.substr(0, begin.find(", "));
  }
}

bool is_known(const Digest& digest) {
  return digest.period.length() > Millis{0};
}

std::string day_and_time(TimePoint time, const Zone& zone) {
  return format_civil(time, zone).substr(0, 16);
}

}  // namespace

Zone zone_of(const Digest& digest) {
  auto zone = Zone::find(digest.zone);
  return zone ? *zone : Zone::shanghai();
}

std::string period_in_words(const Digest& digest, TimePoint now, Language language) {
  const bool zh = language == Language::zh;
  if (!is_known(digest)) return zh ? "这批日志里" : "in these logs";
  const Zone zone = zone_of(digest);
  const auto [from, to] = digest.period;
  const year_month_day first = zone.day_of(from);
  const year_month_day last = zone.day_of(to - Millis(1));
  const year_month_day today = zone.day_of(now);
  const auto next = [](year_month_day day) { return year_month_day(sys_days(day) + days(1)); };
  // One civil day, or what there is of today.
  if (first == last && ((zone.at(first) == from && zone.at(next(first)) == to) ||
                        (first == today && zone.at(first) == from))) {
    const std::string day = say_day(first, today, language);
    return zh || day == "today" || day == "yesterday" ? day : "on " + day;
  }
  const bool overnight = next(first) == today && last == today && zone.civil(from).hour >= 18 &&
                         zone.civil(to).hour <= 10;
  if (overnight) return zh ? "昨晚" : "last night";
  if (to - from == hours(24) && last == today) return zh ? "过去一天" : "in the last day";
  const bool long_past = sys_days(today) - sys_days(last) > days(1);
  if (to - from > hours(72) || (long_past && first != last)) {
    std::string begin = say_day(first, today, language);
    std::string end = say_day(last, today, language);
    if (first.year() == last.year() && long_past) share_year(begin, end, language);
    return zh ? "从" + begin + "到" + end : "from " + begin + " to " + end;
  }
  std::string begin = say_moment(from, now, zone, language);
  std::string end = say_moment(to, now, zone, language);
  if (!zh) {
    for (auto* text : {&begin, &end}) {
      if (text->starts_with("at ") || text->starts_with("on ")) *text = text->substr(3);
    }
  }
  // Within one day the day is said once.
  if (first == last) end = say_clock(to, zone, language);
  return zh ? "从" + begin + "到" + end : "from " + begin + " to " + end;
}

std::string period_in_figures(const Digest& digest) {
  if (!is_known(digest)) return {};
  const Zone zone = zone_of(digest);
  const auto [from, to] = digest.period;
  const auto day = zone.day_of(from);
  if (day == zone.day_of(to - Millis(1))) {
    const bool midnight = zone.day_of(to) != day;
    const std::string end = midnight ? "24:00" : day_and_time(to, zone).substr(11);
    return fmt::format("{} – {}", day_and_time(from, zone), end);
  }
  return fmt::format("{} – {}", day_and_time(from, zone), day_and_time(to, zone));
}

}  // namespace mtc::digest
