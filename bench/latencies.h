// Keeps every latency of a run, so that its percentiles are exact.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace mtc::bench {

class Latencies {
 public:
  // Beyond 4 s it counts as 4 s.
  void add(std::chrono::nanoseconds latency) {
    constexpr std::int64_t kMost = std::numeric_limits<std::uint32_t>::max();
    nanoseconds_.push_back(
        static_cast<std::uint32_t>(std::clamp(latency.count(), std::int64_t{0}, kMost)));
    sorted_ = false;
  }

  std::size_t count() const { return nanoseconds_.size(); }

  // In microseconds: so many per cent of them are below it. 100: the largest. 0 without any.
  double percentile(double percent) {
    if (nanoseconds_.empty()) return 0;
    if (!sorted_) std::ranges::sort(nanoseconds_);
    sorted_ = true;
    const auto rank = percent / 100 * static_cast<double>(count());
    const auto place = std::min(static_cast<std::size_t>(rank), count() - 1);
    return static_cast<double>(nanoseconds_[place]) / 1000;
  }

 private:
  std::vector<std::uint32_t> nanoseconds_;
  bool sorted_ = false;
};

}  // namespace mtc::bench
