// Errors over time, minute by minute, for any order and any span of lines in bounded memory: only
// minutes in which something was written are kept, and when there are too many, minutes become 5,
// 15, 60 … minutes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/clock.h"
#include "domain/digest/flat_map.h"

namespace mtc::digest {

class Timeline {
 public:
  struct Limits {
    std::size_t buckets = 20'000;  // a fortnight of minutes
    std::size_t cells = 200'000;   // pairs of bucket and entry
  };
  struct Point {
    TimePoint begin{};
    std::int64_t count = 0;
  };

  Timeline() = default;
  explicit Timeline(Limits limits) : limits_(limits) {}

  // Somebody wrote something then.
  void add_line(TimePoint time) { (void)bucket_of(time); }
  // An error of that entry (any small number: an index of templates).
  void add_error(TimePoint time, std::uint32_t entry);
  // Errors of nobody in particular.
  void add_errors(TimePoint time, std::int64_t count) { buckets_[bucket_of(time)].errors += count; }

  Millis width() const { return width_; }
  // In time order. Points of all buckets in which a line was written; their count may be 0.
  std::vector<Point> errors() const;
  // Calls visit(bucket begin, entry, errors) for every pair, in no order.
  template <class Visit>
  void each_cell(Visit visit) const {
    cells_.each([&](std::uint64_t key, std::uint32_t count) {
      visit(begin_of(buckets_[key & 0xffffffff].number), static_cast<std::uint32_t>(key >> 32),
            count);
    });
  }

 private:
  struct Bucket {
    std::int64_t number = 0;  // time since the epoch in widths
    std::int64_t errors = 0;
  };

  std::uint32_t bucket_of(TimePoint time) {
    if (time >= last_begin_ && time < last_end_) return last_;
    return find_bucket(time);
  }
  std::uint32_t find_bucket(TimePoint time);
  std::int64_t number_of(TimePoint time) const;
  TimePoint begin_of(std::int64_t number) const { return TimePoint(number * width_); }
  void coarsen();

  Limits limits_;
  Millis width_{60'000};
  std::vector<Bucket> buckets_;
  FlatMap<std::uint32_t> index_;  // bucket number → place in buckets_
  FlatMap<std::uint32_t> cells_;  // entry << 32 | place in buckets_ → errors
  TimePoint last_begin_{};
  TimePoint last_end_{};
  std::uint32_t last_ = 0;
};

}  // namespace mtc::digest
