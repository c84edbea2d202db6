// For coroutines that are spawned and may be cancelled.
#pragma once

#include <boost/asio/this_coro.hpp>
#include <exception>
#include <optional>

#include "base/async.h"

namespace mtc {

// The work, and nothing after it that could be cancelled. Asio 1.81 waits once more after a spawned
// coroutine that never did; if it has been cancelled by then, that throws where nobody catches, and
// the program ends. Everything that is spawned with a cancellation slot goes through here.
template <class Value>
Async<Value> end_quietly(Async<Value> work) {
  std::optional<Value> value;
  std::exception_ptr broken;
  try {
    value.emplace(co_await std::move(work));
  } catch (...) {
    broken = std::current_exception();
  }
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  if (broken) std::rethrow_exception(broken);
  co_return std::move(*value);
}

inline Async<> end_quietly(Async<> work) {
  std::exception_ptr broken;
  try {
    co_await std::move(work);
  } catch (...) {
    broken = std::current_exception();
  }
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  if (broken) std::rethrow_exception(broken);
}

}  // namespace mtc
