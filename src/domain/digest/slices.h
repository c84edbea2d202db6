// How a long time range is asked for in pieces: a log service hands out only so many lines per
// search.
#pragma once

#include <cstdint>
#include <vector>

#include "domain/logs/log_store.h"

namespace mtc::digest {

// Pieces of the range with about `lines` lines each by the histogram, together the whole range.
// Pieces without lines are left out.
std::vector<logs::TimeRange> cut_by_lines(logs::TimeRange range, const logs::Histogram& histogram,
                                          std::int64_t lines);

// That many pieces of equal length.
std::vector<logs::TimeRange> cut_evenly(logs::TimeRange range, std::int64_t pieces);

// The shortest round width with which the range has at most `buckets` buckets; at least `least`.
Millis bucket_width(logs::TimeRange range, std::int64_t buckets, Millis least);

}  // namespace mtc::digest
