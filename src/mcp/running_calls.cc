#include "mcp/running_calls.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "infra/loop/end_quietly.h"

namespace mtc::mcp {

// In the list for as long as it lives.
class RunningCalls::Entry {
 public:
  Entry(std::shared_ptr<RunningCalls> calls, RequestId id, std::function<void()> stop)
      : calls_(std::move(calls)),
        place_(calls_->calls_.insert(calls_->calls_.end(),
                                     std::make_shared<Call>(std::move(id), std::move(stop)))) {}
  Entry(const Entry&) = delete;
  Entry& operator=(const Entry&) = delete;
  ~Entry() { calls_->calls_.erase(place_); }

  bool cancelled_by_peer() const { return (*place_)->cancelled_by_peer; }

 private:
  const std::shared_ptr<RunningCalls> calls_;
  const std::list<std::shared_ptr<Call>>::iterator place_;
};

Async<std::optional<Answer>> RunningCalls::run(RequestId id, std::function<void()> stop,
                                               Async<Answer> work) {
  const Entry entry(shared_from_this(), std::move(id), std::move(stop));
  try {
    auto answer = co_await std::move(work);
    if (!entry.cancelled_by_peer()) co_return std::move(answer);
  } catch (...) {
    if (!entry.cancelled_by_peer()) throw;
  }
  co_return std::nullopt;
}

Async<std::optional<Answer>> RunningCalls::run_apart(RequestId id, Async<Answer> work) {
  const auto signal = std::make_shared<asio::cancellation_signal>();
  // The call has a signal of its own; what cancels us reaches it through this slot.
  auto caller = (co_await asio::this_coro::cancellation_state).slot();
  if (caller.is_connected()) {
    caller.assign([signal](asio::cancellation_type type) { signal->emit(type); });
  }
  auto [error, answer] = co_await asio::co_spawn(
      co_await asio::this_coro::executor,
      end_quietly(run(
          std::move(id), [signal] { signal->emit(asio::cancellation_type::terminal); },
          std::move(work))),
      asio::bind_cancellation_slot(signal->slot(), asio::as_tuple(asio::use_awaitable)));
  if (caller.is_connected()) caller.clear();
  if (error) std::rethrow_exception(error);
  co_return std::move(answer);
}

void RunningCalls::cancel(const RequestId& id) {
  const auto calls = calls_;  // a cancelled call may leave the list at once
  for (const auto& call : calls) {
    if (call->id != id) continue;
    call->cancelled_by_peer = true;
    call->stop();
  }
}

void RunningCalls::end() {
  ended_ = true;
  const auto calls = calls_;
  for (const auto& call : calls) call->stop();
}

}  // namespace mtc::mcp
