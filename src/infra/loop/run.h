// Runs one coroutine to its end on a loop of its own: for tests and for command line programs.
#pragma once

#include <optional>
#include <utility>

#include "base/async.h"

namespace mtc {

// Rethrows what the coroutine throws.
void run(Async<> work);

// The same with a value. Only the way to run without one is compiled into a loop: this is called
// with a hundred kinds of value.
template <class Value>
Value run(Async<Value> work) {
  std::optional<Value> value;
  run([](Async<Value> with_value, std::optional<Value>& out) -> Async<> {
    out.emplace(co_await std::move(with_value));
  }(std::move(work), value));
  return std::move(*value);
}

}  // namespace mtc
