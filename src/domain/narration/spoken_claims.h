// Finds the numbers in text that is to be spoken, however they are said: 一千二百, 两点零八分,
// 百分之三, 四十倍, 4.2万; "two thousand", "2.1k", "40x", "2:08 am", 12%.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mtc::narration {

enum class Quantity {
  count,     // how many; also scores and codes
  percent,   // 12 for 12%
  times,     // 40 for 四十倍
  clock,     // minutes since midnight
  duration,  // seconds
  calendar,  // a year, a month or a day of the month
  weekday,   // 0 is Sunday
};

// One way to understand a number: any measured value from low to high would be said so. The width
// is what rounding explains and no more than 5 % of a count or ratio, half a point of a percentage,
// half a unit of a duration; counts below 100 and minutes of the clock are exact. 多, about, nearly
// and the like widen it.
struct Reading {
  Quantity quantity = Quantity::count;
  double low = 0;
  double high = 0;
};

// What the text says, with all its readings: 三点五 is 3.5 or five past three.
struct SpokenClaim {
  std::string text;
  std::size_t begin = 0;  // bytes
  std::size_t end = 0;
  std::vector<Reading> readings;
};

// The text is valid UTF-8. Numbers inside words (v2) and words that only look like numbers (一切,
// 万一) are none. Time is linear in the text.
std::vector<SpokenClaim> find_claims(std::string_view text);

}  // namespace mtc::narration
