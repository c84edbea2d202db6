#include "domain/digest/hours.h"

#include <algorithm>
#include <array>
#include <utility>

namespace mtc::digest {
namespace {

constexpr std::int64_t kMostHours = 96;  // bars of the picture

}  // namespace

void fill_hours(const Timeline& errors, const Zone& zone, Digest& digest) {
  const auto points = errors.errors();
  if (points.empty() || digest.period.length() <= Millis{0}) return;
  // Whole pieces from midnight of the first day, so that bars begin at full hours of the user's
  // clock.
  static constexpr std::array<int, 9> kPieces{1, 2, 3, 6, 12, 24, 24 * 7, 24 * 28, 24 * 364};
  const TimePoint midnight = zone.at(zone.day_of(digest.period.from));
  const auto count_for = [&](Millis piece) {
    const std::int64_t skipped = (digest.period.from - midnight) / piece;
    return std::pair((digest.period.to - midnight + piece - Millis(1)) / piece - skipped, skipped);
  };
  for (const int hours : kPieces) {
    const Millis piece = std::chrono::hours(hours);
    const auto [count, skipped] = count_for(piece);
    if (piece < errors.width() || count > kMostHours) continue;
    digest.hours_each = hours;
    const TimePoint begin = midnight + skipped * piece;
    for (std::int64_t i = 0; i < count; ++i) digest.hours.push_back({.begin = begin + i * piece});
    for (const auto& point : points) {
      if (point.begin < begin || point.begin >= begin + count * piece) continue;
      digest.hours[static_cast<std::size_t>((point.begin - begin) / piece)].errors += point.count;
    }
    return;
  }
}

bool in_a_spike(const Digest& digest, const HourTotal& hour) {
  const TimePoint end = hour.begin + std::chrono::hours(digest.hours_each);
  return std::ranges::any_of(
      digest.spikes, [&](const Spike& spike) { return spike.from < end && spike.to > hour.begin; });
}

}  // namespace mtc::digest
