// Times as the Kubernetes API writes them, and ages as its tables show them.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace mtc::emulator::kubernetes {

std::string api_time(TimePoint time);  // metav1.Time: 2026-11-22T00:00:00Z

// RFC 3339, with any fraction and offset.
std::optional<TimePoint> read_api_time(std::string_view text);

// As kubectl shows it: 42s, 5m30s, 12m, 3h5m, 26h, 2d3h, 12d, 1y20d.
std::string human_duration(Millis duration);
// The age of an object created at that time; "<unknown>" if the text is no time.
std::string age_since(std::string_view created, TimePoint now);

}  // namespace mtc::emulator::kubernetes
