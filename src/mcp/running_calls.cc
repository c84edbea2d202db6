#include "mcp/running_calls.h"

namespace mtc::mcp {

void RunningCalls::cancel(const RequestId& id) {
  const auto calls = calls_;  // a cancelled call may leave the list at once
  for (const auto& call : calls) {
    if (call->id != id) continue;
    call->cancelled_by_peer = true;
    call->signal.emit(asio::cancellation_type::terminal);
  }
}

void RunningCalls::cancel_all() {
  const auto calls = calls_;
  for (const auto& call : calls) call->signal.emit(asio::cancellation_type::terminal);
}

}  // namespace mtc::mcp
