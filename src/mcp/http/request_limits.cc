#include "mcp/http/request_limits.h"

#include <algorithm>
#include <cmath>

namespace mtc::mcp {
namespace {

constexpr Millis kSweep = std::chrono::minutes(1);
constexpr double kSlowest = 0.001;  // per second: what waiting times are reckoned with at least
constexpr double kLongestWait = 60;

}  // namespace

RequestLimits::RequestLimits(const Clock& clock, RequestLimitOptions options)
    : clock_(clock), options_(options) {}

RequestLimits::Account& RequestLimits::account_of(const std::string& subject, TimePoint now) {
  const auto [it, fresh] = accounts_.try_emplace(subject);
  if (fresh) {
    it->second.tokens = options_.burst;
    it->second.counted = now;
  }
  return it->second;
}

std::optional<int> RequestLimits::refuse(const std::string& subject) {
  const auto now = clock_.now();
  forget_the_quiet(now);
  auto& account = account_of(subject, now);
  const std::chrono::duration<double> since = now - account.counted;
  account.tokens =
      std::min(options_.burst, account.tokens + std::max(0.0, since.count()) * options_.per_second);
  account.counted = now;
  if (account.tokens < 1) {
    const double wait = (1 - account.tokens) / std::max(options_.per_second, kSlowest);
    return static_cast<int>(std::clamp(std::ceil(wait), 1.0, kLongestWait));
  }
  account.tokens -= 1;
  return std::nullopt;
}

void RequestLimits::charge(const std::string& subject, std::size_t more) {
  const auto it = accounts_.find(subject);
  if (it == accounts_.end()) return;
  auto& tokens = it->second.tokens;
  tokens = std::max(tokens - static_cast<double>(more), -options_.burst);
}

std::optional<RequestLimits::Ticket> RequestLimits::enter(const std::string& subject) {
  const auto running = account_of(subject, clock_.now()).running;
  if (*running >= options_.concurrent) return std::nullopt;
  ++*running;
  Ticket ticket;
  ticket.held_ = std::shared_ptr<void>(nullptr, [running](void*) { --*running; });
  return ticket;
}

// An account at rest says no more than a new one.
void RequestLimits::forget_the_quiet(TimePoint now) {
  if (now - swept_ < kSweep) return;
  swept_ = now;
  // From the deepest debt.
  const auto refill = Millis(
      static_cast<std::int64_t>(2000 * options_.burst / std::max(options_.per_second, kSlowest)));
  std::erase_if(accounts_, [&](const auto& entry) {
    return *entry.second.running == 0 && now - entry.second.counted > refill;
  });
}

}  // namespace mtc::mcp
