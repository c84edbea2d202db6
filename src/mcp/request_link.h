// What a running handler says becomes notifications of its request.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/clock.h"
#include "mcp/call_context.h"
#include "mcp/request.h"

namespace mtc::mcp {

// Progress only if the request has a progressToken, log messages only at or above the level that
// the client set; both only until the answer. Of progress that comes faster than ten times a second
// (after a burst of twenty) some is left out, but never the end.
class RequestLink final : public CallLink {
 public:
  using Now = std::function<SteadyTime()>;

  explicit RequestLink(const Request& request, Now now = std::chrono::steady_clock::now);

  void progress(double done, std::optional<double> total, std::string_view message) override;
  void log(LogLevel level, const Json& data) override;
  void hang_up(Millis retry) override;
  // The request is answered: handlers that live on are no longer heard.
  void close() { outlet_ = nullptr; }

 private:
  bool too_fast();

  Outlet* outlet_;
  const Json token_;  // null: none
  const Revision revision_;
  const std::optional<LogLevel> level_;
  std::optional<double> last_;
  const Now now_;
  double allowance_;  // how often progress may be told at once
  SteadyTime counted_{};
};

}  // namespace mtc::mcp
