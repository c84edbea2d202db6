#include "mcp/http/patience.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace mtc::mcp {

Patience::Place::Place(Patience& patience, const asio::any_io_executor& executor,
                       PostStream& stream)
    : room_(patience.room_),
      at_(room_->waiting.insert(room_->waiting.end(),
                                Entry{.stream = &stream, .since = Clock::now()})) {
  if (room_->watched) return;
  room_->watched = true;
  asio::co_spawn(executor, watch(room_), asio::detached);
}

Patience::Place::~Place() {
  room_->waiting.erase(at_);
}

Async<> Patience::watch(std::shared_ptr<Room> room) {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  while (!room->waiting.empty()) {
    timer.expires_after(std::max(room->limit / 2, std::chrono::milliseconds(1)));
    co_await timer.async_wait(asio::use_awaitable);
    const auto late = Place::Clock::now() - room->limit;
    for (const auto& entry : room->waiting) {
      if (entry.since > late) break;
      entry.stream->begin();
    }
  }
  room->watched = false;
}

}  // namespace mtc::mcp
