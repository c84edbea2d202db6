// MCP over a pair of pipes: one message a line, both eras, answers in whatever order they are
// ready.
#pragma once

#include <cstddef>

#include "base/async.h"
#include "base/clock.h"
#include "mcp/server.h"

namespace mtc::mcp {

struct StdioOptions {
  std::size_t max_line_bytes = 4U << 20U;  // a longer line is refused and skipped
  std::size_t max_running = 256;           // messages under way; beyond, reading waits
  Millis grace{5'000};                     // for running calls after the end of input
};

// Serves until the input ends, the output breaks or the coroutine is cancelled; then no call runs
// any more. The descriptors stay open and keep their flags. Nothing else may write to `out_fd`.
// SIGPIPE is ignored from here on, so that a client that has gone is an error of a write and not
// the end of the program.
Async<> serve_stdio(const Server& server, int in_fd, int out_fd, Peer peer,
                    StdioOptions options = {});

}  // namespace mtc::mcp
