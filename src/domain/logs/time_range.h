// Times as people and models say them → an exact range. Understands
//   last_30m  last 2 hours  最近一小时  近二十分钟  过去三天  半小时  一刻钟
//   today  yesterday  前天  昨晚  last night  yesterday_evening  今天下午  monday  上周五
//   11-11  2026-11-22  十一月十一号
//   today 13:00-14:00  昨天 13:00到14:00  yesterday 22:00-now  2026-11-22 02:00-03:30
//   this_week  last_month  上周  本月 …
//   2026-11-22T02:00:00Z..2026-11-22T03:00:00Z  (UTC, with an offset, or without one: the zone's)
// Calendar words are meant in the given zone; weeks begin on Monday; a part of a day is
// early_morning 0–6, morning 6–12, noon 11–14, afternoon 12–18, evening 18–24. What lies in the
// future is cut off at now.
#pragma once

#include <string_view>

#include "base/language.h"
#include "base/result.h"
#include "base/zone.h"
#include "domain/logs/log_store.h"

namespace mtc::logs {

// Errc::invalid_argument, in that language and with examples of what is understood, for anything
// else; also for empty ranges, ranges that begin in the future and ranges longer than 400 days.
Result<TimeRange> parse_time_range(std::string_view text, TimePoint now, const Zone& zone,
                                   Language language = Language::en);

// One moment: "2026-11-22T08:00", "2026-11-22 08:00:00.5+08:00", "2026-11-22T00:00:00Z"; without an
// offset in the zone.
Result<TimePoint> parse_instant(std::string_view text, const Zone& zone);

}  // namespace mtc::logs
