// When a broadcast is due: the user's window, the day it belongs to, and the period it tells about.
#pragma once

#include <optional>

#include "base/zone.h"
#include "domain/broadcast/ports.h"
#include "domain/identity/user.h"
#include "domain/logs/log_store.h"

namespace mtc::broadcast {

struct Schedule {
  std::chrono::minutes prepare_at{
      5 * 60};  // local time of day at which the night's digest is closed and prepared
};

// The user's zone; UTC+8 if tzdata no longer knows its name.
Zone zone_of(const identity::User& user);

// The day whose broadcast is due at that moment, nullopt outside the window. A window may pass
// midnight (22:00 to 02:00): its day is the one on which it began.
std::optional<Day> day_due(const identity::User& user, TimePoint now);

// The day whose broadcast should be prepared by now: from prepare_at until the window closes.
std::optional<Day> day_to_prepare(const identity::User& user, const Schedule& schedule,
                                  TimePoint now);

// The latest day whose period is over: today from prepare_at on, else yesterday.
Day latest_closed_day(const identity::User& user, const Schedule& schedule, TimePoint now);

// The 24 hours that a day's broadcast tells about: they end at prepare_at of that day, so that the
// night is in it.
logs::TimeRange period_of(Day day, const identity::User& user, const Schedule& schedule);

}  // namespace mtc::broadcast
