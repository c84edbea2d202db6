#include "base/zone.h"

#include <date/tz.h>
#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "base/text.h"

namespace mtc {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;

// date:: and std::chrono share durations but not time_point's local clock.
date::local_time<Millis> local_of(year_month_day day, Millis since_midnight) {
  return date::local_time<Millis>(sys_days(day).time_since_epoch() + since_midnight);
}

bool read_digits(std::string_view text, int& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size() && !text.empty() &&
         text.front() != '-' && text.front() != '+';
}

}  // namespace

Result<Zone> Zone::find(std::string_view name) {
  if (name == "UTC") return utc();
  if (name == "Asia/Shanghai") return shanghai();
  try {
    Zone zone;
    zone.zone_ = date::locate_zone(std::string(name));
    zone.name_ = name;
    return zone;
  } catch (const std::exception&) {
    return fail(Errc::invalid_argument,
                fmt::format("unknown time zone \"{}\"; use an IANA name such as Asia/Shanghai",
                            shorten_characters(sanitize_utf8(name), 40)));
  }
}

const Zone& Zone::utc() {
  static const Zone zone = [] {
    Zone z;
    z.name_ = "UTC";
    return z;
  }();
  return zone;
}

const Zone& Zone::shanghai() {
  // Fixed, because it is the zone of nearly all users and loading tzdata costs a cold start 10 ms.
  static const Zone zone = [] {
    Zone z;
    z.name_ = "Asia/Shanghai";
    z.offset_ = std::chrono::hours(8);
    return z;
  }();
  return zone;
}

CivilTime Zone::civil(TimePoint time) const {
  Millis local = time.time_since_epoch() + offset_;
  if (zone_ != nullptr) {
    local = static_cast<const date::time_zone*>(zone_)->to_local(time).time_since_epoch();
  }
  const auto day_count = std::chrono::floor<days>(local);
  const year_month_day day{sys_days(day_count)};
  const auto clock = std::chrono::hh_mm_ss<Millis>(local - day_count);
  return {.year = static_cast<int>(day.year()),
          .month = static_cast<unsigned>(day.month()),
          .day = static_cast<unsigned>(day.day()),
          .hour = static_cast<int>(clock.hours().count()),
          .minute = static_cast<int>(clock.minutes().count()),
          .second = static_cast<int>(clock.seconds().count()),
          .millisecond = static_cast<int>(clock.subseconds().count()),
          .weekday = std::chrono::weekday{sys_days(day_count)}.c_encoding()};
}

TimePoint Zone::at(year_month_day day, Millis since_midnight) const {
  const auto local = local_of(day, since_midnight);
  if (zone_ != nullptr) {
    return static_cast<const date::time_zone*>(zone_)->to_sys(local, date::choose::earliest);
  }
  return TimePoint(local.time_since_epoch() - offset_);
}

year_month_day Zone::day_of(TimePoint time) const {
  const CivilTime c = civil(time);
  return {std::chrono::year(c.year), std::chrono::month(c.month), std::chrono::day(c.day)};
}

std::string format_day(year_month_day day) {
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()),
                     static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
}

Result<year_month_day> parse_day(std::string_view text) {
  int year = 0;
  int month = 0;
  int day = 0;
  const bool shaped = text.size() == 10 && text[4] == '-' && text[7] == '-' &&
                      read_digits(text.substr(0, 4), year) &&
                      read_digits(text.substr(5, 2), month) && read_digits(text.substr(8, 2), day);
  const year_month_day date{std::chrono::year(year),
                            std::chrono::month(static_cast<unsigned>(month)),
                            std::chrono::day(static_cast<unsigned>(day))};
  if (!shaped || !date.ok()) {
    return fail(Errc::invalid_argument, fmt::format("\"{}\" is not a date; write it as 2026-11-22",
                                                    shorten_characters(sanitize_utf8(text), 40)));
  }
  return date;
}

std::string format_time_of_day(std::chrono::minutes time) {
  return fmt::format("{:02}:{:02}", time.count() / 60, time.count() % 60);
}

Result<std::chrono::minutes> parse_time_of_day(std::string_view text) {
  int hour = 0;
  int minute = 0;
  const std::size_t colon = text.find(':');
  const bool shaped = colon != std::string_view::npos && colon <= 2 && text.size() == colon + 3 &&
                      read_digits(text.substr(0, colon), hour) &&
                      read_digits(text.substr(colon + 1), minute);
  if (!shaped || hour > 24 || minute > 59 || (hour == 24 && minute > 0)) {
    return fail(Errc::invalid_argument,
                fmt::format("\"{}\" is not a time of day; write it as 06:00",
                            shorten_characters(sanitize_utf8(text), 40)));
  }
  return std::chrono::minutes(hour * 60 + minute);
}

std::string format_iso_utc(TimePoint time) {
  const CivilTime c = Zone::utc().civil(time);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", c.year, c.month, c.day, c.hour,
                     c.minute, c.second, c.millisecond);
}

namespace {

// So many digits from `at` on; -1 if there are others.
int digits_at(std::string_view text, std::size_t at, std::size_t count) {
  int out = 0;
  if (at + count > text.size()) return -1;
  for (const char c : text.substr(at, count)) {
    if (c < '0' || c > '9') return -1;
    out = out * 10 + (c - '0');
  }
  return out;
}

// "Z", "+08:00": minutes east of Greenwich.
std::optional<int> read_offset(std::string_view text) {
  if (text == "Z") return 0;
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return std::nullopt;
  const int hours = digits_at(text, 1, 2), minutes = digits_at(text, 4, 2);
  if (hours < 0 || hours > 14 || minutes < 0 || minutes > 59) return std::nullopt;
  return (text[0] == '-' ? -1 : 1) * (hours * 60 + minutes);
}

// ".5", ".123456": milliseconds, the rest cut off; takes them off the text.
std::optional<int> read_fraction(std::string_view& text) {
  if (!text.starts_with('.')) return 0;
  std::size_t end = 1;
  while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
  if (end == 1 || end > 10) return std::nullopt;
  const std::string padded = std::string(text.substr(1, end - 1)) + "00";
  text.remove_prefix(end);
  return digits_at(padded, 0, 3);
}

}  // namespace

Result<TimePoint> parse_iso(std::string_view text) {
  using namespace std::chrono;
  const auto wrong = [&] {
    return fail(Errc::invalid_argument, fmt::format("\"{}\" is not a time such as "
                                                    "2026-11-22T05:00:00Z",
                                                    prefix_of_bytes(text, 40)));
  };
  const auto mark = [&](std::size_t at, char c) { return at < text.size() && text[at] == c; };
  if (!mark(4, '-') || !mark(7, '-') || !mark(10, 'T') || !mark(13, ':') || !mark(16, ':'))
    return wrong();
  const int year_number = digits_at(text, 0, 4), month_number = digits_at(text, 5, 2),
            day_number = digits_at(text, 8, 2), hour = digits_at(text, 11, 2),
            minute = digits_at(text, 14, 2), second = digits_at(text, 17, 2);
  if (year_number < 0 || month_number < 0 || day_number < 0 || hour < 0 || hour > 23 ||
      minute < 0 || minute > 59 || second < 0 || second > 59)
    return wrong();
  std::string_view rest = text.substr(19);
  const auto fraction = read_fraction(rest);
  const auto offset = read_offset(rest);
  const year_month_day date{year(year_number), month(static_cast<unsigned>(month_number)),
                            day(static_cast<unsigned>(day_number))};
  if (!fraction || !offset || !date.ok()) return wrong();
  return TimePoint(sys_days(date)) + hours(hour) + minutes(minute - *offset) + seconds(second) +
         milliseconds(*fraction);
}

std::string format_civil(TimePoint time, const Zone& zone) {
  const CivilTime c = zone.civil(time);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", c.year, c.month, c.day, c.hour,
                     c.minute, c.second);
}

}  // namespace mtc
