// A histogram of any length from requests that may have 200 buckets each.
#pragma once

#include <vector>

#include "base/clock.h"
#include "domain/logs/log_store.h"

namespace mtc::tencent {

// The width of a bucket: the wanted one; one that people read easily if that is 0, or so small that
// more than 20 requests would be needed.
Millis fitting_interval(const logs::TimeRange& range, Millis wanted);

// What one request covers each, cut at multiples of the interval so that no bucket is cut.
std::vector<logs::TimeRange> histogram_parts(const logs::TimeRange& range, Millis interval);

// Parts come in the order of time.
void append_part(logs::Histogram& into, const logs::Histogram& part);

}  // namespace mtc::tencent
