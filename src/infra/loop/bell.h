// Wakes somebody who waits for work.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/async.h"
#include "base/clock.h"

namespace mtc {

// All calls on one executor's thread; one waits at a time.
class Bell {
 public:
  explicit Bell(const asio::any_io_executor& executor) : timer_(executor) {}

  // Also counts while nobody waits.
  void ring() {
    rung_ = true;
    timer_.cancel();
  }
  // Returns at once if it has been rung since the last time, else when it is, at the latest then.
  // Throws boost::system::system_error (operation_aborted) if the coroutine is cancelled.
  Async<> wait(Millis longest) {
    if (!rung_) {
      timer_.expires_after(longest);
      const auto [ended] = co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
      const auto state = co_await asio::this_coro::cancellation_state;
      if (ended && !rung_ && state.cancelled() != asio::cancellation_type::none) {
        throw boost::system::system_error(ended);
      }
    }
    rung_ = false;
  }

 private:
  asio::steady_timer timer_;
  bool rung_ = false;
};

}  // namespace mtc
