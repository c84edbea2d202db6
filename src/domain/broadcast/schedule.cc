#include "domain/broadcast/schedule.h"

namespace mtc::broadcast {
namespace {

using std::chrono::days;
using std::chrono::minutes;
using std::chrono::sys_days;

struct LocalMoment {
  Day day{};
  minutes time_of_day{};
};

LocalMoment local(const identity::User& user, TimePoint now) {
  const CivilTime c = zone_of(user).civil(now);
  return {.day = {std::chrono::year(c.year), std::chrono::month(c.month), std::chrono::day(c.day)},
          .time_of_day = minutes(c.hour * 60 + c.minute)};
}

Day day_before(Day day) {
  return Day(sys_days(day) - days(1));
}

// The day on which a stretch [start, end) began that holds the moment; end <= start means it passes
// midnight.
std::optional<Day> day_within(const LocalMoment& at, minutes start, minutes end) {
  if (start < end) {
    if (at.time_of_day >= start && at.time_of_day < end) return at.day;
    return std::nullopt;
  }
  if (at.time_of_day >= start) return at.day;
  if (at.time_of_day < end) return day_before(at.day);
  return std::nullopt;
}

}  // namespace

Zone zone_of(const identity::User& user) {
  return Zone::find(user.zone).value_or(Zone::shanghai());
}

std::optional<Day> day_due(const identity::User& user, TimePoint now) {
  return day_within(local(user, now), user.window_start, user.window_end);
}

std::optional<Day> day_to_prepare(const identity::User& user, const Schedule& schedule,
                                  TimePoint now) {
  return day_within(local(user, now), schedule.prepare_at, user.window_end);
}

Day latest_closed_day(const identity::User& user, const Schedule& schedule, TimePoint now) {
  const LocalMoment at = local(user, now);
  return at.time_of_day >= schedule.prepare_at ? at.day : day_before(at.day);
}

logs::TimeRange period_of(Day day, const identity::User& user, const Schedule& schedule) {
  const Zone zone = zone_of(user);
  return {.from = zone.at(day_before(day), schedule.prepare_at),
          .to = zone.at(day, schedule.prepare_at)};
}

}  // namespace mtc::broadcast
