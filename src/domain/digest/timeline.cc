#include "domain/digest/timeline.h"

#include <algorithm>

namespace mtc::digest {
namespace {

using namespace std::chrono_literals;

// Each width is a multiple of the one before, so that buckets can be joined without splitting one.
Millis wider_than(Millis width) {
  for (const Millis next :
       {Millis(1min), Millis(5min), Millis(15min), Millis(1h), Millis(6h), Millis(24h)}) {
    if (next > width) return next;
  }
  return width * 2;
}

}  // namespace

std::int64_t Timeline::number_of(TimePoint time) const {
  // Far beyond any log, and near enough for no product with a width to overflow.
  constexpr Millis kEdge = std::chrono::hours(24) * 366 * 10'000;
  const Millis since = std::clamp(time.time_since_epoch(), -kEdge, kEdge);
  const std::int64_t number = since / width_;
  return since % width_ < Millis{0} ? number - 1 : number;
}

std::uint32_t Timeline::find_bucket(TimePoint time) {
  std::int64_t number = number_of(time);
  const std::uint32_t* found = index_.find(static_cast<std::uint64_t>(number));
  if (found == nullptr) {
    while (buckets_.size() >= limits_.buckets) coarsen();
    number = number_of(time);
    found = index_.find(static_cast<std::uint64_t>(number));
  }
  if (found == nullptr) {
    last_ = static_cast<std::uint32_t>(buckets_.size());
    buckets_.push_back({.number = number});
    index_[static_cast<std::uint64_t>(number)] = last_;
  } else {
    last_ = *found;
  }
  last_begin_ = begin_of(number);
  last_end_ = last_begin_ + width_;
  return last_;
}

void Timeline::add_error(TimePoint time, std::uint32_t entry) {
  std::uint32_t bucket = bucket_of(time);
  ++buckets_[bucket].errors;
  ++cells_[std::uint64_t{entry} << 32 | bucket];
  if (cells_.size() >= limits_.cells && buckets_.size() > 1) coarsen();
}

void Timeline::coarsen() {
  std::vector<Bucket> old_buckets;
  old_buckets.swap(buckets_);
  FlatMap<std::uint32_t> old_cells;
  std::swap(old_cells, cells_);
  index_ = {};
  const Millis old_width = width_;
  width_ = wider_than(width_);
  std::vector<std::uint32_t> moved(old_buckets.size());
  for (std::size_t i = 0; i < old_buckets.size(); ++i) {
    const std::int64_t number = number_of(TimePoint(old_buckets[i].number * old_width));
    const std::size_t before = index_.size();
    std::uint32_t& place = index_[static_cast<std::uint64_t>(number)];
    if (index_.size() != before) {
      place = static_cast<std::uint32_t>(buckets_.size());
      buckets_.push_back({.number = number});
    }
    buckets_[place].errors += old_buckets[i].errors;
    moved[i] = place;
  }
  old_cells.each([&](std::uint64_t key, std::uint32_t count) {
    cells_[(key >> 32 << 32) | moved[key & 0xffffffff]] += count;
  });
  last_begin_ = last_end_ = TimePoint{};
}

std::vector<Timeline::Point> Timeline::errors() const {
  std::vector<Point> out;
  out.reserve(buckets_.size());
  for (const auto& bucket : buckets_) {
    out.push_back({.begin = begin_of(bucket.number), .count = bucket.errors});
  }
  std::ranges::sort(out, {}, &Point::begin);
  return out;
}

}  // namespace mtc::digest
