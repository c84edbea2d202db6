// What a report makes of an alert. Pure: the store calls it inside its transaction.
#pragma once

#include <optional>

#include "domain/alerts/alert.h"
#include "domain/alerts/quiet.h"

namespace mtc::alerts {

enum class Taken {
  created,    // a new alert
  repeated,   // it fires still
  recovered,  // it has ended
  returned,   // it had ended a short time ago: it flaps
  stale,      // older than what is known: nothing changed
};

struct MergeRules {
  Millis returns_within{std::chrono::minutes(30)};  // after that it is a new alert
  std::int64_t flapping_after = 3;                  // returns; then it counts as one that flaps
};

struct Merged {
  Alert alert;
  Taken taken = Taken::created;
};

// `known`: the newest alert of this cause, if there is one. A new alert has no id, number and
// incident yet. nullopt: nothing to keep (the end of something never heard of). Out of order
// reports are put in order by their times: an end that is older than the newest firing changes
// nothing.
std::optional<Merged> merge(const std::optional<Alert>& known, Account account,
                            const Report& report, const MergeRules& rules, TimePoint now);

// Whether it comes and goes: it then stays firing until it has been silent for returns_within.
bool is_flapping(const Alert& alert, const MergeRules& rules);

}  // namespace mtc::alerts
