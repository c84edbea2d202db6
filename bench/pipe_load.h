// Ping-pong over pipes with an MCP server that we start: one request under way, always.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/result.h"
#include "load_figures.h"
#include "mcp_requests.h"

namespace mtc::bench {

struct PipeLoadOptions {
  std::vector<std::string> command;  // found by PATH; its stderr is ours
  Era era = Era::legacy;
  Call call = Call::echo;
  std::chrono::duration<double> warmup{1};
  std::chrono::duration<double> length{5};  // after the warm-up; 0: only start and say hello
};

struct PipeLoadFigures {
  std::chrono::duration<double, std::micro> first_answer{};  // from the start of the program
  LoadFigures load;
};

// An error means that the program could not be started or gave no first answer; it is ended and
// waited for in any case.
Result<PipeLoadFigures> run_pipe_load(const PipeLoadOptions& options);

}  // namespace mtc::bench
