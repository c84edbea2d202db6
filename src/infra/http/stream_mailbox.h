// A streamed answer on its way from the thread that drives libcurl to the coroutine that awaits it.
#pragma once

#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "infra/http/transport.h"

namespace mtc {

struct StreamHead {
  int status = 0;
  HttpHeaders headers;
};

// What has come since the last look, in this order.
struct StreamNews {
  std::optional<StreamHead> head;
  std::string bytes;
  std::optional<Result<>> end;  // nothing comes after it
  bool was_full = false;        // the other side was made to wait: it may go on now
};

// The put functions are for one thread, next() for one coroutine on another. Shared by both.
class StreamMailbox {
 public:
  explicit StreamMailbox(std::size_t max_waiting_bytes) : max_waiting_bytes_(max_waiting_bytes) {}

  void put_head(int status, HttpHeaders headers);
  // False, and nothing is put, while too much waits; an empty box takes a chunk of any size.
  bool put(std::string_view chunk);
  // Of a cancelled transfer: what waits is thrown away.
  void put_end(Result<> end);

  // Awaits something. `on_cancel` is called if the coroutine is cancelled meanwhile; it makes an
  // end come.
  Async<StreamNews> next(std::function<void()> on_cancel);

 private:
  bool has_news() const { return news_.head || !news_.bytes.empty() || news_.end; }
  StreamNews take();
  // Both with mutex_ held.
  void wake_up();
  void wait(std::move_only_function<void()> wake);

  const std::size_t max_waiting_bytes_;
  std::mutex mutex_;                        // also held while the coroutine's waking is posted
  StreamNews news_;                         // guarded by mutex_
  std::move_only_function<void()> wake_{};  // guarded by mutex_
};

}  // namespace mtc
