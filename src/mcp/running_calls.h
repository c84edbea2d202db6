// The calls of one peer that are under way.
#pragma once

#include <boost/asio/cancellation_signal.hpp>
#include <cstddef>
#include <list>
#include <memory>

#include "base/async.h"
#include "mcp/json_rpc.h"

namespace mtc::mcp {

// So that the peer can cancel them.
class RunningCalls {
 public:
  RunningCalls() = default;
  RunningCalls(const RunningCalls&) = delete;
  RunningCalls& operator=(const RunningCalls&) = delete;

  // Stops the calls with that id. Ids may repeat: some peers count from 1 for every call.
  void cancel(const RequestId& id);
  void cancel_all();
  std::size_t size() const { return calls_.size(); }

 private:
  friend class Server;
  struct Call {
    RequestId id;
    bool cancelled_by_peer = false;
    asio::cancellation_signal signal;
  };
  std::list<std::shared_ptr<Call>> calls_;
};

}  // namespace mtc::mcp
