// Times that are still to come, as people say them: how long something is put off, until when.
#pragma once

#include <optional>
#include <string_view>

#include "base/language.h"
#include "base/result.h"
#include "base/zone.h"

namespace mtc::services {

// "2h", "30m", 两小时, 半天, "an hour".
Result<Millis> parse_duration(std::string_view text, Language language);

// The next moment that is meant: "15:00", 下午三点, 明天, 明早九点, "tomorrow 9:00", 周一,
// "2026-11-25T09:00". A day without a time is its nine o'clock in the morning.
Result<TimePoint> parse_moment_ahead(std::string_view text, TimePoint now, const Zone& zone,
                                     Language language);

// "02:00-04:00", 两点到四点: the time of day of something that comes again.
struct DailyWindow {
  std::chrono::minutes from{0}, to{0};
};
Result<DailyWindow> parse_daily(std::string_view text, Language language);

}  // namespace mtc::services
