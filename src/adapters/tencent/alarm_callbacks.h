// What alarms send to our webhooks.
#pragma once

#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "domain/alerts/report.h"

namespace mtc::tencent {

inline constexpr std::size_t kMaxCallbackBytes = 256U << 10U;

// The callback of a Monitor alarm policy, metric or event, or a list of them. The same callback has
// the same report id however often it comes. Times that are absent or in the future are `now`.
// Errc::invalid_argument names the member and what is expected: "[3].alarmStatus: expected 1 …".
Result<std::vector<alerts::Report>> parse_monitor_callback(std::string_view body, TimePoint now);

// The body that docs/API.md has people paste into alarm policies over logs, or a list of them;
// unknown members are left alone, and members that are named as the template variables are (also
// the old ones) count, too. Errors as above.
Result<std::vector<alerts::Report>> parse_log_callback(std::string_view body, TimePoint now);

}  // namespace mtc::tencent
