// Civil times as the log service writes and reads them. "Civil milliseconds" count from 1970 by the
// clock on the wall, whatever zone that clock stands in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mtc::emulator {

inline constexpr std::int64_t kShanghaiOffset = std::int64_t{8} * 3'600'000;  // ms to add to UTC

struct CivilText {
  std::int64_t civil_ms = 0;
  std::size_t length = 0;  // bytes of the text it takes
};

// The real date at the front of the text, and what follows of a time of day: "2026-01-31",
// "2026-01-31 08:00", "2026-01-31T08:00:00.123".
std::optional<CivilText> read_civil(std::string_view text);

// "2026-01-01 08:00:00.000"
std::string civil_text(std::int64_t civil_ms);

// MySQL-like pattern: %Y %m %d %H %i %s %f …
std::string format_civil_text(std::int64_t civil_ms, std::string_view pattern);

// The largest multiple of step that is not above the value.
std::int64_t floor_to(std::int64_t value, std::int64_t step);

// The start of the unit's count-th part: second, minute, hour, day, week, month, quarter, year.
std::int64_t truncate_civil(std::int64_t civil_ms, std::string_view unit, std::int64_t count);

}  // namespace mtc::emulator
