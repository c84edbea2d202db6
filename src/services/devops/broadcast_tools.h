// The tools around the morning broadcast: greet and repeat_broadcast.
#pragma once

#include <functional>
#include <string>

#include "base/clock.h"
#include "domain/broadcast/greeter.h"
#include "mcp/tool.h"
#include "services/common/callers.h"

namespace mtc::services {

struct BroadcastToolPorts {
  broadcast::Greeter& greeter;
  broadcast::BroadcastStore& store;  // where the digests of what is told are
  Callers& callers;
  const Clock& clock;
  // An address under which that digest can be read; may fail, the answer then has none.
  std::function<Async<Result<std::string>>(std::string digest_id)> link;
};

mcp::Tool greet_tool(const BroadcastToolPorts& ports);
mcp::Tool repeat_broadcast_tool(const BroadcastToolPorts& ports);

}  // namespace mtc::services
