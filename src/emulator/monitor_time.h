// When periodic work of the log service is due: the MonitorTime of alarm policies.
#pragma once

#include <optional>

#include "base/clock.h"
#include "base/json.h"
#include "emulator/api_error.h"

namespace mtc::emulator {

// {"Type": "Period" | "Fixed" | "Cron", "Time": minutes, "CronExpression": "m h d M w"}.
// FailedOperation.InvalidPeriod for what cannot be.
ApiResult<> check_monitor_time(const Json& monitor_time);

// The first moment after `after`, in UTC+8: multiples of the period, minute n of the day, or what
// the expression says. Nullopt if it never comes (within a year).
std::optional<TimePoint> next_run(const Json& monitor_time, TimePoint after);

}  // namespace mtc::emulator
