#include "app/signals.h"

#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>

namespace mtc::app {

Signals::Signals(const asio::any_io_executor& executor) : set_(executor, SIGINT, SIGTERM, SIGHUP) {}

Async<Signal> Signals::next() {
  const int number = co_await set_.async_wait(asio::use_awaitable);
  if (number == SIGHUP) co_return Signal::reload;
  set_.clear();
  co_return Signal::end;
}

Async<> wait_for_end() {
  asio::signal_set signals(co_await asio::this_coro::executor, SIGINT, SIGTERM);
  co_await signals.async_wait(asio::use_awaitable);
  // From here on the default action: whoever does not want to wait for the orderly end presses
  // again.
  signals.clear();
}

}  // namespace mtc::app
