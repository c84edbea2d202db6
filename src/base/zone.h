// Civil time in a user's time zone. Names are IANA's ("Asia/Shanghai"); rules come from the
// system's tzdata.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace mtc {

struct CivilTime {
  int year = 1970;
  unsigned month = 1;
  unsigned day = 1;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int millisecond = 0;
  unsigned weekday = 4;  // 0 = Sunday
};

// A time zone; cheap to copy, safe from any thread.
class Zone {
 public:
  // Errc::invalid_argument if tzdata does not know the name.
  static Result<Zone> find(std::string_view name);
  static const Zone& utc();
  static const Zone&
  shanghai();  // UTC+8 without daylight saving: what Tencent Cloud's texts are written in

  const std::string& name() const { return name_; }
  CivilTime civil(TimePoint time) const;
  // The first moment of that civil time; times skipped by daylight saving move forward.
  TimePoint at(std::chrono::year_month_day day, Millis since_midnight = Millis{0}) const;
  std::chrono::year_month_day day_of(TimePoint time) const;

 private:
  Zone() = default;
  std::string name_;
  const void* zone_ =
      nullptr;  // date::time_zone of the process-wide database; null for a fixed offset
  std::chrono::minutes offset_{0};  // of the fixed zones
};

// "2026-11-22"; and back (Errc::invalid_argument for anything but a real date).
std::string format_day(std::chrono::year_month_day day);
Result<std::chrono::year_month_day> parse_day(std::string_view text);

// "06:00" ↔ time since midnight; 24:00 is allowed as an end.
std::string format_time_of_day(std::chrono::minutes time);
Result<std::chrono::minutes> parse_time_of_day(std::string_view text);

std::string format_iso_utc(TimePoint time);  // 2026-11-22T05:00:00.000Z
// The same, also without fraction, with a longer one, or with an offset: 2026-11-22T13:00:00+08:00.
Result<TimePoint> parse_iso(std::string_view text);
std::string format_civil(TimePoint time, const Zone& zone);  // 2026-11-22 05:00:00

}  // namespace mtc
