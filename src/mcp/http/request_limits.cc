#include "mcp/http/request_limits.h"

#include <algorithm>
#include <cmath>

namespace mtc::mcp {
namespace {

constexpr Millis kSweep = std::chrono::minutes(1);
constexpr double kSlowest = 0.001;  // per second: what waiting times are reckoned with at least

}  // namespace

RequestLimits::RequestLimits(const Clock& clock, RequestLimitOptions options)
    : clock_(clock), options_(options) {}

RequestLimits::Admission RequestLimits::admit(const std::string& subject) {
  const auto now = clock_.now();
  forget_the_quiet(now);
  auto [it, fresh] = accounts_.try_emplace(subject);
  auto& account = it->second;
  if (fresh) {
    account.tokens = options_.burst;
  } else {
    const std::chrono::duration<double> since = now - account.counted;
    account.tokens = std::min(options_.burst,
                              account.tokens + std::max(0.0, since.count()) * options_.per_second);
  }
  account.counted = now;
  Admission out;
  if (*account.running >= options_.concurrent || account.tokens < 1) {
    out.admitted = false;
    const double wait = (1 - account.tokens) / std::max(options_.per_second, kSlowest);
    out.retry_after_seconds = static_cast<int>(std::clamp(std::ceil(wait), 1.0, 60.0));
    return out;
  }
  account.tokens -= 1;
  ++*account.running;
  out.ticket.held_ =
      std::shared_ptr<void>(nullptr, [running = account.running](void*) { --*running; });
  return out;
}

// An account at rest says no more than a new one.
void RequestLimits::forget_the_quiet(TimePoint now) {
  if (now - swept_ < kSweep) return;
  swept_ = now;
  const auto refill = Millis(
      static_cast<std::int64_t>(1000 * options_.burst / std::max(options_.per_second, kSlowest)));
  std::erase_if(accounts_, [&](const auto& entry) {
    return *entry.second.running == 0 && now - entry.second.counted > refill;
  });
}

}  // namespace mtc::mcp
