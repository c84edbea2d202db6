// The moments of a chart's points: as they stand in what a query answered, and those that it left
// out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/zone.h"
#include "domain/logs/log_store.h"

namespace mtc::dashboards {

// Of the clock on the wall where the reader is.
struct Moment {
  std::int64_t second = 0;  // since 1970, or since midnight where there is no day
  bool has_day = true;
  bool has_clock = true;
  friend auto operator<=>(const Moment&, const Moment&) = default;
};

// "2026-11-22 10:20:00.000", "2026-11-22T10:20:00+08:00", "2026-11-22", "10:20"; milliseconds since
// 1970 in the zone. Nullopt for anything else.
std::optional<Moment> read_moment(const Json& value, const Zone& zone);
Moment moment_of(TimePoint time, const Zone& zone);

// "11-22 10:20", "11-22", "10:20".
std::string label_of(const Moment& moment);

// Seconds from one to the next of moments in order, of which some may be missing: those of
// `bucket`, if they fit, else the smallest distance. 0 where they keep no step.
std::int64_t step_of(const std::vector<Moment>& moments, std::int64_t bucket);

// With those that are missing between them, and where `range` is given, from its beginning to its
// end. As they are if there would be too many.
std::vector<Moment> fill(const std::vector<Moment>& moments, std::int64_t step,
                         const std::optional<logs::TimeRange>& range, const Zone& zone);

}  // namespace mtc::dashboards
