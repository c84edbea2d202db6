// Host names to addresses, within a time limit.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "base/async.h"
#include "base/clock.h"
#include "base/result.h"

namespace mtc::ws {

// Errc::timed_out after `limit`, Errc::unavailable for an unknown name, Errc::cancelled if the
// awaiting coroutine was cancelled. Addresses are taken as they are.
Async<Result<std::vector<asio::ip::tcp::endpoint>>> resolve(std::string host, std::uint16_t port,
                                                            Millis limit);

}  // namespace mtc::ws
