// Runs a tool so that it never takes the server down.
#pragma once

#include <string>

#include "mcp/tool.h"

namespace mtc::mcp {

// What the tool throws becomes a failure (Errc::cancelled for an interrupted one, else
// Errc::internal), and only the log sees what it was. `label` is what the log calls the call;
// empty: the tool's name. The tool outlives it.
Async<Result<Outcome>> call_safely(const Tool& tool, Json arguments, ParseOptions options,
                                   CallContext context, std::string label = {});

}  // namespace mtc::mcp
