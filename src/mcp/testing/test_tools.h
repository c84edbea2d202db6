// Tools for the tests of the protocol.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "mcp/registry.h"
#include "mcp/server.h"

namespace mtc::mcp {

Tool echo_tool();

struct NoArgs {};

Tool plain_tool(std::string name, std::function<Async<Result<Reply>>(NoArgs, CallContext)> handler,
                std::string scope = {});

// Notes when it runs and how it ended; runs until it is cancelled or let go.
struct Turnstile {
  int running = 0;
  int cancelled = 0;
  int finished = 0;
  std::optional<asio::steady_timer> door;
  std::function<void()> on_change = [] {};

  Async<Result<Reply>> pass();
  void let_go();
  bool open = false;
};

Async<Result<Reply>> pass_gate(Turnstile* gate);
Async<Result<Reply>> break_down(NoArgs, CallContext);

// echo, slow (passes the gate), broken, away, picture, secret (scope "ops")
struct World {
  World();

  Turnstile gate;
  ToolRegistry tools;
  ServerOptions options{.name = "fixture",
                        .title = "Fixture",
                        .version = "1.2.3",
                        .description = "For tests",
                        .instructions = "Be kind.",
                        .allows = {}};
  Server server{tools, options};
};

inline constexpr std::string_view kModernMeta =
    R"("_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{},"io.modelcontextprotocol/clientInfo":{"name":"tester"}})";

}  // namespace mtc::mcp
