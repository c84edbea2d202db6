// Waiting without holding a thread.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/async.h"
#include "base/clock.h"

namespace mtc::conformance {

// Throws boost::system::system_error (operation_aborted) if the coroutine is cancelled.
inline Async<> rest(Millis duration) {
  asio::steady_timer timer(co_await asio::this_coro::executor, duration);
  co_await timer.async_wait(asio::use_awaitable);
}

}  // namespace mtc::conformance
