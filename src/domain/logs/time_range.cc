#include "domain/logs/time_range.h"

#include <fmt/format.h>

#include <array>
#include <optional>

#include "base/small_number.h"
#include "base/text.h"

namespace mtc::logs {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr auto kLongest = days(400);

struct Now {
  TimePoint time;
  const Zone& zone;
  year_month_day day() const { return zone.day_of(time); }
  year_month_day day_before(int n) const { return year_month_day(sys_days(day()) - days(n)); }
  TimePoint start_of(year_month_day day) const { return zone.at(day); }
};

// Removes it from the front; true if it was there.
bool take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

template <std::size_t N>
bool take_any(std::string_view& text, const std::array<std::string_view, N>& prefixes) {
  for (const auto prefix : prefixes) {
    if (take(text, prefix)) return true;
  }
  return false;
}

// ---- "last 30 minutes"

std::optional<Millis> unit_length(std::string_view unit) {
  struct Unit {
    std::string_view name;
    minutes length;
  };
  static constexpr std::array<Unit, 33> kUnits{{
      {"m", minutes(1)},       {"min", minutes(1)},  {"mins", minutes(1)}, {"minute", minutes(1)},
      {"minutes", minutes(1)}, {"分钟", minutes(1)}, {"分", minutes(1)},   {"h", hours(1)},
      {"hr", hours(1)},        {"hrs", hours(1)},    {"hour", hours(1)},   {"hours", hours(1)},
      {"小时", hours(1)},      {"个小时", hours(1)}, {"钟头", hours(1)},   {"个钟头", hours(1)},
      {"d", days(1)},          {"day", days(1)},     {"days", days(1)},    {"天", days(1)},
      {"日", days(1)},         {"w", days(7)},       {"week", days(7)},    {"weeks", days(7)},
      {"周", days(7)},         {"个星期", days(7)},  {"星期", days(7)},    {"month", days(30)},
      {"months", days(30)},    {"个月", days(30)},   {"年", days(365)},    {"year", days(365)},
      {"刻钟", minutes(15)},
  }};
  for (const auto& known : kUnits) {
    if (unit == known.name) return known.length;
  }
  return std::nullopt;
}

std::optional<Millis> parse_length(std::string_view text) {
  struct Fixed {
    std::string_view name;
    minutes length;
  };
  static constexpr std::array<Fixed, 10> kFixed{{{"半小时", minutes(30)},
                                                 {"半个小时", minutes(30)},
                                                 {"半个钟头", minutes(30)},
                                                 {"half_an_hour", minutes(30)},
                                                 {"half_hour", minutes(30)},
                                                 {"半天", hours(12)},
                                                 {"半个月", days(15)},
                                                 {"半年", days(180)},
                                                 {"一季度", days(90)},
                                                 {"一个半小时", minutes(90)}}};
  for (const auto& fixed : kFixed) {
    if (text == fixed.name) return fixed.length;
  }
  // The longest number in front that leaves a unit: 三十五分钟, 30m, an_hour, hour.
  if (const auto unit = unit_length(text)) return unit;
  for (std::size_t cut = text.size(); cut > 0; --cut) {
    if (cut < text.size() && (static_cast<unsigned char>(text[cut]) & 0xc0) == 0x80) continue;
    std::string_view number = text.substr(0, cut);
    std::string_view unit = text.substr(cut);
    while (!number.empty() && number.back() == '_') number.remove_suffix(1);
    while (!unit.empty() && unit.front() == '_') unit.remove_prefix(1);
    const auto length = unit_length(unit);
    if (!length) continue;
    if (number == "a" || number == "an") return length;
    if (const auto count = parse_small_number(number); count && *count > 0) return *length * *count;
  }
  return std::nullopt;
}

std::optional<TimeRange> parse_relative(std::string_view text, const Now& now) {
  static constexpr std::array<std::string_view, 12> kBefore{
      "in_the_last_", "the_last_", "the_past_", "last_", "past_", "最近的",
      "最近",         "过去的",    "过去",      "近",    "这",    "前"};
  // "last_week" and "last_month" are calendar periods, tried before this.
  take_any(text, kBefore);
  for (const std::string_view within : {"以内", "之内", "内"}) {
    if (!text.ends_with(within)) continue;
    text.remove_suffix(within.size());
    break;
  }
  const auto length = parse_length(text);
  if (!length) return std::nullopt;
  return TimeRange{.from = now.time - *length, .to = now.time};
}

// ---- calendar days

std::optional<year_month_day> make_day(int year, int month, int day) {
  const year_month_day date{std::chrono::year(year),
                            std::chrono::month(static_cast<unsigned>(month)),
                            std::chrono::day(static_cast<unsigned>(day))};
  return date.ok() ? std::optional(date) : std::nullopt;
}

// A date without a year is the latest one that is not in the future.
std::optional<year_month_day> latest(int month, int day, const Now& now) {
  const int year = static_cast<int>(now.day().year());
  const auto this_year = make_day(year, month, day);
  if (this_year && sys_days(*this_year) <= sys_days(now.day())) return this_year;
  return make_day(year - 1, month, day);
}

std::optional<int> take_weekday(std::string_view& text) {  // 0 = Monday
  static constexpr std::array<std::string_view, 7> kEnglish{
      "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
  static constexpr std::array<std::string_view, 8> kChinese{"一", "二", "三", "四",
                                                            "五", "六", "日", "天"};
  for (std::size_t i = 0; i < kEnglish.size(); ++i) {
    if (take(text, kEnglish[i])) return static_cast<int>(i);
  }
  for (const std::string_view prefix : {"周", "星期", "礼拜"}) {
    for (std::size_t i = 0; i < kChinese.size(); ++i) {
      if (take(text, std::string(prefix) + std::string(kChinese[i])))
        return static_cast<int>(std::min<std::size_t>(i, 6));
    }
  }
  return std::nullopt;
}

// A day named at the front of the text.
std::optional<year_month_day> take_day(std::string_view& text, const Now& now) {
  struct Named {
    std::string_view name;
    int days_ago;
  };
  static constexpr std::array<Named, 14> kNamed{{{"day_before_yesterday", 2},
                                                 {"the_day_before_yesterday", 2},
                                                 {"yesterday", 1},
                                                 {"today", 0},
                                                 {"大前天", 3},
                                                 {"前天", 2},
                                                 {"昨天", 1},
                                                 {"昨日", 1},
                                                 {"昨儿个", 1},
                                                 {"昨儿", 1},
                                                 {"今儿个", 0},
                                                 {"今儿", 0},
                                                 {"今天", 0},
                                                 {"今日", 0}}};
  for (const auto& named : kNamed) {
    if (take(text, named.name)) return now.day_before(named.days_ago);
  }
  if (text.size() >= 10) {
    if (const auto date = parse_day(text.substr(0, 10))) {
      text.remove_prefix(10);
      return *date;
    }
  }
  if (text.size() >= 5 && text[2] == '-') {
    const auto month = parse_digits(text.substr(0, 2));
    const auto day = parse_digits(text.substr(3, 2));
    if (month && day && (text.size() == 5 || text[5] < '0' || text[5] > '9')) {
      if (const auto date = latest(*month, *day, now)) {
        text.remove_prefix(5);
        return date;
      }
    }
  }
  if (const std::size_t month_mark = text.find("月");
      month_mark != std::string_view::npos && month_mark <= 9) {
    const std::string_view rest = text.substr(month_mark + std::string_view("月").size());
    for (const std::string_view mark : {"号", "日"}) {
      const std::size_t day_mark = rest.find(mark);
      if (day_mark == std::string_view::npos) continue;
      const auto month = parse_small_number(text.substr(0, month_mark));
      const auto day = parse_small_number(rest.substr(0, day_mark));
      if (!month || !day) continue;
      if (const auto date = latest(*month, *day, now)) {
        text = rest.substr(day_mark + mark.size());
        return date;
      }
    }
  }
  std::string_view rest = text;
  const bool last_week = take_any(rest, std::array<std::string_view, 2>{"last_", "上"});
  if (const auto weekday = take_weekday(rest)) {
    text = rest;
    const sys_days today(now.day());
    const int today_index = static_cast<int>(std::chrono::weekday(today).iso_encoding()) - 1;
    const sys_days monday = today - days(today_index) - days(last_week ? 7 : 0);
    sys_days date = monday + days(*weekday);
    if (date > today) date -= days(7);  // "周五" said on a Tuesday: the one that was
    return year_month_day(date);
  }
  return std::nullopt;
}

struct PartOfDay {
  minutes from;
  minutes to;
};

std::optional<PartOfDay> take_part(std::string_view& text) {
  struct Named {
    std::string_view name;
    PartOfDay part;
  };
  static constexpr std::array<Named, 15> kParts{{{"early_morning", {hours(0), hours(6)}},
                                                 {"凌晨", {hours(0), hours(6)}},
                                                 {"半夜", {hours(0), hours(6)}},
                                                 {"morning", {hours(6), hours(12)}},
                                                 {"早上", {hours(6), hours(12)}},
                                                 {"早晨", {hours(6), hours(12)}},
                                                 {"上午", {hours(6), hours(12)}},
                                                 {"noon", {hours(11), hours(14)}},
                                                 {"中午", {hours(11), hours(14)}},
                                                 {"afternoon", {hours(12), hours(18)}},
                                                 {"下午", {hours(12), hours(18)}},
                                                 {"evening", {hours(18), hours(24)}},
                                                 {"night", {hours(18), hours(24)}},
                                                 {"晚上", {hours(18), hours(24)}},
                                                 {"夜里", {hours(18), hours(24)}}}};
  for (const auto& named : kParts) {
    if (take(text, named.name)) return named.part;
  }
  return std::nullopt;
}

TimeRange part_of(year_month_day day, const PartOfDay& part, const Now& now) {
  return {.from = now.zone.at(day, part.from), .to = now.zone.at(day, part.to)};
}

std::string_view trim_blanks(std::string_view text) {
  while (text.starts_with('_')) text.remove_prefix(1);
  while (text.ends_with('_')) text.remove_suffix(1);
  return text;
}

// "13:00-14:00", "13:00 to 14:00", "22:00到现在"; an end before the start is the next day's.
std::optional<TimeRange> clock_range(year_month_day day, std::string_view text, const Now& now) {
  for (const std::string_view separator : {"-", "~", "_to_", "到", "至"}) {
    const std::size_t at = text.find(separator);
    if (at == std::string_view::npos) continue;
    const auto from = parse_time_of_day(trim_blanks(text.substr(0, at)));
    const auto to_text = trim_blanks(text.substr(at + separator.size()));
    if (!from) return std::nullopt;
    if (to_text == "now" || to_text == "现在")
      return TimeRange{.from = now.zone.at(day, *from), .to = now.time};
    const auto to = parse_time_of_day(to_text);
    if (!to) return std::nullopt;
    const auto end_day = *to <= *from ? year_month_day(sys_days(day) + days(1)) : day;
    return TimeRange{.from = now.zone.at(day, *from), .to = now.zone.at(end_day, *to)};
  }
  return std::nullopt;
}

std::optional<TimeRange> parse_day_words(std::string_view text, const Now& now) {
  struct Short {
    std::string_view name;
    int days_ago;
    PartOfDay part;
  };
  static constexpr std::array<Short, 8> kShort{{{"昨晚", 1, {hours(18), hours(30)}},
                                                {"昨夜", 1, {hours(18), hours(30)}},
                                                {"last_night", 1, {hours(18), hours(30)}},
                                                {"overnight", 1, {hours(18), hours(30)}},
                                                {"今早", 0, {hours(6), hours(12)}},
                                                {"this_morning", 0, {hours(6), hours(12)}},
                                                {"今晚", 0, {hours(18), hours(24)}},
                                                {"tonight", 0, {hours(18), hours(24)}}}};
  for (const auto& known : kShort) {
    if (text == known.name) return part_of(now.day_before(known.days_ago), known.part, now);
  }
  const auto day = take_day(text, now);
  if (!day) return std::nullopt;
  while (take(text, "_") || take(text, "的") || take(text, "t")) {
  }
  if (text.empty()) {
    return TimeRange{.from = now.start_of(*day),
                     .to = now.start_of(year_month_day(sys_days(*day) + days(1)))};
  }
  if (auto range = clock_range(*day, text, now)) return range;
  const auto part = take_part(text);
  if (part && text.empty()) return part_of(*day, *part, now);
  return std::nullopt;
}

// ---- weeks, months, quarters

std::optional<TimeRange> parse_calendar(std::string_view text, const Now& now) {
  const auto is = [&](std::initializer_list<std::string_view> names) {
    return std::ranges::find(names, text) != names.end();
  };
  const sys_days today(now.day());
  const sys_days monday = today - days(std::chrono::weekday(today).iso_encoding() - 1);
  const auto range = [&](sys_days from, sys_days to) {
    return TimeRange{.from = now.start_of(year_month_day(from)),
                     .to = now.start_of(year_month_day(to))};
  };
  const auto month_start = [&](int months_back) {
    return sys_days((now.day().year() / now.day().month() - std::chrono::months(months_back)) / 1);
  };
  const int into_quarter = static_cast<int>((static_cast<unsigned>(now.day().month()) - 1) % 3);
  if (is({"this_week", "本周", "这周", "这星期"})) return range(monday, monday + days(7));
  if (is({"last_week", "上周", "上星期", "上个星期", "上礼拜", "上个礼拜"}))
    return range(monday - days(7), monday);
  if (is({"last_weekend", "上周末"})) return range(monday - days(2), monday);
  if (is({"this_month", "本月", "这个月"})) return range(month_start(0), month_start(-1));
  if (is({"last_month", "上月", "上个月"})) return range(month_start(1), month_start(0));
  if (is({"this_quarter", "本季度", "这个季度"}))
    return range(month_start(into_quarter), month_start(into_quarter - 3));
  if (is({"last_quarter", "上季度", "上个季度"}))
    return range(month_start(into_quarter + 3), month_start(into_quarter));
  return std::nullopt;
}

// ---- two instants

// 2026-11-22T02:00[:00[.123]][Z|+08:00], also with a blank (here '_') for the T.
std::optional<TimePoint> read_instant(std::string_view text, const Now& now) {
  if (text == "now" || text == "现在") return now.time;
  if (text.size() < 10) return std::nullopt;
  const auto day = parse_day(text.substr(0, 10));
  if (!day) return std::nullopt;
  text.remove_prefix(10);
  if (text.empty()) return now.start_of(*day);
  if (text[0] != 't' && text[0] != '_') return std::nullopt;
  text.remove_prefix(1);
  const auto time = parse_time_of_day(text.substr(0, 5));
  if (!time) return std::nullopt;
  text.remove_prefix(5);
  Millis since_midnight = *time;
  if (text.size() >= 3 && text[0] == ':') {
    const auto second = parse_digits(text.substr(1, 2));
    if (!second || *second > 59) return std::nullopt;
    since_midnight += std::chrono::seconds(*second);
    text.remove_prefix(3);
    if (!text.empty() && text[0] == '.') {
      const std::size_t end = text.find_first_not_of("0123456789", 1);
      const auto fraction =
          parse_digits(std::string(text.substr(1, std::min<std::size_t>(end, 4) - 1)));
      if (!fraction) return std::nullopt;
      since_midnight += Millis(*fraction);
      text = end == std::string_view::npos ? std::string_view{} : text.substr(end);
    }
  }
  if (text.empty()) return now.zone.at(*day, since_midnight);
  if (text == "z") return Zone::utc().at(*day, since_midnight);
  if (text.size() == 6 && (text[0] == '+' || text[0] == '-')) {
    const auto offset = parse_time_of_day(text.substr(1));
    if (!offset) return std::nullopt;
    return Zone::utc().at(*day, since_midnight) - (text[0] == '+' ? *offset : -*offset);
  }
  return std::nullopt;
}

std::optional<TimeRange> parse_instants(std::string_view text, const Now& now) {
  for (const std::string_view separator : {"..", "/", "~", "_-_", "_to_", "到"}) {
    const std::size_t at = text.find(separator);
    if (at == std::string_view::npos) continue;
    const auto from = read_instant(text.substr(0, at), now);
    const auto to = read_instant(text.substr(at + separator.size()), now);
    if (from && to) return TimeRange{.from = *from, .to = *to};
  }
  return std::nullopt;
}

std::string normalise(std::string_view text) {
  std::string out;
  for (const char c : to_lower_ascii(trim(text))) {
    const bool blank = c == ' ' || c == '\t' || c == '_';
    if (!blank) {
      out += c;
    } else if (!out.empty() && out.back() != '_') {
      out += '_';
    }
  }
  return out;
}

}  // namespace

Result<TimePoint> parse_instant(std::string_view text, const Zone& zone) {
  const std::string words = normalise(text.substr(0, 64));
  const auto moment = read_instant(words, {.time = {}, .zone = zone});
  if (!moment || words == "now" || words == "现在") {
    return fail(Errc::invalid_argument,
                fmt::format("\"{}\" is not a moment; write it as 2026-11-22T08:00:00+08:00",
                            shorten_characters(sanitize_utf8(text), 40)));
  }
  return *moment;
}

Result<TimeRange> parse_time_range(std::string_view text, TimePoint now_time, const Zone& zone,
                                   Language language) {
  const bool zh = language == Language::zh;
  const Now now{.time = now_time, .zone = zone};
  const std::string words = normalise(text.substr(0, 200));
  std::optional<TimeRange> range = parse_calendar(words, now);
  if (!range) range = parse_day_words(words, now);
  if (!range) range = parse_instants(words, now);
  if (!range) range = parse_relative(words, now);
  const std::string shown = shorten_characters(sanitize_utf8(text), 40);
  if (!range) {
    return fail(
        Errc::invalid_argument,
        zh ? fmt::format("不知道“{}”是什么时候，可以说 last_30m、yesterday、昨晚、"
                         "today 13:00-14:00 或者 2026-11-22T02:00..2026-11-22T03:00",
                         shown)
           : fmt::format("\"{}\" is not a time I know; say for example last_30m, yesterday, "
                         "昨晚, today 13:00-14:00 or 2026-11-22T02:00..2026-11-22T03:00",
                         shown));
  }
  if (range->from >= now_time) {
    return fail(Errc::invalid_argument, zh ? fmt::format("“{}”还没到", shown)
                                           : fmt::format("\"{}\" lies in the future", shown));
  }
  range->to = std::min(range->to, now_time);
  if (range->to <= range->from) {
    return fail(Errc::invalid_argument, zh ? fmt::format("“{}”还没开始就结束了", shown)
                                           : fmt::format("\"{}\" ends before it begins", shown));
  }
  if (range->length() > kLongest) {
    return fail(Errc::invalid_argument,
                zh ? fmt::format("“{}”太长了，最多 {} 天", shown, kLongest.count())
                   : fmt::format("\"{}\" is longer than {} days", shown, kLongest.count()));
  }
  return *range;
}

}  // namespace mtc::logs
