#include "mcp/running_calls.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "infra/loop/end_quietly.h"

namespace mtc::mcp {

Async<std::optional<Answer>> RunningCalls::run(RequestId id, const Outlet* outlet,
                                               Async<Answer> work) {
  const auto self = shared_from_this();
  const auto call = std::make_shared<Call>();
  call->id = id;
  const auto place = calls_.insert(calls_.end(), call);

  // The call has a signal of its own; what cancels us reaches it through this slot.
  auto caller = (co_await asio::this_coro::cancellation_state).slot();
  if (caller.is_connected()) {
    caller.assign([call, outlet](asio::cancellation_type type) {
      if (outlet == nullptr || !outlet->outlives_connection()) call->signal.emit(type);
    });
  }
  auto [error, answer] = co_await asio::co_spawn(
      co_await asio::this_coro::executor, end_quietly(std::move(work)),
      asio::bind_cancellation_slot(call->signal.slot(), asio::as_tuple(asio::use_awaitable)));
  if (caller.is_connected()) caller.clear();
  calls_.erase(place);
  if (call->cancelled_by_peer) co_return std::nullopt;
  if (error) std::rethrow_exception(error);
  co_return std::move(answer);
}

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
