// What a report makes of an alert. Pure: the store calls it inside its transaction.
#pragma once

#include <optional>
#include <vector>

#include "domain/alerts/alert.h"
#include "domain/alerts/quiet.h"

namespace mtc::alerts {

enum class Taken {
  created,    // a new alert
  repeated,   // it fires still
  recovered,  // it has ended
  returned,   // it had ended a short time ago: it flaps; or it still fires after a silence
  stale,      // older than what is known, or of an alert that is closed: it is counted at most
};

struct MergeRules {
  Millis returns_within{std::chrono::minutes(30)};  // after that it is a new alert
  std::int64_t flapping_after = 3;                  // returns; then it counts as one that flaps
  std::vector<Quiet> quiet{};  // of the account: what they cover is kept with Handling::quiet
};

struct Merged {
  Alert alert;
  Taken taken = Taken::created;
};

// `known`: the newest alert of this cause, if there is one. A new alert has no id, number and
// incident yet. nullopt: nothing to keep, as if it had not been told, so that it counts when it is
// told again: the end of something never heard of, or of another pod of the workload than the one
// that fired last. Out of order reports are put in order by their times: an end that is older than
// the newest firing changes nothing.
//
// One that a rollback had solved and that comes back is not solved. One that a person closed stays
// closed while it goes on firing; it is a new alert when it fires after it had ended, or after
// having been silent for returns_within.
//
// One that flaps notes its end in `recovered` and goes on firing; telling that end again after
// returns_within ends it: see report_of_end().
std::optional<Merged> merge(const std::optional<Alert>& known, Account account,
                            const Report& report, const MergeRules& rules, TimePoint now);

// Whether it comes and goes: it then stays firing until it has been silent for returns_within.
bool is_flapping(const Alert& alert, const MergeRules& rules);

// For one that flaps and whose noted end is returns_within ago: the report that ends it. nullopt
// for all others.
std::optional<Report> report_of_end(const Alert& alert, const MergeRules& rules, TimePoint now);

// An alert that begins, and `other`, which fires and is of the same account and group_of(): one
// incident from now on. What is under way for the incident, or was handed over, holds for both.
void join_incident(Alert& alert, const Alert& other);

}  // namespace mtc::alerts
