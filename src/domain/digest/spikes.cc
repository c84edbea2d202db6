#include "domain/digest/spikes.h"

#include <algorithm>
#include <cmath>

namespace mtc::digest {
namespace {

// Minutes between the first and the last point that have none, but for long silences.
std::int64_t count_gaps(std::span<const Timeline::Point> points, Millis width, Millis silence) {
  std::int64_t gaps = 0;
  for (std::size_t i = 1; i < points.size(); ++i) {
    const Millis gap = points[i].begin - points[i - 1].begin - width;
    if (gap > Millis{0} && gap < silence) gaps += gap / width;
  }
  return gaps;
}

// The middle of `values` and that many zeros besides. Reorders the values.
double median_with_zeros(std::vector<double>& values, std::int64_t zeros) {
  const auto total = static_cast<std::int64_t>(values.size()) + zeros;
  const std::int64_t middle = total / 2;
  if (total == 0 || middle < zeros) return 0;
  const auto at = values.begin() + (middle - zeros);
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

struct Usual {
  double median = 0;
  double deviation = 0;
};

Usual measure(std::span<const Timeline::Point> points, std::int64_t gaps) {
  std::vector<double> values;
  values.reserve(points.size());
  for (const auto& point : points) values.push_back(static_cast<double>(point.count));
  Usual out;
  out.median = median_with_zeros(values, gaps);
  for (auto& value : values) value = std::fabs(value - out.median);
  if (out.median == 0) {
    out.deviation = median_with_zeros(values, gaps);
  } else {
    // A minute without errors deviates by the median. A positive median means fewer gaps than
    // points.
    values.insert(values.end(), static_cast<std::size_t>(gaps), out.median);
    out.deviation = median_with_zeros(values, 0);
  }
  out.deviation *= 1.4826;  // of a normal distribution
  return out;
}

}  // namespace

std::vector<SpikeRun> find_spikes(std::span<const Timeline::Point> points, Millis width,
                                  const SpikeRules& rules) {
  if (points.empty()) return {};
  const auto filled = static_cast<std::int64_t>(points.size());
  const std::int64_t gaps =
      rules.within
          ? std::max<std::int64_t>((rules.within->second - rules.within->first) / width - filled, 0)
          : count_gaps(points, width, rules.silence);
  const Usual usual = measure(points, gaps);
  const double minimum = static_cast<double>(rules.minimum);
  const double high = std::max({usual.median + minimum, usual.median * rules.factor,
                                usual.median + usual.deviation * rules.deviations});
  // A run also holds the minutes before and after that are clearly raised.
  const double low = std::max({usual.median + minimum / 3, usual.median * 1.5,
                               usual.median + usual.deviation * rules.deviations / 2});
  std::vector<SpikeRun> runs;
  SpikeRun run;
  bool open = false;
  const auto close = [&] {
    if (open && static_cast<double>(run.count) >= high) runs.push_back(run);
    open = false;
  };
  std::int64_t all = 0;
  for (const auto& point : points) {
    all += point.count;
    if (static_cast<double>(point.count) < low) continue;
    if (open && point.begin - run.to > width * rules.bridge) close();
    if (!open) run = {.from = point.begin};
    open = true;
    run.to = point.begin + width;
    run.total += point.count;
    if (point.count > run.count) {
      run.count = point.count;
      run.worst = point.begin;
    }
  }
  close();

  std::int64_t minutes = filled + gaps;
  for (const auto& one : runs) {
    all -= one.total;
    minutes -= (one.to - one.from) / width;
  }
  for (auto& one : runs) {
    one.usual = minutes > 0 ? static_cast<double>(std::max<std::int64_t>(all, 0)) /
                                  static_cast<double>(minutes)
                            : 0;
  }
  return runs;
}

}  // namespace mtc::digest
