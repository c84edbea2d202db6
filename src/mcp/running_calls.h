// The requests of one peer that are under way.
#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <optional>

#include "base/async.h"
#include "mcp/answer.h"
#include "mcp/json_rpc.h"

namespace mtc::mcp {

// So that the peer can cancel them. Held by shared_ptr: calls may outlive whoever made it.
class RunningCalls : public std::enable_shared_from_this<RunningCalls> {
 public:
  RunningCalls() = default;
  RunningCalls(const RunningCalls&) = delete;
  RunningCalls& operator=(const RunningCalls&) = delete;

  // Runs `work` to its end; nullopt if cancel(id) ended it: such a request is never answered.
  // `stop` cancels the coroutine that awaits this; what it refers to outlives the work. That
  // coroutine may then begin nothing more that can be cancelled until it has reset its cancellation
  // state.
  Async<std::optional<Answer>> run(RequestId id, std::function<void()> stop, Async<Answer> work);
  // The same for whoever may be cancelled only as a whole: the work gets a coroutine of its own.
  // What cancels the awaiting one cancels the work too.
  Async<std::optional<Answer>> run_apart(RequestId id, Async<Answer> work);

  // Stops the calls with that id. Ids may repeat: some peers count from 1 for every call.
  void cancel(const RequestId& id);
  // Whoever they belong to comes to its end.
  void end();
  bool ended() const { return ended_; }
  std::size_t size() const { return calls_.size(); }

 private:
  struct Call {
    RequestId id;
    std::function<void()> stop;
    bool cancelled_by_peer = false;
  };
  class Entry;
  std::list<std::shared_ptr<Call>> calls_;
  bool ended_ = false;
};

}  // namespace mtc::mcp
