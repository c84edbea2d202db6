// From what a panel's query answered to a chart of it.
#pragma once

#include <string>

#include "base/zone.h"
#include "domain/dashboards/definition.h"
#include "domain/dashboards/painter.h"
#include "domain/logs/log_store.h"

namespace mtc::dashboards {

inline constexpr std::size_t kMostPoints = 300;  // of a line; the newest are kept
inline constexpr std::size_t kMostSeries = 8;    // the largest are kept
inline constexpr std::size_t kMostBars = 12;     // the largest are kept
inline constexpr std::size_t kMostTableRows = 10;

// Rows of an SQL panel, asked over that range. What the definition says of the kind is a hint: rows
// without a time are no line, rows without a number are a table. Text is made fit to be shown; a
// chart without values means that there were none. A line has a point for every bucket: where a
// query leaves one out, counts are 0, and of other values nothing is known (NaN).
Chart chart_of(const Panel& panel, const logs::Table& table, const logs::TimeRange& range,
               const Zone& zone);

// Counts of a panel without SQL, as a line.
Chart chart_of(const Panel& panel, const logs::Histogram& histogram, const Zone& zone);

}  // namespace mtc::dashboards
