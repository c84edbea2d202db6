// The coroutine type of the project. Failures travel in Result; exceptions are for broken
// invariants.
#pragma once

#include <boost/asio/awaitable.hpp>

namespace mtc {

namespace asio = boost::asio;

template <class T = void>
using Async = asio::awaitable<T>;

}  // namespace mtc
