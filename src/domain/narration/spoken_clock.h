// Times of day and durations as they are written and said: 2:08 am, 两点零八分, 六分钟.
#pragma once

#include <vector>

#include "domain/narration/claim_readings.h"
#include "domain/narration/number_literal.h"
#include "domain/narration/spoken_claims.h"

namespace mtc::narration {

enum class DayHalf { unknown, morning, evening };

DayHalf day_half_before(std::string_view before);
// By the words before `begin` or behind `end` of a number.
DayHalf day_half(std::string_view text, std::size_t begin, std::size_t end);

// A moment in the half of the day it was said for, or in both, widened by minutes before and after.
void add_clock(std::vector<Reading>& out, int hour, int minute, DayHalf half, double before,
               double after);

// The time of day that begins at `begin` with the number `n`: its end, or 0 if there is none. May
// add readings and still answer 0, where the number may also be another one (三点五).
std::size_t read_clock(std::string_view text, std::size_t begin, const Literal& n,
                       std::vector<Reading>& out);

// The unit at `at` that makes the number `n` a duration: its end, or 0 if there is none.
std::size_t read_duration(std::string_view text, std::size_t at, const Literal& n, Margin margin,
                          std::vector<Reading>& out);

}  // namespace mtc::narration
