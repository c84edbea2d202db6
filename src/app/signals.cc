#include "app/signals.h"

#include <boost/asio/signal_set.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>

namespace mtc::app {

Async<> wait_for_end() {
  asio::signal_set signals(co_await asio::this_coro::executor, SIGINT, SIGTERM);
  co_await signals.async_wait(asio::use_awaitable);
  // From here on the default action: whoever does not want to wait for the orderly end presses
  // again.
  signals.clear();
}

}  // namespace mtc::app
