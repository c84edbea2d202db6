#include "domain/alerts/quiet.h"

#include <algorithm>

#include "base/contains.h"

namespace mtc::alerts {
namespace {

using namespace std::chrono;

bool fits(const std::string& wanted, const std::string& is) {
  return wanted.empty() || wanted == is;
}

bool is_about(const Quiet& quiet, const Alert& alert) {
  return quiet.account == alert.account && fits(quiet.cluster_id, alert.subject.cluster_id) &&
         fits(quiet.ns, alert.subject.ns) && fits(quiet.name, alert.subject.name) &&
         fits(quiet.policy_id, alert.policy_id);
}

bool is_on(const Quiet& quiet, unsigned weekday) {
  return quiet.weekdays.empty() || contains(quiet.weekdays, weekday % 7);
}

// A window belongs to the day it begins on, also after midnight.
bool is_in_window(const Quiet& quiet, TimePoint now) {
  if (!quiet.daily_from || !quiet.daily_until) return true;
  const auto zone = Zone::find(quiet.zone);
  const auto civil = (zone ? *zone : Zone::shanghai()).civil(now);
  const auto since_midnight = hours(civil.hour) + minutes(civil.minute);
  const unsigned yesterday = civil.weekday + 6;
  if (*quiet.daily_from < *quiet.daily_until) {
    return is_on(quiet, civil.weekday) && since_midnight >= *quiet.daily_from &&
           since_midnight < *quiet.daily_until;
  }
  return (is_on(quiet, civil.weekday) && since_midnight >= *quiet.daily_from) ||
         (is_on(quiet, yesterday) && since_midnight < *quiet.daily_until);
}

}  // namespace

bool covers(const Quiet& quiet, const Alert& alert, TimePoint now) {
  if (now < quiet.from || now >= quiet.until) return false;
  if (quiet.lifted && now >= *quiet.lifted) return false;
  return is_about(quiet, alert) && is_in_window(quiet, now);
}

const Quiet* find_quiet(std::span<const Quiet> all, const Alert& alert, TimePoint now) {
  const auto it =
      std::ranges::find_if(all, [&](const Quiet& quiet) { return covers(quiet, alert, now); });
  return it == all.end() ? nullptr : &*it;
}

}  // namespace mtc::alerts
