// An MCP server as XiaoZhi needs it: answers rendered for the ear, arguments taken as its model
// writes them, nothing remembered between messages.
#pragma once

#include "adapters/xiaozhi/endpoint.h"
#include "adapters/xiaozhi/rendering.h"
#include "mcp/server.h"
#include "mcp/tool.h"

namespace mtc::xiaozhi {

// The server outlives the handler. Every message gets a context of its own: one socket carries many
// callers, each of which opens with `initialize` and counts its ids from 1, so that nothing one of
// them says may reach another.
// `rendering.subject` is set to the principal's.
MessageHandler make_handler(const mcp::Server& server, mcp::Principal principal,
                            RenderOptions rendering);

}  // namespace mtc::xiaozhi
