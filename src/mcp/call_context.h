// What a handler knows and can say besides its arguments.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/async.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "mcp/capabilities.h"
#include "mcp/log_level.h"
#include "mcp/principal.h"

namespace mtc::mcp {

// The way from a running call back to whoever waits for it. All of it is a courtesy: nothing
// blocks, and what nobody wants to hear is dropped.
class CallLink {
 public:
  virtual ~CallLink() = default;
  // `done` must grow from call to call; `total` in the same unit.
  virtual void progress(double done, std::optional<double> total, std::string_view message) = 0;
  virtual void log(LogLevel, const Json&) {}
  // Ends the connection, not the call: the client comes back for the answer after `retry`.
  // Nothing happens where it could not.
  virtual void hang_up(Millis) {}
  // In the background: what a restarted handler needs to go on, kept before this returns.
  virtual Async<Result<>> save(Json) { co_return Result<>{}; }
};

// By the question's key: the client's result object (an ElicitResult and so on).
using Answers = std::map<std::string, Json, std::less<>>;

struct CallContext {
  Principal principal;
  std::string client_name;  // as the client calls itself; display only, never trusted
  bool voice = false;       // the answer will be heard, not read
  ClientCapabilities client{};
  bool can_ask = false;  // NeedInput reaches somebody, as far as `client` goes

  // From the second round on: what the last NeedInput asked for and kept. A client of 2026-07-28
  // may send answers that nobody asked for: who must know keeps a state.
  Answers answers{};
  Json state = nullptr;
  bool background = false;  // LongWork has been accepted: do it now

  std::shared_ptr<CallLink> link{};  // null: nobody listens

  void report(double done, std::optional<double> total, std::string_view message = {}) const {
    if (link) link->progress(done, total, message);
  }
};

}  // namespace mtc::mcp
