// Requests of ours to one client (before 2026-07-28) that wait for their answers.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "base/async.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "mcp/json_rpc.h"
#include "mcp/outlet.h"

namespace mtc::mcp {

class PendingAsks {
 public:
  PendingAsks() = default;
  PendingAsks(const PendingAsks&) = delete;
  PendingAsks& operator=(const PendingAsks&) = delete;

  // Sends the request and waits for its result, an object. Errc::timed_out after `patience`,
  // Errc::unavailable if the client answers with an error or something that is no result. Ends as
  // cancelled with its coroutine. Whoever calls keeps this object and the outlet alive.
  Async<Result<Json>> ask(Outlet& outlet, std::string_view method, Json params, Millis patience);
  // A response that came in; one to no question is ignored.
  void resolve(Message response);
  // Nobody will answer any more: whoever waits is told so.
  void abandon();
  std::size_t size() const { return waiting_.size(); }

 private:
  struct Waiting;
  class Place;
  std::map<RequestId, std::shared_ptr<Waiting>> waiting_;
  std::uint64_t next_ = 1;
};

}  // namespace mtc::mcp
