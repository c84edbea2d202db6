#include "domain/digest/slices.h"

#include <algorithm>
#include <array>

namespace mtc::digest {

using namespace std::chrono_literals;
using logs::TimeRange;

std::vector<TimeRange> cut_evenly(TimeRange range, std::int64_t pieces) {
  const std::int64_t length = range.length().count();
  pieces = std::clamp<std::int64_t>(pieces, 1, std::max<std::int64_t>(length, 1));
  const std::int64_t whole = length / pieces;
  const std::int64_t rest = length % pieces;  // spread over the pieces, so that nothing overflows
  std::vector<TimeRange> out;
  TimePoint from = range.from;
  for (std::int64_t i = 0; i < pieces; ++i) {
    const TimePoint to = from + Millis(whole + (i < rest ? 1 : 0));
    if (to > from) out.push_back({.from = from, .to = to});
    from = to;
  }
  return out;
}

std::vector<TimeRange> cut_by_lines(TimeRange range, const logs::Histogram& histogram,
                                    std::int64_t lines) {
  if (histogram.buckets.empty() || histogram.interval <= Millis{0}) return {range};
  std::vector<TimeRange> out;
  TimeRange open{.from = range.from, .to = range.from};
  std::int64_t in_open = 0;
  const auto close = [&] {
    if (in_open > 0 && open.to > open.from) out.push_back(open);
    open.from = open.to;
    in_open = 0;
  };
  for (const auto& bucket : histogram.buckets) {
    const TimePoint begin = std::clamp(bucket.begin, open.to, range.to);
    const TimePoint end = std::clamp(bucket.begin + histogram.interval, begin, range.to);
    if (bucket.count > lines) {
      open.to = begin;
      close();
      for (const auto& piece :
           cut_evenly({.from = begin, .to = end}, (bucket.count + lines - 1) / lines)) {
        out.push_back(piece);
      }
      open = {.from = end, .to = end};
      continue;
    }
    if (in_open + bucket.count > lines) {
      open.to = begin;
      close();
    }
    if (in_open == 0) open.from = begin;
    open.to = end;
    in_open += bucket.count;
  }
  close();
  return out;
}

Millis bucket_width(TimeRange range, std::int64_t buckets, Millis least) {
  static constexpr std::array<Millis, 14> kRound{1s,    10s, 30s, 1min, 5min, 10min, 15min,
                                                 30min, 1h,  2h,  6h,   12h,  24h,   168h};
  for (const Millis width : kRound) {
    // One bucket more, because the first may begin before the range.
    if (width >= least && range.length() / width + 1 < buckets) return width;
  }
  return Millis(std::max(range.length().count() / (buckets - 1) + 1, least.count()));
}

}  // namespace mtc::digest
