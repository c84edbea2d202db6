#include "adapters/tencent/limits.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <cmath>

namespace mtc::tencent {
namespace {

constexpr std::size_t kMaxKeys = 1024;
// A little more than a second, because requests arrive less evenly than they are sent.
constexpr double kWindowMillis = 1050;
// Nobody books that far ahead: the clock was set back.
constexpr Millis kAbsurd{600'000};

}  // namespace

std::optional<Millis> RateLimiter::reserve(const std::string& key, double per_second, TimePoint now,
                                           Millis max_wait) {
  const auto calls = static_cast<std::size_t>(std::max(1.0, per_second));
  const Millis window{static_cast<std::int64_t>(
      std::ceil(kWindowMillis * static_cast<double>(calls) / std::max(per_second, 0.001)))};
  if (booked_.size() >= kMaxKeys && !booked_.contains(key)) {
    std::erase_if(booked_, [now, window](const auto& entry) {
      return entry.second.empty() || entry.second.back() + window < now;
    });
  }
  auto& booked = booked_[key];
  if (!booked.empty() && booked.back() > now + kAbsurd) booked.clear();
  const TimePoint moment = booked.size() < calls ? now : std::max(now, booked.front() + window);
  if (moment - now > max_wait) return std::nullopt;
  if (booked.size() >= calls) booked.pop_front();
  booked.push_back(moment);
  return moment - now;
}

Async<bool> WaitList::wait(std::shared_ptr<WaitList> list, Millis timeout) {
  asio::steady_timer timer(co_await asio::this_coro::executor, timeout);
  // Leaves the list even when the frame is destroyed unfinished.
  struct Guard {
    WaitList& list;
    Entry entry;
    explicit Guard(WaitList& l, asio::steady_timer& t) : list(l), entry{.timer = &t} {
      list.waiting_.push_back(&entry);
    }
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;
    ~Guard() { list.waiting_.remove(&entry); }
  } guard(*list, timer);
  const auto [error] = co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
  if (guard.entry.woken) co_return true;
  if (error) throw boost::system::system_error(error);
  co_return false;
}

bool WaitList::wake_one() {
  if (waiting_.empty()) return false;
  Entry* first = waiting_.front();
  waiting_.pop_front();
  first->woken = true;
  first->timer->cancel();
  return true;
}

void WaitList::wake_all() {
  while (wake_one()) {
  }
}

struct Lanes::Place::State {
  int used = 0;
  std::shared_ptr<WaitList> waiting = std::make_shared<WaitList>();
};

Lanes::Place::~Place() {
  // The place goes straight to the one that waits longest.
  if (state_ && !state_->waiting->wake_one()) --state_->used;
}

Async<Result<Lanes::Place>> Lanes::enter(std::string key, int limit, Millis timeout) {
  std::erase_if(lanes_, [](const auto& entry) { return entry.second.expired(); });
  auto state = lanes_[key].lock();
  if (!state) {
    state = std::make_shared<Place::State>();
    lanes_[key] = state;
  }
  if (state->used < limit) {
    ++state->used;
    co_return Place(state);
  }
  if (!co_await WaitList::wait(state->waiting, timeout)) {
    co_return fail(Errc::rate_limited,
                   "too many requests of this kind are waiting already; try again in a moment");
  }
  co_return Place(state);
}

}  // namespace mtc::tencent
