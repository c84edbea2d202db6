#include "app/shifted_clock.h"

#include <cstdlib>
#include <string>

#include "domain/logs/time_range.h"

namespace mtc::app {

ShiftedClock ShiftedClock::at(std::chrono::minutes time_of_day, const Zone& zone) {
  const TimePoint now = SystemClock().now();
  return ShiftedClock(zone.at(zone.day_of(now), time_of_day) - now);
}

Result<ShiftedClock> ShiftedClock::of_process() {
  const char* start = std::getenv("MTC_START_TIME");
  if (start == nullptr || *start == '\0') return ShiftedClock(Millis{0});
  const auto moment = logs::parse_instant(start, Zone::shanghai());
  if (!moment) return fail_in("MTC_START_TIME", moment.error());
  return ShiftedClock(*moment - SystemClock().now());
}

}  // namespace mtc::app
