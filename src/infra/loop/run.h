// Runs one coroutine to its end on a loop of its own: for tests and for command line programs.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <optional>

#include "base/async.h"

namespace mtc {

template <class Value>
Value run(Async<Value> work) {
  asio::io_context loop(1);
  std::optional<Value> value;
  std::exception_ptr error;
  asio::co_spawn(loop, std::move(work), [&](const std::exception_ptr& e, Value v) {
    error = e;
    value.emplace(std::move(v));
    loop.stop();
  });
  loop.run();
  if (error) std::rethrow_exception(error);
  return std::move(*value);
}

inline void run(Async<> work) {
  asio::io_context loop(1);
  std::exception_ptr error;
  asio::co_spawn(loop, std::move(work), [&](const std::exception_ptr& e) {
    error = e;
    loop.stop();
  });
  loop.run();
  if (error) std::rethrow_exception(error);
}

}  // namespace mtc
