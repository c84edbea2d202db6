// How many lines there are over time, and how that compares with the time before.
#pragma once

#include <optional>
#include <string>

#include "base/async.h"
#include "base/language.h"
#include "base/result.h"
#include "base/zone.h"
#include "domain/logs/log_store.h"

namespace mtc::logs {

struct Counts {
  TimeRange range;
  Histogram histogram;
  std::optional<Histogram::Bucket> peak;  // none where nothing was counted
  double usual = 0;                       // median of the buckets
  std::optional<std::int64_t> before;     // lines of the same length right before; nullopt: unknown
};

// Widths people think in, so that a range has at most sixty buckets.
Millis usual_interval(const TimeRange& range);

inline constexpr std::int64_t kMostBuckets = 200;  // that one count is asked for

// An interval of 0 means the usual one. That the time before cannot be counted is no failure.
Async<Result<Counts>> count_lines(LogStore& store, std::string topic_id, TimeRange range,
                                  std::string condition, Millis interval);

// `what`: 错误, "errors with payment".
std::string say_counts(const Counts& counts, std::string_view what, TimePoint now, const Zone& zone,
                       Language language);

}  // namespace mtc::logs
