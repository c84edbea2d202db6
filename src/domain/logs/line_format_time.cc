#include "domain/logs/line_format_time.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "domain/logs/line_format_text.h"

namespace mtc::logs {
namespace {

using std::chrono::day;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::month;
using std::chrono::seconds;
using std::chrono::year;

// What a text has not said yet is 0; month and day of a real date are not.
constexpr CivilTime kUnsaid{.year = 0, .month = 0, .day = 0};

constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> kWeekdays{"Mon", "Tue", "Wed", "Thu",
                                                    "Fri", "Sat", "Sun"};

unsigned month_of(std::string_view text) {
  for (unsigned i = 0; i < kMonths.size(); ++i) {
    if (text.starts_with(kMonths[i])) return i + 1;
  }
  return 0;
}

bool is_weekday(std::string_view text) {
  return std::any_of(kWeekdays.begin(), kWeekdays.end(),
                     [text](auto name) { return text.starts_with(name); });
}

std::size_t count_digits(std::string_view text) {
  std::size_t count = 0;
  while (count < text.size() && is_digit(text[count])) ++count;
  return count;
}

}  // namespace

// Reads on through a text; a failed read leaves it anywhere.
struct StampReader::Cursor {
  std::string_view text;
  std::size_t at = 0;

  char peek() const { return at < text.size() ? text[at] : '\0'; }
  bool skip(char c) {
    if (peek() != c) return false;
    ++at;
    return true;
  }
  void skip_spaces() {
    while (peek() == ' ') ++at;
  }
  template <class Number>
  bool digits(std::size_t count, Number* value) {
    if (text.size() - at < count) return false;
    Number sum = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const char c = text[at + i];
      if (!is_digit(c)) return false;
      sum = sum * 10 + static_cast<Number>(c - '0');
    }
    at += count;
    *value = sum;
    return true;
  }
  // 05:00, 05:00:00, 05:00:00.123456
  bool time_of_day(CivilTime* civil) {
    if (!digits(2, &civil->hour) || !skip(':') || !digits(2, &civil->minute)) return false;
    if (skip(':') && !digits(2, &civil->second)) return false;
    if (civil->hour > 23 || civil->minute > 59 || civil->second > 60) return false;
    const char c = peek();
    if ((c == '.' || c == ',' || c == ':') && at + 1 < text.size() && is_digit(text[at + 1])) {
      ++at;
      int scale = 100;
      while (is_digit(peek())) {
        civil->millisecond += (peek() - '0') * scale;
        scale /= 10;
        ++at;
      }
    }
    return true;
  }
};

std::optional<TimePoint> StampReader::from_epoch(double number) {
  // The ranges of the four units do not overlap for the times that are taken.
  if (number < 1e11) {
    number *= 1e3;
  } else if (number >= 1e17) {
    number /= 1e6;
  } else if (number >= 1e14) {
    number /= 1e3;
  }
  constexpr double kFirst = 1e12, kLast = 3e12;  // ms
  if (!(number >= kFirst && number <= kLast)) return std::nullopt;
  return TimePoint(Millis(std::llround(number)));
}

std::optional<Stamp> StampReader::read(std::string_view text) {
  if (text.size() < 8) return std::nullopt;
  if (is_digit(text[0])) return read_numeric(text);
  if (text[0] >= 'A' && text[0] <= 'Z') return read_named(text);
  return std::nullopt;
}

// The dates that are all numbers, with the separator behind them.
bool StampReader::read_date(Cursor& cursor, CivilTime* civil) {
  const std::size_t first = count_digits(cursor.text.substr(0, 9));
  const char separator = first < cursor.text.size() ? cursor.text[first] : '\0';
  if (first == 4 && (separator == '-' || separator == '/' || separator == '.')) {
    return cursor.digits(4, &civil->year) && cursor.skip(separator) &&
           cursor.digits(2, &civil->month) && cursor.skip(separator) &&
           cursor.digits(2, &civil->day) &&
           (cursor.skip('T') || cursor.skip(' ') || cursor.skip('t') || cursor.skip('_'));
  }
  if (first == 8) {  // 20261122-05:00:00
    return cursor.digits(4, &civil->year) && cursor.digits(2, &civil->month) &&
           cursor.digits(2, &civil->day) &&
           (cursor.skip('T') || cursor.skip('-') || cursor.skip(' '));
  }
  if (first != 2) return false;
  if (separator == '/') {  // 26/11/22
    if (!cursor.digits(2, &civil->year) || !cursor.skip('/')) return false;
    if (!cursor.digits(2, &civil->month) || !cursor.skip('/') || !cursor.digits(2, &civil->day))
      return false;
    civil->year += 2000;
    return cursor.skip(' ');
  }
  if (separator != '-' && separator != '.') return false;  // 11-22
  return cursor.digits(2, &civil->month) && cursor.skip(separator) &&
         cursor.digits(2, &civil->day) && cursor.skip(' ');
}

std::optional<Stamp> StampReader::read_epoch(std::string_view text, std::size_t digits) {
  std::size_t end = digits;
  if (digits == 10 && end < text.size() && text[end] == '.')
    end += 1 + count_digits(text.substr(end + 1, 9));
  if (end < text.size() && is_digit(text[end])) return std::nullopt;
  double number = 0;
  double scale = 0;
  for (const char c : text.substr(0, end)) {
    if (c == '.') {
      scale = 1;
    } else if (scale == 0) {
      number = number * 10 + (c - '0');
    } else {
      scale /= 10;
      number += (c - '0') * scale;
    }
  }
  const auto time = from_epoch(number);
  if (!time) return std::nullopt;
  return Stamp{.time = *time, .length = end};
}

std::optional<Stamp> StampReader::read_numeric(std::string_view text) {
  const std::size_t first = count_digits(text.substr(0, 20));
  CivilTime civil = kUnsaid;
  Cursor cursor{.text = text};
  if (first == 6 && text.size() >= 13 && text[6] == ' ') {  // 081109 203615
    if (!cursor.digits(2, &civil.year) || !cursor.digits(2, &civil.month) ||
        !cursor.digits(2, &civil.day) || !cursor.skip(' ') || !cursor.digits(2, &civil.hour) ||
        !cursor.digits(2, &civil.minute) || !cursor.digits(2, &civil.second) ||
        is_digit(cursor.peek()) || civil.hour > 23 || civil.minute > 59) {
      return std::nullopt;
    }
    civil.year += 2000;
    return finish(cursor, civil);
  }
  if (first == 10 || first == 13 || first == 16 || first == 19) return read_epoch(text, first);
  if (first == 2 && text[2] == '/' && text.size() >= 20 &&
      !is_digit(text[3])) {  // 22/Nov/2026:05:00:00 +0800
    cursor.digits(2, &civil.day);
    cursor.skip('/');
    civil.month = month_of(text.substr(3));
    if (civil.month == 0) return std::nullopt;
    cursor.at += 3;
    if (!cursor.skip('/') || !cursor.digits(4, &civil.year) ||
        !(cursor.skip(':') || cursor.skip(' ')) || !cursor.time_of_day(&civil)) {
      return std::nullopt;
    }
    return finish(cursor, civil);
  }
  if (!read_date(cursor, &civil)) return std::nullopt;
  if (count_digits(text.substr(cursor.at, 7)) == 6) {  // 20261122T050000Z
    if (!cursor.digits(2, &civil.hour) || !cursor.digits(2, &civil.minute) ||
        !cursor.digits(2, &civil.second) || civil.hour > 23 || civil.minute > 59) {
      return std::nullopt;
    }
  } else if (!cursor.time_of_day(&civil)) {
    return std::nullopt;
  }
  return finish(cursor, civil);
}

std::optional<Stamp> StampReader::read_named(std::string_view text) {
  CivilTime civil = kUnsaid;
  Cursor cursor{.text = text};
  const bool weekday = is_weekday(text);
  if (weekday) {
    cursor.at = 3;
    cursor.skip_spaces();
  }
  civil.month = month_of(text.substr(cursor.at));
  if (civil.month == 0) return std::nullopt;
  cursor.at += 3;
  cursor.skip_spaces();
  if (!cursor.digits(2, &civil.day) && !cursor.digits(1, &civil.day)) return std::nullopt;
  if (!cursor.skip(' ')) return std::nullopt;
  cursor.skip_spaces();
  if (count_digits(text.substr(cursor.at, 5)) == 4) {  // Nov 22 2026 05:00:00
    if (!cursor.digits(4, &civil.year) || !cursor.skip(' ')) return std::nullopt;
  }
  if (!cursor.time_of_day(&civil)) return std::nullopt;
  if (weekday && civil.year == 0) {  // Sun Nov 22 05:00:00 2026
    Cursor behind = cursor;
    int number = 0;
    if (behind.skip(' ') && behind.digits(4, &number) && !is_digit(behind.peek())) {
      civil.year = number;
      cursor = behind;
    }
  }
  return finish(cursor, civil);
}

// The offset behind the time; without one the cursor stays.
std::optional<minutes> StampReader::read_offset(Cursor& cursor) {
  Cursor behind = cursor;
  const auto accept = [&](minutes offset) {
    cursor = behind;
    return offset;
  };
  if (behind.skip('Z')) return accept(minutes(0));
  behind.skip_spaces();
  const auto rest = behind.text.substr(behind.at);
  if (rest.starts_with("UTC") || rest.starts_with("GMT")) {
    behind.at += 3;
    return accept(minutes(0));
  }
  const char sign = behind.peek();
  if ((sign != '+' && sign != '-') || behind.at - cursor.at > 1) return std::nullopt;
  ++behind.at;
  int offset_hours = 0;
  int offset_minutes = 0;
  if (!behind.digits(2, &offset_hours)) return std::nullopt;
  const bool colon = behind.skip(':');
  const bool complete = behind.digits(2, &offset_minutes);
  // " - 12 items" and "-12" are no offsets; "+08" right behind the time is.
  if ((!complete && (colon || sign == '-')) || is_digit(behind.peek()) || offset_hours > 14)
    return std::nullopt;
  return accept((sign == '-' ? -1 : 1) * (hours(offset_hours) + minutes(offset_minutes)));
}

std::optional<Stamp> StampReader::finish(Cursor cursor, const CivilTime& civil) {
  if (civil.month == 0 || civil.month > 12 || civil.day == 0 || civil.day > 31) return std::nullopt;
  const auto offset = read_offset(cursor);
  std::optional<TimePoint> time;
  if (civil.year == 0) {
    time = without_year(civil);
  } else if (offset) {
    const std::chrono::year_month_day date{year(civil.year), month(civil.month), day(civil.day)};
    if (date.ok()) {
      time = TimePoint(std::chrono::sys_days(date)) + hours(civil.hour) + minutes(civil.minute) +
             seconds(civil.second) + Millis(civil.millisecond) - *offset;
    }
  } else {
    time = local(civil);
  }
  if (!time) return std::nullopt;
  return Stamp{.time = *time, .length = cursor.at};
}

std::optional<TimePoint> StampReader::local(const CivilTime& civil) {
  const std::int64_t key =
      ((std::int64_t{civil.year} * 16 + civil.month) * 32 + civil.day) * 32 + civil.hour;
  if (key != hour_key_) {
    const std::chrono::year_month_day date{year(civil.year), month(civil.month), day(civil.day)};
    if (!date.ok()) return std::nullopt;
    hour_begin_ = zone_.at(date, hours(civil.hour));
    hour_key_ = key;
  }
  return hour_begin_ + minutes(civil.minute) + seconds(civil.second) + Millis(civil.millisecond);
}

std::optional<TimePoint> StampReader::without_year(CivilTime civil) {
  const int latest = zone_.civil(reference_ + hours(24)).year;
  for (civil.year = latest; civil.year > latest - 8;
       --civil.year) {  // eight: there is always a 29 February
    const auto time = local(civil);
    if (time && *time <= reference_ + hours(24)) return time;
  }
  return std::nullopt;
}

}  // namespace mtc::logs
