// What a running handler says becomes notifications of its request.
#pragma once

#include <optional>
#include <string>

#include "mcp/call_context.h"
#include "mcp/request.h"

namespace mtc::mcp {

// Progress only if the request has a progressToken, log messages only at or above the level that
// the client set; both only until the answer.
class RequestLink final : public CallLink {
 public:
  explicit RequestLink(const Request& request);

  void progress(double done, std::optional<double> total, std::string_view message) override;
  void log(LogLevel level, const Json& data) override;
  void hang_up(Millis retry) override;
  // The request is answered: handlers that live on are no longer heard.
  void close() { outlet_ = nullptr; }

 private:
  Outlet* outlet_;
  const Json token_;  // null: none
  const Revision revision_;
  const std::optional<LogLevel> level_;
  std::optional<double> last_;
};

}  // namespace mtc::mcp
