// What XiaoZhi's voice server can do with a tool list; checked at start, so that no tool is lost in
// silence.
#pragma once

#include <span>
#include <string_view>

#include "base/result.h"
#include "mcp/registry.h"

namespace mtc::xiaozhi {

// The names the voice server keeps for itself; an endpoint tool of that name would replace the
// built-in one or never be called.
std::span<const std::string_view> reserved_tool_names();

// ^[a-z][a-z0-9_]{0,63}$ and not reserved; the names of device tools (self_…) are.
Result<> check_tool_name(std::string_view name);

// An object whose properties are written out: of a schema only type, properties and required
// survive, so $ref, $defs and alternatives at the top would dangle at the model. Every property
// needs a type and a description.
Result<> check_tool_schema(const Json& schema);

struct ToolLimits {
  std::size_t max_tools = 32;
  std::size_t max_description_bytes = 1024;
  // Of the "tools" array. A voice server drops its connection over 1 MiB; long before that the list
  // costs the model its attention, and the hosted cloud limits it in tokens.
  std::size_t max_list_bytes = 24U << 10U;
};

// All of them; the message names the tool and the rule.
Result<> check_tools(const mcp::ToolRegistry& tools, const ToolLimits& limits = {});

}  // namespace mtc::xiaozhi
