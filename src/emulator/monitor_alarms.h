// The alarm objects of the monitor product: they belong to an account, whatever the region. Rows
// come from a scene or from POST /_emulator/alarms; members are those of the documents.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "emulator/cloud.h"

namespace mtc::emulator {

inline constexpr std::size_t kMaxHistories = 10'000;  // the oldest go first

// Members that are absent get what a plain metric alarm has; AlarmId follows from the rest unless
// given. An AlarmId that is there already is replaced: a firing that has recovered.
// Errc::invalid_argument with the member for a row of the wrong form.
Result<void> add_alarm_history(Cloud& cloud, std::uint64_t uin, Json row);
// AlarmPolicy, AlarmNotice.
Result<void> add_alarm_policy(Cloud& cloud, std::uint64_t uin, Json policy);
Result<void> add_alarm_notice(Cloud& cloud, std::uint64_t uin, Json notice);

}  // namespace mtc::emulator
