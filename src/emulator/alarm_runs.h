// Judges alarm policies: runs their queries when they are due, counts matches, fires, repeats,
// recovers, and writes the run log that GetAlarmLog searches. Nothing is sent to anybody.
#pragma once

#include <string_view>

#include "emulator/cloud.h"

namespace mtc::emulator {

inline constexpr std::string_view kClsAlarm = "cls_alarm";
inline constexpr std::string_view kClsNotice = "cls_notice";
inline constexpr std::string_view kClsShield = "cls_shield";
inline constexpr std::string_view kClsAlert = "cls_alert";  // a firing: what the history shows

// Cycles that one policy catches up with at a time; older ones are left out.
inline constexpr int kMaxMissedCycles = 200;

// A firing's Status.
inline constexpr std::int64_t kFiring = 0, kRecovered = 1, kInvalid = 2;

// Every enabled policy of everybody, for each time it was due until now.
void run_alarms(Cloud& cloud, TimePoint now);

// The policy's first run comes after `after`. Call save() on the record afterwards.
void schedule_alarm(Record& alarm, TimePoint after);

// The policy is disabled, changed or deleted: what it reported counts no more.
void invalidate_firings(Cloud& cloud, Record& alarm);

// The topic that keeps the run log of this owner. It is nobody's: no list shows it.
const Topic* alarm_log(Cloud& cloud, const Owner& owner);

// 0 pending, 1 active, 2 expired.
std::int64_t shield_status(const Record& shield, TimePoint now);

}  // namespace mtc::emulator
