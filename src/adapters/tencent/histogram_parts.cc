#include "adapters/tencent/histogram_parts.h"

#include <algorithm>
#include <cstdint>

namespace mtc::tencent {
namespace {

constexpr std::int64_t kMaxBuckets = 200;  // of one DescribeLogHistogram
constexpr std::int64_t kMaxParts = 20;

// A width that people read easily, so that the range has at most `buckets` of them.
Millis easy_interval(Millis length, std::int64_t buckets) {
  using namespace std::chrono;
  constexpr Millis kEasy[] = {1s,    5s, 10s, 30s, 1min, 2min, 5min, 10min, 15min,
                              30min, 1h, 2h,  3h,  6h,   12h,  24h,  48h,   24h * 7};
  const Millis least{(length.count() + buckets - 1) / buckets};
  for (const Millis interval : kEasy) {
    if (interval >= least) return interval;
  }
  return ceil<hours>(least);
}

}  // namespace

Millis fitting_interval(const logs::TimeRange& range, Millis wanted) {
  if (wanted <= Millis{0}) return easy_interval(range.length(), kMaxBuckets - 1);
  if (range.length() / wanted <= kMaxBuckets * kMaxParts) return wanted;
  return easy_interval(range.length(), kMaxBuckets * kMaxParts);
}

std::vector<logs::TimeRange> histogram_parts(const logs::TimeRange& range, Millis interval) {
  std::vector<logs::TimeRange> parts;
  const std::int64_t width = interval.count();
  for (TimePoint from = range.from; from < range.to;) {
    const TimePoint aligned{Millis{from.time_since_epoch().count() / width * width}};
    const TimePoint to = std::min(range.to, aligned + interval * kMaxBuckets);
    parts.push_back({.from = from, .to = to});
    from = to;
  }
  return parts;
}

void append_part(logs::Histogram& into, const logs::Histogram& part) {
  into.total += part.total;
  into.interval = std::max(into.interval, part.interval);
  for (const auto& bucket : part.buckets) {
    if (!into.buckets.empty() && into.buckets.back().begin >= bucket.begin) {
      into.buckets.back().count += bucket.count;
    } else {
      into.buckets.push_back(bucket);
    }
  }
}

}  // namespace mtc::tencent
