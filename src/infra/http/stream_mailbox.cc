#include "infra/http/stream_mailbox.h"

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace mtc {

void StreamMailbox::put_head(int status, HttpHeaders headers) {
  const std::lock_guard lock(mutex_);
  news_.head = StreamHead{.status = status, .headers = std::move(headers)};
  wake_up();
}

bool StreamMailbox::put(std::string_view chunk) {
  const std::lock_guard lock(mutex_);
  if (!news_.bytes.empty() && news_.bytes.size() + chunk.size() > max_waiting_bytes_) {
    news_.was_full = true;
    return false;
  }
  news_.bytes.append(chunk);
  wake_up();
  return true;
}

void StreamMailbox::put_end(Result<> end) {
  const std::lock_guard lock(mutex_);
  if (news_.end) return;
  if (!end && end.error().code == Errc::cancelled) news_ = {};
  news_.end = std::move(end);
  wake_up();
}

void StreamMailbox::wake_up() {
  if (!wake_) return;
  auto wake = std::exchange(wake_, {});  // gone before the lock is: the loop may end then
  wake();
}

void StreamMailbox::wait(std::move_only_function<void()> wake) {
  wake_ = std::move(wake);
  if (has_news()) wake_up();
}

Async<StreamNews> StreamMailbox::next(std::function<void()> on_cancel) {
  co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(
      [this, &on_cancel](auto handler) {
        const auto executor = asio::get_associated_executor(handler);
        auto slot = asio::get_associated_cancellation_slot(handler);
        if (slot.is_connected()) {
          slot.assign([on_cancel](asio::cancellation_type) { on_cancel(); });
        }
        auto resume = [this, slot, handler = std::move(handler)]() mutable {
          // The loop must not be destroyed while the other thread still posts to it.
          {
            const std::lock_guard posted(mutex_);
          }
          slot.clear();
          std::move(handler)();
        };
        const std::lock_guard lock(mutex_);
        wait([executor, resume = std::move(resume)]() mutable {
          asio::post(executor, std::move(resume));
        });
      },
      asio::use_awaitable);
  co_return take();
}

StreamNews StreamMailbox::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(news_, {});
}

}  // namespace mtc
