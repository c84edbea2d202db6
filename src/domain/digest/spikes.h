// Finds the minutes in which far more errors were written than usual: a robust threshold (median
// and median absolute deviation), so that the incident itself does not raise what counts as usual.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "domain/digest/timeline.h"

namespace mtc::digest {

struct SpikeRules {
  std::int64_t minimum = 10;  // errors above the usual that a minute needs at least
  double factor = 3;          // and how many times the usual
  double deviations = 6;      // and how many (robust) standard deviations above it
  std::int64_t bridge = 2;    // minutes back at the usual that do not end a run
  // Stretches this long without a single line are not part of the period's usual minutes: nobody
  // was writing.
  Millis silence = std::chrono::hours(6);
  // If given, every minute of this range counts, whether a line was written in it or not.
  std::optional<std::pair<TimePoint, TimePoint>> within;
};

struct SpikeRun {
  TimePoint from{};
  TimePoint to{};  // exclusive
  TimePoint worst{};
  std::int64_t count = 0;  // of the worst minute
  std::int64_t total = 0;
  double usual = 0;  // mean of the minutes outside all runs
};

// Points in time order, each `width` wide; minutes without a point had no error. In time order.
std::vector<SpikeRun> find_spikes(std::span<const Timeline::Point> points, Millis width,
                                  const SpikeRules& rules = {});

}  // namespace mtc::digest
