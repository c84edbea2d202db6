// Runs blocking work (SQL, heavy statistics, files) on a pool and comes back to the loop.
#pragma once

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <type_traits>

#include "base/async.h"

namespace mtc {

// The work runs once on a pool thread; the caller resumes on its own executor. Exceptions come
// through. The work is not interrupted if the caller is cancelled: it owns all it touches or
// touches what outlives the pool.
template <class Value>
Async<Value> off_loop(asio::thread_pool& pool, std::function<Value()> work) {
  struct Outcome {
    std::optional<Value> value;
    std::exception_ptr error;
    std::mutex posting;
  };
  const auto outcome = std::make_shared<Outcome>();
  const auto home = co_await asio::this_coro::executor;
  co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(
      [&pool, outcome, home, work = std::move(work)](auto done) mutable {
        asio::post(pool, [outcome, home, work = std::move(work), done = std::move(done)]() mutable {
          try {
            outcome->value.emplace(work());
          } catch (...) {
            outcome->error = std::current_exception();
          }
          const std::scoped_lock until_posted(outcome->posting);
          asio::post(home, std::move(done));
        });
      },
      asio::use_awaitable);
  // The pool's thread may still be inside post(): the loop must not go away under it.
  {
    const std::scoped_lock posted(outcome->posting);
  }
  if (outcome->error) std::rethrow_exception(outcome->error);
  co_return std::move(*outcome->value);
}

}  // namespace mtc
