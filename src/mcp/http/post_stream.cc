#include "mcp/http/post_stream.h"

#include <spdlog/spdlog.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace mtc::mcp {

PostStream::PostStream(Visit& visit, asio::any_io_executor executor, Manner manner)
    : visit_(visit), executor_(std::move(executor)), manner_(std::move(manner)) {}

void PostStream::send(std::string message) {
  begin();
  if (stream_) stream_->push(std::move(message));
}

bool PostStream::can_ask() const {
  return manner_.events && manner_.session != nullptr;
}

bool PostStream::lets_cancellation_through() const {
  return stopped_ || is_modern(manner_.revision) || !visit_.exchange.gone() || *manner_.stopping;
}

void PostStream::stop_call() {
  stopped_ = true;
  visit_.exchange.cancel();
}

void PostStream::hang_up(Millis retry) {
  // Only who has been given an id at the stream's beginning knows where to go on from.
  if (!manner_.session || !has_priming_events(manner_.revision)) return;
  begin();
  if (stream_) stream_->hang_up(retry);
}

void PostStream::begin() {
  if (stream_ || !manner_.events) return;
  stream_ = manner_.session ? manner_.session->open_stream()
                            : std::make_shared<EventStream>(executor_, std::string{});
  carried_.emplace(executor_, asio::steady_timer::time_point::max());
  carrying_ = true;
  asio::co_spawn(executor_, carry(), [this](const std::exception_ptr& error) {
    if (error) spdlog::debug("mcp: a stream broke off");
    carrying_ = false;
    carried_->cancel();
  });
}

Async<> PostStream::carry() {
  const auto stream = stream_;
  const bool primed = stream->resumable() && has_priming_events(manner_.revision);
  co_await stream->carry(visit_.exchange, std::move(visit_.headers), 0,
                         primed ? stream->priming_event() : std::string{});
}

Async<> PostStream::finish(std::optional<std::string> last) {
  if (!stream_) co_return;
  if (last) stream_->push(std::move(*last));
  stream_->close();
  while (carrying_) co_await carried_->async_wait(asio::as_tuple(asio::use_awaitable));
}

}  // namespace mtc::mcp
