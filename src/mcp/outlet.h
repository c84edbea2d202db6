// A transport's way to a client besides the answer to a request.
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"

namespace mtc::mcp {

// Of one request, or of a whole connection. Used on the executor's thread.
class Outlet {
 public:
  virtual ~Outlet() = default;
  // Takes one JSON-RPC message and never waits; a client that is away or too slow loses it.
  virtual void send(std::string message) = 0;
  // Whether answers to requests of ours can come back.
  virtual bool can_ask() const = 0;
  // Ends the connection after what was sent; the client comes back for the rest after `retry`.
  virtual void hang_up(Millis) {}
};

}  // namespace mtc::mcp
