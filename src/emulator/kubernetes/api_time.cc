#include "emulator/kubernetes/api_time.h"

#include <fmt/format.h>

namespace mtc::emulator::kubernetes {
namespace {

using namespace std::chrono;

// Reads exactly `digits` digits off the front.
bool take_number(std::string_view& text, std::size_t digits, int& number) {
  if (text.size() < digits) return false;
  for (const char c : text.substr(0, digits)) {
    if (c < '0' || c > '9') return false;
    number = number * 10 + (c - '0');
  }
  text.remove_prefix(digits);
  return true;
}

bool take(std::string_view& text, char wanted) {
  if (!text.starts_with(wanted)) return false;
  text.remove_prefix(1);
  return true;
}

// ".123456" or nothing; what is below a millisecond is dropped.
bool take_fraction(std::string_view& text, int& millis) {
  if (!take(text, '.')) return true;
  int scale = 100;
  std::size_t digits = 0;
  for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits) {
    millis += (text[digits] - '0') * scale;
    scale /= 10;
  }
  text.remove_prefix(digits);
  return digits > 0;
}

bool take_offset(std::string_view& text, minutes& offset) {
  if (take(text, 'Z') || take(text, 'z')) return true;
  const bool west = text.starts_with('-');
  if (!take(text, '+') && !take(text, '-')) return false;
  int hour = 0;
  int minute = 0;
  if (!take_number(text, 2, hour) || !take(text, ':') || !take_number(text, 2, minute))
    return false;
  if (hour > 23 || minute > 59) return false;
  offset = hours(hour) + minutes(minute);
  if (west) offset = -offset;
  return true;
}

// Go's integer division, as the shapes below need it.
std::string with_rest(std::int64_t whole, char unit, std::int64_t rest, char rest_unit) {
  return rest == 0 ? fmt::format("{}{}", whole, unit)
                   : fmt::format("{}{}{}{}", whole, unit, rest, rest_unit);
}

}  // namespace

std::string api_time(TimePoint time) {
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(floor<seconds>(time - day));
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

std::optional<TimePoint> read_api_time(std::string_view text) {
  int year_number = 0, month_number = 0, day_number = 0, hour = 0, minute = 0, second = 0;
  int millis = 0;
  minutes offset{};
  const bool read = take_number(text, 4, year_number) && take(text, '-') &&
                    take_number(text, 2, month_number) && take(text, '-') &&
                    take_number(text, 2, day_number) && (take(text, 'T') || take(text, 't')) &&
                    take_number(text, 2, hour) && take(text, ':') && take_number(text, 2, minute) &&
                    take(text, ':') && take_number(text, 2, second) &&
                    take_fraction(text, millis) && take_offset(text, offset) && text.empty();
  if (!read || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  const year_month_day date{year(year_number), month(static_cast<unsigned>(month_number)),
                            day(static_cast<unsigned>(day_number))};
  if (!date.ok()) return std::nullopt;
  return sys_days(date) + hours(hour) + minutes(minute) - offset + seconds(second) + Millis(millis);
}

// The steps of k8s.io/apimachinery's duration.HumanDuration.
std::string human_duration(Millis duration) {
  const auto all_seconds = duration_cast<seconds>(duration).count();
  if (all_seconds < -1) return "<invalid>";
  if (all_seconds < 0) return "0s";
  if (duration < minutes(2)) return fmt::format("{}s", all_seconds);
  const auto all_minutes = all_seconds / 60;
  if (duration < minutes(10)) return with_rest(all_minutes, 'm', all_seconds % 60, 's');
  if (duration < hours(3)) return fmt::format("{}m", all_minutes);
  const auto all_hours = all_minutes / 60;
  if (duration < hours(8)) return with_rest(all_hours, 'h', all_minutes % 60, 'm');
  if (duration < hours(48)) return fmt::format("{}h", all_hours);
  const auto all_days = all_hours / 24;
  if (duration < days(8)) return with_rest(all_days, 'd', all_hours % 24, 'h');
  if (duration < days(2 * 365)) return fmt::format("{}d", all_days);
  if (duration < days(8 * 365)) return with_rest(all_days / 365, 'y', all_days % 365, 'd');
  return fmt::format("{}y", all_days / 365);
}

std::string age_since(std::string_view created, TimePoint now) {
  const auto time = read_api_time(created);
  return time ? human_duration(now - *time) : "<unknown>";
}

}  // namespace mtc::emulator::kubernetes
