// A closed loop over HTTP: every connection has one request under way, always.
#pragma once

#include <chrono>

#include "base/result.h"
#include "load_figures.h"
#include "mcp_requests.h"

namespace mtc::bench {

struct HttpLoadOptions {
  McpTarget target;
  Era era = Era::legacy;
  Call call = Call::echo;
  std::size_t connections = 32;
  std::chrono::duration<double> warmup{1};
  std::chrono::duration<double> length{5};  // after the warm-up
  bool shared_session = false;              // legacy: one for all connections instead of one each
};

// An error means that the load could not begin; what goes wrong later is counted.
Result<LoadFigures> run_http_load(const HttpLoadOptions& options);

}  // namespace mtc::bench
