#include "adapters/xiaozhi/backoff.h"

#include <algorithm>

namespace mtc::xiaozhi {

Millis Backoff::next(Loss loss, Millis lived) {
  if (lived >= options_.healthy) losses_ = 0;
  Millis ceiling = options_.first;
  for (int i = 0; i < losses_ && ceiling < options_.longest; ++i) ceiling *= 2;
  ceiling = std::min(ceiling, options_.longest);
  ++losses_;
  if (loss == Loss::misconfigured) return options_.misconfigured;
  // Full jitter: many servers that lost one relay at once must not all come back at once.
  const Millis jittered(
      static_cast<Millis::rep>(uniform(random_, static_cast<std::uint64_t>(ceiling.count()) + 1)));
  return std::max(jittered, loss == Loss::silent ? options_.least_after_silence : options_.least);
}

}  // namespace mtc::xiaozhi
